//! A stateful Salesforce org behind its REST API.
//!
//! `world` holds the records and the platform's rules and knows no HTTP; `soql` reads it; `rest` serves it as the
//! vendor does; `control` lets a test act as a person or an administrator. One lock guards the world, so each call is
//! one transaction.

mod control;
mod error;
mod ids;
mod rest;
mod schema;
mod session;
mod soql;
mod stamp;
#[cfg(test)]
mod testing;
mod usage;
mod world;

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use crate::core::{CallLog, Faults, SimClock};

pub use control::control_router;
pub use ids::to18;
pub use rest::{operation, router};
pub use world::SalesforceWorld;

/// Consumer key of the simulated External Client App.
pub const CLIENT_ID: &str = "3MVG9lockstep";
/// Its secret.
pub const CLIENT_SECRET: &str = "salesforce-client-secret";
/// Consumer key of the org's Connected App, the older kind.
pub const CONNECTED_APP_ID: &str = "3MVG9connectedapp";
/// Its secret.
pub const CONNECTED_APP_SECRET: &str = "connected-app-secret";

/// The org and what surrounds it.
pub struct State {
    clock: SimClock,
    calls: CallLog,
    faults: Faults,
    base_url: String,
    world: Mutex<SalesforceWorld>,
}

impl fmt::Debug for State {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("State").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

impl State {
    /// An org served at `base_url`, with sample records when `seed` is set.
    pub fn new(
        clock: SimClock,
        calls: CallLog,
        faults: Faults,
        seed: bool,
        base_url: String,
    ) -> Self {
        let world =
            if seed { SalesforceWorld::seeded(&clock) } else { SalesforceWorld::bare(&clock) };
        Self { clock, calls, faults, base_url, world: Mutex::new(world) }
    }

    /// A short account of the org: who it is, what it holds, what it has used.
    pub fn dump(&self) -> Value {
        let world = self.world();
        json!({
            "base_url": self.base_url,
            "organization_id": world.org_id,
            "run_as_user_id": world.run_as,
            "human_user_id": world.human,
            "default_queue_id": world.default_queue,
            "records": world.counts(),
            "api_usage": {"used": world.usage.used, "max": world.usage.max},
            "fault_rules": self.faults.list().len(),
        })
    }

    fn world(&self) -> MutexGuard<'_, SalesforceWorld> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
