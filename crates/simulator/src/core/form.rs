//! `multipart/form-data`, read as it comes: its files go where a [`Blob`] keeps them.

use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use bytes::Bytes;
use multer::{Field, Multipart};

use super::blob::{Blob, Draft};

/// Largest part that is no file, in bytes.
const TEXT_BYTES_MAX: usize = 1024 * 1024;

/// A part of a form.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// Its media type, where it says one.
    pub media_type: Option<String>,
    /// What it holds.
    pub content: Content,
}

/// What a part holds.
#[derive(Clone, Debug)]
pub enum Content {
    /// No file.
    Text(Bytes),
    /// A file.
    File {
        /// Its name.
        name: String,
        /// Its bytes.
        blob: Blob,
    },
}

/// Why a form cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormError {
    /// The content type is not that of a form.
    NoForm,
    /// It ends early, or is no form inside.
    Malformed,
    /// A file is larger than the limit.
    TooLarge,
}

/// Whether a body is a form.
pub fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("multipart/form-data"))
}

/// Reads a whole form. What is larger than `limit` is read to its end and thrown away.
///
/// # Errors
/// See [`FormError`].
pub async fn read_form(
    headers: &HeaderMap,
    body: Body,
    limit: u64,
) -> Result<Vec<Part>, FormError> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let boundary =
        multer::parse_boundary(kind.unwrap_or_default()).map_err(|_| FormError::NoForm)?;
    let mut form = Multipart::new(body.into_data_stream(), boundary);
    let (mut parts, mut is_too_large) = (Vec::new(), false);
    while let Some(field) = form.next_field().await.map_err(|_| FormError::Malformed)? {
        match part(field, limit).await {
            Ok(part) => parts.push(part),
            Err(FormError::TooLarge) => is_too_large = true,
            Err(error) => return Err(error),
        }
    }
    if is_too_large { Err(FormError::TooLarge) } else { Ok(parts) }
}

async fn part(mut field: Field<'_>, limit: u64) -> Result<Part, FormError> {
    let name = field.name().unwrap_or_default().to_owned();
    let media_type = field.content_type().map(ToString::to_string);
    let filename = field.file_name().map(str::to_owned);
    let limit = if filename.is_some() { limit } else { TEXT_BYTES_MAX as u64 };
    let (mut draft, mut text) = (Draft::default(), Vec::new());
    let mut is_too_large = false;
    while let Some(piece) = field.chunk().await.map_err(|_| FormError::Malformed)? {
        is_too_large |= draft.size() + piece.len() as u64 > limit;
        if is_too_large {
            continue;
        }
        if filename.is_none() {
            text.extend_from_slice(&piece);
        }
        draft.write(&piece).map_err(|_| FormError::TooLarge)?;
    }
    if is_too_large {
        return Err(FormError::TooLarge);
    }
    let content = match filename {
        None => Content::Text(text.into()),
        Some(name) => {
            let blob = draft.finish().map_err(|_| FormError::TooLarge)?;
            Content::File { name, blob }
        }
    };
    Ok(Part { name, media_type, content })
}
