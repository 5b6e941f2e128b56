//! What is wrong with a rule, before its item is applied.

use serde_json::Value;

use super::{Operator, Test, compare};
use crate::field::{SalesforceField, Schema};
use crate::item::{ConnectedItem, Mode};
use crate::name::same;
use crate::validate::{Problem, did_you_mean};
use crate::value::FieldValue;

/// What can be seen from the item alone.
pub fn check(item: &ConnectedItem) -> Vec<Problem> {
    let Some(rule) = &item.rule else {
        return Vec::new();
    };
    let mut problems = Vec::new();
    if item.mode == Mode::DisplayOnly {
        let message = "a display-only item has no use for a rule";
        problems.push(Problem::warning("rule", message, "Choose another mode or remove the rule."));
    } else if rule.statuses().next().is_none() && !item.auto_create.enabled {
        let message = "the rule names no status and no issue is created: it has no effect";
        let hint = "Set `status_when_met` or `status_when_not_met`, or remove the rule.";
        problems.push(Problem::warning("rule", message, hint));
    }
    if rule.create_when_not_met && !item.auto_create.enabled {
        let message = "it has an effect only while auto-create is on";
        let hint = "Set `auto_create.enabled: true` or remove it.";
        problems.push(Problem::warning("rule.create_when_not_met", message, hint));
    }
    problems
}

/// What can be seen against both sides' metadata.
pub fn check_against(item: &ConnectedItem, schema: &Schema) -> Vec<Problem> {
    let Some(rule) = item.active_rule() else {
        return Vec::new();
    };
    let mut problems = Vec::new();
    for (place, test) in rule.when.tests() {
        let path = format!("rule.when{place}");
        if let Some(field) = schema.salesforce.get(&test.field) {
            problems.extend(of_test(&path, test, field));
            continue;
        }
        let message = format!("{} has no field `{}`", item.salesforce.object, test.field);
        let hint = did_you_mean(&test.field, schema.salesforce.keys().map(String::as_str));
        problems.push(Problem::error(format!("{path}.field"), message, &hint));
    }
    for (key, status) in rule.statuses() {
        problems.extend(of_status(&format!("rule.{key}"), status, schema));
    }
    problems
}

fn of_test(path: &str, test: &Test, field: &SalesforceField) -> Vec<Problem> {
    if let Err(why) = compare::suits(test.operator, field.kind) {
        let message = format!("`{}` cannot be compared so", field.name);
        return vec![Problem::error(format!("{path}.operator"), message, why)];
    }
    let several = test.operator == Operator::OneOf;
    let numbered = test.values.iter().enumerate();
    let checked = numbered.filter_map(|(index, value)| {
        let path =
            if several { format!("{path}.values[{index}]") } else { format!("{path}.value") };
        of_value(path, value, field)
    });
    checked.collect()
}

/// A value must be of the field's type, and one of its options where it has any.
fn of_value(path: String, value: &Value, field: &SalesforceField) -> Option<Problem> {
    let read = match compare::operand(field, value) {
        Ok(read) => read,
        Err(why) => return Some(Problem::error(path, why, "Write a value of the field's type.")),
    };
    let options = match read {
        FieldValue::Choice(option) => vec![option],
        FieldValue::Choices(options) => options,
        _ => return None,
    };
    let unknown = options.iter().find(|option| !field.picklist.contains(option))?;
    let message = format!("`{}` has no value `{unknown}`", field.name);
    let hint = did_you_mean(unknown, field.picklist.iter().map(String::as_str));
    // An open picklist may hold values that it does not list.
    Some(if field.restricted {
        Problem::error(path, message, &hint)
    } else {
        Problem::warning(path, message, &hint)
    })
}

/// A status must be one of the issue type's, and some transition must lead there.
fn of_status(path: &str, name: &str, schema: &Schema) -> Option<Problem> {
    let Some(status) = schema.issue_statuses.iter().find(|each| same(&each.name, name)) else {
        let known = schema.issue_statuses.iter().map(|each| each.name.as_str());
        let message = format!("the issue type has no status `{name}`");
        return Some(Problem::error(path, message, &did_you_mean(name, known)));
    };
    let unreached =
        !schema.workflow.is_empty() && schema.workflow.iter().all(|way| way.to != status.id);
    unreached.then(|| {
        let message = format!("no transition of the workflow leads to `{name}`");
        Problem::error(path, message, "Add a transition to the workflow, or name another status.")
    })
}
