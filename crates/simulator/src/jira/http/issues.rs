//! Issues one at a time.

use axum::Json;
use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use serde_json::{Value, json};

use super::{Answer, App, Caller, Params, Payload, no_content, ok};
use crate::jira::model::{Actor, Created};
use crate::jira::view::{Expand, Wanted};

/// `POST /issue`.
pub(super) async fn create(Extract(state): App, caller: Caller, Payload(body): Payload) -> Answer {
    let account = caller.user()?.account_id;
    let now = state.now();
    let created = state.act(|site| site.create(Actor { account, now }, &body))?;
    let shown = state.show(caller.zone(), |view| created_json(&view.link("issue"), &created));
    Ok((StatusCode::CREATED, Json(shown)).into_response())
}

/// A made issue as `POST /issue` tells it.
pub(super) fn created_json(base: &str, created: &Created) -> Value {
    let mut shown = json!({
        "id": created.id.to_string(),
        "key": created.key,
        "self": format!("{base}/{}", created.id),
    });
    match &created.transition {
        None => {}
        Some(Ok(())) => {
            let nothing = json!({ "errorMessages": [], "errors": {} });
            shown["transition"] = json!({ "status": 200, "errorCollection": nothing });
        }
        Some(Err(refusal)) => {
            shown["transition"] = json!({
                "status": refusal.status.as_u16(),
                "errorCollection": refusal.collection(),
            });
        }
    }
    shown
}

/// `GET /issue/{k}`. A moved issue answers under its new key.
pub(super) async fn read(
    Extract(state): App,
    caller: Caller,
    Path(key): Path<String>,
    params: Params,
) -> Answer {
    let wanted = Wanted::new(params.list("fields"), "*all");
    let expand = Expand::new(params.get("expand").unwrap_or_default());
    let properties: Vec<String> =
        params.list("properties").into_iter().map(str::to_owned).collect();
    state.seen_by(caller.reader()?.account_id, &key)?;
    let shown = state.show(caller.zone(), |view| {
        Ok(view.issue(view.site.get(&key)?, &wanted, &expand, &properties))
    })?;
    ok(shown)
}

/// `PUT /issue/{k}`: 204, or the issue with `returnIssue=true`.
pub(super) async fn edit(
    Extract(state): App,
    caller: Caller,
    Path(key): Path<String>,
    params: Params,
    Payload(body): Payload,
) -> Answer {
    let account = caller.user()?.account_id;
    if params.is_true("overrideScreenSecurity") || params.is_true("overrideEditableFlag") {
        let message = "Only Connect and Forge apps with Administer Jira can override.";
        return Err(crate::jira::model::Refusal::new(StatusCode::FORBIDDEN, message));
    }
    state.write(account, &key, |site, actor, id| site.edit(actor, id, &body))?;
    if !params.is_true("returnIssue") {
        return no_content();
    }
    let expand = Expand::new(params.get("expand").unwrap_or_default());
    let shown = state.show(caller.zone(), |view| {
        Ok(view.issue(view.site.get(&key)?, &Wanted::new([], "*all"), &expand, &[]))
    })?;
    ok(shown)
}

/// `DELETE /issue/{k}`.
pub(super) async fn delete(
    Extract(state): App,
    caller: Caller,
    Path(key): Path<String>,
    params: Params,
) -> Answer {
    let account = caller.user()?.account_id;
    let with_subtasks = params.is_true("deleteSubtasks");
    state.write(account, &key, |site, actor, id| site.delete(actor, id, with_subtasks))?;
    no_content()
}
