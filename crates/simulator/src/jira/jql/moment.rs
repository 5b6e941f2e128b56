//! Points in time as JQL writes them.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, TimeZone as _, Utc};

/// A point in time, read in the caller's zone; Jira keeps whole minutes.
///
/// # Errors
/// Jira's message for a value that is no date.
pub(super) fn moment(
    text: &str,
    quoted: bool,
    now: DateTime<Utc>,
    zone: chrono_tz::Tz,
) -> Result<DateTime<Utc>, String> {
    if text.eq_ignore_ascii_case("now()") {
        return Ok(now);
    }
    let found = if quoted { None } else { epoch(text) };
    let found = found.or_else(|| relative(text, now)).or_else(|| literal(text, zone));
    found.map(to_minute).ok_or_else(|| {
        format!(
            "Date value '{text}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', \
             'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'."
        )
    })
}

fn to_minute(moment: DateTime<Utc>) -> DateTime<Utc> {
    moment - TimeDelta::milliseconds(moment.timestamp_millis().rem_euclid(60_000))
}

fn epoch(text: &str) -> Option<DateTime<Utc>> {
    let digits = text.len() >= 10 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten().and_then(DateTime::from_timestamp_millis)
}

fn relative(text: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut total = 0_i64;
    for part in rest.split_whitespace() {
        let (number, unit) = part.split_at_checked(part.len().checked_sub(1)?)?;
        let minutes = match unit {
            "m" => 1,
            "h" => 60,
            "d" => 1_440,
            "w" => 10_080,
            _ => return None,
        };
        total += number.parse::<i64>().ok()? * minutes;
    }
    (!rest.is_empty()).then(|| now + TimeDelta::minutes(sign * total))
}

fn literal(text: &str, zone: chrono_tz::Tz) -> Option<DateTime<Utc>> {
    let text = text.replace('/', "-");
    let local = NaiveDateTime::parse_from_str(&text, "%Y-%m-%d %H:%M").ok().or_else(|| {
        NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok().and_then(|date| date.and_hms_opt(0, 0, 0))
    })?;
    zone.from_local_datetime(&local).earliest().map(|moment| moment.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_read_in_the_callers_zone() {
        let now: DateTime<Utc> = "2026-11-22T10:15:30Z".parse().unwrap();
        let at = |text: &str, quoted| {
            moment(text, quoted, now, chrono_tz::America::New_York).unwrap().to_rfc3339()
        };
        assert_eq!(at("2026-11-22 05:15", true), "2026-11-22T10:15:00+00:00");
        assert_eq!(at("2026/11/22", true), "2026-11-22T05:00:00+00:00");
        assert_eq!(at("1795342530000", false), "2026-11-22T10:15:00+00:00");
        assert_eq!(at("-10m", false), "2026-11-22T10:05:00+00:00");
        assert!(moment("yesterday", false, now, chrono_tz::UTC).is_err());
    }
}
