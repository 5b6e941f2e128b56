//! Where hints come in: Jira's webhooks, and the ticks for what is due.
//!
//! A webhook is answered with success only after the broker has confirmed the job that it became; if
//! that does not happen it is answered with 503, and Jira delivers it again. So the ingress keeps
//! nothing of its own, and any number of it may run.

mod hook;
mod housekeeping;
mod metrics;
mod refusal;
mod secrets;
mod ticks;
mod verified;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use axum::Router;
use axum::routing::post;
use chrono::{DateTime, Utc};
use lockstep_queue::Publisher;
use lockstep_store::Store;
use uuid::Uuid;

pub use ticks::Ticker;

/// Time and chance, given from outside.
#[derive(Clone)]
pub struct Ambient {
    /// What time it is.
    pub now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    /// A new identity.
    pub id: Arc<dyn Fn() -> Uuid + Send + Sync>,
}

impl Ambient {
    /// From a clock and a source of identities.
    pub fn new(
        now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static,
        id: impl Fn() -> Uuid + Send + Sync + 'static,
    ) -> Self {
        Self { now: Arc::new(now), id: Arc::new(id) }
    }
}

impl fmt::Debug for Ambient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ambient")
    }
}

/// What the routes work with.
pub(crate) struct Hooks {
    secrets: secrets::Secrets,
    publisher: Publisher,
    ambient: Ambient,
    max_body: usize,
}

/// The routes: `POST /hooks/jira/{connection}`, where `connection` is the connection's name.
/// A body of more than `max_body` bytes is refused.
pub fn router(store: Store, publisher: Publisher, ambient: Ambient, max_body: usize) -> Router {
    let secrets = secrets::Secrets::new(store);
    let hooks = Arc::new(Hooks { secrets, publisher, ambient, max_body });
    Router::new().route("/hooks/jira/{connection}", post(hook::jira)).with_state(hooks)
}
