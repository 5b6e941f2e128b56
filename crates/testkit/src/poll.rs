//! Waiting for a state. An event can be missed; a state is still there at the next look.

use std::time::Duration;

use tokio::time::{Instant, sleep};

const PAUSE: Duration = Duration::from_millis(20);

/// Looks until `check` says yes.
///
/// # Panics
/// With `what`, when `limit` has passed.
pub async fn eventually<C, F>(limit: Duration, what: &str, mut check: C)
where
    C: FnMut() -> F,
    F: Future<Output = bool>,
{
    let until = Instant::now() + limit;
    while !check().await {
        assert!(Instant::now() < until, "not within {limit:?}: {what}");
        sleep(PAUSE).await;
    }
}
