//! A value in the wire form of the side that is written.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Value, json};

use super::read::CASCADE;
use super::shapes::readable;
use crate::field::{JiraField, JiraKind, SalesforceField, SalesforceType};
use crate::value::FieldValue;

/// The JSON that sets the value in `PATCH /sobjects/...`: null empties, an empty checkbox is `false`,
/// several picklist values are `A;B`, date-times end in `Z`.
pub fn write_salesforce(field: &SalesforceField, value: &FieldValue) -> Value {
    match value {
        FieldValue::Empty if field.kind == SalesforceType::Checkbox => json!(false),
        FieldValue::Empty => Value::Null,
        FieldValue::Bool(on) => json!(on),
        FieldValue::Number(number) => self::number(*number),
        FieldValue::Choices(names) => json!(names.join(";")),
        _ => json!(readable(value)),
    }
}

/// The JSON that sets the value in `PUT /issue/{key}`: null empties (lists take `[]`), options by
/// value, priorities by name, date-times as `2026-11-22T10:15:00.000+0000`.
pub fn write_jira(field: &JiraField, value: &FieldValue) -> Value {
    match (value, field.kind) {
        (
            FieldValue::Empty,
            JiraKind::Options
            | JiraKind::Labels
            | JiraKind::Components
            | JiraKind::Versions
            | JiraKind::Users,
        ) => json!([]),
        (FieldValue::Empty, _) => Value::Null,
        (FieldValue::Document(doc), JiraKind::Document) => doc.clone(),
        (FieldValue::Number(number), _) => self::number(*number),
        (FieldValue::DateTime(at), _) => json!(at.format("%Y-%m-%dT%H:%M:%S.000+0000").to_string()),
        (FieldValue::Choices(names), JiraKind::Options) => {
            names.iter().map(|name| json!({"value": name})).collect()
        }
        (FieldValue::Choices(names), JiraKind::Components | JiraKind::Versions) => {
            names.iter().map(|name| json!({"name": name})).collect()
        }
        (FieldValue::Choices(ids), JiraKind::Users) => {
            ids.iter().map(|id| json!({"accountId": id})).collect()
        }
        (FieldValue::Choices(names), _) => json!(names),
        (FieldValue::Choice(id), JiraKind::User) => json!({"accountId": id}),
        (FieldValue::Choice(name), JiraKind::Cascade) => cascade(&field.allowed, name),
        (FieldValue::Choice(name), JiraKind::Option) => json!({"value": name}),
        (FieldValue::Choice(name), JiraKind::Priority | JiraKind::Version) => json!({"name": name}),
        _ => json!(readable(value)),
    }
}

/// An option with the one under it. Names may hold the mark that parts them: the longest offered
/// parent counts.
fn cascade(allowed: &[String], name: &str) -> Value {
    let split =
        |(at, mark): (usize, &str)| (name[..at].to_owned(), name[at + mark.len()..].to_owned());
    let splits: Vec<(String, String)> = name.match_indices(CASCADE).map(split).collect();
    let known = splits.iter().rev().find(|(parent, _)| allowed.contains(parent));
    let offered_alone = allowed.iter().any(|each| each == name) && known.is_none();
    match known.or(splits.first()).filter(|_| !offered_alone) {
        Some((parent, child)) => json!({"value": parent, "child": {"value": child}}),
        None => json!({"value": name}),
    }
}

/// Whole numbers stay whole; others are doubles, as both vendors keep them.
fn number(number: Decimal) -> Value {
    let number = number.normalize();
    if number.scale() == 0
        && let Some(whole) = number.to_i64()
    {
        return json!(whole);
    }
    number.to_string().parse::<f64>().map_or(Value::Null, |double| json!(double))
}
