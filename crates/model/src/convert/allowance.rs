//! What a mapping may allow where a value does not fit as it is.

use rust_decimal::Decimal;
use serde_json::Value;

use super::ConvertError;
use super::shapes::{number as as_number, readable};
use crate::value::FieldValue;
use crate::{adf, rich};

/// Ends a text that was shortened.
pub const ELLIPSIS: char = '…';

/// Tries to find the length at which a text fits: enough for any text to come down to one character.
const TRIES_MAX: usize = 40;

/// A value as the other side would show it, and whether anything of it was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// As the other side would show it.
    pub value: FieldValue,
    /// Why it was shortened, if it was.
    pub shortened: Option<String>,
}

/// The number of a value that was refused for its digits.
pub(super) fn number(value: &FieldValue) -> Result<Decimal, ConvertError> {
    as_number(value)
}

/// The longest beginning of a text, with an ellipsis, that `convert` takes; `refused` where it takes
/// none. Rich text (a document, or a text that is `html`) keeps its form.
pub(super) fn shortened(
    value: &FieldValue,
    html: bool,
    convert: impl Fn(&FieldValue) -> Result<FieldValue, ConvertError>,
    refused: &ConvertError,
) -> Result<FieldValue, ConvertError> {
    let as_html = |doc: &Value| FieldValue::text(&rich::adf_to_html(doc));
    let best = match value {
        FieldValue::Document(doc) => {
            rich_text(doc, |doc| convert(&FieldValue::Document(doc.clone())))
        }
        FieldValue::Text(text) if html => {
            rich_text(&rich::html_to_adf(text), |doc| convert(&as_html(doc)))
        }
        _ => plain_text(&readable(value), convert),
    };
    best.ok_or_else(|| refused.clone())
}

fn rich_text(
    doc: &Value,
    convert: impl Fn(&Value) -> Result<FieldValue, ConvertError>,
) -> Option<FieldValue> {
    let cut = adf::shorten(doc, |doc| convert(doc).is_ok());
    convert(&cut).ok().filter(|_| !adf::is_empty(&cut))
}

fn plain_text(
    text: &str,
    convert: impl Fn(&FieldValue) -> Result<FieldValue, ConvertError>,
) -> Option<FieldValue> {
    let text: Vec<char> = text.chars().collect();
    let (mut fits, mut too_long, mut best) = (0, text.len(), None);
    for _ in 0..TRIES_MAX {
        if too_long - fits <= 1 {
            break;
        }
        let keep = usize::midpoint(fits, too_long);
        match convert(&FieldValue::Text(beginning(&text[..keep]))) {
            Ok(converted) => (fits, best) = (keep, Some(converted)),
            Err(_) => too_long = keep,
        }
    }
    best
}

fn beginning(text: &[char]) -> String {
    let mut beginning: String = text.iter().collect();
    beginning.truncate(beginning.trim_end().len());
    beginning.push(ELLIPSIS);
    beginning
}
