//! A time as people read it, with the exact one beside it.

use std::fmt;

use askama::filters::HtmlSafe;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};

/// An instant, told from another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Time {
    pub(crate) at: DateTime<Utc>,
    pub(crate) now: DateTime<Utc>,
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exact = self.at.to_rfc3339_opts(SecondsFormat::Millis, true);
        let shown = self.at.format("%F %T UTC");
        let relative = relative(self.now - self.at);
        write!(f, r#"<time datetime="{exact}" title="{shown}">{relative}</time>"#)
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
        let told = |seconds| Time { at: now - TimeDelta::seconds(seconds), now }.to_string();
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
}
