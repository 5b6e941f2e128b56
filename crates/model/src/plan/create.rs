//! Plans the issue of a record that has none.

use super::mapped::Mapped;
use super::{FieldChange, Plan, Reason, Situation, Step, parent};
use crate::catalogue::Code;
use crate::convert;
use crate::field::JiraField;
use crate::item::Owner;
use crate::parent::FIELD;
use crate::rules;
use crate::snapshot::Side;
use crate::value::FieldValue;

/// Key of the change that fills an unmapped summary from the record's title; it is no mapping.
pub const TITLE: &str = ":summary";

/// Fields that the client sets from the item itself.
const GIVEN: [&str; 2] = ["project", "issuetype"];

/// Plans [`Step::CreateIssue`] with every filled field that Salesforce may set and that the create
/// screen shows. Where Jira requires a field that stays empty there is a finding and no step.
pub(super) fn plan(situation: &Situation<'_>, plan: &mut Plan) {
    if let Err(why) = rules::admits(situation.item, situation.schema, situation.record) {
        return plan.find(Code::RuleSkipped, "rule", why);
    }
    let mut changes: Vec<FieldChange> = Vec::new();
    for mapped in Mapped::all(situation, plan) {
        if mapped.owner != Owner::Jira && mapped.crossing.jira.on_create {
            changes.extend(change(situation, &mapped, plan));
        }
    }
    changes.extend(title(situation, plan));
    changes.extend(parent::change(situation, None, plan));
    let missing = missing(situation, &changes);
    for (id, name) in &missing {
        let detail = match &situation.item.parent {
            Some(rule) if *id == FIELD && parent::is_awaited(situation) => {
                format!("the record's parent has no issue under `{}` yet", rule.item)
            }
            _ => format!("`{name}` is required to create an issue"),
        };
        plan.find(Code::JiraRequiredField, id, detail);
    }
    if missing.is_empty() {
        plan.steps.push(Step::CreateIssue { changes });
    }
}

fn change(situation: &Situation<'_>, mapped: &Mapped<'_>, plan: &mut Plan) -> Option<FieldChange> {
    let source = mapped.shown(Side::Salesforce, &situation.record.fields, plan)?;
    if source.is_empty() && mapped.mapping.default.is_none() {
        return None;
    }
    if let Some((code, detail)) = mapped.refused(Side::Jira, &source) {
        plan.find(code, &mapped.key, detail);
        return None;
    }
    let after = mapped.crossing.first_across(Side::Salesforce, &source);
    let after = after.map_err(|error| plan.find(error.code, &mapped.key, error.detail)).ok()?;
    mapped.tell(&after, plan);
    let after = after.value;
    (!after.is_empty()).then(|| FieldChange {
        mapping: mapped.key.clone(),
        field: mapped.crossing.jira.id.clone(),
        before: FieldValue::Empty,
        write: mapped.wire(Side::Jira, &after),
        after,
        source,
        reason: Reason::Initial,
    })
}

/// An issue needs a summary; where none is mapped the record's title serves.
fn title(situation: &Situation<'_>, plan: &mut Plan) -> Option<FieldChange> {
    if situation.item.mappings.iter().any(|mapping| mapping.jira == "summary") {
        return None;
    }
    let title = situation.record.title.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown = convert::summary(&title);
    let after = shown.map_err(|error| plan.find(error.code, TITLE, error.detail)).ok()?;
    Some(FieldChange {
        mapping: TITLE.to_owned(),
        field: "summary".to_owned(),
        before: FieldValue::Empty,
        write: title.clone().into(),
        after,
        source: FieldValue::Text(title),
        reason: Reason::Initial,
    })
}

/// Id and name of each required field that nothing fills.
fn missing<'a>(situation: &Situation<'a>, changes: &[FieldChange]) -> Vec<(&'a str, &'a str)> {
    let required = |field: &&JiraField| {
        (field.required && !GIVEN.contains(&field.id.as_str())) && field.id != "summary"
    };
    let fields = situation.schema.jira.values().filter(required);
    let needed = fields.map(|field| (field.id.as_str(), field.name.as_str()));
    let needed = [("summary", "Summary")].into_iter().chain(needed);
    needed.filter(|(id, _)| !changes.iter().any(|change| change.field == *id)).collect()
}

#[cfg(test)]
#[path = "create_tests.rs"]
mod tests;
