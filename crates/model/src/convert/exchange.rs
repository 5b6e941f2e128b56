//! Values that mean something else on the other side: people, and days in a time zone.

use chrono::{Duration, NaiveDate, NaiveTime, TimeZone};
use chrono_tz::Tz;

use super::shapes::names;
use super::{ConvertError, excerpt};
use crate::catalogue::Code;
use crate::field::{JiraField, JiraKind, SalesforceField, SalesforceType};
use crate::people::{Person, by_jira, by_salesforce};
use crate::snapshot::Side;
use crate::value::FieldValue;

/// A person of `from` as the other side knows them, where the field holds people; another
/// value as it is. Somebody who is not known on the other side is an error: that side is left alone.
pub(super) fn person(
    (salesforce, jira): (&SalesforceField, &JiraField),
    from: Side,
    value: FieldValue,
    people: &[Person],
) -> Result<FieldValue, ConvertError> {
    if !matches!(jira.kind, JiraKind::User | JiraKind::Users) || value.is_empty() {
        return Ok(value);
    }
    let known = names(&value).into_iter().map(|who| match from {
        Side::Salesforce => {
            let person = by_salesforce(people, &who);
            person.and_then(|person| person.jira.clone()).ok_or_else(|| unknown(&who, from))
        }
        Side::Jira => {
            let person = by_jira(people, &who);
            person
                .and_then(|person| in_salesforce(person, salesforce))
                .ok_or_else(|| unknown(&who, from))
        }
    });
    let mut known = known.collect::<Result<Vec<_>, _>>()?;
    Ok(match (from, jira.kind, known.len()) {
        (Side::Salesforce, JiraKind::Users, _) | (Side::Jira, _, 2..) => FieldValue::choices(known),
        (Side::Salesforce, _, 1) => FieldValue::Choice(known.remove(0)),
        (Side::Jira, ..) => FieldValue::text(&known.join("")),
        _ => return Err(ConvertError::unfit(&known.join("; "), "a single person")),
    })
}

/// What a record's field holds of a person: their user id, their address or their name.
fn in_salesforce(person: &Person, field: &SalesforceField) -> Option<String> {
    match field.kind {
        SalesforceType::Reference => person.salesforce.clone(),
        SalesforceType::Email => person.email.clone(),
        _ => Some(person.name.clone()),
    }
}

fn unknown(who: &str, from: Side) -> ConvertError {
    let detail = format!("nobody in {} is known to be `{}`", from.other().name(), excerpt(who));
    ConvertError::new(Code::ConvertUser, detail)
}

/// A day and an instant in each other's place, as the clocks of `zone` have it.
pub(super) fn placed(
    (salesforce, jira): (&SalesforceField, &JiraField),
    from: Side,
    value: FieldValue,
    zone: Tz,
) -> FieldValue {
    let (day, instant) = match from {
        Side::Salesforce => (jira.kind == JiraKind::Date, jira.kind == JiraKind::DateTime),
        Side::Jira => {
            (salesforce.kind == SalesforceType::Date, salesforce.kind == SalesforceType::DateTime)
        }
    };
    match value {
        FieldValue::DateTime(at) if day => FieldValue::Date(at.with_timezone(&zone).date_naive()),
        FieldValue::Date(date) if instant => begins(date, zone),
        other => other,
    }
}

/// When a day begins: its midnight, or, where the clocks skip that, the first hour that there is.
fn begins(date: NaiveDate, zone: Tz) -> FieldValue {
    let midnight = date.and_time(NaiveTime::MIN);
    let first = (0..4).find_map(|hours| {
        zone.from_local_datetime(&(midnight + Duration::hours(hours))).earliest()
    });
    first.map_or(FieldValue::Date(date), |at| FieldValue::DateTime(at.to_utc()))
}

#[cfg(test)]
#[path = "exchange_tests.rs"]
mod tests;
