//! Times as the REST API writes them.

use chrono::{DateTime, NaiveDate, NaiveDateTime, SubsecRound as _, Utc};

/// `2026-11-22T09:30:00.000+0000`: whole seconds, no colon in the offset. Sorts as text.
pub(crate) fn stamp(at: DateTime<Utc>) -> String {
    at.trunc_subsecs(0).format("%Y-%m-%dT%H:%M:%S.000+0000").to_string()
}

/// Reads a date-time with `Z`, `+hh:mm` or `+hhmm`, with or without a fraction.
pub(crate) fn parse(text: &str) -> Option<DateTime<Utc>> {
    let fixed = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z"))
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%z"))
        .ok()?;
    (text.as_bytes().get(10) == Some(&b'T')).then(|| fixed.with_timezone(&Utc))
}

/// Reads a day.
pub(crate) fn parse_date(text: &str) -> Option<NaiveDate> {
    (text.len() == 10).then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten()
}

/// Reads the date of an HTTP header.
pub(crate) fn parse_http(text: &str) -> Option<DateTime<Utc>> {
    let naive = NaiveDateTime::parse_from_str(text.trim(), "%a, %d %b %Y %H:%M:%S GMT").ok()?;
    Some(naive.and_utc())
}

/// Writes the date of an HTTP header.
pub(crate) fn http(at: DateTime<Utc>) -> String {
    at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_are_whole_seconds_without_a_colon() {
        let at = parse("2026-11-22T10:30:00.987+01:00").unwrap();
        assert_eq!(stamp(at), "2026-11-22T09:30:00.000+0000");
        assert_eq!(parse(&stamp(at)).unwrap(), at.trunc_subsecs(0));
        assert_eq!(parse("2026-11-22 10:30:00Z"), None);
        assert_eq!(parse_date("2026-11-2"), None);
    }

    #[test]
    fn http_dates_go_both_ways() {
        let text = "Sun, 22 Nov 2026 09:30:00 GMT";
        assert_eq!(http(parse_http(text).unwrap()), text);
        assert_eq!(parse_http("yesterday"), None);
    }
}
