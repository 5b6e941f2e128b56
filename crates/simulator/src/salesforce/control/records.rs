//! Records, as a person in the browser handles them.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State as Shared};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::Refused;
use crate::core::Blob;
use crate::salesforce::error::Refusal;
use crate::salesforce::schema::Object;
use crate::salesforce::world::{Actor, Origin, Row, SalesforceWorld, as_row, is_deleted};
use crate::salesforce::{State, ids, stamp};

type Params = Query<BTreeMap<String, String>>;

/// A body: either the fields alone, or `{"fields", "stamp", "user", "automation", "assign"}`.
struct Act {
    fields: Row,
    actor: Actor,
}

impl Act {
    /// Reads the body. `stamp` makes the record late: it is stamped with that moment, not with now.
    fn read(state: &State, world: &SalesforceWorld, body: Value) -> Result<Self, Refused> {
        let wrapped = body.get("fields").is_some_and(Value::is_object);
        let empty = json!({});
        let options = if wrapped { &body } else { &empty };
        let flag = |name: &str| options[name] == json!(true);
        let now = match options["stamp"].as_str() {
            None => state.clock.now(),
            Some(text) => {
                stamp::parse(text).ok_or_else(|| Refusal::json(format!("stamp: {text}")))?
            }
        };
        let user = match options["user"].as_str() {
            None => world.human.clone(),
            Some(user) => {
                user_id(world, user).ok_or_else(|| Refusal::json(format!("user: {user}")))?
            }
        };
        let origin = if flag("automation") { Origin::Automation } else { Origin::Human };
        let actor = Actor { user, now, origin, assigns: flag("assign"), allows_duplicates: true };
        let fields = as_row(if wrapped { body["fields"].clone() } else { body });
        Ok(Self { fields, actor })
    }
}

/// The id of a user from an id, a user name or a full name.
fn user_id(world: &SalesforceWorld, user: &str) -> Option<String> {
    let object = world.schema.object("User")?;
    let id = ids::to18(user);
    let is_named = |row: &&Row| {
        let is = |name: &str, text: &str| row.get(name).and_then(Value::as_str) == Some(text);
        id.as_deref().is_some_and(|id| is("Id", id)) || is("Username", user) || is("Name", user)
    };
    world.rows(object).find(is_named).and_then(|row| row["Id"].as_str()).map(str::to_owned)
}

fn object<'a>(
    schema: &'a crate::salesforce::schema::Schema,
    name: &str,
) -> Result<&'a Object, Refused> {
    schema.object(name).ok_or_else(|| Refusal::not_found().into())
}

/// Every field of a record, hidden ones too.
fn whole(world: &SalesforceWorld, object: &Object, row: &Row) -> Value {
    let mut shown = row.clone();
    for field in &object.fields {
        shown.insert(field.name.clone(), world.value(object, row, field).into_owned());
    }
    Value::Object(shown)
}

fn find(world: &SalesforceWorld, name: &str, id: &str) -> Result<Value, Refused> {
    let object = object(&world.schema, name)?;
    let id = ids::to18(id).ok_or_else(Refusal::not_found)?;
    let row = world.row(object, &id).ok_or_else(Refusal::not_found)?;
    Ok(whole(world, object, row))
}

/// `GET /records/{object}?Field=value`: the live records whose fields hold these texts.
pub(super) async fn list(
    Shared(state): Shared<Arc<State>>,
    Path(name): Path<String>,
    Query(wanted): Params,
) -> Result<Json<Value>, Refused> {
    let world = state.world();
    let object = object(&world.schema, &name)?;
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let fits = |row: &Value| {
        wanted.iter().all(|(name, value)| row.get(name).is_some_and(|held| text(held) == *value))
    };
    let live = world.rows(object).filter(|row| !is_deleted(row));
    let found: Vec<Value> = live.map(|row| whole(&world, object, row)).filter(fits).collect();
    Ok(Json(json!({"total": found.len(), "records": found})))
}

/// `GET /records/{object}/{id}`, in the recycle bin too.
pub(super) async fn read(
    Shared(state): Shared<Arc<State>>,
    Path((name, id)): Path<(String, String)>,
) -> Result<Json<Value>, Refused> {
    find(&state.world(), &name, &id).map(Json)
}

