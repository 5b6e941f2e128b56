//! What must hold for a worker to be ready.

use std::sync::Weak;

use lockstep_queue::Broker;
use lockstep_service::{Admin, Lifecycle};
use lockstep_store::Store;

/// The admin endpoints, ready while Postgres answers and both broker connections stand.
/// The broker is only looked at: whoever drains closes it.
pub fn admin(life: &Lifecycle, store: Store, broker: Weak<Broker>) -> Admin {
    Admin::new(life)
        .ready_when("database", move || {
            let store = store.clone();
            async move { store.ping().await.map_err(|error| error.to_string()) }
        })
        .ready_when("broker", move || {
            let connected = broker.upgrade().is_some_and(|broker| broker.connected());
            async move { connected.then_some(()).ok_or_else(|| "not connected".to_owned()) }
        })
}
