//! An org on a loopback port, and the smallest HTTP client that can talk to it.

use std::sync::Arc;

use axum::Router;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::{CLIENT_ID, CLIENT_SECRET, State, control_router, router};
use crate::core::{CallLog, Faults, SimClock};

/// An answer off the wire.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    /// The body as JSON, null when there is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_default()
    }

    /// A header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// `errorCode` of the first entry of an error body.
    pub(crate) fn code(&self) -> String {
        self.json()[0]["errorCode"].as_str().unwrap_or_default().to_owned()
    }
}

/// A running org.
pub(crate) struct Org {
    pub(crate) clock: SimClock,
    pub(crate) calls: CallLog,
    address: String,
    token: String,
}

impl Org {
    /// Starts an org with sample records and signs in.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (clock, calls) = (SimClock::new(), CallLog::new());
        let url = format!("http://{address}");
        let state = State::new(clock.clone(), calls.clone(), Faults::new(), true, url);
        let state = Arc::new(state);
        let control = Router::new().nest("/control/salesforce", control_router(state.clone()));
        let app = control.merge(router(state));
        tokio::spawn(async move { axum::serve(listener, app).await });
        let mut org = Self { clock, calls, address, token: String::new() };
        org.sign_in().await;
        org
    }

    /// Mints a new token.
    pub(crate) async fn sign_in(&mut self) {
        let form = format!(
            "grant_type=client_credentials&client_id={CLIENT_ID}&client_secret={CLIENT_SECRET}"
        );
        let answer = self.form("token", &form, &[]).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        self.token = answer.json()["access_token"].as_str().unwrap().to_owned();
    }

    /// The token in use.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// Posts a form to `/services/oauth2/…`.
    pub(crate) async fn form(&self, what: &str, form: &str, headers: &[(&str, &str)]) -> Answer {
        let kind = ("content-type", "application/x-www-form-urlencoded");
        let headers = [&[kind], headers].concat();
        let path = format!("/services/oauth2/{what}");
        self.send(("POST", &path), &headers, form.as_bytes()).await
    }

    /// A call to the versioned API.
    pub(crate) async fn call(&self, method: &str, path: &str, body: Value) -> Answer {
        self.call_with(method, path, body, &[]).await
    }

    /// A call with headers.
    pub(crate) async fn call_with(
        &self,
        method: &str,
        path: &str,
        body: Value,
        headers: &[(&str, &str)],
    ) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        let own = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let path = format!("/services/data/v67.0{path}");
        let headers: Vec<(&str, &str)> = headers.iter().chain(&own).copied().collect();
        self.send((method, &path), &headers, body.as_bytes()).await
    }

    /// Reads.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, Value::Null).await
    }

    /// Runs a statement and gives its answer.
    pub(crate) async fn query(&self, soql: &str) -> Answer {
        let q: String = url::form_urlencoded::byte_serialize(soql.as_bytes()).collect();
        self.get(&format!("/query?q={q}")).await
    }

    /// The rows of a statement that must succeed.
    pub(crate) async fn rows(&self, soql: &str) -> Vec<Value> {
        let answer = self.query(soql).await;
        assert_eq!(answer.status, 200, "{soql}: {answer:?}");
        answer.json()["records"].as_array().unwrap().clone()
    }

    /// Creates a record that must be accepted and gives its id.
    pub(crate) async fn create(&self, object: &str, fields: Value) -> String {
        let path = format!("/sobjects/{object}");
        let answer =
            self.call_with("POST", &path, fields, &[("sforce-auto-assign", "FALSE")]).await;
        assert_eq!(answer.status, 201, "{:?}", answer.json());
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    /// Acts through the control API.
    pub(crate) async fn control(&self, method: &str, path: &str, body: Value) -> Answer {
        let path = format!("/control/salesforce{path}");
        let body = if body.is_null() { json!({}) } else { body }.to_string();
        let kind = ("content-type", "application/json");
        self.send((method, &path), &[kind], body.as_bytes()).await
    }

    /// One HTTP/1.1 exchange on a connection of its own.
    pub(crate) async fn send(
        &self,
        (method, path): (&str, &str),
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let mut stream = TcpStream::connect(&self.address).await.unwrap();
        let host = headers.iter().find(|(name, _)| *name == "host");
        let host = host.map_or(self.address.as_str(), |(_, value)| value);
        let mut lines = vec![
            format!("{method} {path} HTTP/1.1"),
            "connection: close".to_owned(),
            format!("host: {host}"),
            format!("content-length: {}", body.len()),
        ];
        let others = headers.iter().filter(|(name, _)| *name != "host");
        lines.extend(others.map(|(name, value)| format!("{name}: {value}")));
        let head = format!("{}\r\n\r\n", lines.join("\r\n"));
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(body).await.unwrap();
        let mut raw = Vec::new();
        stream.read_to_end(&mut raw).await.unwrap();
        let split = raw.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        let head = String::from_utf8_lossy(&raw[..split]).into_owned();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head, bytes: raw[split + 4..].to_vec() }
    }
}
