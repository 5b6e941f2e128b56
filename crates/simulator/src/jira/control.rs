//! The control API of the site: acting as a human, webhooks by hand, settings.

use std::sync::Arc;

use axum::extract::{Path, Query, State as Extract};
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::http::{Answer, App, add_admin, no_content, ok};
use super::model::catalog::AGENT;
use super::model::{Actor, Refusal, Site, catalog, workflow};
use super::settings::Settings;
use super::state::State;
use super::{adf, control_files, forge};

/// The control API of the site, nested under `/control/jira`.
pub fn control_router(state: Arc<State>) -> Router {
    Router::new()
        .route("/issues", get(list).post(create))
        .route("/issues/{key}", get(read).patch(edit).delete(delete))
        .route("/issues/{key}/transition", post(transition))
        .route("/issues/{key}/comments", post(comment))
        .route(
            "/issues/{key}/comments/{id}",
            axum::routing::patch(edit_comment).delete(delete_comment),
        )
        .route("/issues/{key}/attachments", post(control_files::add))
        .route("/attachments/{id}", axum::routing::delete(control_files::delete))
        .route("/issues/{key}/move", post(move_issue))
        .route("/forge/panel", post(forge::open_panel))
        .route("/webhooks", get(webhooks).post(add_webhook))
        .route("/webhooks/{id}", axum::routing::delete(remove_webhook))
        .route("/webhooks/deliveries", get(deliveries).delete(clear_deliveries))
        .route("/settings", get(settings).patch(change_settings))
        .with_state(state)
}

/// Who acts: an account id or a display name in `as`, else the support agent.
pub(super) fn actor(body: &Value) -> Result<&'static str, Refusal> {
    let Some(name) = body["as"].as_str() else {
        return Ok(AGENT);
    };
    let user =
        catalog::USERS.iter().find(|user| user.account_id == name || user.display_name == name);
    user.map(|user| user.account_id)
        .ok_or_else(|| Refusal::bad(format!("Nobody is called '{name}'.")))
}

