//! How what belongs together already is recognised, before anything is created.

use serde::{Deserialize, Serialize};

use super::ConnectedItem;

/// In [`Match::jira`]: the issue's own key.
pub const ISSUE_KEY: &str = "key";

/// A key that a record and its issue hold both: before an issue is created, the one that holds the
/// record's key is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Match {
    /// The record's field.
    pub salesforce: String,
    /// Id of the issue's field, or `key`.
    pub jira: String,
}

impl ConnectedItem {
    /// Whether the item reads or writes a field of the issue.
    pub fn uses_issue_field(&self, id: &str) -> bool {
        self.mappings.iter().any(|mapping| mapping.jira == id)
            || self.auto_create.matching.as_ref().is_some_and(|rule| rule.jira == id)
    }
}
