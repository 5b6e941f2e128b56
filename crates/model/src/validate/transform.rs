//! What a mapping says about its values: whether it can, and whether both sides know them.

use super::{Problems, did_you_mean};
use crate::convert::Crossing;
use crate::field::Schema;
use crate::item::{ConnectedItem, Made, Mapping, Mode, Owner, ValueMap};
use crate::snapshot::Side;
use crate::template;
use crate::value::FieldValue;

const ONE_FIELD: &str = "Name only the field that it fills.";
const ONE_WAY: &str =
    "Let one side own the mapping: `mode: custom` and an `owner`, or `mode: one-way`.";

/// What can be seen from the mapping alone.
pub(super) fn shape(item: &ConnectedItem, path: &str, mapping: &Mapping, problems: &mut Problems) {
    let empty = (mapping.salesforce.trim().is_empty(), mapping.jira.trim().is_empty());
    match (mapping.made(), empty) {
        (None, (true, _) | (_, true)) => {
            let hint = "Name a field on both sides, or give it a `template` or a `constant`.";
            problems.error(path, "names no field on one side", hint);
        }
        (Some(_), (true, true)) => {
            problems.error(path, "names no field that it fills", ONE_FIELD);
        }
        (Some((_, Made::Constant(_))), (false, false)) => {
            problems.error(format!("{path}.constant"), "two fields are named", ONE_FIELD);
        }
        (Some((_, Made::Template(_))), (false, _)) => {
            problems.error(format!("{path}.template"), "two fields are named", ONE_FIELD);
        }
        _ => {}
    }
    if let (Some(source), Some(_)) = (&mapping.template, &mapping.constant) {
        let message = format!("`{source}` stands beside a constant");
        problems.error(format!("{path}.constant"), message, "Keep one of the two.");
    }
    if let Some(Err(why)) = mapping.template.as_deref().map(template::variables) {
        let hint =
            "Templates fill in fields, `{{ Subject }}`, and know `{% if %}` and a few filters.";
        problems.error(format!("{path}.template"), why, hint);
    }
    if mapping.truncate && item.owner(mapping) == Some(Owner::Both) {
        let message = "a shortened copy would come back over the whole text";
        problems.error(format!("{path}.truncate"), message, ONE_WAY);
    }
    owner(item, path, mapping, problems);
}

/// A made-up value flows away from its side: another owner would be a mistake.
fn owner(item: &ConnectedItem, path: &str, mapping: &Mapping, problems: &mut Problems) {
    if let (Some(_), Some(owner), Mode::Custom) = (mapping.made(), mapping.owner, item.mode)
        && item.owner(mapping) != Some(owner)
    {
        let message = "a constant or a template flows one way only";
        problems.error(format!("{path}.owner"), message, "Remove the owner.");
    }
}

/// What can be seen against the metadata of both sides.
pub(super) fn against(
    item: &ConnectedItem,
    path: &str,
    crossing: &Crossing<'_>,
    schema: &Schema,
    problems: &mut Problems,
) {
    let mapping = crossing.mapping;
    if let Some(Made::Template(source)) = mapping.made().map(|(_, made)| made) {
        for name in template::variables(source).unwrap_or_default() {
            if !schema.salesforce.contains_key(&name) {
                let message = format!("{} has no field `{name}`", item.salesforce.object);
                let known = schema.salesforce.keys().map(String::as_str);
                problems.error(format!("{path}.template"), message, &did_you_mean(&name, known));
            }
        }
    }
    let leads =
        if item.owner(mapping) == Some(Owner::Jira) { Side::Jira } else { Side::Salesforce };
    for (key, text) in [("constant", &mapping.constant), ("default", &mapping.default)] {
        if let Some(text) = text {
            let value = FieldValue::text(text);
            let crosses = match key {
                "default" => crossing.first_across(leads, &FieldValue::Empty),
                _ => crossing.across(leads, &value),
            };
            if let Err(why) = crosses {
                let hint = "Use a value that the field takes.";
                problems.error(format!("{path}.{key}"), why.detail, hint);
            }
        }
    }
    if let Some(map) = &mapping.values {
        values(item, path, crossing, map, problems);
    }
}

/// Every value that a map leads to must be one that the field takes.
fn values(
    item: &ConnectedItem,
    path: &str,
    crossing: &Crossing<'_>,
    map: &ValueMap,
    problems: &mut Problems,
) {
    let owner = item.owner(crossing.mapping);
    for (index, pair) in map.map.iter().enumerate() {
        for (from, key, unless) in
            [(Side::Salesforce, "jira", Owner::Jira), (Side::Jira, "salesforce", Owner::Salesforce)]
        {
            if owner == Some(unless) || pair.on(from.other()).is_empty() {
                continue;
            }
            if let Err(why) = crossing.across(from, &FieldValue::text(pair.on(from))) {
                let hint = "Use a value that the field takes, as its side spells it.";
                problems.error(format!("{path}.values.map[{index}].{key}"), why.detail, hint);
            }
        }
    }
}

#[cfg(test)]
#[path = "transform_tests.rs"]
mod tests;
