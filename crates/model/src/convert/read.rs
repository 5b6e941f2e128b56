//! Reads wire JSON as each side shows it.

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, SubsecRound, Utc};
use rust_decimal::Decimal;
use serde_json::Value;

use super::ConvertError;
use super::shapes::truth;
use crate::adf;
use crate::field::{JiraField, JiraKind, SalesforceField, SalesforceType};
use crate::value::FieldValue;

/// Reads what Salesforce shows in a record's JSON (date-times as `2026-11-22T09:30:00.000+0000`,
/// several picklist values as `A;B`, numbers as numbers or texts).
pub fn read_salesforce(field: &SalesforceField, raw: &Value) -> Result<FieldValue, ConvertError> {
    use SalesforceType as T;
    match (field.kind, raw) {
        (T::Checkbox, Value::Null) => Ok(FieldValue::Bool(false)),
        (_, Value::Null) => Ok(FieldValue::Empty),
        (T::Checkbox, Value::Bool(on)) => Ok(FieldValue::Bool(*on)),
        (T::Checkbox, _) => {
            let text = text(raw);
            truth(&text)
                .map(FieldValue::Bool)
                .ok_or_else(|| ConvertError::unfit(&text, "a checkbox"))
        }
        (T::Number | T::Currency | T::Percent, _) => number(raw),
        (T::Date, _) => date(raw),
        (T::DateTime, _) => date_time(raw),
        (T::Picklist, _) => Ok(choice(&text(raw))),
        (T::MultiPicklist, _) => Ok(FieldValue::choices(split(&text(raw)))),
        _ => Ok(FieldValue::text(&text(raw))),
    }
}

/// Reads what Jira shows in an issue's JSON (date-times with an offset with or without colon, numbers
/// as numbers or texts, options as objects). Of a kind that is only shown it reads a readable text.
pub fn read_jira(field: &JiraField, raw: &Value) -> Result<FieldValue, ConvertError> {
    match (field.kind, raw) {
        (_, Value::Null) => Ok(FieldValue::Empty),
        (JiraKind::Document, Value::String(text)) => Ok(document(&adf::from_text(text))),
        (JiraKind::Document, _) => Ok(document(raw)),
        (JiraKind::Number, _) => number(raw),
        (JiraKind::Date, _) => date(raw),
        (JiraKind::DateTime, _) => date_time(raw),
        (JiraKind::Cascade, _) => Ok(choice(&cascade(raw))),
        (JiraKind::User, _) => Ok(choice(&account(raw))),
        (JiraKind::Users, Value::Array(all)) => {
            Ok(FieldValue::choices(all.iter().map(account).filter(|id| !id.is_empty())))
        }
        (JiraKind::Option | JiraKind::Priority | JiraKind::Version | JiraKind::Resolution, _) => {
            Ok(choice(&text(raw)))
        }
        (
            JiraKind::Options | JiraKind::Labels | JiraKind::Components | JiraKind::Versions,
            Value::Array(all),
        ) => Ok(FieldValue::choices(all.iter().map(text).filter(|name| !name.is_empty()))),
        (JiraKind::Users, _) => Ok(FieldValue::choices([account(raw)])),
        (JiraKind::Options | JiraKind::Labels | JiraKind::Components | JiraKind::Versions, _) => {
            Ok(FieldValue::choices([text(raw)]))
        }
        (JiraKind::Text | JiraKind::Url | JiraKind::Other, _) => Ok(FieldValue::text(&text(raw))),
    }
}

fn document(raw: &Value) -> FieldValue {
    if adf::is_empty(raw) { FieldValue::Empty } else { FieldValue::Document(adf::canonical(raw)) }
}

fn choice(name: &str) -> FieldValue {
    if name.is_empty() { FieldValue::Empty } else { FieldValue::Choice(name.to_owned()) }
}

fn number(raw: &Value) -> Result<FieldValue, ConvertError> {
    let text = text(raw);
    if text.trim().is_empty() {
        return Ok(FieldValue::Empty);
    }
    decimal(&text).map(FieldValue::number).ok_or_else(|| ConvertError::unfit(&text, "a number"))
}

fn date(raw: &Value) -> Result<FieldValue, ConvertError> {
    let text = text(raw);
    day(&text).map(FieldValue::Date).ok_or_else(|| ConvertError::unfit(&text, "a date"))
}

fn date_time(raw: &Value) -> Result<FieldValue, ConvertError> {
    let text = text(raw);
    instant(&text)
        .map(FieldValue::DateTime)
        .ok_or_else(|| ConvertError::unfit(&text, "a date-time"))
}

/// An option and the one under it, in one line.
fn cascade(raw: &Value) -> String {
    match raw.get("child").filter(|child| child.is_object()) {
        Some(child) => format!("{}{CASCADE}{}", text(&raw["value"]), text(child)),
        None => text(raw),
    }
}

/// Who a user is: the account id, for names repeat and addresses may be hidden.
fn account(raw: &Value) -> String {
    raw.get("accountId").map_or_else(|| text(raw), text)
}

/// A number in plain or scientific form, without any grouping. At most 28 digits.
pub(super) fn decimal(text: &str) -> Option<Decimal> {
    let text = text.trim();
    let plain = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
    if !text.chars().all(plain) {
        return None;
    }
    let number = Decimal::from_str(text).or_else(|_| Decimal::from_scientific(text)).ok()?;
    Some(number.normalize())
}

/// `2026-11-22`.
pub(super) fn day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok()
}

/// An ISO 8601 instant, to the second: Salesforce has no more.
pub(super) fn instant(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    let parsed = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z"));
    Some(parsed.ok()?.to_utc().trunc_subsecs(0))
}

/// The values of a text that lists some, as in `A;B`.
pub(super) fn split(text: &str) -> Vec<String> {
    let names = text.split(';').map(str::trim).filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

/// Parts an option from the one under it.
pub const CASCADE: &str = " - ";

/// What a person would read in a JSON value: of objects their name, of lists their parts.
fn text(raw: &Value) -> String {
    match raw {
        Value::Null => String::new(),
        Value::Bool(true) => "Yes".to_owned(),
        Value::Bool(false) => "No".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(all) => all.iter().map(text).collect::<Vec<_>>().join("; "),
        Value::Object(parts) => {
            let name =
                ["value", "displayName", "name", "key"].iter().find_map(|key| parts.get(*key));
            match (name, parts.get("child")) {
                (Some(name), Some(child)) if child.is_object() => {
                    format!("{} / {}", text(name), text(child))
                }
                (Some(name), _) => text(name),
                (None, _) => parts
                    .values()
                    .filter(|part| part.is_string())
                    .map(text)
                    .collect::<Vec<_>>()
                    .join(", "),
            }
        }
    }
}
