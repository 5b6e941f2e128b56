//! A call, described before it is sent.

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use url::{Url, form_urlencoded};

use crate::hosts::Peer;

/// What a call carries.
#[derive(Debug, Clone, Default)]
pub enum Body {
    /// Nothing.
    #[default]
    Empty,
    /// Bytes of the type that a header names.
    Bytes(Bytes),
    /// `application/x-www-form-urlencoded`.
    Form(String),
}

/// One call. It asks for JSON unless a header says otherwise.
#[derive(Debug, Clone)]
pub struct Call {
    pub(crate) peer: Peer,
    pub(crate) operation: &'static str,
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
    pub(crate) idempotent: bool,
}

impl Call {
    /// A call without body. `operation` names it in metrics and logs, so it is one of a few words.
    /// A `GET` may be repeated; anything else only once [`Call::idempotent`] says so.
    pub fn new(peer: Peer, operation: &'static str, method: Method, url: Url) -> Self {
        let headers =
            HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json"))]);
        let idempotent = method == Method::GET;
        Self { peer, operation, method, url, headers, body: Body::Empty, idempotent }
    }

    /// The same call with a header, in place of one of that name.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// The same call with a JSON body.
    pub fn json(self, body: &impl Serialize) -> Result<Self, serde_json::Error> {
        let bytes = serde_json::to_vec(body)?;
        Ok(self.bytes(HeaderValue::from_static("application/json"), bytes))
    }

    /// The same call with a body of another type.
    #[must_use]
    pub fn bytes(mut self, kind: HeaderValue, bytes: impl Into<Bytes>) -> Self {
        self.body = Body::Bytes(bytes.into());
        self.header(CONTENT_TYPE, kind)
    }

    /// The same call with a form body.
    #[must_use]
    pub fn form(mut self, pairs: &[(&str, &str)]) -> Self {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        self.body = Body::Form(form);
        self.header(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"))
    }

    /// The same call, declared safe (or not) to be sent twice.
    #[must_use]
    pub fn idempotent(mut self, idempotent: bool) -> Self {
        self.idempotent = idempotent;
        self
    }
}