/// `POST /records/{object}`: gives the whole record.
pub(super) async fn create(
    Shared(state): Shared<Arc<State>>,
    Path(name): Path<String>,
    Json(body): Json<Value>,
) -> Result<(StatusCode, Json<Value>), Refused> {
    let mut world = state.world();
    let act = Act::read(&state, &world, body)?;
    let id = world.insert(&name, &act.fields, &act.actor)?;
    find(&world, &name, &id).map(|record| (StatusCode::CREATED, Json(record)))
}

/// `PATCH /records/{object}/{id}`: gives the whole record.
pub(super) async fn update(
    Shared(state): Shared<Arc<State>>,
    Path((name, id)): Path<(String, String)>,
    Json(body): Json<Value>,
) -> Result<Json<Value>, Refused> {
    let mut world = state.world();
    let act = Act::read(&state, &world, body)?;
    world.update(&name, &id, &act.fields, &act.actor)?;
    find(&world, &name, &id).map(Json)
}

/// `DELETE /records/{object}/{id}`.
pub(super) async fn delete(
    Shared(state): Shared<Arc<State>>,
    Path((name, id)): Path<(String, String)>,
) -> Result<StatusCode, Refused> {
    let mut world = state.world();
    let act = Act::read(&state, &world, Value::Null)?;
    world.delete(&name, &id, &act.actor)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /records/{object}/{id}/undelete`.
pub(super) async fn undelete(
    Shared(state): Shared<Arc<State>>,
    Path((name, id)): Path<(String, String)>,
) -> Result<Json<Value>, Refused> {
    let mut world = state.world();
    let act = Act::read(&state, &world, Value::Null)?;
    let schema = world.schema.clone();
    let id = ids::to18(&id).ok_or_else(Refusal::not_found)?;
    world.undelete(object(&schema, &name)?, &id, &act.actor)?;
    find(&world, &name, &id).map(Json)
}

/// `POST /records/{object}/{id}/merge {"into"}`: gives the record that stays.
pub(super) async fn merge(
    Shared(state): Shared<Arc<State>>,
    Path((name, id)): Path<(String, String)>,
    Json(body): Json<Value>,
) -> Result<Json<Value>, Refused> {
    let mut world = state.world();
    let act = Act::read(&state, &world, Value::Null)?;
    let master = body["into"].as_str().unwrap_or_default();
    world.merge(&name, (&id, master), &act.actor)?;
    find(&world, &name, master).map(Json)
}

/// `POST /leads/{id}/convert`: gives the lead.
pub(super) async fn convert(
    Shared(state): Shared<Arc<State>>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Refused> {
    let mut world = state.world();
    let act = Act::read(&state, &world, Value::Null)?;
    world.convert(&id, &act.actor)?;
    find(&world, "Lead", &id).map(Json)
}

/// `POST /cases/{id}/comments {"body", "published", "stamp", "user"}`: gives the comment.
pub(super) async fn comment(
    Shared(state): Shared<Arc<State>>,
    Path(id): Path<String>,
    Json(body): Json<Value>,
) -> Result<(StatusCode, Json<Value>), Refused> {
    let mut world = state.world();
    let fields = json!({
        "ParentId": id,
        "CommentBody": body["body"],
        "IsPublished": body["published"] == json!(true),
    });
    let wrapped = json!({"fields": fields, "stamp": body["stamp"], "user": body["user"]});
    let act = Act::read(&state, &world, wrapped)?;
    let id = world.insert("CaseComment", &act.fields, &act.actor)?;
    find(&world, "CaseComment", &id).map(|comment| (StatusCode::CREATED, Json(comment)))
}

/// `POST /files {"record", "name", "text" or "size", "user"}`: gives the version.
pub(super) async fn add_file(
    Shared(state): Shared<Arc<State>>,
    Json(body): Json<Value>,
) -> Result<(StatusCode, Json<Value>), Refused> {
    let blob = match body["size"].as_u64() {
        Some(size) => Blob::made_up(size),
        None => Blob::of(body["text"].as_str().unwrap_or_default().as_bytes()),
    };
    let blob = blob.map_err(|error| Refusal::json(error.to_string()))?;
    let mut world = state.world();
    let fields = json!({
        "PathOnClient": body["name"],
        "FirstPublishLocationId": body["record"],
        "ContentDocumentId": body["document"],
    });
    let act = Act::read(&state, &world, json!({"fields": fields, "user": body["user"]}))?;
    world.arrived = Some(blob);
    let inserted = world.insert("ContentVersion", &act.fields, &act.actor);
    world.arrived = None;
    find(&world, "ContentVersion", &inserted?).map(|file| (StatusCode::CREATED, Json(file)))
}
