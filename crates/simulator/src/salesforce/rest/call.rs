//! A call to the versioned API, from the wire or from inside a composite call.

use axum::http::{HeaderMap, Method};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::files::Form;
use crate::core::CallLog;
use crate::salesforce::error::Refusal;
use crate::salesforce::soql::Scope;
use crate::salesforce::world::{Actor, Origin, Row};

/// What every call of one HTTP request shares.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Surroundings<'a> {
    /// Where sub-requests are counted.
    pub(crate) calls: &'a CallLog,
    /// Address of the org.
    pub(crate) base_url: &'a str,
    /// User of the session.
    pub(crate) user: &'a str,
    /// The time.
    pub(crate) now: DateTime<Utc>,
}

/// One call.
#[derive(Clone, Debug)]
pub(crate) struct Call<'a> {
    /// What it shares with its neighbours.
    pub(crate) around: Surroundings<'a>,
    /// HTTP method.
    pub(crate) method: Method,
    /// Decoded path after `/services/data/vNN.0/`.
    pub(crate) path: Vec<String>,
    /// API version as in the path (`v67.0`).
    pub(crate) version: String,
    /// Decoded query.
    pub(crate) query: Vec<(String, String)>,
    /// Headers.
    pub(crate) headers: HeaderMap,
    /// Body; empty when it is a form.
    pub(crate) body: Bytes,
    /// A multipart body.
    pub(crate) form: Option<Form>,
}

impl Call<'_> {
    /// A header as text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// A query parameter.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Result<Value, Refusal> {
        serde_json::from_slice(&self.body).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            let text = if self.body.is_empty() {
                "The HTTP entity body is required, but this request has no entity body."
            } else {
                "Unexpected character"
            };
            Refusal::json(format!("{text} at [line:{line}, column:{column}]"))
        })
    }

    /// The body as the fields of one record.
    pub(crate) fn fields(&self) -> Result<Row, Refusal> {
        match self.json()? {
            Value::Object(fields) => Ok(fields),
            _ => Err(Refusal::json("A record must be a JSON object")),
        }
    }

    /// Who writes by this call.
    pub(crate) fn actor(&self) -> Actor {
        let never =
            self.header("sforce-auto-assign").is_some_and(|v| v.eq_ignore_ascii_case("false"));
        let rule = self.header("sforce-duplicate-rule-header").unwrap_or_default();
        let saves = rule.to_ascii_lowercase().replace(' ', "").contains("allowsave=true");
        Actor {
            user: self.around.user.to_owned(),
            now: self.around.now,
            origin: Origin::Api,
            assigns: !never,
            allows_duplicates: saves,
        }
    }

    /// How a query of this call runs.
    pub(crate) fn scope(&self, deleted: bool) -> Scope {
        Scope { version: self.version.clone(), now: self.around.now, deleted }
    }
}

/// The decoded parts of a path, empty ones left out.
pub(crate) fn segments(path: &str) -> Vec<String> {
    path.split('/').filter(|part| !part.is_empty()).map(decode).collect()
}

/// The decoded pairs of a query or a form.
pub(crate) fn pairs(query: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

fn decode(part: &str) -> String {
    percent_decode_str(part).decode_utf8_lossy().into_owned()
}
