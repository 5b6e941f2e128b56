//! Registering webhooks: dynamic ones by apps, admin ones by administrators.

use axum::Json;
use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::bulk::strings;
use super::oauth::CLIENT_SECRET;
use super::{Answer, App, Caller, Params, Payload, no_content, ok, page};
use crate::jira::jql::{self, Clause, Operator};
use crate::jira::model::Refusal;
use crate::jira::state::State;
use crate::jira::webhooks::{Hook, HookKind};

const DYNAMIC_MAX: usize = 5;
const LIFE: TimeDelta = TimeDelta::days(30);

/// The events that dynamic webhooks may name.
const DYNAMIC_EVENTS: &[&str] = &[
    "jira:issue_created",
    "jira:issue_updated",
    "jira:issue_deleted",
    "comment_created",
    "comment_updated",
    "comment_deleted",
    "issue_property_set",
    "issue_property_deleted",
    "sprint_created",
    "sprint_updated",
    "sprint_closed",
    "sprint_deleted",
    "sprint_started",
    "jira:version_released",
    "jira:version_unreleased",
    "jira:version_created",
    "jira:version_moved",
    "jira:version_updated",
    "jira:version_merged",
    "jira:version_deleted",
];

const FILTER_FIELDS: &[&str] =
    &["issuekey", "project", "issuetype", "status", "assignee", "reporter", "priority"];

/// `POST /webhook`: errors of single webhooks come inside a 200.
pub(super) async fn register(
    Extract(state): App,
    caller: Caller,
    Payload(body): Payload,
) -> Answer {
    caller.app()?;
    let url = body["url"].as_str().filter(|url| url::Url::parse(url).is_ok());
    let url = url.ok_or_else(|| Refusal::bad("The url is not valid."))?;
    let given = body["webhooks"].as_array().cloned().unwrap_or_default();
    if given.is_empty() {
        return Err(Refusal::bad("At least one webhook must be given."));
    }
    let results: Vec<Value> = given
        .iter()
        .map(|one| match register_one(&state, url, one) {
            Ok(id) => json!({ "createdWebhookId": id }),
            Err(error) => json!({ "errors": [error] }),
        })
        .collect();
    ok(json!({ "webhookRegistrationResult": results }))
}

fn register_one(state: &State, url: &str, given: &Value) -> Result<u64, String> {
    let jql = given["jqlFilter"].as_str().ok_or("The jqlFilter is required.")?;
    let events = strings(&given["events"]);
    if events.is_empty() {
        return Err("At least one event must be given.".to_owned());
    }
    if let Some(unknown) = events.iter().find(|name| !DYNAMIC_EVENTS.contains(&name.as_str())) {
        return Err(format!("The event {unknown} is not supported."));
    }
    let query = jql::parse(jql)?;
    let condition = query.condition.ok_or("The jqlFilter is required.")?;
    check_filter(&condition)?;
    let now = state.now();
    let mut world = state.lock();
    let is_dynamic = |hook: &&Hook| matches!(hook.kind, HookKind::Dynamic { .. });
    let alive: Vec<&Hook> = world.webhooks.alive(now).filter(is_dynamic).collect();
    if alive.len() >= DYNAMIC_MAX {
        return Err("The limit of 5 webhooks for this app and user is reached.".to_owned());
    }
    if alive.iter().any(|hook| hook.url != url) {
        return Err(
            "Only a single URL per app is allowed to be registered via REST API.".to_owned()
        );
    }
    let kind = HookKind::Dynamic {
        client_secret: CLIENT_SECRET.to_owned(),
        expires: now + LIFE,
        fields: strings(&given["fieldIdsFilter"]),
    };
    Ok(world.webhooks.add(kind, url.to_owned(), events, jql.to_owned()))
}

/// Dynamic webhooks know a small part of JQL.
fn check_filter(clause: &Clause) -> Result<(), String> {
    match clause {
        Clause::All(all) | Clause::Any(all) => all.iter().try_for_each(check_filter),
        Clause::Not(inner) => check_filter(inner),
        Clause::Field { field, operator, .. } => {
            let is_simple = matches!(
                operator,
                Operator::Equals | Operator::Differs | Operator::In | Operator::NotIn
            );
            if !FILTER_FIELDS.contains(&field.as_str()) {
                Err(format!("The clause {field} is unsupported"))
            } else if is_simple {
                Ok(())
            } else {
                Err(format!("The operator of the clause {field} is unsupported"))
            }
        }
    }
}

