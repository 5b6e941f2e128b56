//! Sessions, limits, permissions, locks and hidden fields.

use std::sync::Arc;

use axum::Json;
use axum::extract::State as Shared;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Refused;
use crate::salesforce::error::Refusal;
use crate::salesforce::world::Right;
use crate::salesforce::{State, ids};

/// A change of the session policy along with the end of all sessions.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Expiry {
    /// Seconds that later sessions live without use.
    #[serde(default)]
    lifetime_s: Option<i64>,
}

/// `POST /sessions/expire`: every token is answered with 401 from now on.
pub(super) async fn expire_sessions(
    Shared(state): Shared<Arc<State>>,
    body: Option<Json<Expiry>>,
) -> Json<Value> {
    let mut world = state.world();
    if let Some(lifetime_s) = body.and_then(|Json(expiry)| expiry.lifetime_s) {
        world.sessions.lifetime_s = lifetime_s;
    }
    Json(json!({"expired": world.sessions.expire_all()}))
}

/// `POST /cursors/close`: every query locator is unknown from now on.
pub(super) async fn close_cursors(Shared(state): Shared<Arc<State>>) -> StatusCode {
    state.world().usage.close_cursors();
    StatusCode::NO_CONTENT
}

/// `POST /org/refresh`: the org gets a new id and all sessions end, as after a sandbox refresh.
pub(super) async fn refresh_org(Shared(state): Shared<Arc<State>>) -> Json<Value> {
    let mut world = state.world();
    world.refresh();
    world.sessions.expire_all();
    Json(json!({"organization_id": world.org_id}))
}

/// The call budget; what is absent stays.
#[derive(Debug, Deserialize)]
pub(super) struct Limits {
    #[serde(default)]
    max: Option<u64>,
    #[serde(default)]
    used: Option<u64>,
    /// How many of the next calls are refused as too many long ones at a time.
    #[serde(default)]
    concurrent: Option<u64>,
}

/// `POST /limits`.
pub(super) async fn limits(
    Shared(state): Shared<Arc<State>>,
    Json(limits): Json<Limits>,
) -> Json<Value> {
    let mut world = state.world();
    let usage = &mut world.usage;
    usage.max = limits.max.unwrap_or(usage.max);
    usage.used = limits.used.unwrap_or(usage.used);
    usage.concurrent = limits.concurrent.unwrap_or(usage.concurrent);
    Json(json!({"max": usage.max, "used": usage.used, "concurrent": usage.concurrent}))
}

/// Permissions of the integration user; what is absent stays.
#[derive(Debug, Deserialize)]
pub(super) struct Permissions {
    #[serde(default)]
    modify_all_cases: Option<bool>,
    #[serde(default)]
    view_all_data: Option<bool>,
    #[serde(default)]
    view_setup: Option<bool>,
}

/// `POST /permissions`.
pub(super) async fn permissions(
    Shared(state): Shared<Arc<State>>,
    Json(wanted): Json<Permissions>,
) -> Json<Value> {
    let mut world = state.world();
    world.described_at = state.clock.now();
    let held = &mut world.permissions;
    held.modify_all_cases = wanted.modify_all_cases.unwrap_or(held.modify_all_cases);
    held.view_all_data = wanted.view_all_data.unwrap_or(held.view_all_data);
    held.view_setup = wanted.view_setup.unwrap_or(held.view_setup);
    Json(json!({
        "modify_all_cases": held.modify_all_cases,
        "view_all_data": held.view_all_data,
        "view_setup": held.view_setup,
    }))
}

/// The policy of one app; what is absent stays.
#[derive(Debug, Deserialize)]
pub(super) struct Policy {
    /// Its consumer key.
    key: String,
    #[serde(default)]
    flow: Option<bool>,
    #[serde(default)]
    run_as: Option<bool>,
    #[serde(default)]
    approved: Option<bool>,
}

/// `POST /apps`.
pub(super) async fn app(
    Shared(state): Shared<Arc<State>>,
    Json(wanted): Json<Policy>,
) -> Result<StatusCode, Refused> {
    let mut world = state.world();
    let app = world.apps.iter_mut().find(|app| app.key == wanted.key);
    let held = &mut app.ok_or_else(Refusal::not_found)?.policy;
    held.flow = wanted.flow.unwrap_or(held.flow);
    held.run_as = wanted.run_as.unwrap_or(held.run_as);
    held.approved = wanted.approved.unwrap_or(held.approved);
    Ok(StatusCode::NO_CONTENT)
}

