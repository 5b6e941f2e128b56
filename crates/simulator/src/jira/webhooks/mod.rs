//! Webhooks: who is told, what the message says, and its delivery.

mod delivery;
mod payload;
mod registry;

pub use registry::{Hook, HookKind, Webhooks};
