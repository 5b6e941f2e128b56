//! Comments.

use axum::Json;
use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use serde_json::{Value, json};

use super::{Answer, App, Caller, Params, Payload, expand_properties, no_content, ok, span};
use crate::jira::model::{Comment, Refusal};
use crate::jira::view::{View, html};

const PAGE_MAX: usize = 100;

/// `GET /issue/{k}/comment`.
pub(super) async fn list(
    Extract(state): App,
    caller: Caller,
    Path(key): Path<String>,
    params: Params,
) -> Answer {
    caller.reader()?;
    let (start, max) = span(&params, PAGE_MAX);
    let shown = state.show(caller.zone(), |view| {
        let issue = view.site.get(&key)?;
        let mut all: Vec<&Comment> = issue.comments.iter().collect();
        match params.get("orderBy") {
            None | Some("created" | "+created") => {}
            Some("-created") => all.reverse(),
            Some(_) => return Err(Refusal::bad("The orderBy parameter is invalid.")),
        }
        let comments: Vec<Value> = all
            .into_iter()
            .skip(start)
            .take(max)
            .map(|comment| expanded(view, issue.id, comment, &params))
            .collect();
        let total = issue.comments.len();
        Ok(json!({ "startAt": start, "maxResults": max, "total": total, "comments": comments }))
    })?;
    ok(shown)
}

fn expanded(view: &View<'_>, issue: u64, comment: &Comment, params: &Params) -> Value {
    let mut shown = view.comment(issue, comment);
    if params.list("expand").contains(&"renderedBody") {
        shown["renderedBody"] = json!(html(&comment.body));
    }
    expand_properties(&mut shown, &comment.properties, params);
    shown
}

/// `POST /issue/{k}/comment`.
pub(super) async fn add(
    Extract(state): App,
    caller: Caller,
    Path(key): Path<String>,
    params: Params,
    Payload(body): Payload,
) -> Answer {
    let account = caller.user()?.account_id;
    let id = state.write(account, &key, |site, actor, id| site.add_comment(actor, id, &body))?;
    let shown = show(&state, caller, (&key, &id.to_string()), &params)?;
    Ok((StatusCode::CREATED, Json(shown)).into_response())
}

/// `GET /issue/{k}/comment/{id}`.
pub(super) async fn read(
    Extract(state): App,
    caller: Caller,
    Path((key, id)): Path<(String, String)>,
    params: Params,
) -> Answer {
    caller.reader()?;
    ok(show(&state, caller, (&key, &id), &params)?)
}

/// `PUT /issue/{k}/comment/{id}`.
pub(super) async fn update(
    Extract(state): App,
    caller: Caller,
    Path((key, id)): Path<(String, String)>,
    params: Params,
    Payload(body): Payload,
) -> Answer {
    let account = caller.user()?.account_id;
    let number =
        state.show(caller.zone(), |view| find(view, &key, &id).map(|(_, found)| found.id))?;
    state.write(account, &key, |site, actor, _| site.update_comment(actor, number, &body))?;
    ok(show(&state, caller, (&key, &id), &params)?)
}

/// `DELETE /issue/{k}/comment/{id}`: 405 for nobody.
pub(super) async fn delete(
    Extract(state): App,
    caller: Caller,
    Path((key, id)): Path<(String, String)>,
) -> Answer {
    if caller.is_nobody() {
        let message = "An anonymous user cannot delete comments.";
        return Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, message));
    }
    let account = caller.user()?.account_id;
    let number =
        state.show(caller.zone(), |view| find(view, &key, &id).map(|(_, found)| found.id))?;
    state.write(account, &key, |site, actor, _| site.delete_comment(actor, number))?;
    no_content()
}

fn find<'a>(view: &View<'a>, key: &str, id: &str) -> Result<(u64, &'a Comment), Refusal> {
    let issue = view.site.get(key)?;
    let comment = issue.comments.iter().find(|comment| comment.id.to_string() == id);
    let missing = || Refusal::absent(format!("Can not find a comment for the id: {id}."));
    comment.map(|comment| (issue.id, comment)).ok_or_else(missing)
}

fn show(
    state: &crate::jira::state::State,
    caller: Caller,
    (key, id): (&str, &str),
    params: &Params,
) -> Result<Value, Refusal> {
    state.show(caller.zone(), |view| {
        let (issue, comment) = find(view, key, id)?;
        Ok(expanded(view, issue, comment, params))
    })
}
