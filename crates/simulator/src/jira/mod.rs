//! The simulated Jira Cloud site: a domain model behind the paths of REST API version 3.

pub mod adf;
mod control;
mod control_files;
mod forge;
mod http;
mod index;
mod jql;
mod limits;
pub mod model;
mod seed;
mod settings;
mod state;
#[cfg(test)]
mod tests;
mod view;
mod webhooks;

pub use control::control_router;
pub use forge::FORGE_APP;
pub use http::{operation, router};
pub use settings::Settings;
pub use state::State;
