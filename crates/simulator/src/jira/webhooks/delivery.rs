//! Sends webhook messages, again when it must.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_util::sync::CancellationToken;

use super::registry::{Hook, HookKind};
use crate::core::{Faults, SimClock};

const DELIVERIES_KEPT_MAX: usize = 5_000;
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// A message to one webhook.
#[derive(Clone, Debug)]
pub(super) struct Parcel {
    pub(super) identifier: String,
    pub(super) hook: Hook,
    pub(super) event: &'static str,
    pub(super) issue_key: String,
    pub(super) body: String,
    pub(super) is_secondary: bool,
    pub(super) backoff_ms: u64,
    pub(super) retries_max: u32,
}

/// What became of a message.
#[derive(Clone, Debug, Serialize)]
struct Delivery {
    identifier: String,
    webhook_id: u64,
    event: &'static str,
    issue_key: String,
    url: String,
    created: DateTime<Utc>,
    /// `pending`, `delivered`, `failed` or `lost`.
    state: &'static str,
    attempts: Vec<Value>,
}

/// The record of messages.
#[derive(Debug, Default)]
pub struct Deliveries {
    list: Mutex<VecDeque<Delivery>>,
}

impl Deliveries {
    pub(super) fn begin(&self, parcel: &Parcel, at: DateTime<Utc>) {
        let mut list = self.lock();
        if list.len() == DELIVERIES_KEPT_MAX {
            list.pop_front();
        }
        list.push_back(Delivery {
            identifier: parcel.identifier.clone(),
            webhook_id: parcel.hook.id,
            event: parcel.event,
            issue_key: parcel.issue_key.clone(),
            url: parcel.hook.url.clone(),
            created: at,
            state: "pending",
            attempts: Vec::new(),
        });
    }

    fn note(&self, identifier: &str, state: &'static str, attempt: Option<Value>) {
        let mut list = self.lock();
        if let Some(found) = list.iter_mut().rev().find(|one| one.identifier == identifier) {
            found.state = state;
            found.attempts.extend(attempt);
        }
    }

    /// All messages, oldest first.
    pub fn list(&self) -> Vec<Value> {
        self.lock().iter().map(|delivery| json!(delivery)).collect()
    }

