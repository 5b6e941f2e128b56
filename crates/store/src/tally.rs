//! Counting by the minute: what workers add up in memory before it is stored, and what is read back.

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use serde::Serialize;

use crate::row::words;

/// Upper bounds of the buckets, in seconds; a last bucket takes what is above them all. They never
/// change: sums of old and new rows must mean the same.
pub const BOUNDS: [f64; 12] =
    [0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3600.0, 21600.0];

words! {
    /// What is counted.
    #[derive(PartialOrd, Ord)]
    Series {
        /// Seconds from a change on one side to its write on the other, by direction.
        Latency = "latency",
        /// Changes that were written, by direction.
        Changes = "changes",
        /// Faults and refusals, by code.
        Failures = "failures",
        /// Seconds from a job's acceptance to its start, by lane.
        QueueAge = "queue_age",
        /// Calls to a vendor, each try, by the connection's number.
        Calls = "calls",
    }
}

/// A count, and how what was counted is spread.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Tally {
    /// How many.
    pub count: i64,
    /// Their sum; zero of what is only counted.
    pub sum: f64,
    /// How many fell between two of the [`BOUNDS`]; empty of what is only counted.
    pub buckets: Vec<i64>,
}

/// What was counted of one thing within one minute.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measured {
    /// What.
    pub series: Series,
    /// Of what sort: a direction, a code, a lane, a connection. There are few of them.
    pub label: String,
    /// Within which minute.
    pub minute: DateTime<Utc>,
    /// How often.
    #[serde(flatten)]
    pub tally: Tally,
}

impl Tally {
    /// Counts `number` more.
    pub fn add(&mut self, number: i64) {
        self.count += number;
    }

    /// Counts one that took so long. Less than nothing, as between two clocks, is nothing.
    pub fn observe(&mut self, seconds: f64) {
        let seconds = seconds.max(0.0);
        self.buckets.resize(BOUNDS.len() + 1, 0);
        let bucket = BOUNDS.iter().position(|bound| seconds <= *bound).unwrap_or(BOUNDS.len());
        self.buckets[bucket] += 1;
        self.count += 1;
        self.sum += seconds;
    }

    /// Adds what another one counted.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.sum += other.sum;
        let buckets = self.buckets.len().max(other.buckets.len());
        self.buckets.resize(buckets, 0);
        for (bucket, more) in self.buckets.iter_mut().zip(&other.buckets) {
            *bucket += more;
        }
    }

    /// The value that the given share of all is no greater than, such as 0.95, guessed evenly within
    /// its bucket. `None` of what is empty or only counted; beyond the last bound it is that bound.
    #[expect(clippy::cast_precision_loss, reason = "a count that large is exact enough")]
    pub fn quantile(&self, share: f64) -> Option<f64> {
        let total: i64 = self.buckets.iter().sum();
        if total == 0 {
            return None;
        }
        let wanted = share.clamp(0.0, 1.0) * total as f64;
        let (mut below, mut lower) = (0.0, 0.0);
        for (number, upper) in self.buckets.iter().zip(BOUNDS) {
            let number = *number as f64;
            if number > 0.0 && below + number >= wanted {
                return Some(lower + (upper - lower) * ((wanted - below) / number));
            }
            (below, lower) = (below + number, upper);
        }
        Some(lower)
    }
}

/// The minute that an instant lies in.
pub fn minute_of(instant: DateTime<Utc>) -> DateTime<Utc> {
    // Only an instant beyond the years that nanoseconds can count fails, and then it stays itself.
    instant.duration_trunc(TimeDelta::minutes(1)).unwrap_or(instant)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(seconds: &[f64]) -> Tally {
        let mut tally = Tally::default();
        for one in seconds {
            tally.observe(*one);
        }
        tally
    }

    #[test]
    fn each_value_falls_into_one_bucket() {
        let tally = of(&[-3.0, 0.5, 0.6, 21_600.0, 21_601.0]);
        assert_eq!(tally.buckets, [2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
        assert_eq!((tally.count, tally.sum), (5, 43_202.1));
    }

    #[test]
    fn a_sum_counts_what_its_parts_count() {
        let mut sum = of(&[1.0, 4.0]);
        sum.merge(&Tally { count: 2, ..Tally::default() });
        sum.merge(&of(&[100.0]));
        assert_eq!((sum.count, sum.sum), (5, 105.0));
        assert_eq!(sum.buckets.iter().sum::<i64>(), 3);
        let mut other = Tally::default();
        other.merge(&sum);
        assert_eq!(other, sum);
    }

    #[test]
    fn quantiles_lie_within_their_bucket_and_in_order() {
        assert_eq!(Tally::default().quantile(0.5), None);
        assert_eq!(Tally { count: 9, ..Tally::default() }.quantile(0.5), None);
        let tally = of(&[0.4, 0.4, 0.4, 3.0, 3.0, 3.0, 3.0, 50.0, 50.0, 999_999.0]);
        let at = |share| tally.quantile(share).expect("some");
        assert!(
            at(0.3) <= 0.5 && (2.0..=5.0).contains(&at(0.5)) && (30.0..=60.0).contains(&at(0.9))
        );
        assert!((at(1.0) - 21_600.0).abs() < f64::EPSILON, "beyond the last bound");
        let shares = [0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 1.0];
        assert!(shares.windows(2).all(|two| at(two[0]) <= at(two[1])));
    }
}
