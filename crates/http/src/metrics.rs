//! What is counted of each call, on the default Prometheus registry.

use std::sync::LazyLock;
use std::time::Duration;

use prometheus::{
    HistogramOpts, HistogramVec, IntCounterVec, register_histogram_vec, register_int_counter_vec,
};
use reqwest::StatusCode;

use crate::call::Call;

/// Upper bounds of the latency buckets, in seconds.
const SECONDS: [f64; 12] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

#[expect(clippy::expect_used, reason = "constant names, registered once by the lazy cell")]
static LATENCY: LazyLock<HistogramVec> = LazyLock::new(|| {
    let opts = HistogramOpts::new(
        "lockstep_http_request_seconds",
        "Time from sending a call to having its whole answer, each try apart",
    );
    register_histogram_vec!(opts.buckets(SECONDS.to_vec()), &["peer", "operation", "outcome"])
        .expect("a valid, unregistered metric")
});

#[expect(clippy::expect_used, reason = "constant names, registered once by the lazy cell")]
static CALLS: LazyLock<IntCounterVec> = LazyLock::new(|| {
    register_int_counter_vec!(
        "lockstep_api_calls_total",
        "Calls sent to the vendors, each try counted, as they count them",
        &["peer", "operation"]
    )
    .expect("a valid, unregistered metric")
});

/// Counts one try.
pub(crate) fn record(call: &Call, outcome: &str, elapsed: Duration) {
    let (peer, operation) = (call.peer.name(), call.operation);
    CALLS.with_label_values(&[peer, operation]).inc();
    LATENCY.with_label_values(&[peer, operation, outcome]).observe(elapsed.as_secs_f64());
}

/// A status as a bounded label.
pub(crate) fn outcome(status: StatusCode) -> &'static str {
    match status.as_u16() {
        200..=299 => "ok",
        300..=399 => "redirect",
        401 => "unauthorized",
        429 => "throttled",
        400..=499 => "client_error",
        _ => "server_error",
    }
}
