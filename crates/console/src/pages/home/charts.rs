//! The charts: how long changes take from side to side, how many there were, what failed, how long jobs
//! waited, and what was called. The same figures as on `/metrics`.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures::try_join;
use lockstep_store::{Point, Series as Measure, Tally};

use crate::Console;
use crate::trouble::Trouble;
use crate::view::chart::{Chart, Form, Series, Unit};
use crate::view::{Clock, words};

/// What the two directions are called, in measures and on pages.
pub(super) const DIRECTIONS: [(&str, &str); 2] =
    [("salesforce_to_jira", "Salesforce to Jira"), ("jira_to_salesforce", "Jira to Salesforce")];

/// What the lanes are called.
const LANES: [(&str, &str); 2] = [("live", "what people wait for"), ("bulk", "in bulk")];

/// Codes that are told of apart; the others are in the sum.
const CODES: usize = 5;

/// The time that the charts show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Span {
    /// The last hour, by the minute.
    Hour,
    /// The last day, by the hour.
    Day,
}

impl Span {
    /// What an address asks for.
    pub(super) fn of(word: &str) -> Self {
        if word == "hour" { Self::Hour } else { Self::Day }
    }

    fn steps(self) -> usize {
        match self {
            Self::Hour => 60,
            Self::Day => 24,
        }
    }

    fn seconds(self) -> i64 {
        match self {
            Self::Hour => 60,
            Self::Day => 3600,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Hour => "last hour",
            Self::Day => "last 24 hours",
        }
    }
}

/// The steps of a chart.
struct Steps {
    from: DateTime<Utc>,
    clock: Clock,
    span: Span,
}

impl Steps {
    /// The last ones, this one among them.
    fn up_to(clock: Clock, span: Span) -> Self {
        let (now, seconds) = (clock.now, span.seconds());
        let this = now.timestamp().div_euclid(seconds) * seconds;
        let before = i64::try_from(span.steps()).unwrap_or_default() - 1;
        let from = DateTime::from_timestamp(this - before * seconds, 0).unwrap_or(now);
        Self { from, clock, span }
    }

    fn names(&self) -> Vec<String> {
        let at = |step: usize| {
            let step = i32::try_from(step).unwrap_or_default();
            self.from + TimeDelta::seconds(self.span.seconds()) * step
        };
        (0..self.span.steps()).map(|step| self.clock.minute(at(step))).collect()
    }

    /// One value for each step, from what was counted under a label.
    fn values(
        &self,
        points: &[Point],
        label: Option<&str>,
        value: impl Fn(&Tally) -> Option<f64>,
    ) -> Vec<Option<f64>> {
        let mut tallies = vec![Tally::default(); self.span.steps()];
        for point in points.iter().filter(|p| label.is_none_or(|label| p.label == label)) {
            let seconds = (point.at - self.from).num_seconds();
            let step = usize::try_from(seconds.div_euclid(self.span.seconds())).ok();
            if let Some(tally) = step.and_then(|step| tallies.get_mut(step)) {
                tally.merge(&point.tally);
            }
        }
        tallies.iter().map(value).collect()
    }

    fn chart(&self, id: &'static str, title: &str, unit: Unit) -> Chart {
        let (steps, summary) = (self.names(), String::new());
        let (title, zone) = (title.to_owned(), self.clock.zone.name());
        Chart { id, title, summary, unit, steps, zone, series: Vec::new() }
    }
}

/// What was measured in the time that is shown.
pub(super) struct Measured {
    steps: Steps,
    latency: Vec<Point>,
    changes: Vec<Point>,
    failures: Vec<Point>,
    waits: Vec<Point>,
    calls: Vec<Point>,
}

impl Measured {
    /// Reads it, each series beside the others.
    pub(super) async fn read(app: &Console, span: Span, clock: Clock) -> Result<Self, Trouble> {
        let steps = Steps::up_to(clock, span);
        let step = Duration::from_secs(span.seconds().unsigned_abs());
        let read = |series| app.store.measures().series(series, steps.from, step);
        let (latency, changes, failures, waits, calls) = try_join!(
            read(Measure::Latency),
            read(Measure::Changes),
            read(Measure::Failures),
            read(Measure::QueueAge),
            read(Measure::Calls)
        )?;
        Ok(Self { steps, latency, changes, failures, waits, calls })
    }

