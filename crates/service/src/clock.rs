//! The one place that asks what time it is.

use chrono::{DateTime, Utc};

/// What time it is. Handed to whoever needs a clock: `Ambient::new(clock::now, random::jitter)`.
#[expect(clippy::disallowed_methods, reason = "the one home of the clock")]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}
