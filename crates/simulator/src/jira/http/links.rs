//! Remote links and links between issues.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use serde_json::{Value, json};

use super::{Answer, App, Caller, Params, Payload, no_content, ok};
use crate::jira::model::{Issue, IssueLink, Refusal, RemoteLink, catalog};
use crate::jira::view::View;

const GLOBAL_ID_CHARS_MAX: usize = 255;
const PARTS: &[&str] = &["application", "relationship", "object"];

fn remote(view: &View<'_>, issue: &Issue, link: &RemoteLink) -> Value {
    let mut shown = json!({
        "id": link.id,
        "self": view.link(&format!("issue/{}/remotelink/{}", issue.key, link.id)),
        "application": {},
    });
    if let Some(global_id) = &link.global_id {
        shown["globalId"] = json!(global_id);
    }
    for (name, value) in &link.body {
        shown[name.as_str()] = value.clone();
    }
    shown
}

/// `GET /issue/{k}/remotelink`: an array, or one object with `globalId`.
pub(super) async fn list(
    Extract(state): App,
    caller: Caller,
    Path(key): Path<String>,
    params: Params,
) -> Answer {
    caller.reader()?;
    ok(state.show(caller.zone(), |view| {
        let issue = view.site.get(&key)?;
        let Some(global_id) = params.get("globalId") else {
            return Ok(issue.remote_links.iter().map(|link| remote(view, issue, link)).collect());
        };
        let found =
            issue.remote_links.iter().find(|link| link.global_id.as_deref() == Some(global_id));
        found.map(|link| remote(view, issue, link)).ok_or_else(no_remote)
    })?)
}

fn no_remote() -> Refusal {
    Refusal::absent("The remote link does not exist.")
}

/// `GET /issue/{k}/remotelink/{id}`.
pub(super) async fn read(
    Extract(state): App,
    caller: Caller,
    Path((key, id)): Path<(String, String)>,
) -> Answer {
    caller.reader()?;
    ok(state.show(caller.zone(), |view| {
        let issue = view.site.get(&key)?;
        let found = issue.remote_links.iter().find(|link| link.id.to_string() == id);
        found.map(|link| remote(view, issue, link)).ok_or_else(no_remote)
    })?)
}

/// `POST /issue/{k}/remotelink`: upserts by `globalId`; what is left out becomes null.
pub(super) async fn upsert(
    Extract(state): App,
    caller: Caller,
    Path(key): Path<String>,
    Payload(body): Payload,
) -> Answer {
    let account = caller.user()?.account_id;
    let global_id = body["globalId"].as_str().map(str::to_owned);
    check(&body, global_id.as_deref())?;
    let parts: BTreeMap<String, Value> = PARTS
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), body.get(*name)?.clone())))
        .filter(|(_, value)| !value.is_null())
        .collect();
    let (id, is_new) = state.write(account, &key, |site, actor, issue_id| {
        let fresh = site.next_id("remote_link");
        let issue = site.issue_mut(issue_id).ok_or_else(Refusal::no_issue)?;
        issue.updated = actor.now;
        let known = issue
            .remote_links
            .iter_mut()
            .find(|link| global_id.is_some() && link.global_id == global_id);
        if let Some(link) = known {
            link.body = parts;
            return Ok((link.id, false));
        }
        issue.remote_links.push(RemoteLink { id: fresh, global_id, body: parts });
        Ok((fresh, true))
    })?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    let link = state.show(caller.zone(), |view| view.link(&format!("issue/{key}/remotelink/{id}")));
    Ok((status, Json(json!({ "id": id, "self": link }))).into_response())
}

fn check(body: &Value, global_id: Option<&str>) -> Result<(), Refusal> {
    let object = &body["object"];
    let mut errors = BTreeMap::new();
    for name in ["title", "url"] {
        if object[name].as_str().is_none_or(str::is_empty) {
            errors.insert(name.to_owned(), format!("'{name}' is required."));
        }
    }
    if global_id.is_some_and(|id| id.chars().count() > GLOBAL_ID_CHARS_MAX) {
        errors
            .insert("globalId".to_owned(), "'globalId' must be at most 255 characters.".to_owned());
    }
    if errors.is_empty() { Ok(()) } else { Err(Refusal::fields(errors)) }
}

