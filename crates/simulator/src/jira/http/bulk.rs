//! Issues many at a time.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State as Extract;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use serde_json::{Value, json};

use super::issues::created_json;
use super::{Answer, App, Caller, Payload, ok};
use crate::jira::model::{Actor, Refusal};
use crate::jira::view::{Expand, Wanted};

const CREATE_MAX: usize = 50;
const FETCH_MAX: usize = 100;
/// With one to a hundred named fields, none of them a list of its own.
const FETCH_NARROW_MAX: usize = 1_000;
const PROPERTIES_MAX: usize = 5;

/// `POST /issue/bulk`: 201 unless every issue fails.
pub(super) async fn create(Extract(state): App, caller: Caller, Payload(body): Payload) -> Answer {
    let account = caller.user()?.account_id;
    let given = body["issueUpdates"].as_array().cloned().unwrap_or_default();
    if given.is_empty() || given.len() > CREATE_MAX {
        return Err(Refusal::bad("The number of issues must be between 1 and 50."));
    }
    let now = state.now();
    let base = state.show(caller.zone(), |view| view.link("issue"));
    let (mut issues, mut errors) = (Vec::new(), Vec::new());
    for (number, one) in given.iter().enumerate() {
        match state.act(|site| site.create(Actor { account, now }, one)) {
            Ok(created) => issues.push(created_json(&base, &created)),
            Err(refusal) => errors.push(json!({
                "status": refusal.status.as_u16(),
                "elementErrors": refusal.collection(),
                "failedElementNumber": number,
            })),
        }
    }
    let status = if issues.is_empty() { StatusCode::BAD_REQUEST } else { StatusCode::CREATED };
    Ok((status, Json(json!({ "issues": issues, "errors": errors }))).into_response())
}

/// `POST /issue/bulkfetch`: what is absent or invisible is simply missing.
pub(super) async fn fetch(Extract(state): App, caller: Caller, Payload(body): Payload) -> Answer {
    let ids = strings(&body["issueIdsOrKeys"]);
    let fields = strings(&body["fields"]);
    let wanted = Wanted::new(fields.iter().map(String::as_str), "*navigable");
    let properties = strings(&body["properties"]);
    if !body["expand"].is_null() && !body["expand"].is_array() {
        return Err(Refusal::bad(
            "Invalid request payload. Refer to the REST API documentation and try again.",
        ));
    }
    let expand = Expand::new(&strings(&body["expand"]).join(","));
    let heavy = ["changelog", "editmeta", "transitions", "renderedFields"];
    let has_lists = ["comment", "attachment", "worklog"].iter().any(|name| wanted.has(name));
    let is_narrow = wanted.named_count().is_some_and(|count| count <= 100)
        && !has_lists
        && !heavy.iter().any(|name| expand.has(name));
    let max = if is_narrow { FETCH_NARROW_MAX } else { FETCH_MAX };
    if ids.len() > max {
        return Err(Refusal::bad(format!("The number of issues must not exceed {max}.")));
    }
    if properties.len() > PROPERTIES_MAX {
        return Err(Refusal::bad("At most 5 properties can be requested."));
    }
    let issues: Vec<Value> = state.show(caller.zone(), |view| {
        let found = ids.iter().filter(|_| !caller.is_nobody());
        let found: BTreeMap<u64, _> =
            found.filter_map(|id| view.site.get(id).ok()).map(|issue| (issue.id, issue)).collect();
        found.values().map(|issue| view.issue(issue, &wanted, &expand, &properties)).collect()
    });
    ok(json!({ "issues": issues, "issueErrors": [] }))
}

/// The strings of a list; numbers are taken as text.
pub(super) fn strings(value: &Value) -> Vec<String> {
    let text = |one: &Value| match one {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    value.as_array().into_iter().flatten().filter_map(text).collect()
}
