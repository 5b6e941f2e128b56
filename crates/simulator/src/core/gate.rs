//! The one middleware in front of both products: it names, counts and records calls, and acts out faults.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use futures::StreamExt as _;
use serde_json::Value;

use super::calls::{Call, CallLog, Side};
use super::clock::SimClock;
use super::faults::{FaultKind, Faults, Firing, Subject};
use super::form::is_form;
use super::listener::Cut;
use super::record::Recorder;

/// Requests beyond this are answered 413 before the product sees them.
const REQUEST_BYTES_MAX: usize = 128 * 1024 * 1024;

/// What stands in the log for a body that holds files.
const UNLOGGED: &str = "(not kept)";

/// Marks an answer whose body is a file: it is passed on as it is read, and not logged.
#[derive(Clone, Copy, Debug)]
pub struct Unlogged;

/// What the middleware of one product needs.
#[derive(Clone, Debug)]
pub struct Gate {
    /// The product behind the gate.
    pub side: Side,
    /// Names the operation of a method and path.
    pub operation: fn(&Method, &str) -> &'static str,
    /// The shared clock.
    pub clock: SimClock,
    /// The shared log.
    pub calls: CallLog,
    /// The shared rules.
    pub faults: Faults,
    /// Where exchanges are recorded, if anywhere.
    pub recorder: Option<Recorder>,
}

struct Arrived {
    at: DateTime<Utc>,
    method: Method,
    path: String,
    query: String,
    operation: &'static str,
    headers: HeaderMap,
    body: Bytes,
}

/// Serves one call through the gate.
pub async fn gate(
    State(gate): State<Arc<Gate>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let Ok((logged, body)) = arriving(&parts.headers, body).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let arrived = Arrived {
        at: gate.clock.now(),
        operation: (gate.operation)(&parts.method, parts.uri.path()),
        method: parts.method.clone(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers.clone(),
        body: logged,
    };
    let firings = gate.faults.fire(&Subject {
        side: gate.side,
        operation: arrived.operation,
        method: arrived.method.as_str(),
        target: parts.uri.path_and_query().map_or("", |target| target.as_str()),
    });
    if let Some(answer) = before(&firings).await {
        // Whoever sends a file hears nothing before it is sent.
        body.into_data_stream().for_each(|_| std::future::ready(())).await;
        return match answer {
            Early::Answer(response) => gate.finish(arrived, response, false).await,
            Early::Cut => {
                gate.log(arrived, 0, String::new());
                cut.cut();
                StatusCode::SERVICE_UNAVAILABLE.into_response()
            }
        };
    }
    let response = next.run(Request::from_parts(parts, body)).await;
    let is_cut = firings.iter().any(|firing| firing.kind == FaultKind::DropAfter);
    let response = gate.finish(arrived, response, is_cut).await;
    for firing in firings.iter().filter(|firing| firing.kind == FaultKind::HoldAfter) {
        firing.release.cancelled().await;
    }
    if is_cut {
        cut.cut();
    }
    response
}

/// What is logged of a request's body, and the body. One that holds files is passed on as it comes.
async fn arriving(headers: &HeaderMap, body: Body) -> Result<(Bytes, Body), axum::Error> {
    if is_form(headers) {
        return Ok((Bytes::from_static(UNLOGGED.as_bytes()), body));
    }
    let bytes = to_bytes(body, REQUEST_BYTES_MAX).await?;
    Ok((bytes.clone(), Body::from(bytes)))
}

enum Early {
    Answer(Response),
    Cut,
}

/// Acts out the faults that come before the product; the first one that ends the call wins.
async fn before(firings: &[Firing]) -> Option<Early> {
    for firing in firings {
        match &firing.kind {
            FaultKind::Latency { ms } => tokio::time::sleep(Duration::from_millis(*ms)).await,
            FaultKind::HoldBefore => firing.release.cancelled().await,
            FaultKind::DropBefore => return Some(Early::Cut),
            FaultKind::Status { code, body, headers, retry_after } => {
                let response = canned(*code, body.as_ref(), headers, *retry_after);
                return Some(Early::Answer(response));
            }
            _ => {}
        }
    }
    None
}

fn canned(
    code: u16,
    body: Option<&Value>,
    headers: &BTreeMap<String, String>,
    retry_after: Option<u64>,
) -> Response {
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = match body {
        None => status.into_response(),
        Some(Value::String(text)) => (status, text.clone()).into_response(),
        Some(json) => (status, axum::Json(json.clone())).into_response(),
    };
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

impl Gate {
    /// Logs the exchange with its whole answer, unless that is a file, and hands the answer on.
    async fn finish(&self, arrived: Arrived, response: Response, is_cut: bool) -> Response {
        let (parts, body) = response.into_parts();
        let status = if is_cut { 0 } else { parts.status.as_u16() };
        if parts.extensions.get::<Unlogged>().is_some() {
            self.log(arrived, status, UNLOGGED.to_owned());
            return Response::from_parts(parts, body);
        }
        let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
        self.log(arrived, status, String::from_utf8_lossy(&bytes).into_owned());
        Response::from_parts(parts, Body::from(bytes))
    }

    fn log(&self, arrived: Arrived, status: u16, response_body: String) {
        let call = Call {
            seq: 0,
            at: arrived.at,
            side: self.side,
            method: arrived.method.to_string(),
            path: arrived.path,
            query: arrived.query,
            operation: arrived.operation.to_owned(),
            status,
            request_headers: readable(&arrived.headers),
            request_body: String::from_utf8_lossy(&arrived.body).into_owned(),
            response_body,
        };
        if let Some(recorder) = &self.recorder
            && status != 0
        {
            recorder.append(&call);
        }
        self.calls.push(call);
    }
}

fn readable(headers: &HeaderMap) -> BTreeMap<String, String> {
    let text = |name: &HeaderName, value: &HeaderValue| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        if name == header::AUTHORIZATION {
            let scheme = value.split(' ').next().unwrap_or_default();
            return format!("{scheme} [redacted]");
        }
        value
    };
    headers.iter().map(|(name, value)| (name.to_string(), text(name, value))).collect()
}
