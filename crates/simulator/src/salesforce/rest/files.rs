//! Multipart uploads and downloads of file contents.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::call::Call;
use super::reply::{Content, Reply};
use crate::salesforce::error::Refusal;
use crate::salesforce::world::{Row, SalesforceWorld};

/// `GET /sobjects/ContentVersion/068…/VersionData`.
pub(super) fn download(world: &SalesforceWorld, id: &str) -> Result<Reply, Refusal> {
    let object = world.schema.object("ContentVersion").ok_or_else(Refusal::not_found)?;
    let id = world.locate(object, id)?;
    let bytes = world.blobs.get(&id).cloned().ok_or_else(Refusal::not_found)?;
    let content = Content::Raw("application/octet-stream", bytes);
    Ok(Reply { status: 200, headers: Vec::new(), content })
}

/// The record of a `multipart/form-data` body; nothing when the body is of another type.
pub(super) fn multipart(call: &Call<'_>) -> Result<Option<Row>, Refusal> {
    let kind = call.header("content-type").unwrap_or_default();
    if !kind.starts_with("multipart/form-data") {
        return Ok(None);
    }
    let boundary = kind.split("boundary=").nth(1).unwrap_or_default();
    let boundary = boundary.split(';').next().unwrap_or_default().trim().trim_matches('"');
    let parts = parts(&call.body, boundary);
    let is_json = |part: &&Part<'_>| part.head.to_lowercase().contains("application/json");
    let json = parts.iter().find(is_json).ok_or_else(|| {
        let text = "Multipart message must include a non-binary part";
        Refusal::new(400, "INVALID_MULTIPART_REQUEST", text)
    })?;
    let fields = serde_json::from_slice(json.body);
    let Ok(Value::Object(mut fields)) = fields else {
        return Err(Refusal::json("Unexpected character in the non-binary part"));
    };
    for part in parts.iter().filter(|part| part.attribute("filename").is_some()) {
        if let Some(name) = part.attribute("name") {
            fields.insert(name, json!(STANDARD.encode(part.body)));
        }
    }
    Ok(Some(fields))
}

struct Part<'a> {
    head: String,
    body: &'a [u8],
}

impl Part<'_> {
    /// `name` or `filename` of the content disposition.
    fn attribute(&self, name: &str) -> Option<String> {
        let marker = format!("; {name}=\"");
        let start = self.head.find(&marker)? + marker.len();
        self.head[start..].split('"').next().map(str::to_owned)
    }
}

fn parts<'a>(body: &'a [u8], boundary: &str) -> Vec<Part<'a>> {
    let marker = format!("--{boundary}").into_bytes();
    let mut parts = Vec::new();
    let mut rest = body;
    while let Some(start) = find(rest, &marker) {
        rest = &rest[start + marker.len()..];
        let Some(end) = find(rest, &marker) else {
            break;
        };
        let part = &rest[..end];
        if let Some(split) = find(part, b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&part[..split]).into_owned();
            let body = part[split + 4..].strip_suffix(b"\r\n").unwrap_or(&part[split + 4..]);
            parts.push(Part { head, body });
        }
    }
    parts
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_keep_their_bytes() {
        let body = b"--b0\r\nContent-Disposition: form-data; name=\"a\"; filename=\"t.log\"\r\n\r\n\x00\r\n\xff\r\n--b0--";
        let parts = parts(body, "b0");
        assert_eq!(parts.len(), 1);
        assert_eq!(parts[0].body, b"\x00\r\n\xff");
        assert_eq!(parts[0].attribute("filename").as_deref(), Some("t.log"));
        assert_eq!(parts[0].attribute("name").as_deref(), Some("a"));
    }
}