pub(super) fn act<T>(
    state: &State,
    (key, body): (&str, &Value),
    act: impl FnOnce(&mut Site, Actor<'_>, u64) -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    let account = actor(body)?;
    let now = state.now();
    state.act(|site| {
        let id = site.get(key)?.id;
        act(site, Actor { account, now }, id)
    })
}

/// Plain strings in document fields are taken as text, for convenience.
fn fields(body: &Value) -> Value {
    let mut fields = body["fields"].clone();
    for name in ["description", "environment", "customfield_10051"] {
        let text = fields.get(name).and_then(Value::as_str).map(adf::paragraphs);
        if let Some(document) = text {
            fields[name] = document;
        }
    }
    fields
}

#[derive(Debug, Deserialize)]
struct ListFilter {
    project: Option<String>,
}

async fn list(Extract(state): App, Query(filter): Query<ListFilter>) -> Answer {
    let keys: Vec<String> = state.show(chrono_tz::UTC, |view| {
        let wanted = |key: &str| filter.project.as_deref().is_none_or(|project| project == key);
        let issues = view.site.issues().filter(|issue| wanted(issue.project().key));
        issues.map(|issue| issue.key.clone()).collect()
    });
    let issues: Result<Vec<Value>, Refusal> =
        keys.iter().map(|key| state.issue_in_full(key)).collect();
    ok(json!(issues?))
}

async fn create(Extract(state): App, Json(body): Json<Value>) -> Answer {
    let account = actor(&body)?;
    let now = state.now();
    let mut fields = fields(&body);
    for (name, default) in
        [("project", json!({ "key": "SUP" })), ("issuetype", json!({ "name": "Bug" }))]
    {
        let short = fields[name].as_str().map(str::to_owned);
        let part = if name == "project" { "key" } else { "name" };
        match short {
            Some(text) => fields[name] = json!({ part: text }),
            None if fields[name].is_null() => fields[name] = default,
            None => {}
        }
    }
    let body = json!({ "fields": fields });
    let created = state.act(|site| site.create(Actor { account, now }, &body))?;
    ok(state.issue_in_full(&created.key)?)
}

async fn read(Extract(state): App, Path(key): Path<String>) -> Answer {
    ok(state.issue_in_full(&key)?)
}

async fn edit(Extract(state): App, Path(key): Path<String>, Json(body): Json<Value>) -> Answer {
    let change = json!({ "fields": fields(&body), "update": body["update"] });
    act(&state, (&key, &body), |site, actor, id| site.edit(actor, id, &change))?;
    ok(state.issue_in_full(&key)?)
}

async fn delete(Extract(state): App, Path(key): Path<String>, body: Option<Json<Value>>) -> Answer {
    let body = body.map(|Json(body)| body).unwrap_or_default();
    act(&state, (&key, &body), |site, actor, id| site.delete(actor, id, true))?;
    no_content()
}

/// Takes the transition that leads to `status`; a resolution is filled in where the screen asks for one.
async fn transition(
    Extract(state): App,
    Path(key): Path<String>,
    Json(body): Json<Value>,
) -> Answer {
    let name = body["status"].as_str().unwrap_or_default();
    let target = catalog::status(name)
        .ok_or_else(|| Refusal::bad(format!("No status is called '{name}'.")))?;
    act(&state, (&key, &body), |site, actor, id| {
        let issue = site.issue(id).ok_or_else(Refusal::no_issue)?;
        let step = workflow::transitions(issue.project(), issue.status_id)
            .find(|step| step.to == target.id)
            .ok_or_else(|| {
                Refusal::bad(format!(
                    "No transition leads from '{}' to '{name}'.",
                    issue.status().name
                ))
            })?;
        let mut change = json!({ "transition": { "id": step.id } });
        if step.asks_resolution {
            let resolution = body["resolution"].as_str().unwrap_or("Done");
            change["fields"] = json!({ "resolution": { "name": resolution } });
        }
        site.transition(actor, id, &change)
    })?;
    ok(state.issue_in_full(&key)?)
}

fn comment_change(body: &Value) -> Value {
    let document = match &body["body"] {
        Value::String(text) => adf::paragraphs(text),
        other => other.clone(),
    };
    json!({
        "body": document,
        "properties": body["properties"],
        "visibility": body["visibility"],
        "parentId": body["parentId"],
    })
}

async fn comment(Extract(state): App, Path(key): Path<String>, Json(body): Json<Value>) -> Answer {
    let change = comment_change(&body);
    let id = act(&state, (&key, &body), |site, actor, id| site.add_comment(actor, id, &change))?;
    ok(json!({ "id": id.to_string() }))
}

async fn edit_comment(
    Extract(state): App,
    Path((key, id)): Path<(String, u64)>,
    Json(body): Json<Value>,
) -> Answer {
    let change = comment_change(&body);
    act(&state, (&key, &body), |site, actor, _| site.update_comment(actor, id, &change))?;
    no_content()
}

async fn delete_comment(
    Extract(state): App,
    Path((key, id)): Path<(String, u64)>,
    body: Option<Json<Value>>,
) -> Answer {
    let body = body.map(|Json(body)| body).unwrap_or_default();
    act(&state, (&key, &body), |site, actor, _| site.delete_comment(actor, id))?;
    no_content()
}

async fn move_issue(
    Extract(state): App,
    Path(key): Path<String>,
    Json(body): Json<Value>,
) -> Answer {
    let project = body["project"].as_str().unwrap_or_default();
    act(&state, (&key, &body), |site, actor, id| site.move_issue(actor, id, project))?;
    ok(state.issue_in_full(&key)?)
}

async fn webhooks(Extract(state): App) -> Answer {
    ok(json!(state.lock().webhooks.list()))
}

/// Adds an admin webhook: `{url, secret?, events?, jql?, name?}`.
async fn add_webhook(Extract(state): App, Json(body): Json<Value>) -> Answer {
    let default = json!([
        "jira:issue_created",
        "jira:issue_updated",
        "jira:issue_deleted",
        "comment_created",
        "comment_updated",
        "comment_deleted",
    ]);
    let events = if body["events"].is_array() { &body["events"] } else { &default };
    let full = json!({
        "name": body["name"].as_str().unwrap_or("Control"),
        "url": body["url"],
        "events": events,
        "secret": body["secret"],
        "filters": { "issue-related-events-section": body["jql"].as_str().unwrap_or_default() },
    });
    ok(json!({ "id": add_admin(&state, &full)? }))
}

async fn remove_webhook(Extract(state): App, Path(id): Path<u64>) -> Answer {
    let is_gone = state.lock().webhooks.remove(id);
    if is_gone { no_content() } else { Ok(StatusCode::NOT_FOUND.into_response()) }
}

async fn deliveries(Extract(state): App) -> Answer {
    ok(json!(state.lock().webhooks.deliveries()))
}

async fn clear_deliveries(Extract(state): App) -> Answer {
    state.lock().webhooks.record().clear();
    no_content()
}

async fn settings(Extract(state): App) -> Answer {
    ok(json!(state.lock().settings))
}

/// Changes the settings named in the body.
async fn change_settings(Extract(state): App, Json(body): Json<Value>) -> Answer {
    let mut world = state.lock();
    let mut all = json!(world.settings);
    for (name, value) in body.as_object().into_iter().flatten() {
        all[name.as_str()] = value.clone();
    }
    let changed: Settings =
        serde_json::from_value(all).map_err(|error| Refusal::bad(error.to_string()))?;
    world.site.resolve_screen.clone_from(&changed.resolve_screen);
    world.site.service_desks.clone_from(&changed.service_desks);
    let bound = [catalog::INTEGRATION.to_owned()].into_iter().filter(|_| !changed.own_comments);
    world.site.bound = bound.collect();
    world.settings = changed;
    ok(json!(world.settings))
}
