//! The scope of an item: its projects, its object, and what may be done there.

use super::Problems;
use crate::field::{SalesforceType, Schema};
use crate::item::{ConnectedItem, Mode, is_default};

/// Several projects are for display-only items; a synchronized one has one project and one issue type.
pub(super) fn shape(item: &ConnectedItem, problems: &mut Problems) {
    let jira = &item.jira;
    let blank = |text: &str| text.trim().is_empty();
    if item.mode == Mode::DisplayOnly {
        if jira.projects().next().is_none() {
            let hint = "Name one project in `jira.project`, or several in `jira.projects`.";
            problems.error("jira.projects", "names no project", hint);
        }
    } else {
        for (path, value) in
            [("jira.project", &jira.project), ("jira.issue_type", &jira.issue_type)]
        {
            if blank(value) {
                problems.error(path, "is empty", "Name it as the vendor does.");
            }
        }
        if !jira.projects.is_empty() {
            let message = "only a display-only item may have several projects";
            problems.error("jira.projects", message, "Name its one project in `jira.project`.");
        }
    }
    if !(1..=50).contains(&item.associated.limit) {
        let message = format!("{} is not between 1 and 50", item.associated.limit);
        problems.error("associated.limit", message, "5 suits most items.");
    }
    if !is_default(&item.converted) && item.salesforce.object != "Lead" {
        let message = "only leads are converted";
        problems.warning("converted", message, "Remove it, or let the item have leads.");
    }
    for (index, key) in jira.projects.iter().enumerate() {
        if blank(key) || jira.projects[..index].contains(key) {
            let message = "is empty or there twice";
            problems.error(format!("jira.projects[{index}]"), message, "Remove it.");
        }
    }
}

/// The chosen status field and the fields that are shown must exist; what is written must be writable.
pub(super) fn against(item: &ConnectedItem, schema: &Schema, problems: &mut Problems) {
    let object = &item.salesforce.object;
    if item.writes_records() && !schema.rights.update {
        let message = format!("the Run As user may not change records of `{object}`");
        let hint = "Give it edit rights on the object, or let nothing flow to Salesforce (`mode: one-way`).";
        problems.error("salesforce.object", message, hint);
    }
    for (index, name) in item.show.iter().enumerate() {
        if !schema.salesforce.contains_key(name) {
            let message = format!("{object} has no field `{name}`");
            let hint = "Correct the name, or let the integration user see the field.";
            problems.error(format!("show[{index}]"), message, hint);
        }
    }
    let Some(name) = &item.status.field else {
        return;
    };
    match schema.salesforce.get(name).map(|field| field.kind) {
        Some(SalesforceType::Picklist) => {}
        Some(_) => {
            let message = format!("`{name}` is no picklist");
            problems.error("status.field", message, "Name a picklist field of the object.");
        }
        None => {
            let message = format!("{object} has no field `{name}`");
            problems.error("status.field", message, "Name a picklist field of the object.");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::field::Schema;
    use crate::item::{ConnectedItem, Mode, Owner, Policy};
    use crate::laws::world::{item, mapping, schema};
    use crate::validate::{Severity, validate, validate_against};

    fn shape(change: impl FnOnce(&mut ConnectedItem)) -> Vec<String> {
        let mut item = item();
        change(&mut item);
        validate(&item).into_iter().map(|problem| problem.path).collect()
    }

    fn against(change: impl FnOnce(&mut ConnectedItem, &mut Schema)) -> Vec<(String, Severity)> {
        let (mut item, mut schema) = (item(), schema());
        change(&mut item, &mut schema);
        let problems = validate_against(&item, &schema).into_iter();
        problems.map(|problem| (problem.path, problem.severity)).collect()
    }

    // F-44, F-49, F-53
    #[test]
    fn several_projects_are_for_display_only() {
        let several = |mode| {
            shape(|item| {
                item.mode = mode;
                item.jira.projects = vec!["SUP".to_owned(), "OPS".to_owned()];
                item.jira.project.clear();
                item.jira.issue_type.clear();
            })
        };
        assert_eq!(several(Mode::DisplayOnly), [""; 0]);
        assert_eq!(
            several(Mode::TwoWay),
            ["jira.project", "jira.issue_type", "jira.projects"],
            "a synchronized item has one project and one issue type"
        );
        let none = shape(|item| {
            item.mode = Mode::DisplayOnly;
            item.jira.project.clear();
        });
        assert_eq!(none, ["jira.projects"]);
        let twice = shape(|item| {
            item.mode = Mode::DisplayOnly;
            item.jira.projects = vec!["OPS".to_owned(), "OPS".to_owned()];
        });
        assert_eq!(twice, ["jira.projects[1]"]);
    }

    // F-24
    #[test]
    fn rights_on_the_object_are_checked_where_something_is_written() {
        let may_not = |owner| {
            against(|item, schema| {
                schema.rights.update = false;
                item.mappings = vec![mapping("Subject", "summary", owner, Policy::Newest)];
            })
        };
        let error = ("salesforce.object".to_owned(), Severity::Error);
        assert_eq!(may_not(Owner::Both), [error]);
        assert_eq!(may_not(Owner::Salesforce), []);
    }

    // F-34, F-36, F-69
    #[test]
    fn a_chosen_status_field_is_a_picklist_of_the_object() {
        let chosen = |name: &str| {
            against(|item, _| {
                "Wish__c".clone_into(&mut item.salesforce.object);
                item.status.enabled = true;
                item.status.field = Some(name.to_owned());
            })
        };
        let error = ("status.field".to_owned(), Severity::Error);
        assert_eq!(chosen("Tier__c"), []);
        assert_eq!(chosen("Subject"), std::slice::from_ref(&error));
        assert_eq!(chosen("Gone__c"), [error]);
    }

    // F-52
    #[test]
    fn what_is_shown_must_exist() {
        let shown = against(|item, _| item.show = vec!["Subject".to_owned(), "Gone__c".to_owned()]);
        assert_eq!(shown, [("show[1]".to_owned(), Severity::Error)]);
    }
}
