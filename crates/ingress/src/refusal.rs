//! Why a webhook is not accepted, and how that is answered.
//!
//! Jira delivers again after 408, 429 and 5xx and gives up after any other 4xx, so a fault of ours is
//! never answered with one of those.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::metrics;

/// How long Jira is asked to wait, in seconds.
const RETRY_SECONDS: &str = "10";

/// Why a webhook is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// Unknown connection, no secret, no signature or a wrong one: which of them is not told.
    #[error("the webhook could not be verified")]
    NotVerified,
    /// More bytes than are taken.
    #[error("the body has more than {0} bytes")]
    TooLarge(usize),
    /// The body did not arrive in time.
    #[error("the body did not arrive in time")]
    TooSlow,
    /// Signed, but no webhook.
    #[error("{0}")]
    Unreadable(String),
    /// Ours to mend: the broker or the database is away.
    #[error("the webhook cannot be taken now")]
    Unavailable,
}

impl Refusal {
    /// A bounded name, for metric labels.
    fn name(&self) -> &'static str {
        match self {
            Self::NotVerified => "not_verified",
            Self::TooLarge(_) => "too_large",
            Self::TooSlow => "too_slow",
            Self::Unreadable(_) => "unreadable",
            Self::Unavailable => "unavailable",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NotVerified => StatusCode::UNAUTHORIZED,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Unreadable(_) => StatusCode::BAD_REQUEST,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        metrics::HOOKS.with_label_values(&[self.name()]).inc();
        let answer = (self.status(), Json(json!({ "error": self.to_string() })));
        match self {
            Self::Unavailable => ([(RETRY_AFTER, RETRY_SECONDS)], answer).into_response(),
            _ => answer.into_response(),
        }
    }
}
