//! The only place of the simulator that reads the machine's clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

/// Real time plus an offset that tests and the control API may change. Clones share the offset.
#[derive(Clone, Debug, Default)]
pub struct SimClock {
    offset_ms: Arc<AtomicI64>,
}

impl SimClock {
    /// A clock that shows real time.
    pub fn new() -> Self {
        Self::default()
    }

    /// The simulated time now.
    pub fn now(&self) -> DateTime<Utc> {
        real_now() + TimeDelta::milliseconds(self.offset_ms.load(Ordering::SeqCst))
    }

    /// The simulated time now, in milliseconds since the epoch.
    pub fn now_ms(&self) -> i64 {
        self.now().timestamp_millis()
    }

    /// Moves the clock by `ms` milliseconds (backwards when negative).
    pub fn advance_ms(&self, ms: i64) {
        self.offset_ms.fetch_add(ms, Ordering::SeqCst);
    }

    /// Sets the clock; it runs on from there.
    pub fn set(&self, to: DateTime<Utc>) {
        let offset = (to - real_now()).num_milliseconds();
        self.offset_ms.store(offset, Ordering::SeqCst);
    }

    /// How far the clock stands from real time, in milliseconds.
    pub fn offset_ms(&self) -> i64 {
        self.offset_ms.load(Ordering::SeqCst)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the simulator's clock is the home of real time here"
)]
fn real_now() -> DateTime<Utc> {
    Utc::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_share_the_offset() {
        let clock = SimClock::new();
        let other = clock.clone();
        let before = other.now();
        clock.advance_ms(3_600_000);
        assert!(other.now() - before >= TimeDelta::hours(1));
    }

    #[test]
    fn set_moves_to_the_given_time() {
        let clock = SimClock::new();
        let to = DateTime::from_timestamp(1_795_342_500, 0).unwrap();
        clock.set(to);
        assert!((clock.now() - to).num_milliseconds() < 5_000);
    }
}
