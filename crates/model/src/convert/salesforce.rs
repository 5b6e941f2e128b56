//! What Salesforce would show of a Jira value.

use rust_decimal::Decimal;

use super::options::pick;
use super::shapes::{date, date_time, line, name, names, number, readable, truth, within};
use super::{ConvertError, excerpt};
use crate::catalogue::Code;
use crate::field::{JiraField, JiraKind, SalesforceField, SalesforceType};
use crate::rich;
use crate::value::FieldValue;

/// The value that Salesforce would show after it was written from Jira.
///
/// Fails where the field takes no such value: too long, not in a restricted picklist, more digits than
/// its precision or scale, not an e-mail address, empty although required, or not writable at all
/// (references and kinds that are only shown).
pub fn to_salesforce(
    from: &JiraField,
    value: &FieldValue,
    to: &SalesforceField,
) -> Result<FieldValue, ConvertError> {
    let formula = to.html && to.kind != SalesforceType::LongText;
    let person = matches!(from.kind, JiraKind::User) && to.is_user();
    let reference = to.kind == SalesforceType::Reference && !person;
    if formula || reference || to.kind == SalesforceType::Other {
        let detail = format!("`{}` is not a field that `{}` can be written to", to.name, from.name);
        return Err(ConvertError::new(Code::FieldUnwritable, detail));
    }
    let converted = filled(value, to)?;
    if converted.is_empty() && !to.nillable {
        let detail = format!("`{}` may not be empty", to.name);
        return Err(ConvertError::new(Code::SfRequiredField, detail));
    }
    Ok(converted)
}

fn filled(value: &FieldValue, to: &SalesforceField) -> Result<FieldValue, ConvertError> {
    use SalesforceType as T;
    if to.kind == T::Checkbox {
        return checkbox(value).map(FieldValue::Bool);
    }
    if value.is_empty() {
        return Ok(FieldValue::Empty);
    }
    Ok(match to.kind {
        T::Text | T::Phone | T::Url | T::Reference => FieldValue::text(&line(value, to.length)?),
        T::LongText if to.html => long_text(&html(value), to)?,
        T::LongText => long_text(&readable(value), to)?,
        T::Email => FieldValue::text(&email(value, to)?),
        T::Number | T::Currency | T::Percent => FieldValue::number(fitted(number(value)?, to)?),
        T::Date => FieldValue::Date(date(value)?),
        T::DateTime => FieldValue::DateTime(date_time(value)?),
        T::Picklist => picklist(value, to)?,
        T::MultiPicklist => multi_picklist(value, to)?,
        T::Checkbox | T::Other => FieldValue::Empty,
    })
}

/// Of a document what a rich text area shows of it. The length of a field counts the markup.
fn html(value: &FieldValue) -> String {
    match value {
        FieldValue::Document(doc) => rich::adf_to_html(doc),
        _ => rich::text_to_html(&readable(value)),
    }
}

pub(super) fn long_text(text: &str, to: &SalesforceField) -> Result<FieldValue, ConvertError> {
    within(text, to.length)?;
    Ok(FieldValue::text(text))
}

fn checkbox(value: &FieldValue) -> Result<bool, ConvertError> {
    match value {
        FieldValue::Empty => Ok(false),
        FieldValue::Bool(on) => Ok(*on),
        _ => truth(&name(value)?)
            .ok_or_else(|| ConvertError::unfit(&readable(value), "yes or no, as a checkbox needs")),
    }
}

/// Salesforce wants `name@host.domain`; finer points are its own to judge.
fn email(value: &FieldValue, to: &SalesforceField) -> Result<String, ConvertError> {
    let text = line(value, to.length)?.trim().to_owned();
    let whole = |text: &str| !text.is_empty() && !text.contains(char::is_whitespace);
    let valid = text.split_once('@').is_some_and(|(user, host)| {
        let dotted = host.split_once('.').is_some_and(|(a, b)| whole(a) && whole(b));
        whole(user) && dotted && !host.contains('@') && !host.ends_with('.')
    });
    if valid { Ok(text) } else { Err(ConvertError::unfit(&text, "an e-mail address")) }
}

/// Checks the field's scale and precision (a precision of 0: not known).
fn fitted(number: Decimal, to: &SalesforceField) -> Result<Decimal, ConvertError> {
    if number.normalize().scale() > to.scale {
        let detail = format!(
            "{number} has more than {} digits after the point, which is all that fit",
            to.scale
        );
        return Err(ConvertError::new(Code::ConvertScale, detail));
    }
    let whole = number.trunc().abs().normalize();
    let digits = if whole.is_zero() { 0 } else { whole.to_string().len() };
    let most = to.precision.saturating_sub(to.scale) as usize;
    if to.precision == 0 || digits <= most {
        return Ok(number);
    }
    let detail = format!("{number} has {digits} digits before the point where {most} fit");
    Err(ConvertError::new(Code::ConvertDigits, detail))
}

fn picklist(value: &FieldValue, to: &SalesforceField) -> Result<FieldValue, ConvertError> {
    let name = pick(&to.picklist, !to.restricted, &name(value)?)?;
    within(&name, to.length)?;
    Ok(if name.is_empty() { FieldValue::Empty } else { FieldValue::Choice(name) })
}

fn multi_picklist(value: &FieldValue, to: &SalesforceField) -> Result<FieldValue, ConvertError> {
    let names = names(value);
    if let Some(name) = names.iter().find(|name| name.contains(';')) {
        let detail = format!("`{}` holds a semicolon, which parts values", excerpt(name));
        return Err(ConvertError::new(Code::ConvertOption, detail));
    }
    let picked: Result<Vec<_>, _> =
        names.iter().map(|name| pick(&to.picklist, !to.restricted, name)).collect();
    let picked = picked?;
    within(&picked.join(";"), to.length)?;
    Ok(FieldValue::choices(picked))
}
