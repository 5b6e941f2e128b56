//! An answer before it is HTTP.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use serde_json::{Value, json};

use crate::core::{Blob, Unlogged};
use crate::salesforce::error::Refusal;

/// What the body is.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// None.
    Empty,
    /// JSON.
    Json(Value),
    /// Bytes of a media type.
    Raw(&'static str, Bytes),
    /// A file, sent as it is read.
    File(Blob),
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    /// HTTP status.
    pub(crate) status: u16,
    /// Headers beyond the usual ones.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// Body.
    pub(crate) content: Content,
}

impl Reply {
    /// JSON with a status.
    pub(crate) fn json(status: u16, body: Value) -> Self {
        Self { status, headers: Vec::new(), content: Content::Json(body) }
    }

    /// JSON with status 200.
    pub(crate) fn ok(body: Value) -> Self {
        Self::json(200, body)
    }

    /// A status alone.
    pub(crate) fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), content: Content::Empty }
    }

    /// An error of the token endpoint: an object, not a list.
    pub(crate) fn oauth(error: &str, description: &str) -> Self {
        Self::json(400, json!({"error": error, "error_description": description}))
    }

    /// The same answer with one more header.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The body as JSON, null when there is none.
    pub(crate) fn body(&self) -> Value {
        match &self.content {
            Content::Json(body) => body.clone(),
            _ => Value::Null,
        }
    }

    /// Whether the call did what it was asked.
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status) || self.status == 304
    }

    /// The HTTP answer.
    pub(crate) fn into_response(self) -> Response {
        let is_file = matches!(self.content, Content::File(_));
        let (kind, body) = match self.content {
            Content::Empty => (None, Body::empty()),
            Content::Json(body) => {
                (Some("application/json;charset=UTF-8"), Body::from(body.to_string()))
            }
            Content::Raw(kind, bytes) => (Some(kind), Body::from(bytes)),
            Content::File(blob) => (Some("application/octet-stream"), blob.body()),
        };
        let mut response = Response::new(body);
        if is_file {
            response.extensions_mut().insert(Unlogged);
        }
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        if let Some(kind) = kind {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        }
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-cache,must-revalidate,max-age=0,no-store,private"),
        );
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        response
    }
}

impl From<Refusal> for Reply {
    fn from(refusal: Refusal) -> Self {
        match refusal.body() {
            Value::Null => Self::empty(refusal.status),
            body => Self::json(refusal.status, body),
        }
    }
}

impl From<Result<Reply, Refusal>> for Reply {
    fn from(result: Result<Reply, Refusal>) -> Self {
        result.unwrap_or_else(Self::from)
    }
}
