//! The retry ladder: how long a job waits before its next attempt. Pure: the jitter is an argument.
//!
//! The steps are the broker's retry queues, each with one time to live. A wait is drawn by
//! *exponential backoff with equal jitter* (half fixed, half random), raised to what the vendor asks
//! for, and rounded up to a step. What waits longer than the top step is a promise in Postgres.

use std::time::Duration;

/// The steps, lowest first: the name of the queue and how long a message stays in it.
pub const STEPS: [(&str, Duration); 6] = [
    ("1s", Duration::from_secs(1)),
    ("5s", Duration::from_secs(5)),
    ("30s", Duration::from_secs(30)),
    ("2m", Duration::from_secs(120)),
    ("10m", Duration::from_secs(600)),
    ("1h", Duration::from_secs(3600)),
];

/// A job that failed this often is given one last attempt; after that it is a dead letter.
pub const MAX_ATTEMPTS: u32 = 12;

/// How a job waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// In the queue of this step of [`STEPS`].
    Step(usize),
    /// As a row, for this long: longer than the top step.
    Row(Duration),
}

impl Wait {
    /// How long it takes.
    pub fn duration(self) -> Duration {
        match self {
            Self::Step(step) => STEPS.get(step).map_or(Duration::ZERO, |(_, wait)| *wait),
            Self::Row(wait) => wait,
        }
    }
}

/// How long to wait after failed attempt number `attempt` (the first is 1), or `None` when the
/// ladder is spent: `attempt` is above [`MAX_ATTEMPTS`].
///
/// `jitter` is random in `[0, 1)`; `retry_after` is the least that the vendor asks for.
pub fn wait(attempt: u32, retry_after: Option<Duration>, jitter: f64) -> Option<Wait> {
    if attempt > MAX_ATTEMPTS {
        return None;
    }
    let drawn = ceiling(attempt).mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0);
    Some(later(drawn.max(retry_after.unwrap_or_default())))
}

/// The least wait of the ladder that is at least `delay`.
pub fn later(delay: Duration) -> Wait {
    STEPS.iter().position(|(_, step)| *step >= delay).map_or(Wait::Row(delay), Wait::Step)
}

/// One second, doubled with each attempt, up to the top step.
fn ceiling(attempt: u32) -> Duration {
    let doubled = 1_u64.checked_shl(attempt.saturating_sub(1)).unwrap_or(u64::MAX);
    Duration::from_secs(doubled.min(3600))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // F-206
    #[test]
    fn the_ladder_climbs_from_seconds_to_the_hour() {
        let steps: Vec<_> = (1..=13).map(|attempt| wait(attempt, None, 0.999)).collect();
        let expected = [0, 1, 1, 2, 2, 3, 3, 4, 4, 4, 5, 5].map(|step| Some(Wait::Step(step)));
        assert_eq!(steps[..12], expected);
        assert_eq!(steps[12], None);
    }

    #[test]
    fn what_waits_longer_than_the_top_step_is_a_row() {
        let day = Duration::from_secs(86_400);
        assert_eq!(wait(1, Some(day), 0.0), Some(Wait::Row(day)));
        assert_eq!(later(Duration::from_secs(3600)), Wait::Step(5));
        assert_eq!(later(Duration::ZERO), Wait::Step(0));
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 128, failure_persistence: None, ..ProptestConfig::default()
        })]

        #[test]
        fn a_wait_is_never_shorter_than_the_vendor_asks(
            attempt in 1..=MAX_ATTEMPTS, seconds in 0_u64..100_000, jitter in 0.0..1.0_f64,
        ) {
            let asked = Duration::from_secs(seconds);
            let wait = wait(attempt, Some(asked), jitter).map(Wait::duration);
            prop_assert!(wait.is_some_and(|wait| wait >= asked));
        }

        #[test]
        fn a_later_attempt_never_waits_less(attempt in 1..MAX_ATTEMPTS, jitter in 0.0..1.0_f64) {
            let at = |attempt| wait(attempt, None, jitter).map(Wait::duration);
            prop_assert!(at(attempt) <= at(attempt + 1));
        }

        #[test]
        fn it_is_spent_exactly_after_the_last_attempt(attempt in 0_u32..1_000, jitter in 0.0..1.0_f64) {
            prop_assert_eq!(wait(attempt, None, jitter).is_none(), attempt > MAX_ATTEMPTS);
        }
    }
}
