//! How often a token may call.

use std::num::NonZeroU32;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

type Limiter = RateLimiter<i64, HashMapStateStore<i64>, DefaultClock, StateInformationMiddleware>;

/// One bucket for each token that called: as many calls as a minute has may come at once.
pub(crate) struct Limits {
    limiter: Limiter,
    clock: DefaultClock,
    a_minute: NonZeroU32,
}

/// What is left for a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Left {
    calls: u32,
    a_minute: NonZeroU32,
    /// How long to wait, where nothing is left.
    pub(super) wait: Option<Duration>,
}

impl Limits {
    /// So many calls a minute for each token.
    pub(crate) fn new(a_minute: NonZeroU32) -> Self {
        let limiter = RateLimiter::hashmap(Quota::per_minute(a_minute));
        Self { limiter: limiter.with_middleware(), clock: DefaultClock::default(), a_minute }
    }

    /// Counts a call of a token.
    pub(super) fn count(&self, token: i64) -> Left {
        match self.limiter.check_key(&token) {
            Ok(state) => Left {
                calls: state.remaining_burst_capacity(),
                a_minute: self.a_minute,
                wait: None,
            },
            Err(early) => {
                let wait = early.wait_time_from(self.clock.now());
                Left { calls: 0, a_minute: self.a_minute, wait: Some(wait) }
            }
        }
    }
}

impl Left {
    /// Whole seconds to wait.
    pub(super) fn seconds(self) -> u64 {
        self.wait.map_or(0, |wait| wait.as_secs() + u64::from(wait.subsec_nanos() > 0))
    }

    /// Tells a program how it stands (draft-ietf-httpapi-ratelimit-headers).
    pub(super) fn tell(self, headers: &mut HeaderMap) {
        let policy = format!("\"token\";q={};w=60", self.a_minute);
        // A bucket refills evenly: it is full again after what is missing of it.
        let missing = u64::from(self.a_minute.get().saturating_sub(self.calls));
        let full = (missing * 60).div_ceil(u64::from(self.a_minute.get()));
        let now = format!("\"token\";r={};t={full}", self.calls);
        for (name, text) in [("ratelimit-policy", policy), ("ratelimit", now)] {
            if let Ok(value) = HeaderValue::from_str(&text) {
                headers.insert(name, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_token_has_a_bucket_of_its_own() {
        let limits = Limits::new(NonZeroU32::new(2).expect("not zero"));
        assert_eq!(limits.count(1).calls, 1);
        assert_eq!(limits.count(1).wait, None);
        let over = limits.count(1);
        assert!(over.wait.is_some() && (1..=30).contains(&over.seconds()), "{over:?}");
        assert_eq!(limits.count(2).wait, None);
        let mut headers = HeaderMap::new();
        over.tell(&mut headers);
        assert_eq!(headers["ratelimit"], "\"token\";r=0;t=60");
        assert_eq!(headers["ratelimit-policy"], "\"token\";q=2;w=60");
    }
}
