//! The control API: tests and the demo act here as humans, set faults, move the clock and read what happened.

mod client;
mod jira;
mod routes;
mod salesforce;

#[cfg(test)]
pub(crate) use client::http_client;
pub use client::{ControlClient, ControlError};
pub use jira::AdminWebhook;
pub use routes::{Shared, router};
