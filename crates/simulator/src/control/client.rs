//! A small client of the control API, for tests and the demo.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};

use crate::core::{Call, CallFilter, FaultSpec};

/// What went wrong with a control call: the transport's or the control API's own words.
#[derive(Debug)]
pub struct ControlError(pub String);

impl std::fmt::Display for ControlError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "control API: {}", self.0)
    }
}

impl std::error::Error for ControlError {}

impl From<reqwest::Error> for ControlError {
    fn from(error: reqwest::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<serde_json::Error> for ControlError {
    fn from(error: serde_json::Error) -> Self {
        Self(error.to_string())
    }
}

/// Result of a control call.
pub type Result<T> = std::result::Result<T, ControlError>;

/// Talks to a running simulator's control API.
#[derive(Clone, Debug)]
pub struct ControlClient {
    http: reqwest::Client,
    base_url: String,
}

impl ControlClient {
    /// A client of the control API at `base_url` (as [`crate::Simulator::control_url`] gives it).
    pub fn new(base_url: impl Into<String>) -> Self {
        Self { http: http_client(), base_url: base_url.into() }
    }

    /// Sends a JSON call and reads a JSON answer (null when empty).
    ///
    /// # Errors
    /// No connection, or a status that is no success.
    pub async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value> {
        let mut request = self.http.request(method, format!("{}{path}", self.base_url));
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await?;
        let status = response.status();
        let text = response.text().await?;
        if !status.is_success() {
            return Err(ControlError(format!("{status}: {text}")));
        }
        if text.is_empty() {
            return Ok(Value::Null);
        }
        Ok(serde_json::from_str(&text)?)
    }

    /// `GET` of a control path.
    pub async fn get(&self, path: &str) -> Result<Value> {
        self.call(Method::GET, path, None).await
    }

    /// `POST` to a control path.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.call(Method::POST, path, Some(body)).await
    }

    /// `PATCH` of a control path.
    pub async fn patch(&self, path: &str, body: &Value) -> Result<Value> {
        self.call(Method::PATCH, path, Some(body)).await
    }

    /// `DELETE` of a control path.
    pub async fn delete(&self, path: &str) -> Result<Value> {
        self.call(Method::DELETE, path, None).await
    }

    /// The calls that pass `filter`, oldest first.
    pub async fn calls(&self, filter: &CallFilter) -> Result<Vec<Call>> {
        let query = serde_json::to_value(filter)?;
        let mut pairs = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in query.as_object().into_iter().flatten() {
            match value {
                Value::Null => {}
                Value::String(text) => drop(pairs.append_pair(name, text)),
                other => drop(pairs.append_pair(name, &other.to_string())),
            }
        }
        let calls = self.get(&format!("/control/calls?{}", pairs.finish())).await?;
        Ok(serde_json::from_value(calls)?)
    }

    /// How often each operation was called since the last reset.
    pub async fn counters(&self) -> Result<BTreeMap<String, u64>> {
        Ok(serde_json::from_value(self.get("/control/counters").await?)?)
    }

    /// Forgets calls and counters.
    pub async fn reset_calls(&self) -> Result<()> {
        self.call(Method::POST, "/control/calls/reset", None).await.map(drop)
    }

    /// Adds a fault rule and returns its id.
    pub async fn add_fault(&self, spec: &FaultSpec) -> Result<u64> {
        let added = self.post("/control/faults", &serde_json::to_value(spec)?).await?;
        added["id"].as_u64().ok_or_else(|| ControlError(format!("no id in {added}")))
    }

    /// Removes every fault rule; waiting calls go on.
    pub async fn clear_faults(&self) -> Result<()> {
        self.delete("/control/faults").await.map(drop)
    }

    /// Lets the calls that a hold rule keeps waiting go on, and removes the rule.
    pub async fn release_fault(&self, id: u64) -> Result<()> {
        let path = format!("/control/faults/{id}/release");
        self.call(Method::POST, &path, None).await.map(drop)
    }

    /// Moves the simulated clock by `ms` milliseconds.
    pub async fn advance_clock(&self, ms: i64) -> Result<()> {
        self.post("/control/clock", &json!({ "advance_ms": ms })).await.map(drop)
    }

    /// Both worlds as JSON.
    pub async fn state(&self) -> Result<Value> {
        self.get("/control/state").await
    }
}

/// A client that follows no redirect, so that a test sees where a browser is sent.
#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the simulator shares nothing with lockstep_http")]
pub(crate) fn browser() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    builder.build().expect("a client")
}

#[expect(clippy::disallowed_methods, reason = "the simulator shares nothing with lockstep_http")]
pub(crate) fn http_client() -> reqwest::Client {
    // Another part of the process may have chosen its provider first; either serves.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}
