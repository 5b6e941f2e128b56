//! The control API: tests and the demo act here as humans, set faults, move the clock and read what happened.

mod client;
mod jira;
mod oidc;
mod routes;
mod salesforce;

pub use client::{ControlClient, ControlError};
#[cfg(test)]
pub(crate) use client::{browser, http_client};
pub use jira::{AdminWebhook, PanelHeaders};
pub use routes::{Shared, router};
