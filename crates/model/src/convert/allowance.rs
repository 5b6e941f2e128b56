//! What a mapping may allow where a value does not fit as it is.

use rust_decimal::Decimal;

use super::ConvertError;
use super::shapes::{number as as_number, readable};
use crate::value::FieldValue;

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
/// none.
pub(super) fn shortened(
    value: &FieldValue,
    convert: impl Fn(&FieldValue) -> Result<FieldValue, ConvertError>,
    refused: &ConvertError,
) -> Result<FieldValue, ConvertError> {
    let text: Vec<char> = readable(value).chars().collect();
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
    best.ok_or_else(|| refused.clone())
}

fn beginning(text: &[char]) -> String {
    let mut beginning: String = text.iter().collect();
    beginning.truncate(beginning.trim_end().len());
    beginning.push(ELLIPSIS);
    beginning
}
