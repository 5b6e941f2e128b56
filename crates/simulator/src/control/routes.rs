//! Routes of the control API that concern both products.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::core::{Call, CallFilter, CallLog, FaultRule, FaultSpec, Faults, SimClock};
use crate::{jira, oidc, salesforce};

/// What the control API acts on.
#[derive(Clone)]
pub struct Shared {
    /// The shared clock.
    pub clock: SimClock,
    /// The shared log.
    pub calls: CallLog,
    /// The shared rules.
    pub faults: Faults,
    /// The Jira site.
    pub jira: Arc<jira::State>,
    /// The Salesforce org.
    pub salesforce: Arc<salesforce::State>,
    /// The identity provider.
    pub oidc: Arc<oidc::State>,
}

/// The whole control API.
pub fn router(shared: Shared) -> Router {
    let jira = jira::control_router(shared.jira.clone());
    let salesforce = salesforce::control_router(shared.salesforce.clone());
    let oidc = oidc::control_router(shared.oidc.clone());
    Router::new()
        .route("/control/calls", get(calls))
        .route("/control/calls/reset", post(reset))
        .route("/control/counters", get(counters))
        .route("/control/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/control/faults/{id}", axum::routing::delete(remove_fault))
        .route("/control/faults/{id}/release", post(remove_fault))
        .route("/control/clock", get(clock).post(set_clock))
        .route("/control/state", get(state))
        .with_state(shared)
        .nest("/control/jira", jira)
        .nest("/control/salesforce", salesforce)
        .nest("/control/oidc", oidc)
}

async fn calls(State(shared): State<Shared>, Query(filter): Query<CallFilter>) -> Json<Vec<Call>> {
    Json(shared.calls.read(&filter))
}

async fn reset(State(shared): State<Shared>) -> StatusCode {
    shared.calls.reset();
    StatusCode::NO_CONTENT
}

async fn counters(State(shared): State<Shared>) -> Json<Value> {
    Json(json!(shared.calls.counters()))
}

async fn faults(State(shared): State<Shared>) -> Json<Vec<FaultRule>> {
    Json(shared.faults.list())
}

async fn add_fault(State(shared): State<Shared>, Json(spec): Json<FaultSpec>) -> Json<Value> {
    Json(json!({ "id": shared.faults.add(spec) }))
}

async fn clear_faults(State(shared): State<Shared>) -> StatusCode {
    shared.faults.clear();
    StatusCode::NO_CONTENT
}

/// Removing a rule releases the calls that wait on it, so both routes are one act.
async fn remove_fault(State(shared): State<Shared>, Path(id): Path<u64>) -> StatusCode {
    if shared.faults.remove(id) { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
}

/// A change of the clock; `set` is applied before `advance_ms`.
#[derive(Debug, Deserialize)]
struct ClockChange {
    #[serde(default)]
    set: Option<DateTime<Utc>>,
    #[serde(default)]
    advance_ms: i64,
}

async fn clock(State(shared): State<Shared>) -> Json<Value> {
    Json(json!({ "now": shared.clock.now(), "offset_ms": shared.clock.offset_ms() }))
}

async fn set_clock(State(shared): State<Shared>, Json(change): Json<ClockChange>) -> Json<Value> {
    if let Some(to) = change.set {
        shared.clock.set(to);
    }
    shared.clock.advance_ms(change.advance_ms);
    clock(State(shared)).await
}

async fn state(State(shared): State<Shared>) -> Json<Value> {
    Json(json!({
        "jira": shared.jira.dump(),
        "salesforce": shared.salesforce.dump(),
        "oidc": shared.oidc.dump(),
    }))
}
