//! Quick tries within one call, for faults that are over in a moment. Longer ones are the queue
//! ladder's business.
//!
//! The arithmetic comes from the `backoff` crate, which is unmaintained (RUSTSEC-2025-0012) and so
//! is kept behind this one file. To replace it, give [`Tries`] another source of delays:
//! `rand(0, min(cap, base * 2^n))`, none once [`BUDGET`] is spent; nobody else knows of it.

use std::time::Duration;

use backoff::backoff::Backoff;
use backoff::{ExponentialBackoff, ExponentialBackoffBuilder};
use reqwest::StatusCode;

use crate::answer::Answer;
use crate::error::TransportError;

/// Most times that one call is sent.
const TRIES_MAX: u32 = 3;
/// No try starts later than this after the first.
const BUDGET: Duration = Duration::from_secs(5);
/// A vendor that asks for more than this is left to the caller.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(2);

/// The tries of one call.
pub(crate) struct Tries {
    left: u32,
    delays: ExponentialBackoff,
}

impl Tries {
    /// All tries for a call that may be repeated, one for any other.
    pub(crate) fn of(idempotent: bool) -> Self {
        // A spread of +-100 % around d is uniform in [0, 2d]: full jitter up to 0.2 s, then 0.4 s.
        let delays = ExponentialBackoffBuilder::new()
            .with_initial_interval(Duration::from_millis(100))
            .with_multiplier(2.0)
            .with_randomization_factor(1.0)
            .with_max_interval(Duration::from_secs(1))
            .with_max_elapsed_time(Some(BUDGET))
            .build();
        Self { left: if idempotent { TRIES_MAX - 1 } else { 0 }, delays }
    }

    /// How long to wait before the next try; none when this result is to be handed back.
    pub(crate) fn next(&mut self, result: &Result<Answer, TransportError>) -> Option<Duration> {
        let floor = passing(result)?;
        self.left = self.left.checked_sub(1)?;
        let delay = self.delays.next_backoff()?.max(floor);
        (self.delays.get_elapsed_time() + delay <= BUDGET).then_some(delay)
    }
}

/// Whether a result is worth another try at once, and the least wait before it. A time-out is not:
/// the caller has waited long enough.
fn passing(result: &Result<Answer, TransportError>) -> Option<Duration> {
    match result {
        Err(TransportError::Connect(_) | TransportError::Broken(_)) => Some(Duration::ZERO),
        Err(_) => None,
        Ok(answer) => {
            let asked = answer.retry_after();
            match answer.status {
                StatusCode::TOO_MANY_REQUESTS => asked.filter(|wait| *wait <= RETRY_AFTER_MAX),
                StatusCode::BAD_GATEWAY
                | StatusCode::SERVICE_UNAVAILABLE
                | StatusCode::GATEWAY_TIMEOUT => {
                    Some(asked.unwrap_or_default()).filter(|wait| *wait <= RETRY_AFTER_MAX)
                }
                _ => None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken() -> Result<Answer, TransportError> {
        Err(TransportError::Broken("reset".to_owned()))
    }

    // F-206
    #[test]
    fn delays_are_jittered_bounded_and_few() {
        for _ in 0..200 {
            let mut tries = Tries::of(true);
            assert!(tries.next(&broken()).expect("second try") <= Duration::from_millis(201));
            assert!(tries.next(&broken()).expect("third try") <= Duration::from_millis(401));
            assert_eq!(tries.next(&broken()), None);
        }
    }

    #[test]
    fn a_call_that_may_not_be_repeated_has_one_try() {
        assert_eq!(Tries::of(false).next(&broken()), None);
    }

    #[test]
    fn a_time_out_is_not_repeated() {
        let timeout = Err(TransportError::Timeout(Duration::from_secs(30)));
        assert_eq!(Tries::of(true).next(&timeout), None);
    }
}
