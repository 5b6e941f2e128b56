//! The site as a client sees it, over HTTP.

mod comments;
mod dynamic;
mod faults;
mod issues;
mod meta;
mod parts;
mod receiver;
mod search;
mod sign_in;
mod transitions;
mod webhooks;
mod work_logs;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::model::catalog::{API_TOKEN, INTEGRATION_EMAIL};
use crate::control::ControlClient;
use crate::{Simulator, SimulatorConfig};

/// A running simulator with a client that is signed in.
pub(super) struct Rig {
    simulator: Simulator,
    pub(super) control: ControlClient,
    http: reqwest::Client,
}

impl Rig {
    pub(super) async fn bare() -> Self {
        Self::start(false).await
    }

    pub(super) async fn seeded() -> Self {
        Self::start(true).await
    }

    async fn start(seed: bool) -> Self {
        let config = SimulatorConfig { seed, ..SimulatorConfig::default() };
        let simulator = Simulator::start(config).await.unwrap();
        let control = ControlClient::new(simulator.control_url());
        Self { simulator, control, http: crate::control::http_client() }
    }

    pub(super) fn url(&self) -> String {
        self.simulator.jira_url()
    }

    /// A call below `/rest/api/3`, without credentials.
    pub(super) fn anonymous(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}/rest/api/3{path}", self.url()))
    }

    /// A call as the integration.
    pub(super) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        use base64::Engine as _;
        let credentials = format!("{INTEGRATION_EMAIL}:{API_TOKEN}");
        let credentials = base64::engine::general_purpose::STANDARD.encode(credentials);
        self.anonymous(method, path).header("Authorization", format!("Basic {credentials}"))
    }

    /// Status and JSON (null when empty) of a call.
    pub(super) async fn call(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let mut request = self.request(method, path);
        if !body.is_null() {
            request = request.json(&body);
        }
        answer(request).await
    }

    pub(super) async fn get(&self, path: &str) -> Value {
        let (status, body) = self.call(Method::GET, path, Value::Null).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.call(Method::POST, path, body).await
    }

    pub(super) async fn put(&self, path: &str, body: Value) -> (u16, Value) {
        self.call(Method::PUT, path, body).await
    }

    /// Makes a Bug in SUP with this summary and returns its key.
    pub(super) async fn bug(&self, summary: &str) -> String {
        let (status, body) = self.post("/issue", bug(summary)).await;
        assert_eq!(status, 201, "{body}");
        body["key"].as_str().unwrap().to_owned()
    }
}

/// Status and JSON (null when empty) of a request.
pub(super) async fn answer(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

/// A body that makes a Bug in SUP.
pub(super) fn bug(summary: &str) -> Value {
    json!({ "fields": { "project": { "key": "SUP" }, "issuetype": { "id": "10004" }, "summary": summary } })
}

/// A document of one paragraph.
pub(super) fn doc(text: &str) -> Value {
    crate::jira::adf::paragraphs(text)
}
