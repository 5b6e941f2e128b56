//! A verified webhook becomes a job.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use lockstep_jira::webhook;
use lockstep_model::job::Cause;
use lockstep_model::{CorrelationId, Job, JobKind, Lane};
use lockstep_queue::Route;
use serde::Serialize;

use crate::refusal::Refusal;
use crate::verified::Verified;
use crate::{Hooks, metrics};

/// Carries the correlation id, for whoever asks what became of an event.
const CORRELATION: HeaderName = HeaderName::from_static("x-correlation-id");

/// `POST /hooks/jira/{connection}`: 202 when the broker has the job, 200 when the event names no
/// issue, so that there is nothing to look at.
pub(crate) async fn jira(
    State(hooks): State<Arc<Hooks>>,
    verified: Verified,
) -> Result<Response, Refusal> {
    let _timed = metrics::HOOK_SECONDS.start_timer();
    let hint = webhook::read_hint(&verified.body)
        .map_err(|error| Refusal::Unreadable(error.to_string()))?;
    let id = (hooks.ambient.id)();
    let correlation = CorrelationId(id.to_string());
    let delivery = verified.delivery;
    let Some(issue) = hint.issue else {
        tracing::debug!(event = hint.event, delivery, "the event names no issue");
        return Ok(answer(StatusCode::OK, "ignored", &correlation));
    };
    tracing::info!(event = hint.event, issue, delivery, %correlation, "a webhook");
    let job = Job {
        id,
        kind: JobKind::Issue { connection: verified.connection, issue, version: hint.version },
        lane: Lane::Live,
        attempt: 0,
        first_seen: (hooks.ambient.now)(),
        correlation: correlation.clone(),
        cause: Cause::Webhook,
        promise: None,
    };
    hooks.publisher.publish(&job, Route::Lane).await.map_err(|error| {
        tracing::error!(%error, %correlation, "a webhook cannot be taken");
        Refusal::Unavailable
    })?;
    Ok(answer(StatusCode::ACCEPTED, "accepted", &correlation))
}

/// What the sender is told.
#[derive(Serialize)]
struct Taken<'a> {
    accepted: bool,
    correlation: &'a CorrelationId,
}

fn answer(status: StatusCode, outcome: &str, correlation: &CorrelationId) -> Response {
    metrics::HOOKS.with_label_values(&[outcome]).inc();
    let taken = Taken { accepted: status == StatusCode::ACCEPTED, correlation };
    (status, [(CORRELATION, correlation.0.as_str())], Json(taken)).into_response()
}
