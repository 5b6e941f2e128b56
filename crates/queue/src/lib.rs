//! All of RabbitMQ: the one topology, confirmed publishing, consuming, the retry ladder, settling
//! and dead letters. Nobody else knows lapin.
//!
//! # Expected flow
//!
//! A [`Publisher`] hands a job to the lane's queue and returns when the broker has confirmed it. A
//! [`Consumer`] runs the handler, which answers with a [`Verdict`](lockstep_model::Verdict), and one
//! place carries the verdict out: acknowledge, put on a step of the ladder, promise, or bury.
//! The dead-letter mover copies what was buried to wherever its callback stores it.
//!
//! # Guarantees
//!
//! - `publish` returns `Ok` only when a majority of the queue's replicas has the message on disk.
//! - What replaces a delivery is confirmed before the delivery is acknowledged, so a crash between
//!   the two makes a duplicate and never a loss.
//! - Neither a poison message nor a panic ends a consumer.
//!
//! # Assumptions
//!
//! Jobs are hints or name promises: running one twice costs calls and changes nothing.
//!
//! # Connections
//!
//! Two a process, one to publish and one to consume: RabbitMQ stops reading a connection that
//! publishes while an alarm lasts, and the acks on it too. Each is supervised here. Lapin's own
//! recovery is off: it covers the loss of a connection but no channel errors, it drops prefetched
//! deliveries in silence, and its retries can end for good. Here every fault takes one path: drop
//! the channel or connection, wait a little, build anew.

mod broker;
mod config;
mod consumer;
mod dead;
mod error;
mod executor;
mod flights;
mod gate;
mod line;
mod message;
mod metrics;
mod publisher;
mod sender;
mod settle;
mod subscription;
pub mod topology;
mod woken;

#[cfg(test)]
mod tests;

pub use broker::Broker;
pub use config::{Ambient, QueueConfig};
pub use consumer::{Consumer, Delivered, Overflow};
pub use dead::DeadMessage;
pub use error::{PublishError, QueueError};
pub use message::Route;
pub use publisher::Publisher;
