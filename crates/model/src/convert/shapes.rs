//! A value in the shape of another type, whatever side it goes to.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use rust_decimal::Decimal;

use super::read::{day, decimal, instant, split};
use super::{ConvertError, excerpt};
use crate::adf;
use crate::catalogue::Code;
use crate::value::FieldValue;

/// The value as people read it; dates and instants in ISO 8601.
pub(crate) fn readable(value: &FieldValue) -> String {
    match value {
        FieldValue::Empty => String::new(),
        FieldValue::Text(text) | FieldValue::Choice(text) => text.clone(),
        FieldValue::Document(doc) => adf::to_text(doc),
        FieldValue::Number(number) => number.normalize().to_string(),
        FieldValue::Bool(on) => if *on { "Yes" } else { "No" }.to_owned(),
        FieldValue::Date(day) => day.to_string(),
        FieldValue::DateTime(instant) => instant.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        FieldValue::Choices(names) => names.join("; "),
    }
}

/// A single line of at most `max` characters (0: any number).
pub(super) fn line(value: &FieldValue, max: usize) -> Result<String, ConvertError> {
    let text = readable(value);
    let text = text.trim_matches('\n');
    if text.contains('\n') {
        return Err(ConvertError::unfit(text, "one line of text"));
    }
    within(text, max)?;
    Ok(text.to_owned())
}

/// Checks that a text has at most `max` characters (0: any number).
pub(super) fn within(text: &str, max: usize) -> Result<(), ConvertError> {
    let count = text.chars().count();
    if max == 0 || count <= max {
        return Ok(());
    }
    let detail = format!("{count} characters where {max} fit: `{}`", excerpt(text));
    Err(ConvertError::new(Code::ConvertTooLong, detail))
}

/// A number that survives the double in which both vendors keep it.
pub(super) fn number(value: &FieldValue) -> Result<Decimal, ConvertError> {
    let number = match value {
        FieldValue::Number(number) => Some(*number),
        FieldValue::Text(_) | FieldValue::Document(_) | FieldValue::Choice(_) => {
            decimal(&readable(value))
        }
        _ => None,
    };
    let number = number.ok_or_else(|| ConvertError::unfit(&readable(value), "a number"))?;
    Ok(as_double(number))
}

/// Written as JSON writes it: of two decimals that are as short and as near, printers choose differently.
fn as_double(number: Decimal) -> Decimal {
    let double = number.to_string().parse().ok().and_then(serde_json::Number::from_f64);
    double.and_then(|double| decimal(&double.to_string())).unwrap_or(number).normalize()
}

/// A day; of an instant its day in UTC.
pub(super) fn date(value: &FieldValue) -> Result<NaiveDate, ConvertError> {
    let date = match value {
        FieldValue::Date(day) => Some(*day),
        FieldValue::DateTime(instant) => Some(instant.date_naive()),
        FieldValue::Text(text) => day(text).or_else(|| instant(text).map(|at| at.date_naive())),
        _ => None,
    };
    date.ok_or_else(|| ConvertError::unfit(&readable(value), "a date"))
}

/// An instant; of a day its first second in UTC.
pub(super) fn date_time(value: &FieldValue) -> Result<DateTime<Utc>, ConvertError> {
    let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
    let found = match value {
        FieldValue::DateTime(instant) => Some(*instant),
        FieldValue::Date(day) => Some(midnight(*day)),
        FieldValue::Text(text) => instant(text).or_else(|| day(text).map(midnight)),
        _ => None,
    };
    found.ok_or_else(|| ConvertError::unfit(&readable(value), "a date-time"))
}

/// One option's name.
pub(super) fn name(value: &FieldValue) -> Result<String, ConvertError> {
    if let FieldValue::Choices(names) = value
        && names.len() > 1
    {
        return Err(ConvertError::unfit(&readable(value), "a single option"));
    }
    Ok(line(value, 0)?.trim().to_owned())
}

/// The names of several options; a text lists them as in `A; B`.
pub(super) fn names(value: &FieldValue) -> Vec<String> {
    let names = match value {
        FieldValue::Choices(names) => names.clone(),
        FieldValue::Text(_) | FieldValue::Document(_) => split(&readable(value).replace('\n', ";")),
        _ => vec![readable(value)],
    };
    let names = names.iter().map(|name| name.trim()).filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

/// What a word says of a checkbox.
pub(super) fn truth(word: &str) -> Option<bool> {
    match word.trim().to_lowercase().as_str() {
        "yes" | "true" | "1" | "on" => Some(true),
        "no" | "false" | "0" | "off" => Some(false),
        _ => None,
    }
}
