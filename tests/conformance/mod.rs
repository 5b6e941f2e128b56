//! The simulators' fidelity, proved by clients that we did not write and by the vendor's own description.

mod clients;
mod documents;
mod foreign;
mod openapi;
mod settings;
mod spec;
