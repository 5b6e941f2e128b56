//! The site's way to say no.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// An answer that is no success: `{errorMessages, errors}` with a status and headers.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// HTTP status.
    pub status: StatusCode,
    /// Messages about the call as a whole.
    pub messages: Vec<String>,
    /// Messages by field.
    pub errors: BTreeMap<String, String>,
    /// Extra headers.
    pub headers: Vec<(HeaderName, HeaderValue)>,
}

impl Refusal {
    /// A refusal with one message.
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            messages: vec![message.into()],
            errors: BTreeMap::new(),
            headers: Vec::new(),
        }
    }

    /// 400 with one message.
    pub fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// 400 about one field; `errorMessages` stays empty.
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::fields(BTreeMap::from([(field.into(), message.into())]))
    }

    /// 400 about several fields.
    pub fn fields(errors: BTreeMap<String, String>) -> Self {
        let status = StatusCode::BAD_REQUEST;
        Self { status, messages: Vec::new(), errors, headers: Vec::new() }
    }

    /// 404 with one message.
    pub fn absent(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    /// 404 for an issue that is absent or not visible: the two look alike.
    pub fn no_issue() -> Self {
        Self::absent("Issue does not exist or you do not have permission to see it.")
    }

    /// 403 for a caller who sees an issue and may not edit it.
    pub fn no_permission() -> Self {
        let message = "You do not have permission to edit issues in this project.";
        Self::new(StatusCode::FORBIDDEN, message)
    }

    /// 401 for a caller who is not signed in.
    pub fn anonymous() -> Self {
        let message = "Client must be authenticated to access this resource.";
        Self::new(StatusCode::UNAUTHORIZED, message)
    }

    /// The error collection as Jira writes it.
    pub fn collection(&self) -> serde_json::Value {
        json!({ "errorMessages": self.messages, "errors": self.errors })
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.collection())).into_response();
        response.headers_mut().extend(self.headers);
        response
    }
}
