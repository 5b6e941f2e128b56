//! What every process needs and none should write twice: configuration from the environment, the
//! clock, randomness, logs, metrics and probes, and a life that ends in order.

pub mod admin;
pub mod clock;
pub mod config;
pub mod lifecycle;
pub mod program;
pub mod random;
pub mod telemetry;
pub mod variables;

pub use admin::Admin;
pub use config::{ConfigErrors, Reader};
pub use lifecycle::Lifecycle;
pub use program::Program;
pub use variables::Variable;