/// `DELETE /issue/{k}/remotelink?globalId=`.
pub(super) async fn delete_by_global_id(
    Extract(state): App,
    caller: Caller,
    Path(key): Path<String>,
    params: Params,
) -> Answer {
    let global_id = params.get("globalId").map(str::to_owned);
    let global_id =
        global_id.ok_or_else(|| Refusal::bad("The globalId query parameter is required."))?;
    remove(&state, caller, &key, &|link| link.global_id.as_deref() == Some(&global_id))
}

/// `DELETE /issue/{k}/remotelink/{id}`.
pub(super) async fn delete(
    Extract(state): App,
    caller: Caller,
    Path((key, id)): Path<(String, String)>,
) -> Answer {
    remove(&state, caller, &key, &|link| link.id.to_string() == id)
}

fn remove(
    state: &crate::jira::state::State,
    caller: Caller,
    key: &str,
    is_it: &dyn Fn(&RemoteLink) -> bool,
) -> Answer {
    let account = caller.user()?.account_id;
    state.write(account, key, |site, _, id| {
        let issue = site.issue_mut(id).ok_or_else(Refusal::no_issue)?;
        let before = issue.remote_links.len();
        issue.remote_links.retain(|link| !is_it(link));
        if issue.remote_links.len() == before { Err(no_remote()) } else { Ok(()) }
    })?;
    no_content()
}

/// `POST /issueLink`: 201 with an empty body, also for a duplicate.
pub(super) async fn link_issues(
    Extract(state): App,
    caller: Caller,
    Payload(body): Payload,
) -> Answer {
    caller.user()?;
    let text = |value: &Value| {
        ["id", "key", "name"].iter().find_map(|name| value[*name].as_str()).map(str::to_owned)
    };
    let wanted = text(&body["type"]).unwrap_or_default();
    let kind = catalog::LINK_TYPES.iter().find(|kind| kind.0 == wanted || kind.1 == wanted);
    let kind = kind.ok_or_else(|| {
        Refusal::absent(format!("No issue link type with name '{wanted}' found."))
    })?;
    state.act(|site| {
        let inward = site.get(&text(&body["inwardIssue"]).unwrap_or_default())?.id;
        let outward = site.get(&text(&body["outwardIssue"]).unwrap_or_default())?.id;
        let is_same = |link: &IssueLink| {
            link.type_id == kind.0 && link.inward == inward && link.outward == outward
        };
        if !site.links.iter().any(is_same) {
            let id = site.next_id("issue_link");
            site.links.push(IssueLink { id, type_id: kind.0, inward, outward });
        }
        Ok::<(), Refusal>(())
    })?;
    Ok(StatusCode::CREATED.into_response())
}

fn no_link() -> Refusal {
    Refusal::absent("No issue link with the given id exists.")
}

/// `GET /issueLink/{id}`.
pub(super) async fn read_link(
    Extract(state): App,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer {
    caller.reader()?;
    ok(state.show(caller.zone(), |view| {
        let link = view.site.links.iter().find(|link| link.id.to_string() == id);
        let link = link.ok_or_else(no_link)?;
        let kind = catalog::LINK_TYPES.iter().find(|kind| kind.0 == link.type_id);
        let side = |id: u64| view.site.issue(id).map(|issue| view.brief(issue)).ok_or_else(no_link);
        Ok::<Value, Refusal>(json!({
            "id": link.id.to_string(),
            "self": view.link(&format!("issueLink/{}", link.id)),
            "type": kind.map(|kind| link_type(view, *kind)),
            "inwardIssue": side(link.inward)?,
            "outwardIssue": side(link.outward)?,
        }))
    })?)
}

fn link_type(view: &View<'_>, kind: (&str, &str, &str, &str)) -> Value {
    json!({
        "id": kind.0, "name": kind.1, "inward": kind.2, "outward": kind.3,
        "self": view.link(&format!("issueLinkType/{}", kind.0)),
    })
}

/// `DELETE /issueLink/{id}`.
pub(super) async fn unlink_issues(
    Extract(state): App,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer {
    caller.user()?;
    let is_gone = state.act(|site| {
        let before = site.links.len();
        site.links.retain(|link| link.id.to_string() != id);
        site.links.len() < before
    });
    if is_gone { no_content() } else { Err(no_link()) }
}

/// `GET /issueLinkType`.
pub(super) async fn types(Extract(state): App, caller: Caller) -> Answer {
    caller.user()?;
    let types: Vec<Value> = state.show(caller.zone(), |view| {
        catalog::LINK_TYPES.iter().map(|kind| link_type(view, *kind)).collect()
    });
    ok(json!({ "issueLinkTypes": types }))
}
