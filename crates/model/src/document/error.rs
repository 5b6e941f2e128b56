//! What the YAML reader complains of, in words that say what would be right.

use serde_saphyr::Error;

use super::Place;
use crate::validate::{Problem, did_you_mean};

/// Where every key is described.
const ALL_KEYS: &str = "docs/items.md lists every key with an example.";

/// The complaint as a problem with its place.
pub(super) fn problem(why: &Error) -> Problem {
    let (message, hint) = words(why.without_snippet());
    let mut problem = Problem::error("", message, &hint);
    problem.place = why.location().map(|at| Place { line: at.line(), column: at.column() });
    problem
}

fn words(why: &Error) -> (String, String) {
    match why {
        Error::SerdeUnknownField { field, expected, .. } => (
            format!("there is no key `{field}` here"),
            did_you_mean(field, expected.iter().copied()),
        ),
        Error::SerdeUnknownVariant { variant, expected, .. } => {
            (format!("`{variant}` is no choice"), did_you_mean(variant, expected.iter().copied()))
        }
        Error::SerdeMissingField { field, .. } => {
            (format!("the key `{field}` is missing"), format!("Add it. {ALL_KEYS}"))
        }
        Error::SerdeInvalidType { unexpected, expected, .. }
        | Error::SerdeInvalidValue { unexpected, expected, .. } => {
            (format!("this is {unexpected} where {expected} belongs"), ALL_KEYS.to_owned())
        }
        other => (other.to_string(), ALL_KEYS.to_owned()),
    }
}
