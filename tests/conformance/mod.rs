//! The simulators' fidelity, proved by clients that we did not write and by the vendor's own description.

mod clients;
mod documents;
pub mod foreign;
mod openapi;
pub mod settings;
mod spec;
