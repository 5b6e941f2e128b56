//! Jira's timestamps, in all the forms that it writes.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::Value;

/// Below this an epoch number counts seconds, from it on milliseconds (it is the year 5138, or 1973).
const MILLIS_FROM: i64 = 100_000_000_000;

/// Reads `2026-11-22T10:15:30.123+0000` (the usual form, whose offset has no colon), RFC 3339, and
/// forms without seconds or zone, which are taken as UTC.
pub fn parse(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    if let Ok(number) = text.parse() {
        return epoch(number);
    }
    DateTime::parse_from_rfc3339(&with_colon(text))
        .map(|date| date.to_utc())
        .ok()
        .or_else(|| naive(text.trim_end_matches('Z')))
}

/// The usual form with a colon in its offset is RFC 3339, which is read several times as fast as a
/// pattern.
fn with_colon(text: &str) -> Cow<'_, str> {
    const OFFSET: usize = "+0000".len();
    let at = text.len().checked_sub(OFFSET).filter(|at| text.is_char_boundary(*at));
    let Some((time, offset)) = at.map(|at| text.split_at(at)) else {
        return text.into();
    };
    match offset.strip_prefix(['+', '-']) {
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{time}{}:{}", &offset[..3], &offset[3..]).into()
        }
        _ => text.into(),
    }
}

/// Reads a timestamp that may be a text or a number (`addAttachment` and `getBulkChangelogs` show
/// milliseconds and seconds).
pub fn of_json(value: &Value) -> Option<DateTime<Utc>> {
    match value {
        Value::String(text) => parse(text),
        Value::Number(number) => epoch(number.as_i64()?),
        _ => None,
    }
}

/// The one form that Jira takes: milliseconds, and an offset without a colon.
pub(crate) fn write(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%dT%H:%M:%S%.3f+0000").to_string()
}

fn epoch(number: i64) -> Option<DateTime<Utc>> {
    if number.abs() < MILLIS_FROM {
        DateTime::from_timestamp(number, 0)
    } else {
        DateTime::from_timestamp_millis(number)
    }
}

fn naive(text: &str) -> Option<DateTime<Utc>> {
    let read = |format| NaiveDateTime::parse_from_str(text, format).ok();
    read("%Y-%m-%dT%H:%M:%S%.f").or_else(|| read("%Y-%m-%dT%H:%M")).map(|date| date.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    // F-212
    #[test]
    fn every_form_that_jira_writes() {
        let table = [
            (json!("2026-11-22T10:15:30.123+0000"), 1_795_342_530_123),
            (json!("2026-11-22T12:15:30.123+0200"), 1_795_342_530_123),
            (json!("2026-11-22T10:15:30.123Z"), 1_795_342_530_123),
            (json!("2026-11-22T12:15:30+02:00"), 1_795_342_530_000),
            (json!("2026-11-22T10:15:30"), 1_795_342_530_000),
            (json!("2026-11-22T10:15Z"), 1_795_342_500_000),
            (json!(1_651_316_514_000_i64), 1_651_316_514_000),
            (json!(1_492_070_429), 1_492_070_429_000),
        ];
        for (value, millis) in table {
            let read = of_json(&value).map(|date| date.timestamp_millis());
            assert_eq!(read, Some(millis), "{value}");
        }
        let written = write(parse("2026-11-22T10:15:30Z").expect("time"));
        assert_eq!(written, "2026-11-22T10:15:30.000+0000");
        for value in [json!("yesterday"), json!(null), json!("2026-11-22"), json!({})] {
            assert_eq!(of_json(&value), None, "{value}");
        }
    }
}
