//! What can go wrong between us and the broker.

use lockstep_model::{Code, Fault};

/// The broker could not be reached, or did not do what was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum QueueError {
    /// The address cannot be read.
    #[error("the broker's address cannot be read: {0}")]
    Address(String),
    /// The broker or the connection to it reported an error.
    #[error("the broker: {0}")]
    Broker(#[from] lapin::Error),
    /// No answer in time.
    #[error("the broker did not answer in time: {0}")]
    TimedOut(String),
    /// The broker ended the consumer: its queue was deleted or moved.
    #[error("the broker cancelled the consumer")]
    Cancelled,
    /// A queue or exchange is missing, or was declared with other arguments.
    #[error("`{name}` is not as it should be: {reason}")]
    Topology {
        /// Of the queue or exchange.
        name: String,
        /// In the broker's words.
        reason: String,
    },
}

impl QueueError {
    /// The broker knows no such queue or exchange.
    pub(crate) fn is_missing(&self) -> bool {
        match self {
            Self::Broker(error) => error.is_amqp_soft_error(),
            Self::Cancelled | Self::Topology { .. } => true,
            Self::Address(_) | Self::TimedOut(_) => false,
        }
    }
}

/// Why a message is not known to be with the broker.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PublishError {
    /// The broker takes no messages for now: an alarm on memory or disk. Nothing was sent.
    #[error("the broker is blocked by an alarm")]
    Blocked,
    /// More messages wait here than are let in. Nothing was sent.
    #[error("too many messages are waiting to be sent")]
    Busy,
    /// No connection, or it was lost meanwhile. The message may have arrived.
    #[error("no connection to the broker: {0}")]
    Unavailable(String),
    /// The broker refused the message: the queue is full.
    #[error("the broker refused the message: the queue is full")]
    Refused,
    /// No queue is bound for the message.
    #[error("no queue takes messages of `{exchange}` with key `{key}`")]
    Unroutable {
        /// Where it was published.
        exchange: String,
        /// With this routing key.
        key: String,
    },
    /// No confirm in time. The message may have arrived.
    #[error("the broker did not confirm in time")]
    TimedOut,
}

impl PublishError {
    /// As a fault of the catalogue.
    pub fn fault(&self) -> Fault {
        Fault::new(Code::BrokerUnavailable, self.to_string())
    }
}