    /// The charts of it; connections by their names.
    pub(super) fn charts(&self, connections: &BTreeMap<String, String>) -> Vec<Chart> {
        let steps = &self.steps;
        vec![
            latencies(steps, &self.latency, "latency-jira", DIRECTIONS[0]),
            latencies(steps, &self.latency, "latency-salesforce", DIRECTIONS[1]),
            changes(steps, &self.changes),
            failures(steps, &self.failures),
            waits(steps, &self.waits),
            calls(steps, &self.calls, connections),
        ]
    }
}

fn latencies(
    steps: &Steps,
    points: &[Point],
    id: &'static str,
    (label, name): (&str, &str),
) -> Chart {
    let mut chart = steps.chart(id, &format!("From {name}"), Unit::Seconds);
    let line = |name: &str, form, share| {
        let values = steps.values(points, Some(label), |tally| tally.quantile(share));
        Series { name: name.to_owned(), form, values }
    };
    chart.series =
        vec![line("half (p50)", Form::Line, 0.5), line("95 % (p95)", Form::SecondLine, 0.95)];
    chart.summary = match spread(points.iter().filter(|point| point.label == label)) {
        Some((half, most)) => {
            format!(
                "In the {}, half took no more than {half}, 95 % no more than {most}.",
                steps.span.words()
            )
        }
        None => format!("Nothing went this way in the {}.", steps.span.words()),
    };
    chart
}

/// What half and what 95 % of them took at most.
pub(super) fn spread<'a>(points: impl Iterator<Item = &'a Point>) -> Option<(String, String)> {
    let mut all = Tally::default();
    points.for_each(|point| all.merge(&point.tally));
    let said = |share| all.quantile(share).map(|seconds| Unit::Seconds.say(seconds));
    said(0.5).zip(said(0.95))
}

fn changes(steps: &Steps, points: &[Point]) -> Chart {
    let mut chart = steps.chart("changes", "Changes synced", Unit::Count);
    let forms = [Form::Line, Form::SecondLine];
    let line = |((label, name), form): (&(&str, &str), _)| {
        let values = steps.values(points, Some(label), counted);
        Series { name: (*name).to_owned(), form, values }
    };
    chart.series = DIRECTIONS.iter().zip(forms).map(line).collect();
    let told = DIRECTIONS.iter().map(|(label, name)| {
        format!(
            "{} from {name}",
            words::grouped(count(points.iter().filter(|p| p.label == *label)))
        )
    });
    chart.summary =
        format!("In the {}: {}.", steps.span.words(), told.collect::<Vec<_>>().join(", "));
    chart
}

fn failures(steps: &Steps, points: &[Point]) -> Chart {
    let mut chart = steps.chart("failures", "Failures", Unit::Count);
    let mut codes: BTreeMap<&str, i64> = BTreeMap::new();
    for point in points {
        *codes.entry(&point.label).or_default() += point.tally.count;
    }
    let mut codes: Vec<(&str, i64)> = codes.into_iter().collect();
    codes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    codes.truncate(CODES);
    let all = steps.values(points, None, counted);
    chart.series = vec![Series { name: "all".to_owned(), form: Form::BadBars, values: all }];
    chart.series.extend(codes.iter().map(|(code, _)| {
        let values = steps.values(points, Some(code), counted);
        Series { name: (*code).to_owned(), form: Form::TableOnly, values }
    }));
    let most: Vec<String> =
        codes.iter().map(|(code, count)| format!("{code} {}", words::grouped(*count))).collect();
    let total = words::grouped(count(points.iter()));
    chart.summary = if most.is_empty() {
        format!("None in the {}.", steps.span.words())
    } else {
        format!("{total} in the {}; most: {}.", steps.span.words(), most.join(", "))
    };
    chart
}

