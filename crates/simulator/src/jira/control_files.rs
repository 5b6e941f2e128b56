//! Files that people attach to issues and take off again.

use axum::Json;
use axum::extract::{Path, State as Extract};
use serde_json::{Value, json};

use super::control::{act, actor};
use super::http::attachments::{NewFile, attach, detach, find};
use super::http::{Answer, App, no_content, ok};
use super::model::{Actor, Attachment, Refusal};
use crate::core::Blob;

/// `POST /issues/{key}/attachments {"filename", "text" or "size", "as"}`: what was added. With a size,
/// so many bytes are made up.
pub(super) async fn add(
    Extract(state): App,
    Path(key): Path<String>,
    Json(body): Json<Value>,
) -> Answer {
    let blob = match body["size"].as_u64() {
        Some(size) => Blob::made_up(size),
        None => Blob::of(body["text"].as_str().unwrap_or_default().as_bytes()),
    };
    let blob = blob.map_err(|error| Refusal::bad(error.to_string()))?;
    let filename = body["filename"].as_str().unwrap_or("file.txt").to_owned();
    let file = NewFile { filename, mime_type: None, blob };
    let added = act(&state, (&key, &body), |site, actor, id| attach(site, actor, id, vec![file]))?;
    ok(added.first().map(summary).unwrap_or_default())
}

/// `DELETE /attachments/{id}`.
pub(super) async fn delete(Extract(state): App, Path(id): Path<String>) -> Answer {
    let (key, attachment) = find(&state, &id)?;
    let account = actor(&Value::Null)?;
    let now = state.now();
    state.act(|site| {
        let issue = site.get(&key)?.id;
        detach(site, Actor { account, now }, issue, &attachment);
        Ok(())
    })?;
    no_content()
}

/// What a test wants to know of a file.
pub(super) fn summary(attachment: &Attachment) -> Value {
    json!({
        "id": attachment.id.to_string(),
        "filename": attachment.filename,
        "size": attachment.blob.size(),
        "md5": attachment.blob.md5(),
        "author": attachment.author,
    })
}
