//! What Jira would show of a Salesforce value.

use serde_json::Value;

use super::options::{pick, pick_truth};
use super::shapes::{date, date_time, line, name, names, number, readable, within};
use super::{ConvertError, excerpt};
use crate::catalogue::Code;
use crate::field::{JiraField, JiraKind, SalesforceField};
use crate::value::FieldValue;
use crate::{adf, rich};

/// Most characters of `summary`.
pub(super) const SUMMARY: usize = 255;
/// Most characters of any other text; of a document both as text and as JSON.
pub(super) const TEXT: usize = 32_767;
/// Most characters of a label.
const LABEL: usize = 255;

/// The value that Jira would show after it was written from Salesforce.
///
/// Fails where the field takes no such value: too long, not an option that it offers, a blank in a
/// label, empty although required, or not writable at all.
pub fn to_jira(
    from: &SalesforceField,
    value: &FieldValue,
    to: &JiraField,
) -> Result<FieldValue, ConvertError> {
    if matches!(to.kind, JiraKind::Other | JiraKind::Resolution) {
        let detail = format!("`{}` ({}) is only shown", to.name, to.id);
        return Err(ConvertError::new(Code::FieldUnwritable, detail));
    }
    let converted = match value {
        FieldValue::Text(html) if from.html && to.kind == JiraKind::Document => {
            document(&rich::html_to_adf(html))?
        }
        FieldValue::Text(html) if from.html => {
            filled(&FieldValue::text(&rich::html_to_text(html)), to)?
        }
        _ => filled(value, to)?,
    };
    if converted.is_empty() && (to.required || to.id == "summary") {
        let detail = format!("`{}` may not be empty", to.name);
        return Err(ConvertError::new(Code::JiraRequiredField, detail));
    }
    Ok(converted)
}

/// A text as the summary of an issue.
pub(crate) fn summary(text: &str) -> Result<FieldValue, ConvertError> {
    let text = line(&FieldValue::text(text), SUMMARY)?;
    if text.is_empty() {
        return Err(ConvertError::new(Code::JiraRequiredField, "the record has no title"));
    }
    Ok(FieldValue::Text(text))
}

fn filled(value: &FieldValue, to: &JiraField) -> Result<FieldValue, ConvertError> {
    if value.is_empty() {
        return Ok(FieldValue::Empty);
    }
    Ok(match to.kind {
        JiraKind::Text => FieldValue::text(&line(value, longest(to))?),
        JiraKind::Url => FieldValue::text(&url(value)?),
        JiraKind::Document => document(&adf::from_text(&readable(value)))?,
        JiraKind::Number => FieldValue::number(number(value)?),
        JiraKind::Date => FieldValue::Date(date(value)?),
        JiraKind::DateTime => FieldValue::DateTime(date_time(value)?),
        JiraKind::Option | JiraKind::Priority | JiraKind::Cascade | JiraKind::Version => {
            option(value, to)?
        }
        JiraKind::Options | JiraKind::Components | JiraKind::Versions => options(value, to)?,
        JiraKind::User => account(value)?,
        JiraKind::Users => FieldValue::choices(accounts(value)?),
        JiraKind::Labels => labels(value)?,
        JiraKind::Other | JiraKind::Resolution => FieldValue::Empty,
    })
}

/// Most characters that a text field takes.
pub(super) fn longest(field: &JiraField) -> usize {
    if field.id == "summary" { SUMMARY } else { TEXT }
}

/// Jira's URL fields take absolute addresses only.
fn url(value: &FieldValue) -> Result<String, ConvertError> {
    let text = line(value, TEXT)?;
    if text.contains("://") && !text.contains(char::is_whitespace) {
        return Ok(text);
    }
    Err(ConvertError::unfit(&text, "an absolute address such as https://example.com"))
}

pub(super) fn document(doc: &Value) -> Result<FieldValue, ConvertError> {
    let text = adf::to_text(doc);
    if text.trim().is_empty() {
        return Ok(FieldValue::Empty);
    }
    within(&text, TEXT)?;
    within(&doc.to_string(), TEXT)?;
    Ok(FieldValue::Document(adf::canonical(doc)))
}

fn option(value: &FieldValue, to: &JiraField) -> Result<FieldValue, ConvertError> {
    let picked = match value {
        FieldValue::Bool(on) => pick_truth(&to.allowed, *on)?,
        _ => Some(pick(&to.allowed, to.allowed.is_empty(), &name(value)?)?),
    };
    Ok(picked.filter(|name| !name.is_empty()).map_or(FieldValue::Empty, FieldValue::Choice))
}

/// Only an account that was looked up is written: a name would be guessed, an address refused.
fn accounts(value: &FieldValue) -> Result<Vec<String>, ConvertError> {
    match value {
        FieldValue::Choice(_) | FieldValue::Choices(_) => Ok(names(value)),
        _ => Err(ConvertError::unfit(&super::readable(value), "an account")),
    }
}

/// The one account of a field that holds one.
fn account(value: &FieldValue) -> Result<FieldValue, ConvertError> {
    match <[String; 1]>::try_from(accounts(value)?) {
        Ok([account]) => Ok(FieldValue::Choice(account)),
        Err(_) => Err(ConvertError::unfit(&super::readable(value), "one account")),
    }
}

fn options(value: &FieldValue, to: &JiraField) -> Result<FieldValue, ConvertError> {
    if let FieldValue::Bool(on) = value {
        return Ok(FieldValue::choices(pick_truth(&to.allowed, *on)?));
    }
    let open = to.allowed.is_empty();
    let picked: Result<Vec<_>, _> =
        names(value).iter().map(|name| pick(&to.allowed, open, name)).collect();
    Ok(FieldValue::choices(picked?))
}

fn labels(value: &FieldValue) -> Result<FieldValue, ConvertError> {
    let names = names(value);
    if let Some(name) = names.iter().find(|name| name.contains(char::is_whitespace)) {
        let detail = format!("`{}` holds a blank", excerpt(name));
        return Err(ConvertError::new(Code::ConvertLabel, detail));
    }
    for name in &names {
        within(name, LABEL)?;
    }
    Ok(FieldValue::choices(names))
}
