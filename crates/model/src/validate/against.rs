//! What can be seen against both sides' metadata.

use super::{Problem, Problems, creating, did_you_mean, scope, transform};
use crate::comments::has_case_comments;
use crate::convert::{Crossing, Fit, fit_jira, fit_salesforce};
use crate::field::{JiraField, SalesforceType, Schema};
use crate::item::{ConnectedItem, Mapping, Owner};
use crate::name::same;
use crate::parent::FIELD;
use crate::rules;
use crate::snapshot::Side;

const MAY_SEE: &str = "Or let the Run As user see the field.";
const ON_SCREEN: &str = "Put the field on the screens of the issue type and apply the item again, or map another field.";
const LET_OTHER_OWN: &str = "Let the other side own this mapping, or map another field.";
const OTHER_TYPE: &str = "Map fields whose types convert.";

/// Checks an item against the fields and statuses that both sides have now.
pub fn validate_against(item: &ConnectedItem, schema: &Schema) -> Vec<Problem> {
    let mut problems = Problems::default();
    for (index, mapping) in item.mappings.iter().enumerate() {
        let path = format!("mappings[{index}]");
        match Crossing::of(item, schema, mapping) {
            Ok(crossing) => {
                transform::against(item, &path, &crossing, schema, &mut problems);
                if let Some(owner) = item.owner(mapping) {
                    directions(&path, owner, &crossing, &mut problems);
                }
            }
            Err(sides) if sides.contains(&Side::Salesforce) => {
                let (object, name) = (&item.salesforce.object, &mapping.salesforce);
                let message = format!("{object} has no field `{name}`");
                let hint = did_you_mean(name, schema.salesforce.keys().map(String::as_str));
                problems.error(format!("{path}.salesforce"), message, &format!("{hint} {MAY_SEE}"));
            }
            Err(_) => {}
        }
    }
    scope::against(item, schema, &mut problems);
    creating::against(item, schema, &mut problems);
    required(item, schema, &mut problems);
    statuses(item, schema, &mut problems);
    comments(item, schema, &mut problems);
    activities(item, schema, &mut problems);
    link_note(item, schema, &mut problems);
    parent(item, schema, &mut problems);
    problems.0.extend(rules::check_against(item, schema));
    problems.0
}

/// Where a record has no case comments, its feed takes their place.
fn comments(item: &ConnectedItem, schema: &Schema, problems: &mut Problems) {
    let object = &item.salesforce.object;
    if !item.syncs_comments() || schema.feed.is_some() {
        return;
    }
    if has_case_comments(object) {
        let message = "the feed of cases cannot be read: only case comments are synced";
        let hint = "Enable feed tracking for Case and let the Run As user see the feed, to sync posts too.";
        problems.warning("comments.enabled", message, hint);
    } else {
        let message = format!("`{object}` has no feed, so there is nowhere to put a comment");
        let hint = "Enable feed tracking for the object, or switch comment sync off.";
        problems.error("comments.enabled", message, hint);
    }
}

/// Tasks and events can be looked up from the record, or there are none.
fn activities(item: &ConnectedItem, schema: &Schema, problems: &mut Problems) {
    if item.active_activities().is_some() && schema.activities.is_none() {
        let message = format!("records of `{}` have no activities", item.salesforce.object);
        let hint = "Allow activities on the object and let the Run As user see tasks and events, or remove the section.";
        problems.error("activities", message, hint);
    }
}

/// A note stands where comments would.
fn link_note(item: &ConnectedItem, schema: &Schema, problems: &mut Problems) {
    let object = &item.salesforce.object;
    if item.notes_links() && schema.feed.is_none() && !has_case_comments(object) {
        let message = format!("`{object}` has no feed, so there is nowhere to put a note");
        let hint = "Enable feed tracking for the object, or remove `link_note`.";
        problems.error("link_note", message, hint);
    }
}

/// The parent is looked up by a reference, and written where it is on a screen.
fn parent(item: &ConnectedItem, schema: &Schema, problems: &mut Problems) {
    let Some(rule) = &item.parent else {
        return;
    };
    let (object, name) = (&item.salesforce.object, &rule.salesforce);
    let lookup = schema.salesforce.get(name);
    if lookup.is_none_or(|field| field.kind != SalesforceType::Reference || name.contains('.')) {
        let message = format!("{object} has no lookup field `{name}`");
        let lookups = schema.salesforce.values();
        let lookups = lookups.filter(|field| field.kind == SalesforceType::Reference);
        let hint = did_you_mean(name, lookups.map(|field| field.name.as_str()));
        problems.error("parent.salesforce", message, &format!("{hint} {MAY_SEE}"));
    }
    let field = schema.jira.get(FIELD);
    if field.is_none_or(|field| !field.on_create && field.on_edit != Some(true)) {
        problems.error("parent", "`Parent` is on no screen of the issue type", ON_SCREEN);
    }
    if item.mappings.iter().any(|mapping| mapping.jira == FIELD) {
        problems.error("parent", "the parent is mapped too", "Remove the mapping.");
    }
}

