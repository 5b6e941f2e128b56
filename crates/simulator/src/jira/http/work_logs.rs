//! Work logs.

use axum::Json;
use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use serde_json::{Value, json};

use super::{Answer, App, Caller, Params, Payload, expand_properties, no_content, ok, span};
use crate::jira::model::{Refusal, WorkLog, no_log};
use crate::jira::state::State;
use crate::jira::view::View;

const PAGE_MAX: usize = 5_000;

/// `GET /issue/{k}/worklog`.
pub(super) async fn list(
    Extract(state): App,
    caller: Caller,
    Path(key): Path<String>,
    params: Params,
) -> Answer {
    caller.reader()?;
    let (start, max) = span(&params, PAGE_MAX);
    ok(state.show(caller.zone(), |view| {
        let issue = view.site.get(&key)?;
        let logs = issue.work_logs.iter().skip(start).take(max);
        let shown: Vec<Value> = logs.map(|log| expanded(view, issue.id, log, &params)).collect();
        let total = issue.work_logs.len();
        Ok(json!({ "startAt": start, "maxResults": max, "total": total, "worklogs": shown }))
    })?)
}

/// `POST /issue/{k}/worklog`.
pub(super) async fn add(
    Extract(state): App,
    caller: Caller,
    Path(key): Path<String>,
    params: Params,
    Payload(body): Payload,
) -> Answer {
    let account = caller.user()?.account_id;
    estimate(&params, "reduceBy")?;
    let id = state.write(account, &key, |site, actor, id| site.add_work_log(actor, id, &body))?;
    let shown = show(&state, caller, (&key, &id.to_string()), &params)?;
    Ok((StatusCode::CREATED, Json(shown)).into_response())
}

/// `GET /issue/{k}/worklog/{id}`.
pub(super) async fn read(
    Extract(state): App,
    caller: Caller,
    Path((key, id)): Path<(String, String)>,
    params: Params,
) -> Answer {
    caller.reader()?;
    ok(show(&state, caller, (&key, &id), &params)?)
}

/// `PUT /issue/{k}/worklog/{id}`.
pub(super) async fn update(
    Extract(state): App,
    caller: Caller,
    Path((key, id)): Path<(String, String)>,
    params: Params,
    Payload(body): Payload,
) -> Answer {
    let account = caller.user()?.account_id;
    estimate(&params, "newEstimate")?;
    let number = number(&state, caller, (&key, &id))?;
    state.write(account, &key, |site, actor, issue| {
        site.update_work_log(actor, (issue, number), &body)
    })?;
    ok(show(&state, caller, (&key, &id), &params)?)
}

/// `DELETE /issue/{k}/worklog/{id}`.
pub(super) async fn delete(
    Extract(state): App,
    caller: Caller,
    Path((key, id)): Path<(String, String)>,
    params: Params,
) -> Answer {
    let account = caller.user()?.account_id;
    estimate(&params, "increaseBy")?;
    let number = number(&state, caller, (&key, &id))?;
    state
        .write(account, &key, |site, actor, issue| site.delete_work_log(actor, (issue, number)))?;
    no_content()
}

/// `adjustEstimate`, which may need another parameter. No issue here has an estimate.
fn estimate(params: &Params, by_hand: &str) -> Result<(), Refusal> {
    let needs = match params.get("adjustEstimate") {
        None | Some("auto" | "leave") => return Ok(()),
        Some("new") => "newEstimate",
        Some("manual") => by_hand,
        Some(_) => return Err(Refusal::bad("The adjustEstimate parameter is invalid.")),
    };
    if params.get(needs).is_none() {
        return Err(Refusal::bad(format!("The parameter {needs} is required.")));
    }
    Ok(())
}

fn find<'a>(view: &View<'a>, key: &str, id: &str) -> Result<(u64, &'a WorkLog), Refusal> {
    let issue = view.site.get(key)?;
    let log = issue.work_logs.iter().find(|log| log.id.to_string() == id);
    log.map(|log| (issue.id, log)).ok_or_else(|| no_log(id))
}

fn number(state: &State, caller: Caller, (key, id): (&str, &str)) -> Result<u64, Refusal> {
    state.show(caller.zone(), |view| find(view, key, id).map(|(_, log)| log.id))
}

fn expanded(view: &View<'_>, issue: u64, log: &WorkLog, params: &Params) -> Value {
    let mut shown = view.work_log(issue, log);
    expand_properties(&mut shown, &log.properties, params);
    shown
}

fn show(
    state: &State,
    caller: Caller,
    (key, id): (&str, &str),
    params: &Params,
) -> Result<Value, Refusal> {
    state.show(caller.zone(), |view| {
        let (issue, log) = find(view, key, id)?;
        Ok(expanded(view, issue, log, params))
    })
}
