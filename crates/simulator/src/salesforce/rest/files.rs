//! Multipart uploads and downloads of file contents.

use axum::body::Body;
use axum::http::HeaderMap;
use serde_json::Value;

use super::reply::{Content, Reply};
use crate::core::{self, Blob, FormError, read_form};
use crate::salesforce::error::Refusal;
use crate::salesforce::world::{Row, SalesforceWorld};

/// Largest file of a multipart body.
const FILE_BYTES_MAX: u64 = 2 * 1024 * 1024 * 1024;

/// A multipart body, read.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    /// The fields of the record.
    pub(crate) fields: Row,
    /// The file, where one came.
    pub(crate) file: Option<Blob>,
}

/// `GET /sobjects/ContentVersion/068…/VersionData`.
pub(super) fn download(world: &SalesforceWorld, id: &str) -> Result<Reply, Refusal> {
    let object = world.schema.object("ContentVersion").ok_or_else(Refusal::not_found)?;
    let id = world.locate(object, id)?;
    let blob = world.blobs.get(&id).cloned().ok_or_else(Refusal::not_found)?;
    Ok(Reply { status: 200, headers: Vec::new(), content: Content::File(blob) })
}

/// Reads a `multipart/form-data` body: first the record as JSON, then the file.
pub(super) async fn receive(headers: &HeaderMap, body: Body) -> Result<Form, Refusal> {
    let parts = read_form(headers, body, FILE_BYTES_MAX).await.map_err(|error| match error {
        FormError::TooLarge => Refusal::json("Maximum size of request reached."),
        FormError::NoForm | FormError::Malformed => incomplete(),
    })?;
    let mut parts = parts.into_iter();
    let Some(core::Part { content: core::Content::Text(json), .. }) = parts.next() else {
        return Err(incomplete());
    };
    let Ok(Value::Object(fields)) = serde_json::from_slice(&json) else {
        return Err(Refusal::json("Unexpected character in the non-binary part"));
    };
    let file = parts.find_map(|part| match part.content {
        core::Content::File { blob, .. } if part.name == "VersionData" => Some(blob),
        _ => None,
    });
    Ok(Form { fields, file })
}

fn incomplete() -> Refusal {
    let text = "Multipart message must include a non-binary part";
    Refusal::new(400, "INVALID_MULTIPART_REQUEST", text)
}
