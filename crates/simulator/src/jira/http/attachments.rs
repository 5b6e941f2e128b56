//! Attachments.

use axum::body::{Body, Bytes};
use axum::extract::{Path, State as Extract};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::multipart::{Part, boundary, parts};
use super::{Answer, App, Caller, Params, no_content, ok};
use crate::jira::model::{Attachment, ChangeItem, EventKind, Refusal};
use crate::jira::state::State;

const FILES_MAX: usize = 60;
const PER_ISSUE_MAX: usize = 2_000;

/// `GET /attachment/meta`.
pub(super) async fn meta(Extract(state): App, caller: Caller) -> Answer {
    caller.user()?;
    let limit = state.lock().settings.upload_bytes_max;
    ok(json!({ "enabled": true, "uploadLimit": limit }))
}

/// `POST /issue/{k}/attachments`: an array of what was added.
pub(super) async fn add(
    Extract(state): App,
    caller: Caller,
    Path(key): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let account = caller.user()?.account_id;
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if text("X-Atlassian-Token") != Some("no-check") {
        return Err(Refusal::new(StatusCode::FORBIDDEN, "XSRF check failed"));
    }
    let boundary = text("Content-Type").and_then(boundary);
    let boundary = boundary.ok_or_else(|| {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        Refusal::new(status, "The content type is not supported.")
    })?;
    let files = parts(&body, &boundary).ok_or_else(|| Refusal::bad("The body is malformed."))?;
    let files: Vec<Part> =
        files.into_iter().filter(|part| part.name == "file" && part.filename.is_some()).collect();
    check(&state, &files)?;
    let added = state.write(account, &key, |site, actor, id| {
        let count = site.issue(id).map_or(0, |issue| issue.attachments.len());
        if count + files.len() > PER_ISSUE_MAX {
            return Err(too_large("The attachment limit for this issue is reached."));
        }
        let mut added = Vec::new();
        for part in files {
            let attachment = Attachment {
                id: site.next_id("attachment"),
                filename: part.filename.unwrap_or_default(),
                mime_type: part.content_type.unwrap_or_else(|| "application/octet-stream".into()),
                author: account.to_owned(),
                created: actor.now,
                bytes: part.bytes,
            };
            added.push(attachment.clone());
            let item = item(&attachment, true);
            if let Some(issue) = site.issue_mut(id) {
                issue.attachments.push(attachment);
            }
            let change = site.record_change(actor, id, item);
            site.announce(actor, id, EventKind::Updated("issue_updated", change));
        }
        Ok(added)
    })?;
    ok(state.show(caller.zone(), |view| added.iter().map(|one| view.attachment(one)).collect()))
}

fn check(state: &State, files: &[Part]) -> Result<(), Refusal> {
    if files.is_empty() {
        return Err(Refusal::bad("No file was given in a part named 'file'."));
    }
    let limit = state.lock().settings.upload_bytes_max;
    if files.len() > FILES_MAX || files.iter().any(|file| file.bytes.len() > limit) {
        return Err(too_large("The attachment is too large, or there are too many."));
    }
    Ok(())
}

fn too_large(message: &str) -> Refusal {
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, message)
}

fn item(attachment: &Attachment, is_added: bool) -> ChangeItem {
    let (id, name) = (Some(attachment.id.to_string()), Some(attachment.filename.clone()));
    let ((from, from_string), (to, to_string)) =
        if is_added { ((None, None), (id, name)) } else { ((id, name), (None, None)) };
    ChangeItem {
        field: "Attachment".to_owned(),
        field_id: "attachment".to_owned(),
        from,
        from_string,
        to,
        to_string,
    }
}

fn find(state: &State, id: &str) -> Result<(String, Attachment), Refusal> {
    let missing = || Refusal::absent(format!("The attachment with id '{id}' does not exist"));
    let world = state.lock();
    let found = world.site.issues().find_map(|issue| {
        let attachment = issue.attachments.iter().find(|one| one.id.to_string() == id)?;
        Some((issue.key.clone(), attachment.clone()))
    });
    found.ok_or_else(missing)
}

/// `GET /attachment/{id}`: here the id is a number.
pub(super) async fn read(Extract(state): App, caller: Caller, Path(id): Path<String>) -> Answer {
    caller.reader()?;
    let (_, attachment) = find(&state, &id)?;
    let mut shown: Value = state.show(caller.zone(), |view| view.attachment(&attachment));
    shown["id"] = json!(attachment.id);
    ok(shown)
}

/// `DELETE /attachment/{id}`.
pub(super) async fn delete(Extract(state): App, caller: Caller, Path(id): Path<String>) -> Answer {
    let account = caller.user()?.account_id;
    let (key, attachment) = find(&state, &id)?;
    state.write(account, &key, |site, actor, issue_id| {
        if let Some(issue) = site.issue_mut(issue_id) {
            issue.attachments.retain(|one| one.id != attachment.id);
        }
        let change = site.record_change(actor, issue_id, item(&attachment, false));
        site.announce(actor, issue_id, EventKind::Updated("issue_updated", change));
        Ok(())
    })?;
    no_content()
}

/// `GET /attachment/content/{id}`: 303 to another host, or the bytes with `redirect=false`.
pub(super) async fn content(
    Extract(state): App,
    caller: Caller,
    Path(id): Path<String>,
    params: Params,
) -> Answer {
    caller.reader()?;
    let (_, attachment) = find(&state, &id)?;
    if params.get("redirect") == Some("false") {
        return Ok(stream(attachment));
    }
    // Another name of this machine stands for the media host.
    let host = state.base_url.replace("//127.0.0.1", "//localhost");
    let location = format!("{host}/_media/{id}?token=presigned-{id}");
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(value) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, value);
    }
    Ok(response)
}

/// The media host: it knows pre-signed addresses and rejects credentials.
pub(super) async fn media(
    Extract(state): App,
    Path(id): Path<String>,
    params: Params,
    headers: HeaderMap,
) -> Answer {
    if headers.contains_key(header::AUTHORIZATION) {
        return Err(Refusal::bad("Only one auth mechanism allowed."));
    }
    if params.get("token") != Some(format!("presigned-{id}").as_str()) {
        return Err(Refusal::new(StatusCode::FORBIDDEN, "The address is not valid."));
    }
    Ok(stream(find(&state, &id)?.1))
}

fn stream(attachment: Attachment) -> Response {
    let kind = HeaderValue::from_str(&attachment.mime_type);
    let mut response = Body::from(attachment.bytes).into_response();
    if let Ok(kind) = kind {
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    response
}
