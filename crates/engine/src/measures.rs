//! What a process counts: on its Prometheus metrics at once, and in memory until it is stored with
//! what the others counted, for the charts of pages. The labels are bounded: directions, codes, lanes,
//! connections.

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use lockstep_model::{Code, ConnectionId, Job, Side};
use lockstep_store::{BOUNDS, Measured, Series, Tally, minute_of};
use prometheus::{HistogramVec, IntCounterVec, register_histogram_vec, register_int_counter_vec};

use crate::Engine;

/// How often what was counted is stored.
pub const STORE_EVERY: Duration = Duration::from_secs(10);

/// Rows that are kept while the store is away; what is counted then is on Prometheus only.
const ROWS_MAX: usize = 10_000;

// `expect`: a fixed and valid name, registered once.
macro_rules! metric {
    ($name:ident: $type:ty = $made:expr) => {
        static $name: LazyLock<$type> = LazyLock::new(|| $made.expect(stringify!($name)));
    };
}

metric!(CHANGE_SECONDS: HistogramVec = register_histogram_vec!(
    "lockstep_change_seconds", "From a change on one side to its write on the other.", &["direction"],
    BOUNDS.to_vec()));
metric!(CHANGES: IntCounterVec = register_int_counter_vec!(
    "lockstep_changes_total", "Changes that were written.", &["direction"]));
metric!(FAILURES: IntCounterVec = register_int_counter_vec!(
    "lockstep_failures_total", "Faults of jobs and refusals of vendors.", &["code"]));
metric!(QUEUE_AGE: HistogramVec = register_histogram_vec!(
    "lockstep_queue_age_seconds", "From a job's acceptance to its start.", &["lane"],
    BOUNDS.to_vec()));
metric!(CONNECTION_CALLS: IntCounterVec = register_int_counter_vec!(
    "lockstep_connection_calls_total", "Calls to the vendors by connection, each try counted.",
    &["connection"]));

/// Of what series, under which label, in which minute.
type Key = (Series, String, DateTime<Utc>);

/// What was counted and is not stored yet.
#[derive(Debug, Default)]
pub(crate) struct Measures {
    counted: Mutex<BTreeMap<Key, Tally>>,
}

impl Measures {
    fn observe(&self, series: Series, label: &str, now: DateTime<Utc>, seconds: f64) {
        self.with(series, label, now, |tally| tally.observe(seconds));
    }

    fn add(&self, series: Series, label: &str, now: DateTime<Utc>, number: i64) {
        self.with(series, label, now, |tally| tally.add(number));
    }

    fn with(&self, series: Series, label: &str, now: DateTime<Utc>, note: impl FnOnce(&mut Tally)) {
        let mut counted = self.lock();
        if counted.len() < ROWS_MAX {
            note(counted.entry((series, label.to_owned(), minute_of(now))).or_default());
        }
    }

    /// Takes what was counted, to be stored.
    fn take(&self) -> Vec<Measured> {
        let counted = std::mem::take(&mut *self.lock());
        let row = |((series, label, minute), tally)| Measured { series, label, minute, tally };
        counted.into_iter().map(row).collect()
    }

    /// Gives back what could not be stored.
    fn put_back(&self, rows: Vec<Measured>) {
        let mut counted = self.lock();
        for Measured { series, label, minute, tally } in rows {
            counted.entry((series, label, minute)).or_default().merge(&tally);
        }
    }

    /// A count that was cut short by a panic is a count all the same.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Key, Tally>> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Which way a change goes that is written on this side.
fn direction(written: Side) -> &'static str {
    match written {
        Side::Jira => "salesforce_to_jira",
        Side::Salesforce => "jira_to_salesforce",
    }
}

impl Engine {
    /// Counts a change that was written on a side.
    pub(crate) fn count_change(&self, written: Side) {
        CHANGES.with_label_values(&[direction(written)]).inc();
        self.measures.add(Series::Changes, direction(written), (self.clock)(), 1);
    }

    /// Notes how long ago the change was made that was just written on a side.
    pub(crate) fn note_latency(&self, written: Side, changed: DateTime<Utc>) {
        let seconds = seconds_since(changed, (self.clock)());
        CHANGE_SECONDS.with_label_values(&[direction(written)]).observe(seconds);
        self.measures.observe(Series::Latency, direction(written), (self.clock)(), seconds);
    }

    /// Counts a fault of a job, or what a vendor refused.
    pub(crate) fn count_failure(&self, code: Code) {
        FAILURES.with_label_values(&[code.id()]).inc();
        self.measures.add(Series::Failures, code.id(), (self.clock)(), 1);
    }

    /// Notes how long a job waited since it was accepted. A retry waited on purpose.
    pub(crate) fn note_queue_age(&self, job: &Job) {
        if job.attempt > 0 {
            return;
        }
        let seconds = seconds_since(job.first_seen, (self.clock)());
        QUEUE_AGE.with_label_values(&[job.lane.name()]).observe(seconds);
        self.measures.observe(Series::QueueAge, job.lane.name(), (self.clock)(), seconds);
    }

    /// Stores what this process counted since the last time, by one statement. What cannot be stored
    /// is kept for the next time.
    pub async fn store_measures(&self) {
        let now = (self.clock)();
        for (connection, calls) in self.catalog.calls_made().await {
            count_calls(connection, calls);
            let number = i64::try_from(calls).unwrap_or(i64::MAX);
            self.measures.add(Series::Calls, &connection.to_string(), now, number);
        }
        let (rows, limits) = (self.measures.take(), self.catalog.limits_seen(now).await);
        if rows.is_empty() {
            return;
        }
        if let Err(error) = self.store.measures().add(&rows, &limits).await {
            tracing::warn!("what was counted could not be stored yet: {error}");
            self.measures.put_back(rows);
        }
    }

    /// Stores what this process counts, again and again.
    pub async fn keep_storing_measures(&self) {
        loop {
            tokio::time::sleep(STORE_EVERY).await;
            self.store_measures().await;
        }
    }
}

fn count_calls(connection: ConnectionId, calls: u64) {
    CONNECTION_CALLS.with_label_values(&[connection.to_string().as_str()]).inc_by(calls);
}

/// Two clocks may differ: what seems to lie ahead is now.
fn seconds_since(then: DateTime<Utc>, now: DateTime<Utc>) -> f64 {
    (now - then).to_std().unwrap_or_default().as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 + seconds, 0).expect("an instant")
    }

    #[test]
    fn what_is_taken_is_gone_and_what_is_given_back_adds_up() {
        let measures = Measures::default();
        measures.add(Series::Changes, "a", at(0), 2);
        measures.observe(Series::Latency, "a", at(0), 3.0);
        let taken = measures.take();
        assert_eq!(taken.len(), 2);
        assert!(measures.take().is_empty());
        measures.add(Series::Changes, "a", at(1), 1);
        measures.put_back(taken);
        let all = measures.take();
        let changes = all.iter().find(|one| one.series == Series::Changes).expect("changes");
        assert_eq!((all.len(), changes.tally.count), (2, 3));
    }

    #[test]
    fn memory_is_bounded_while_the_store_is_away() {
        let measures = Measures::default();
        for minute in 0..12_000 {
            measures.add(Series::Changes, "a", at(60 * minute), 1);
        }
        assert_eq!(measures.take().len(), ROWS_MAX);
    }

    #[test]
    fn clocks_may_differ() {
        assert!(seconds_since(at(9), at(4)).abs() < f64::EPSILON);
        assert!((seconds_since(at(4), at(9)) - 5.0).abs() < f64::EPSILON);
    }
}
