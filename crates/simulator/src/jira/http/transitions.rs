//! Transitions.

use axum::extract::{Path, State as Extract};
use serde_json::json;

use super::{Answer, App, Caller, Params, Payload, no_content, ok};

/// `GET /issue/{k}/transitions`.
pub(super) async fn list(
    Extract(state): App,
    caller: Caller,
    Path(key): Path<String>,
    params: Params,
) -> Answer {
    caller.reader()?;
    let with_fields = params.list("expand").contains(&"transitions.fields");
    let mut transitions = state
        .show(caller.zone(), |view| Ok(view.transitions(view.site.get(&key)?, with_fields)))?;
    if let Some(id) = params.get("transitionId") {
        transitions.retain(|transition| transition["id"] == id);
    }
    ok(json!({ "expand": "transitions", "transitions": transitions }))
}

/// `POST /issue/{k}/transitions`.
pub(super) async fn perform(
    Extract(state): App,
    caller: Caller,
    Path(key): Path<String>,
    Payload(body): Payload,
) -> Answer {
    let account = caller.user()?.account_id;
    state.write(account, &key, |site, actor, id| site.transition(actor, id, &body))?;
    no_content()
}
