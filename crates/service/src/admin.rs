//! `/metrics`, `/healthz` and `/readyz`, on a listener of their own.
//!
//! - `/healthz`: the run loop turns. Never whether the broker or the database answers: restarting us
//!   mends neither, and would turn an outage of theirs into one of ours.
//! - `/readyz`: every probe passes and nobody has asked us to stop; else 503 with the reasons.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use prometheus::TextEncoder;
use tokio::net::TcpListener;
use tokio::time::timeout;

use crate::lifecycle::Lifecycle;

const PROBE_TIMEOUT: Duration = Duration::from_secs(2);
/// The run loop turns each second.
const HEARTBEAT_MAX: Duration = Duration::from_secs(15);

type Answer = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;
type Probe = Box<dyn Fn() -> Answer + Send + Sync>;

/// The endpoints for those who watch over the process.
pub struct Admin {
    life: Lifecycle,
    probes: Vec<(&'static str, Probe)>,
}

impl Admin {
    /// Without probes.
    pub fn new(life: &Lifecycle) -> Self {
        Self { life: life.clone(), probes: Vec::new() }
    }

    /// Ready only while this probe passes.
    #[must_use]
    pub fn ready_when<P, F>(mut self, name: &'static str, probe: P) -> Self
    where
        P: Fn() -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), String>> + Send + 'static,
    {
        self.probes.push((name, Box::new(move || Box::pin(probe()))));
        self
    }

    /// Serves until the process is asked to stop.
    ///
    /// # Errors
    /// The address cannot be listened on.
    pub async fn serve(self, address: SocketAddr) -> anyhow::Result<()> {
        let listener = TcpListener::bind(address).await;
        let listener = listener.with_context(|| format!("listening on {address}"))?;
        let ended = self.life.soft();
        let serve = axum::serve(listener, self.router());
        serve.with_graceful_shutdown(ended.cancelled_owned()).await?;
        Ok(())
    }

    fn router(self) -> Router {
        Router::new()
            .route("/metrics", get(metrics))
            .route("/healthz", get(healthy))
            .route("/readyz", get(ready))
            .with_state(Arc::new(self))
    }
}

async fn metrics() -> Result<String, (StatusCode, String)> {
    TextEncoder::new()
        .encode_to_string(&prometheus::gather())
        .map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))
}

async fn healthy(State(admin): State<Arc<Admin>>) -> (StatusCode, String) {
    let age = admin.life.since_heartbeat();
    if age < HEARTBEAT_MAX {
        (StatusCode::OK, "ok\n".to_owned())
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, format!("the run loop stood still for {age:?}\n"))
    }
}

async fn ready(State(admin): State<Arc<Admin>>) -> (StatusCode, String) {
    let mut reasons = String::new();
    if admin.life.soft().is_cancelled() {
        reasons.push_str("process: stopping\n");
    }
    for (name, probe) in &admin.probes {
        let answer = timeout(PROBE_TIMEOUT, probe()).await;
        if let Err(reason) = answer.unwrap_or_else(|_| Err("no answer in time".to_owned())) {
            let _infallible = writeln!(reasons, "{name}: {reason}");
        }
    }
    match reasons.as_str() {
        "" => (StatusCode::OK, "ready\n".to_owned()),
        _ => (StatusCode::SERVICE_UNAVAILABLE, reasons),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};

    #[tokio::test]
    async fn readiness_follows_the_probes_and_says_why_not() {
        let up = Arc::new(AtomicBool::new(false));
        let probed = Arc::clone(&up);
        let life = Lifecycle::new(Duration::from_secs(1));
        let admin = Admin::new(&life).ready_when("broker", move || {
            let up = probed.load(Ordering::Relaxed);
            async move { if up { Ok(()) } else { Err("not connected".to_owned()) } }
        });
        let admin = State(Arc::new(admin));
        let (status, reasons) = ready(admin.clone()).await;
        assert_eq!(
            (status, reasons.as_str()),
            (StatusCode::SERVICE_UNAVAILABLE, "broker: not connected\n")
        );
        up.store(true, Ordering::Relaxed);
        assert_eq!(ready(admin.clone()).await.0, StatusCode::OK);
        life.soft().cancel();
        assert_eq!(ready(admin.clone()).await.0, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(healthy(admin).await.0, StatusCode::OK, "stopping is not a reason to be killed");
    }
}
