//! Salesforce's timestamps, as it writes and as it reads them.

use chrono::{DateTime, SecondsFormat, SubsecRound, TimeDelta, Utc};

/// Reads `2026-11-22T09:30:00.000+0000` (REST; the offset has no colon) and RFC 3339.
pub fn parse(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z")
        .or_else(|_| DateTime::parse_from_rfc3339(text))
        .map(|date| date.to_utc())
        .ok()
}

/// A SOQL literal: `2026-11-22T09:30:00Z`, with milliseconds where there are any.
pub(crate) fn literal(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// An HTTP date not before `time`. It has whole seconds, and one that was cut would make a record
/// that was saved within its second look newer than it is.
pub(crate) fn http_date(time: DateTime<Utc>) -> String {
    let cut = time.trunc_subsecs(0);
    let date = if cut < time { cut + TimeDelta::seconds(1) } else { cut };
    date.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_are_read_in_both_forms() {
        let expected = Some(1_795_339_800_000);
        for text in [
            "2026-11-22T09:30:00.000+0000",
            "2026-11-22T09:30:00.000Z",
            "2026-11-22T10:30:00+01:00",
        ] {
            assert_eq!(parse(text).map(|at| at.timestamp_millis()), expected, "{text}");
        }
        assert_eq!(parse("2026-11-22"), None);
    }

    #[test]
    fn stamps_are_written_for_soql_and_http() {
        let whole = parse("2026-11-22T09:30:00.000+0000").expect("stamp");
        let part = parse("2026-11-22T09:30:00.120+0000").expect("stamp");
        assert_eq!(literal(whole), "2026-11-22T09:30:00Z");
        assert_eq!(literal(part), "2026-11-22T09:30:00.120Z");
        assert_eq!(http_date(whole), "Sun, 22 Nov 2026 09:30:00 GMT");
        assert_eq!(http_date(part), "Sun, 22 Nov 2026 09:30:01 GMT");
    }
}
