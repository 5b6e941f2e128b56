//! Attachments.

use axum::body::Body;
use axum::extract::{Path, State as Extract};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::{Answer, App, Caller, Params, no_content, ok};
use crate::core::{Blob, Content, FormError, Part, Unlogged, read_form};
use crate::jira::model::{Actor, Attachment, ChangeItem, EventKind, Refusal, Site};
use crate::jira::state::State;

const FILES_MAX: usize = 60;
const PER_ISSUE_MAX: usize = 2_000;

/// A file to be attached.
pub(in crate::jira) struct NewFile {
    pub(in crate::jira) filename: String,
    pub(in crate::jira) mime_type: Option<String>,
    pub(in crate::jira) blob: Blob,
}

/// `GET /attachment/meta`.
pub(super) async fn meta(Extract(state): App, caller: Caller) -> Answer {
    caller.user()?;
    let limit = state.lock().settings.upload_bytes_max;
    ok(json!({ "enabled": limit > 0, "uploadLimit": limit }))
}

/// `POST /issue/{k}/attachments`: an array of what was added.
pub(super) async fn add(
    Extract(state): App,
    caller: Caller,
    Path(key): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let account = caller.user()?.account_id;
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if text("X-Atlassian-Token") != Some("no-check") {
        return Err(Refusal::new(StatusCode::FORBIDDEN, "XSRF check failed"));
    }
    let limit = state.lock().settings.upload_bytes_max as u64;
    let files = files(read_form(&headers, body, limit).await.map_err(unreadable)?)?;
    let added = state.write(account, &key, |site, actor, id| attach(site, actor, id, files))?;
    ok(state.show(caller.zone(), |view| added.iter().map(|one| view.attachment(one)).collect()))
}

/// Adds files to an issue, one change each.
pub(in crate::jira) fn attach(
    site: &mut Site,
    actor: Actor<'_>,
    issue: u64,
    files: Vec<NewFile>,
) -> Result<Vec<Attachment>, Refusal> {
    let count = site.issue(issue).map_or(0, |issue| issue.attachments.len());
    if count + files.len() > PER_ISSUE_MAX {
        return Err(too_large("The attachment limit for this issue is reached."));
    }
    let mut added = Vec::new();
    for file in files {
        let attachment = Attachment {
            id: site.next_id("attachment"),
            filename: file.filename,
            mime_type: file.mime_type.unwrap_or_else(|| "application/octet-stream".into()),
            author: actor.account.to_owned(),
            created: actor.now,
            blob: file.blob,
        };
        added.push(attachment.clone());
        let item = item(&attachment, true);
        if let Some(issue) = site.issue_mut(issue) {
            issue.attachments.push(attachment.clone());
        }
        let change = site.record_change(actor, issue, item);
        site.announce(actor, issue, EventKind::Attachment("attachment_created", attachment));
        site.announce(actor, issue, EventKind::Updated("issue_updated", change));
    }
    Ok(added)
}

/// Takes a file off its issue.
pub(in crate::jira) fn detach(
    site: &mut Site,
    actor: Actor<'_>,
    issue: u64,
    attachment: &Attachment,
) {
    if let Some(issue) = site.issue_mut(issue) {
        issue.attachments.retain(|one| one.id != attachment.id);
    }
    let change = site.record_change(actor, issue, item(attachment, false));
    let gone = EventKind::Attachment("attachment_deleted", attachment.clone());
    site.announce(actor, issue, gone);
    site.announce(actor, issue, EventKind::Updated("issue_updated", change));
}

fn unreadable(error: FormError) -> Refusal {
    match error {
        FormError::NoForm => {
            let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            Refusal::new(status, "The content type is not supported.")
        }
        FormError::Malformed => Refusal::bad("The body is malformed."),
        FormError::TooLarge => too_large("The attachment is too large, or there are too many."),
    }
}

/// The files in the parts that are named `file`.
fn files(parts: Vec<Part>) -> Result<Vec<NewFile>, Refusal> {
    let files: Vec<NewFile> = parts
        .into_iter()
        .filter(|part| part.name == "file")
        .filter_map(|part| match part.content {
            Content::File { name: filename, blob } => {
                Some(NewFile { filename, mime_type: part.media_type, blob })
            }
            Content::Text(_) => None,
        })
        .collect();
    if files.is_empty() {
        return Err(Refusal::bad("No file was given in a part named 'file'."));
    }
    if files.len() > FILES_MAX {
        return Err(unreadable(FormError::TooLarge));
    }
    Ok(files)
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

/// An attachment, and the key of its issue.
pub(in crate::jira) fn find(state: &State, id: &str) -> Result<(String, Attachment), Refusal> {
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
    state.write(account, &key, |site, actor, issue| {
        detach(site, actor, issue, &attachment);
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
    let stays = !state.lock().settings.media_always_elsewhere;
    if params.get("redirect") == Some("false") && stays {
        return Ok(stream(&attachment));
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
    Ok(stream(&find(&state, &id)?.1))
}

fn stream(attachment: &Attachment) -> Response {
    let kind = HeaderValue::from_str(&attachment.mime_type);
    let mut response = attachment.blob.body().into_response();
    response.extensions_mut().insert(Unlogged);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(attachment.blob.size()));
    if let Ok(kind) = kind {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    response
}