fn waits(steps: &Steps, points: &[Point]) -> Chart {
    let mut chart = steps.chart("waits", "How long jobs waited (95 %)", Unit::Seconds);
    let forms = [Form::Line, Form::SecondLine];
    let line = |((label, name), form): (&(&str, &str), _)| {
        let values = steps.values(points, Some(label), |tally| tally.quantile(0.95));
        Series { name: (*name).to_owned(), form, values }
    };
    chart.series = LANES.iter().zip(forms).map(line).collect();
    chart.summary = match spread(points.iter().filter(|point| point.label == LANES[0].0)) {
        Some((half, most)) => format!(
            "In the {}, half of what people wait for began within {half}, 95 % within {most}.",
            steps.span.words()
        ),
        None => format!("No job in the {}.", steps.span.words()),
    };
    chart
}

fn calls(steps: &Steps, points: &[Point], connections: &BTreeMap<String, String>) -> Chart {
    let mut chart = steps.chart("calls", "Calls to vendors", Unit::Count);
    let forms =
        [Form::Line, Form::SecondLine].into_iter().chain(std::iter::repeat(Form::TableOnly));
    let line = |((label, name), form): ((&String, &String), _)| {
        let values = steps.values(points, Some(label), counted);
        Series { name: name.clone(), form, values }
    };
    chart.series = connections.iter().zip(forms).map(line).collect();
    let total = words::grouped(count(points.iter()));
    chart.summary = format!("{total} calls in the {}, each try counted.", steps.span.words());
    chart
}

fn count<'a>(points: impl Iterator<Item = &'a Point>) -> i64 {
    points.map(|point| point.tally.count).sum()
}

/// A count as a height: nothing counted is none, not unknown.
#[expect(clippy::cast_precision_loss, reason = "a count that large is exact enough for a drawing")]
#[expect(clippy::unnecessary_wraps, reason = "it stands where a quantile does")]
fn counted(tally: &Tally) -> Option<f64> {
    Some(tally.count as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_795_600_000, 0).expect("a time")
    }

    fn point(label: &str, minutes_ago: i64, seconds: &[f64]) -> Point {
        let mut tally = Tally::default();
        for each in seconds {
            tally.observe(*each);
        }
        let at = now() - TimeDelta::minutes(minutes_ago);
        Point { label: label.to_owned(), at, tally }
    }

    // F-320
    #[test]
    fn what_was_measured_stands_at_its_step() {
        let steps = Steps::up_to(Clock::plain(now()), Span::Hour);
        let points =
            [point("jira_to_salesforce", 0, &[0.4, 0.4]), point("jira_to_salesforce", 59, &[3.0])];
        let chart = latencies(&steps, &points, "x", DIRECTIONS[1]);
        assert_eq!((chart.steps.len(), chart.series.len()), (60, 2));
        let values = &chart.series[0].values;
        assert!(
            values[59].is_some_and(|v| v <= 0.5) && values[0].is_some_and(|v| v > 2.0),
            "{values:?}"
        );
        assert_eq!(values.iter().flatten().count(), 2);
        assert!(chart.summary.contains("half took no more than"), "{}", chart.summary);
        let other = latencies(&steps, &points, "y", DIRECTIONS[0]);
        assert!(other.is_empty() && other.summary.starts_with("Nothing went this way"));
        let day = Steps::up_to(Clock::plain(now()), Span::Day);
        assert_eq!((day.names().len(), day.names()[23].as_str()), (24, "09:00"));
    }

    #[test]
    fn failures_are_drawn_together_and_told_by_code() {
        let steps = Steps::up_to(Clock::plain(now()), Span::Day);
        let points = [point("LS-JR-045", 1, &[1.0, 1.0]), point("LS-SF-020", 61, &[1.0])];
        let chart = failures(&steps, &points);
        assert!(
            chart.summary.starts_with("3 in the last 24 hours; most: LS-JR-045 2, LS-SF-020 1"),
            "{}",
            chart.summary
        );
        assert_eq!(chart.series.len(), 3);
        assert!(failures(&steps, &[]).summary.starts_with("None"));
    }
}