    /// Forgets all messages.
    pub fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Delivery>> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What sending needs.
#[derive(Debug)]
pub(super) struct Courier {
    pub(super) deliveries: Deliveries,
    http: reqwest::Client,
    clock: SimClock,
    faults: Faults,
    stop: CancellationToken,
}

impl Courier {
    pub(super) fn new(clock: SimClock, faults: Faults, stop: CancellationToken) -> Self {
        let http = http_client();
        Self { deliveries: Deliveries::default(), http, clock, faults, stop }
    }
}

#[expect(clippy::disallowed_methods, reason = "the simulator shares nothing with lockstep_http")]
fn http_client() -> reqwest::Client {
    // Another part of the process may have chosen its provider first; either serves.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(ANSWER_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap_or_default()
}

/// Starts the courier of one webhook; it ends when the sender is dropped and all is sent.
pub(super) fn start(courier: Arc<Courier>) -> UnboundedSender<Parcel> {
    let (sender, receiver) = unbounded_channel();
    tokio::spawn(async move {
        let stop = courier.stop.clone();
        tokio::select! {
            () = run(courier, receiver) => {}
            () = stop.cancelled() => {}
        }
    });
    sender
}

/// First attempts go out in order; what has to be sent again does not hold up the rest.
async fn run(courier: Arc<Courier>, mut parcels: UnboundedReceiver<Parcel>) {
    while let Some(parcel) = parcels.recv().await {
        let fault = courier.faults.fire_webhook(parcel.event, &parcel.issue_key);
        if fault.lose {
            courier.deliveries.note(&parcel.identifier, "lost", None);
            continue;
        }
        if fault.delay_ms > 0 {
            tokio::time::sleep(Duration::from_millis(fault.delay_ms)).await;
        }
        if fault.reorder_ms > 0 {
            let pause = Duration::from_millis(fault.reorder_ms);
            spawn(&courier, parcel, 0, (pause, fault.copies));
            continue;
        }
        send(&courier, &parcel, fault.copies).await;
    }
}

/// Sends once (and its copies); a failed message goes on in a task of its own.
async fn send(courier: &Arc<Courier>, parcel: &Parcel, copies: u32) {
    let is_done = attempt(courier, parcel, 0).await;
    for _ in 0..copies {
        attempt(courier, parcel, 0).await;
    }
    if !is_done {
        spawn(courier, parcel.clone(), 1, (Duration::ZERO, 0));
    }
}

/// Sends after a pause, then as often as the rules allow.
fn spawn(courier: &Arc<Courier>, parcel: Parcel, first: u32, (pause, copies): (Duration, u32)) {
    let courier = courier.clone();
    let stop = courier.stop.clone();
    let task = async move {
        tokio::time::sleep(pause).await;
        for _ in 0..copies {
            attempt(&courier, &parcel, first).await;
        }
        for retry in first..=parcel.retries_max {
            if retry > 0 {
                let factor = 1_u64 << (retry - 1).min(10);
                tokio::time::sleep(Duration::from_millis(parcel.backoff_ms * factor)).await;
            }
            if attempt(&courier, &parcel, retry).await {
                return;
            }
        }
        courier.deliveries.note(&parcel.identifier, "failed", None);
    };
    tokio::spawn(async move {
        tokio::select! {
            () = task => {}
            () = stop.cancelled() => {}
        }
    });
}

/// Sends once; true when there is nothing left to do.
async fn attempt(courier: &Courier, parcel: &Parcel, retry: u32) -> bool {
    let flow = if parcel.is_secondary { "Secondary" } else { "Primary" };
    let mut request = courier
        .http
        .post(&parcel.hook.url)
        .header("Content-Type", "application/json; charset=utf-8")
        .header("User-Agent", "Atlassian Webhook HTTP Client")
        .header("X-Atlassian-Webhook-Identifier", &parcel.identifier)
        .header("X-Atlassian-Webhook-Flow", flow);
    if retry > 0 {
        request = request.header("X-Atlassian-Webhook-Retry", retry);
    }
    if let Some((name, value)) = credentials(&parcel.hook.kind, &parcel.body, courier.clock.now()) {
        request = request.header(name, value);
    }
    let answer = request.body(parcel.body.clone()).send().await;
    let (status, error) = match &answer {
        Ok(response) => (Some(response.status().as_u16()), None),
        Err(error) => (None, Some(error.to_string())),
    };
    let again = status.is_none_or(|code| matches!(code, 408 | 409 | 425 | 429 | 500..));
    let state = match status {
        Some(200..300) => "delivered",
        _ if again => "pending",
        _ => "failed",
    };
    let note =
        json!({ "at": courier.clock.now(), "status": status, "error": error, "retry": retry });
    courier.deliveries.note(&parcel.identifier, state, Some(note));
    !again
}

fn credentials(kind: &HookKind, body: &str, now: DateTime<Utc>) -> Option<(&'static str, String)> {
    match kind {
        HookKind::Admin { secret, .. } => {
            let signature = hex(&hmac(secret.as_ref()?.as_bytes(), body.as_bytes()));
            Some(("X-Hub-Signature", format!("sha256={signature}")))
        }
        HookKind::Dynamic { client_secret, .. } => {
            Some(("Authorization", format!("Bearer {}", jwt(client_secret, now))))
        }
    }
}

/// A token signed with HS256, valid for three minutes.
fn jwt(secret: &str, now: DateTime<Utc>) -> String {
    let encode =
        |value: Value| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(value.to_string());
    let header = encode(json!({ "alg": "HS256", "typ": "JWT" }));
    let claims = encode(json!({
        "iss": super::super::http::CLIENT_ID,
        "iat": now.timestamp(),
        "exp": now.timestamp() + 180,
    }));
    let signed = format!("{header}.{claims}");
    let signature = hmac(secret.as_bytes(), signed.as_bytes());
    let signature = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(signature);
    format!("{signed}.{signature}")
}

#[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
fn hmac(secret: &[u8], message: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("any key length");
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_signature_comes_out() {
        let kind =
            HookKind::Admin { name: "x".into(), secret: Some("It's a Secret to Everybody".into()) };
        let (name, value) = credentials(&kind, "Hello World!", DateTime::UNIX_EPOCH).unwrap();
        assert_eq!(name, "X-Hub-Signature");
        assert_eq!(
            value,
            "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"
        );
    }
}
