//! A stateful Jira Cloud site and a stateful Salesforce org behind real HTTP, with faults on demand; and an
//! identity provider, by which people sign in to the console.
//!
//! The simulator shares no wire type with the clients on purpose: the shapes are written twice, from the vendors'
//! documents, so that a mistake in one copy shows.

pub mod control;
pub mod core;
pub mod jira;
pub mod oidc;
pub mod salesforce;
mod simulator;

pub use control::ControlClient;
pub use simulator::{Simulator, SimulatorConfig};