/// `GET /webhook`.
pub(super) async fn list(Extract(state): App, caller: Caller, params: Params) -> Answer {
    caller.app()?;
    let now = state.now();
    let mut world = state.lock();
    let shown = world.webhooks.alive(now).filter_map(|hook| match &hook.kind {
        HookKind::Admin { .. } => None,
        HookKind::Dynamic { expires, fields, .. } => {
            let mut shown = json!({
                "id": hook.id,
                "jqlFilter": hook.jql,
                "events": hook.events,
                "url": hook.url,
                "expirationDate": expires.timestamp_millis(),
            });
            if !fields.is_empty() {
                shown["fieldIdsFilter"] = json!(fields);
            }
            Some(shown)
        }
    });
    ok(page(shown.collect(), &params, 100))
}

fn ids(body: &Value) -> Vec<u64> {
    body["webhookIds"].as_array().into_iter().flatten().filter_map(Value::as_u64).collect()
}

/// `PUT /webhook/refresh`: unknown ids are ignored.
pub(super) async fn refresh(Extract(state): App, caller: Caller, Payload(body): Payload) -> Answer {
    caller.app()?;
    let until = state.now() + LIFE;
    let mut world = state.lock();
    for id in ids(&body) {
        world.webhooks.refresh(id, until);
    }
    ok(json!({ "expirationDate": until.timestamp_millis() }))
}

/// `DELETE /webhook`, with a body: 202.
pub(super) async fn delete(Extract(state): App, caller: Caller, Payload(body): Payload) -> Answer {
    caller.app()?;
    let mut world = state.lock();
    for id in ids(&body) {
        world.webhooks.remove(id);
    }
    Ok(StatusCode::ACCEPTED.into_response())
}

/// Adds an admin webhook from a body as the vendor's page shows it.
///
/// # Errors
/// 400 without name, url or events, or with a filter that is no JQL.
pub(in crate::jira) fn add_admin(state: &State, body: &Value) -> Result<u64, Refusal> {
    let name = body["name"].as_str().unwrap_or_default();
    let url = body["url"].as_str().filter(|url| url::Url::parse(url).is_ok());
    let (Some(url), false) = (url, name.is_empty()) else {
        return Err(Refusal::bad("The name and the url are required."));
    };
    let jql = body["filters"]["issue-related-events-section"].as_str().unwrap_or_default();
    jql::parse(jql).map_err(Refusal::bad)?;
    let secret = body["secret"].as_str().filter(|secret| !secret.is_empty()).map(str::to_owned);
    let kind = HookKind::Admin { name: name.to_owned(), secret };
    let events = strings(&body["events"]);
    Ok(state.lock().webhooks.add(kind, url.to_owned(), events, jql.to_owned()))
}

fn admin_json(base_url: &str, hook: &Hook) -> Option<Value> {
    let HookKind::Admin { name, secret } = &hook.kind else {
        return None;
    };
    Some(json!({
        "name": name,
        "url": hook.url,
        "events": hook.events,
        "filters": { "issue-related-events-section": hook.jql },
        "excludeBody": false,
        "enabled": true,
        "isSigned": secret.is_some(),
        "self": format!("{base_url}/rest/webhooks/1.0/webhook/{}", hook.id),
    }))
}

/// `POST /rest/webhooks/1.0/webhook`.
pub(super) async fn admin_register(
    Extract(state): App,
    caller: Caller,
    Payload(body): Payload,
) -> Answer {
    caller.user()?;
    let id = add_admin(&state, &body)?;
    let now = state.now();
    let mut world = state.lock();
    let hook = world.webhooks.alive(now).find(|hook| hook.id == id);
    let shown = hook.and_then(|hook| admin_json(&state.base_url, hook));
    Ok((StatusCode::CREATED, Json(shown)).into_response())
}

/// `GET /rest/webhooks/1.0/webhook`.
pub(super) async fn admin_list(Extract(state): App, caller: Caller) -> Answer {
    caller.user()?;
    let now = state.now();
    let mut world = state.lock();
    ok(world.webhooks.alive(now).filter_map(|hook| admin_json(&state.base_url, hook)).collect())
}

/// `GET /rest/webhooks/1.0/webhook/{id}`.
pub(super) async fn admin_read(Extract(state): App, caller: Caller, Path(id): Path<u64>) -> Answer {
    caller.user()?;
    let now = state.now();
    let mut world = state.lock();
    let hook = world.webhooks.alive(now).find(|hook| hook.id == id);
    let shown = hook.and_then(|hook| admin_json(&state.base_url, hook));
    ok(shown.ok_or_else(|| Refusal::absent("The webhook does not exist."))?)
}

/// `DELETE /rest/webhooks/1.0/webhook/{id}`.
pub(super) async fn admin_delete(
    Extract(state): App,
    caller: Caller,
    Path(id): Path<u64>,
) -> Answer {
    caller.user()?;
    if state.lock().webhooks.remove(id) {
        return no_content();
    }
    Err(Refusal::absent("The webhook does not exist."))
}
