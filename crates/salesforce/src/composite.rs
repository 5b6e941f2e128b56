//! Several requests in one call (`POST /composite`), which counts as one.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use lockstep_http::Method;
use lockstep_model::Fault;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::client::{Request, SalesforceClient, WRITE_HEADERS};
use crate::errors::{self, About, bad_answer};
use crate::wire::or_default;

/// One request of a composite call.
#[derive(Debug)]
pub(crate) struct Part {
    method: Method,
    url: String,
    reference: Cow<'static, str>,
    body: Option<Value>,
    headers: Map<String, Value>,
}

impl Part {
    /// A read of path and query, both encoded.
    pub(crate) fn get(reference: impl Into<Cow<'static, str>>, url: String) -> Self {
        let reference = reference.into();
        Self { method: Method::GET, url, reference, body: None, headers: Map::new() }
    }

    /// A change of a record. The outer call's headers do not reach the parts, so it has its own.
    pub(crate) fn patch(reference: impl Into<Cow<'static, str>>, url: String, body: Value) -> Self {
        let reference = reference.into();
        let headers = WRITE_HEADERS.iter().map(|(name, value)| ((*name).to_owned(), json!(value)));
        Self { method: Method::PATCH, url, reference, body: Some(body), headers: headers.collect() }
    }

    /// The same part with a header.
    pub(crate) fn header(mut self, name: &str, value: String) -> Self {
        self.headers.insert(name.to_owned(), value.into());
        self
    }

    fn json(&self) -> Value {
        let mut json = json!({
            "method": self.method.as_str(),
            "url": self.url,
            "referenceId": self.reference,
        });
        if let Some(body) = &self.body {
            json["body"] = body.clone();
        }
        if !self.headers.is_empty() {
            json["httpHeaders"] = self.headers.clone().into();
        }
        json
    }
}

/// What became of one part.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PartAnswer {
    #[serde(default)]
    body: Value,
    http_status_code: u16,
    reference_id: String,
}

/// The answers of a composite call.
#[derive(Debug)]
pub(crate) struct Parts {
    answers: Vec<PartAnswer>,
    /// The server's time, where it told.
    pub(crate) date: Option<DateTime<Utc>>,
}

impl Parts {
    /// The body of a part, or its refusal.
    pub(crate) fn body(&mut self, about: About, reference: &str) -> Result<Value, Fault> {
        let found = self.answers.iter_mut().find(|answer| answer.reference_id == reference);
        let answer = found.ok_or_else(|| bad_answer(format!("no answer to part `{reference}`")))?;
        match answer.http_status_code {
            200..=299 => Ok(answer.body.take()),
            status => Err(errors::of_body(about, status, &answer.body)),
        }
    }

    /// The body of a part, read.
    pub(crate) fn read<T: DeserializeOwned>(
        &mut self,
        about: About,
        reference: &str,
    ) -> Result<T, Fault> {
        serde_json::from_value(self.body(about, reference)?)
            .map_err(|error| bad_answer(format!("part `{reference}`: {error}")))
    }
}

impl SalesforceClient {
    /// Sends the parts in one call. They run in order and apart from each other: a part answers
    /// even if one before it was refused.
    pub(crate) async fn composite(
        &self,
        operation: &'static str,
        parts: &[Part],
    ) -> Result<Parts, Fault> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Composite {
            #[serde(deserialize_with = "or_default")]
            composite_response: Vec<PartAnswer>,
        }
        let body = json!({
            "allOrNone": false,
            "collateSubrequests": false,
            "compositeRequest": parts.iter().map(Part::json).collect::<Vec<_>>(),
        });
        let request = Request::post(operation, self.path("composite"), body);
        let reads = parts.iter().all(|part| part.method == Method::GET);
        // A change of absolute values does the same when it is done twice.
        let request = if reads { request.reads() } else { request.idempotent() };
        let answer = self.send(&request).await?;
        let composite: Composite = errors::decode(operation, &answer)?;
        Ok(Parts { answers: composite.composite_response, date: answer.date() })
    }
}
