//! Checks one incoming value and turns it into the stored one.

use serde_json::{Value, json};

use super::sanitise::sanitised;
use super::{Actor, Origin};
use crate::salesforce::error::Complaint;
use crate::salesforce::schema::{Field, Flag, Kind};
use crate::salesforce::{ids, stamp};

/// The stored form of `value`, or what the platform says against it.
pub(crate) fn coerce(field: &Field, value: &Value, actor: &Actor) -> Result<Value, Complaint> {
    if value.is_null() {
        return Ok(if field.kind == Kind::Bool { Value::Bool(false) } else { Value::Null });
    }
    match field.kind {
        Kind::Bool => boolean(value).ok_or_else(|| unreadable("boolean", value)),
        Kind::Int | Kind::Double | Kind::Currency | Kind::Percent => number(field, value),
        Kind::Date => day(value).ok_or_else(|| unreadable("date", value)),
        Kind::DateTime => moment(value).ok_or_else(|| unreadable("datetime", value)),
        Kind::Id | Kind::Reference => reference(field, value),
        Kind::Base64 => Ok(value.clone()),
        _ => text(field, value, actor),
    }
}

fn unreadable(wanted: &str, value: &Value) -> Complaint {
    let (token, shown) = match value {
        Value::String(text) => ("VALUE_STRING", text.clone()),
        Value::Bool(true) => ("VALUE_TRUE", "true".into()),
        Value::Bool(false) => ("VALUE_FALSE", "false".into()),
        Value::Number(number) if number.is_f64() => ("VALUE_NUMBER_FLOAT", number.to_string()),
        Value::Number(number) => ("VALUE_NUMBER_INT", number.to_string()),
        Value::Array(_) => ("START_ARRAY", "[".into()),
        _ => ("START_OBJECT", "{".into()),
    };
    let message = format!(
        "Cannot deserialize instance of {wanted} from {token} value {shown} or request may be \
         missing a required field at [line:1, column:2]"
    );
    Complaint::plain("JSON_PARSER_ERROR", message)
}

fn boolean(value: &Value) -> Option<Value> {
    match value {
        Value::Bool(_) => Some(value.clone()),
        Value::String(text) => {
            let text = text.to_ascii_lowercase();
            ["true", "false"].contains(&text.as_str()).then(|| Value::Bool(text == "true"))
        }
        _ => None,
    }
}

fn day(value: &Value) -> Option<Value> {
    let date = stamp::parse_date(value.as_str()?)?;
    Some(Value::String(date.to_string()))
}

fn moment(value: &Value) -> Option<Value> {
    let text = value.as_str()?;
    let at = stamp::parse(text).or_else(|| {
        stamp::parse_date(text).and_then(|date| date.and_hms_opt(0, 0, 0)).map(|at| at.and_utc())
    })?;
    Some(Value::String(stamp::stamp(at)))
}

fn number(field: &Field, value: &Value) -> Result<Value, Complaint> {
    let wanted = if field.kind == Kind::Int { "int" } else { "double" };
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    let number = number.filter(|number| number.is_finite());
    let number = number.ok_or_else(|| unreadable(wanted, value))?;
    if field.kind == Kind::Int {
        return whole(number).map(|whole| json!(whole)).ok_or_else(|| unreadable(wanted, value));
    }
    let shift = 10_f64.powi(i32::try_from(field.scale).unwrap_or(0));
    let rounded = (number * shift).round() / shift;
    let digits = i32::try_from(field.length.saturating_sub(field.scale)).unwrap_or(18);
    if rounded.abs() >= 10_f64.powi(digits) {
        let text =
            format!("{}: value outside of valid range on numeric field: {number:E}", field.label);
        return Err(Complaint::about("NUMBER_OUTSIDE_VALID_RANGE", text, &[&field.name]));
    }
    Ok(json!(rounded))
}

#[expect(clippy::cast_possible_truncation, reason = "the range is checked just before")]
fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < 2_147_483_648.0).then_some(number as i64)
}

fn reference(field: &Field, value: &Value) -> Result<Value, Complaint> {
    let text = value.as_str().ok_or_else(|| unreadable("reference", value))?;
    ids::to18(text).map(Value::String).ok_or_else(|| wrong_id(field, text))
}

/// The id is none, or one of an object that the field does not point to.
pub(crate) fn wrong_id(field: &Field, id: &str) -> Complaint {
    let text = format!("{}: id value of incorrect type: {id}", field.label);
    Complaint::about("MALFORMED_ID", text, &[&field.name])
}

fn text(field: &Field, value: &Value, actor: &Actor) -> Result<Value, Complaint> {
    let text = value.as_str().ok_or_else(|| unreadable("string", value))?.trim_end();
    if text.is_empty() {
        return Ok(Value::Null);
    }
    let text = lines(field, text, actor);
    match field.kind {
        Kind::Multi => return multi(field, &text),
        Kind::Picklist if field.has(Flag::Restricted) && !field.values.contains(&text) => {
            return Err(outside(field, &text));
        }
        Kind::Email if !is_email(&text) => {
            let message = format!("{}: invalid email address: {text}", field.label);
            return Err(Complaint::about("INVALID_EMAIL_ADDRESS", message, &[&field.name]));
        }
        _ => {}
    }
    fits(field, &text)?;
    Ok(Value::String(text))
}

/// A browser sends line ends as CR LF; a one-line field holds none.
fn lines(field: &Field, text: &str, actor: &Actor) -> String {
    let unix = text.replace("\r\n", "\n");
    match field.kind {
        Kind::Area if actor.origin == Origin::Human => unix.replace('\n', "\r\n"),
        Kind::Area => text.to_owned(),
        // Feed bodies have rules of their own; rich text areas are custom fields.
        Kind::Html if field.name.ends_with("__c") => sanitised(&unix),
        Kind::Html => unix,
        _ => unix.replace('\n', " "),
    }
}

fn fits(field: &Field, text: &str) -> Result<(), Complaint> {
    let limit = field.length as usize;
    if limit == 0 || text.chars().count() <= limit {
        return Ok(());
    }
    let message = format!("{}: data value too large: {text} (max length={limit})", field.label);
    Err(Complaint::about("STRING_TOO_LONG", message, &[&field.name]))
}

fn outside(field: &Field, value: &str) -> Complaint {
    let message = format!("{}: bad value for restricted picklist field: {value}", field.label);
    Complaint::about("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, &[&field.name])
}

/// Values in order of the definition, each once; unknown ones last.
fn multi(field: &Field, text: &str) -> Result<Value, Complaint> {
    let mut given: Vec<&str> = text.split(';').map(str::trim).filter(|v| !v.is_empty()).collect();
    if field.has(Flag::Restricted)
        && let Some(unknown) = given.iter().find(|value| !field.values.iter().any(|v| v == *value))
    {
        return Err(outside(field, unknown));
    }
    let place = |value: &&str| field.values.iter().position(|v| v == value).unwrap_or(usize::MAX);
    given.sort_by_key(place);
    given.dedup();
    Ok(Value::String(given.join(";")))
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let plain = |part: &str| !part.is_empty() && !part.contains([' ', ',', ';', '@', '<', '>']);
    plain(local) && plain(domain) && domain.contains('.') && !domain.split('.').any(str::is_empty)
}