/// Records that another transaction holds.
#[derive(Debug, Deserialize)]
pub(super) struct Locks {
    ids: Vec<String>,
    /// How many writes each hold refuses.
    #[serde(default = "once")]
    times: u32,
}

fn once() -> u32 {
    1
}

/// `POST /locks`: the next writes to these records are refused with `UNABLE_TO_LOCK_ROW`.
pub(super) async fn locks(
    Shared(state): Shared<Arc<State>>,
    Json(locks): Json<Locks>,
) -> Result<StatusCode, Refused> {
    let mut world = state.world();
    for id in &locks.ids {
        let id = ids::to18(id).ok_or_else(|| Refusal::json(format!("no id: {id}")))?;
        if locks.times == 0 {
            world.locks.remove(&id);
        } else {
            world.locks.insert(id, locks.times);
        }
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Rights on an object; what is absent stays.
#[derive(Debug, Deserialize)]
pub(super) struct Rights {
    object: String,
    #[serde(default)]
    read: Option<bool>,
    #[serde(default)]
    create: Option<bool>,
    #[serde(default)]
    update: Option<bool>,
}

/// `POST /objects/rights`: gives and takes what the integration user may do with an object.
pub(super) async fn rights(
    Shared(state): Shared<Arc<State>>,
    Json(wanted): Json<Rights>,
) -> Result<StatusCode, Refused> {
    let mut world = state.world();
    let schema = world.schema.clone();
    let object = schema.object(&wanted.object).ok_or_else(Refusal::not_found)?;
    let each = [
        (Right::Read, wanted.read),
        (Right::Create, wanted.create),
        (Right::Update, wanted.update),
    ];
    for (right, given) in each {
        let key = (object.name.clone(), right);
        match given {
            Some(true) => drop(world.denied.remove(&key)),
            Some(false) => drop(world.denied.insert(key)),
            None => {}
        }
    }
    world.described_at = state.clock.now();
    Ok(StatusCode::NO_CONTENT)
}

/// Fields of an object.
#[derive(Debug, Deserialize)]
pub(super) struct Fields {
    object: String,
    fields: Vec<String>,
}

/// `POST /fields/hide`: field-level security takes the fields from the integration user.
pub(super) async fn hide_fields(
    Shared(state): Shared<Arc<State>>,
    Json(fields): Json<Fields>,
) -> Result<StatusCode, Refused> {
    each(&state, &fields, |hidden, field| {
        hidden.insert(field);
    })
}

/// `POST /fields/show`: gives them back.
pub(super) async fn show_fields(
    Shared(state): Shared<Arc<State>>,
    Json(fields): Json<Fields>,
) -> Result<StatusCode, Refused> {
    each(&state, &fields, |hidden, field| {
        hidden.remove(&field);
    })
}

/// `POST /fields/track`: the org keeps the history of the fields from now on.
pub(super) async fn track_fields(
    Shared(state): Shared<Arc<State>>,
    Json(wanted): Json<Fields>,
) -> Result<StatusCode, Refused> {
    let mut world = state.world();
    let schema = world.schema.clone();
    let object = schema.object(&wanted.object).ok_or_else(Refusal::not_found)?;
    for name in &wanted.fields {
        let field = object.field(name).ok_or_else(Refusal::not_found)?;
        world.tracked.insert((object.name.clone(), field.name.clone()));
    }
    Ok(StatusCode::NO_CONTENT)
}

fn each(
    state: &State,
    wanted: &Fields,
    act: impl Fn(&mut std::collections::BTreeSet<(String, String)>, (String, String)),
) -> Result<StatusCode, Refused> {
    let mut world = state.world();
    let schema = world.schema.clone();
    let object = schema.object(&wanted.object).ok_or_else(Refusal::not_found)?;
    for name in &wanted.fields {
        let field = object.field(name).ok_or_else(Refusal::not_found)?;
        act(&mut world.hidden, (object.name.clone(), field.name.clone()));
    }
    world.described_at = state.clock.now();
    Ok(StatusCode::NO_CONTENT)
}