fn directions(path: &str, owner: Owner, crossing: &Crossing<'_>, problems: &mut Problems) {
    let (salesforce, jira) = (&crossing.salesforce, &crossing.jira);
    // What a value map leads to was judged value by value, and so was a constant.
    let mapped = crossing.mapping.values.is_some() || crossing.mapping.constant.is_some();
    if owner != Owner::Jira {
        on_screen(path, jira, problems);
        if !mapped {
            let fit = fit_jira(salesforce, jira);
            judge(format!("{path}.jira"), "Salesforce to Jira", fit, problems);
        }
    }
    if owner != Owner::Salesforce {
        let path = format!("{path}.salesforce");
        if !salesforce.updateable {
            let message = format!("`{}` is read-only in Salesforce", salesforce.name);
            problems.error(&path, message, LET_OTHER_OWN);
        }
        if !mapped {
            judge(path, "Jira to Salesforce", fit_salesforce(jira, salesforce), problems);
        }
    }
}

/// What is on no screen cannot be written; what is only on the create screen is written once.
fn on_screen(path: &str, jira: &JiraField, problems: &mut Problems) {
    let (path, name) = (format!("{path}.jira"), &jira.name);
    match (jira.on_create, jira.on_edit) {
        (false, Some(false)) => {
            let message = format!("`{name}` ({}) is on no screen of the issue type", jira.id);
            problems.error(path, message, ON_SCREEN);
        }
        (true, Some(false)) => {
            let message = format!("`{name}` is not on the edit screen: it is set on create only");
            problems.warning(path, message, ON_SCREEN);
        }
        _ => {}
    }
}

fn judge(path: String, way: &str, fit: Fit, problems: &mut Problems) {
    match fit {
        Fit::Always => {}
        Fit::Sometimes(why) => {
            let hint = "Values that do not fit are reported one by one; the others are synced.";
            problems.warning(path, format!("{way}: {why}"), hint);
        }
        Fit::Never(why) => problems.error(path, format!("{way}: {why}"), OTHER_TYPE),
    }
}

/// Where new records open issues, Jira's required fields must be filled safely.
fn required(item: &ConnectedItem, schema: &Schema, problems: &mut Problems) {
    if !item.creates_issues() {
        return;
    }
    let given = ["project", "issuetype"];
    for field in schema.jira.values().filter(|field| field.required || field.id == "summary") {
        if field.id == FIELD && item.parent.is_some() {
            continue;
        }
        let name = &field.name;
        let fills = |mapping: &&Mapping| {
            mapping.jira == field.id && item.owner(mapping) != Some(Owner::Jira)
        };
        let mapped = item.mappings.iter().any(|mapping| mapping.jira == field.id);
        match item.mappings.iter().find(fills) {
            _ if given.contains(&field.id.as_str()) => {}
            None if field.id == "summary" && !mapped => {}
            None => {
                let message = format!("Jira requires `{name}` ({}) and nothing fills it", field.id);
                let hint = "Map a Salesforce field to it, give it a default in Jira, or choose another issue type.";
                problems.error("auto_create", message, hint);
            }
            Some(mapping) => {
                let source = schema.salesforce.get(&mapping.salesforce);
                let filled = mapping.default.is_some();
                if source.is_some_and(|source| source.nillable) && !filled {
                    let message =
                        format!("Jira requires `{name}` and `{}` may be empty", mapping.salesforce);
                    let hint = "Records without it open no issue; give the mapping a `default`, or make it required in Salesforce.";
                    problems.warning("auto_create", message, hint);
                }
            }
        }
    }
}

fn statuses(item: &ConnectedItem, schema: &Schema, problems: &mut Problems) {
    if !item.syncs_status() {
        return;
    }
    if item.status_field().is_some() && schema.record_statuses.is_empty() {
        let message = "Salesforce lists no values for the status field";
        problems.warning("status.enabled", message, "Let the Run As user see the status field.");
    }
    for (index, pair) in item.status.map.iter().enumerate() {
        let known = schema.record_statuses.iter().any(|each| same(&each.value, &pair.salesforce));
        if !known {
            let message = format!("Salesforce has no status `{}`", pair.salesforce);
            let known = schema.record_statuses.iter().map(|each| each.value.as_str());
            let hint = did_you_mean(&pair.salesforce, known);
            problems.error(format!("status.map[{index}].salesforce"), message, &hint);
        }
        if !schema.issue_statuses.iter().any(|each| same(&each.name, &pair.jira)) {
            let message = format!("the issue type has no status `{}`", pair.jira);
            let known = schema.issue_statuses.iter().map(|each| each.name.as_str());
            let hint = did_you_mean(&pair.jira, known);
            problems.error(format!("status.map[{index}].jira"), message, &hint);
        }
    }
}
