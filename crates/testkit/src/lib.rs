//! What tests stand on: a fresh database, fresh queues, real processes, a fault proxy, and waiting
//! for a state instead of for an event.

pub mod broker;
pub mod database;
pub mod environment;
pub mod fill;
pub mod http;
pub mod poll;
pub mod process;
pub mod proxy;

pub use poll::eventually;
pub use process::{Launch, Process};
pub use proxy::Proxy;
