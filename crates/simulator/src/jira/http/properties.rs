//! Properties of issues and comments.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::{Answer, App, Caller, Payload, no_content, ok};
use crate::jira::model::{EventKind, Refusal};

const VALUE_CHARS_MAX: usize = 32_768;
const KEY_CHARS_MAX: usize = 255;

fn keys(properties: &BTreeMap<String, Value>, base: &str) -> Value {
    let keys: Vec<Value> = properties
        .keys()
        .map(|key| json!({ "self": format!("{base}/properties/{key}"), "key": key }))
        .collect();
    json!({ "keys": keys })
}

fn read(properties: &BTreeMap<String, Value>, name: &str) -> Result<Value, Refusal> {
    let missing = || Refusal::absent(format!("The property with key '{name}' does not exist."));
    let value = properties.get(name).ok_or_else(missing)?;
    Ok(json!({ "key": name, "value": value }))
}

fn check(name: &str, value: &Value) -> Result<(), Refusal> {
    if name.chars().count() > KEY_CHARS_MAX {
        return Err(Refusal::bad("The property key must be at most 255 characters."));
    }
    if value.to_string().chars().count() > VALUE_CHARS_MAX {
        return Err(Refusal::bad("The property value must be at most 32768 characters."));
    }
    Ok(())
}

fn written(is_new: bool) -> Response {
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    (status, Json(json!({}))).into_response()
}

/// `GET /issue/{k}/properties`.
pub(super) async fn issue_keys(
    Extract(state): App,
    caller: Caller,
    Path(key): Path<String>,
) -> Answer {
    caller.reader()?;
    ok(state.show(caller.zone(), |view| {
        let issue = view.site.get(&key)?;
        Ok(keys(&issue.properties, &view.link(&format!("issue/{}", issue.key))))
    })?)
}

/// `GET /issue/{k}/properties/{name}`.
pub(super) async fn issue_read(
    Extract(state): App,
    caller: Caller,
    Path((key, name)): Path<(String, String)>,
) -> Answer {
    caller.reader()?;
    ok(state.show(caller.zone(), |view| read(&view.site.get(&key)?.properties, &name))?)
}

/// `PUT /issue/{k}/properties/{name}`: 201 for a new one, 200 for a changed one.
pub(super) async fn issue_write(
    Extract(state): App,
    caller: Caller,
    Path((key, name)): Path<(String, String)>,
    Payload(value): Payload,
) -> Answer {
    let account = caller.user()?.account_id;
    check(&name, &value)?;
    let is_new = state
        .write(account, &key, |site, actor, id| Ok(site.set_property(actor, id, &name, value)))?;
    Ok(written(is_new))
}

/// `DELETE /issue/{k}/properties/{name}`.
pub(super) async fn issue_delete(
    Extract(state): App,
    caller: Caller,
    Path((key, name)): Path<(String, String)>,
) -> Answer {
    let account = caller.user()?.account_id;
    state.write(account, &key, |site, actor, id| {
        let issue = site.issue_mut(id).ok_or_else(Refusal::no_issue)?;
        read(&issue.properties, &name)?;
        issue.properties.remove(&name);
        site.announce(actor, id, EventKind::Property("issue_property_deleted", name));
        Ok(())
    })?;
    no_content()
}

fn number(id: &str) -> Result<u64, Refusal> {
    id.parse().map_err(|_| Refusal::absent(format!("Can not find a comment for the id: {id}.")))
}

/// `GET /comment/{id}/properties`.
pub(super) async fn comment_keys(
    Extract(state): App,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer {
    caller.reader()?;
    let id = number(&id)?;
    let base = state.show(caller.zone(), |view| view.link(&format!("comment/{id}")));
    ok(state.act(|site| site.comment_mut(id).map(|(_, found)| keys(&found.properties, &base)))?)
}

/// `GET /comment/{id}/properties/{name}`.
pub(super) async fn comment_read(
    Extract(state): App,
    caller: Caller,
    Path((id, name)): Path<(String, String)>,
) -> Answer {
    caller.reader()?;
    let id = number(&id)?;
    ok(state.act(|site| read(&site.comment_mut(id)?.1.properties, &name))?)
}

/// `PUT /comment/{id}/properties/{name}`.
pub(super) async fn comment_write(
    Extract(state): App,
    caller: Caller,
    Path((id, name)): Path<(String, String)>,
    Payload(value): Payload,
) -> Answer {
    caller.user()?;
    check(&name, &value)?;
    let id = number(&id)?;
    let before = state.act(|site| Ok(site.comment_mut(id)?.1.properties.insert(name, value)))?;
    Ok(written(before.is_none()))
}

/// `DELETE /comment/{id}/properties/{name}`.
pub(super) async fn comment_delete(
    Extract(state): App,
    caller: Caller,
    Path((id, name)): Path<(String, String)>,
) -> Answer {
    caller.user()?;
    let id = number(&id)?;
    state.act(|site| {
        let properties = &mut site.comment_mut(id)?.1.properties;
        read(properties, &name)?;
        properties.remove(&name);
        Ok(())
    })?;
    no_content()
}
