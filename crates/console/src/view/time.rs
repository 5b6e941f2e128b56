//! A time as people read it: told from now or exact, in their own zone, with the other one beside it.

use std::fmt;

use askama::filters::HtmlSafe;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, SecondsFormat, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;

/// How somebody reads times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Clock {
    pub(crate) now: DateTime<Utc>,
    pub(crate) zone: Tz,
    /// Whether exact times are read, and not how long ago something was.
    pub(crate) exact: bool,
}

impl Clock {
    /// Of whoever has chosen nothing.
    pub(crate) fn plain(now: DateTime<Utc>) -> Self {
        Self { now, zone: Tz::UTC, exact: false }
    }

    /// An instant as this clock tells it.
    pub(crate) fn time(self, at: DateTime<Utc>) -> Time {
        Time { at, clock: self }
    }

    /// The exact time, with the zone's short name.
    pub(crate) fn exactly(self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.zone).format("%F %T %Z").to_string()
    }

    /// Hour and minute.
    pub(crate) fn minute(self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.zone).format("%H:%M").to_string()
    }
}

/// The instant at which a day begins in a zone, so many days after this one; where the clocks skip
/// midnight, the first instant that there is.
pub(crate) fn begin_of(day: NaiveDate, days: u64, zone: Tz) -> Option<DateTime<Utc>> {
    let midnight = day.checked_add_days(Days::new(days))?.and_time(NaiveTime::MIN);
    let hours = (0..3).map(|hour| midnight + TimeDelta::hours(hour));
    let mut begins = hours.filter_map(|at| zone.from_local_datetime(&at).earliest());
    begins.next().map(|at| at.to_utc())
}

/// The zones that somebody may choose, by their part of the world: without other names of the same.
pub(crate) fn zones() -> Vec<(&'static str, Vec<&'static str>)> {
    let areas = [
        "Africa",
        "America",
        "Antarctica",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    ];
    let of = |area: &str| {
        let all = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
        all.filter(|name| name.strip_prefix(area).is_some_and(|rest| rest.starts_with('/')))
            .collect()
    };
    areas.into_iter().map(|area| (area, of(area))).collect()
}

/// An instant, as a clock tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Time {
    pub(crate) at: DateTime<Utc>,
    pub(crate) clock: Clock,
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let iso = self.at.to_rfc3339_opts(SecondsFormat::Millis, true);
        let (exact, relative) = (self.clock.exactly(self.at), relative(self.clock.now - self.at));
        let (shown, beside) = if self.clock.exact { (exact, relative) } else { (relative, exact) };
        write!(f, r#"<time datetime="{iso}" title="{beside}">{shown}</time>"#)
    }
}

impl HtmlSafe for Time {}

/// `3 min ago`, `in 2 h`, `just now`.
fn relative(past: TimeDelta) -> String {
    let span = duration(past.abs());
    match past.num_seconds() {
        -1..=1 => "just now".to_owned(),
        2.. => format!("{span} ago"),
        _ => format!("in {span}"),
    }
}

/// `42 s`, `3 min`, `5 h`, `12 d`.
pub(crate) fn duration(span: TimeDelta) -> String {
    let seconds = span.num_seconds();
    match seconds {
        ..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", span.num_minutes()),
        7_200..172_800 => format!("{} h", span.num_hours()),
        _ => format!("{} d", span.num_days()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_from_now_with_the_exact_one_beside() {
        let now = DateTime::from_timestamp(1_795_600_000, 0).expect("a time");
        let clock = Clock::plain(now);
        let told = |seconds| clock.time(now - TimeDelta::seconds(seconds)).to_string();
        let text = told(180);
        assert!(text.contains(">3 min ago<") && text.contains("UTC\""), "{text}");
        for (seconds, words) in [
            (0, "just now"),
            (59, "59 s ago"),
            (-90, "in 90 s"),
            (90_000, "25 h ago"),
            (900_000, "10 d ago"),
        ] {
            assert!(told(seconds).contains(&format!(">{words}<")), "{}", told(seconds));
        }
    }
    #[test]
    fn a_time_is_told_in_the_readers_zone() {
        let now = DateTime::from_timestamp(1_795_600_000, 0).expect("a time");
        let (zone, exact) = (Tz::Europe__Berlin, true);
        let told = Clock { now, zone, exact }.time(now).to_string();
        assert!(told.contains(">2026-11-25 10:46:40 CET<"), "{told}");
        assert!(told.contains(r#"title="just now""#) && told.contains("09:46:40.000Z"), "{told}");
        let day: NaiveDate = "2026-11-25".parse().expect("a day");
        let begin = |days, zone| begin_of(day, days, zone).expect("a day").to_string();
        assert_eq!(begin(0, Tz::Europe__Berlin), "2026-11-24 23:00:00 UTC");
        assert_eq!(begin(1, Tz::UTC), "2026-11-26 00:00:00 UTC");
        // Clocks in Beirut go forward at midnight: the day has no beginning of its own.
        let spring: NaiveDate = "2026-03-29".parse().expect("a day");
        assert!(begin_of(spring, 0, Tz::Asia__Beirut).is_some());
        for name in zones().into_iter().flat_map(|(_, all)| all) {
            assert!(name.parse::<Tz>().is_ok(), "{name}");
        }
    }
}
