//! What is wrong with an item, before it is applied.

mod against;
mod creating;
mod names;
mod nearest;
mod scope;
mod shape;
mod transform;

use crate::document::Place;
use serde::{Deserialize, Serialize};

pub use against::validate_against;
pub use names::field_ids;
pub use nearest::{did_you_mean, nearest};
pub use shape::validate;

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The item cannot be applied.
    Error,
    /// The item can be applied, but something will not work as one might expect.
    Warning,
}

/// Something that is wrong with an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Where, such as `mappings[2].jira`.
    pub path: String,
    /// Where in the file it was written, once that is known ([`crate::ItemDocument::locate`]).
    pub place: Option<Place>,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl Problem {
    /// Something that keeps the item from being applied.
    pub fn error(path: impl Into<String>, message: impl Into<String>, hint: &str) -> Self {
        Self::new(path.into(), Severity::Error, message.into(), hint)
    }

    /// Something that will not work as one might expect.
    pub fn warning(path: impl Into<String>, message: impl Into<String>, hint: &str) -> Self {
        Self::new(path.into(), Severity::Warning, message.into(), hint)
    }

    fn new(path: String, severity: Severity, message: String, hint: &str) -> Self {
        Self { path, place: None, severity, message, hint: hint.to_owned() }
    }
}

/// Problems as they are found.
#[derive(Default)]
struct Problems(Vec<Problem>);

impl Problems {
    fn error(&mut self, path: impl Into<String>, message: impl Into<String>, hint: &str) {
        self.0.push(Problem::error(path, message, hint));
    }

    fn warning(&mut self, path: impl Into<String>, message: impl Into<String>, hint: &str) {
        self.0.push(Problem::warning(path, message, hint));
    }
}

#[cfg(test)]
mod tests;
