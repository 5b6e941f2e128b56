//! Why there is no answer.

use std::error::Error;
use std::time::Duration;

use crate::hosts::HostRefused;

/// A call that brought no answer. The text holds no address and no secret.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// The host is not on the allow-list; nothing was sent.
    #[error(transparent)]
    HostRefused(#[from] HostRefused),
    /// No connection came about; nothing was sent.
    #[error("no connection: {0}")]
    Connect(String),
    /// No whole answer came in time. The call may have taken effect.
    #[error("no answer within {} s", .0.as_secs_f32())]
    Timeout(Duration),
    /// The connection broke. The call may have taken effect.
    #[error("the connection broke: {0}")]
    Broken(String),
    /// The answer's body is larger than the cap. The call may have taken effect.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
}

impl TransportError {
    /// Reads an error of reqwest; `timeout` is the one that the client was built with.
    pub(crate) fn of(error: reqwest::Error, timeout: Duration) -> Self {
        let error = error.without_url();
        if error.is_connect() {
            Self::Connect(innermost(&error))
        } else if error.is_timeout() {
            Self::Timeout(timeout)
        } else {
            Self::Broken(innermost(&error))
        }
    }

    /// A bounded name, for metric labels.
    pub(crate) fn outcome(&self) -> &'static str {
        match self {
            Self::HostRefused(_) => "refused",
            Self::Connect(_) => "connect",
            Self::Timeout(_) => "timeout",
            Self::Broken(_) => "broken",
            Self::TooLarge(_) => "too_large",
        }
    }
}

/// The last link of an error's chain of causes: the one that says what happened.
fn innermost(error: &dyn Error) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}
