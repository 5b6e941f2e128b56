//! How what belongs together already is recognised, before anything is created.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{ConnectedItem, Mode};
use crate::parent::FIELD;

/// In [`Match::jira`]: the issue's own key.
pub const ISSUE_KEY: &str = "key";

/// Whether and from when new records open issues.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AutoCreate {
    /// On or off.
    #[serde(default)]
    pub enabled: bool,
    /// Which existing records count as new when the item is first applied.
    #[serde(default)]
    pub from: CreateFrom,
    /// A key by which an issue that is there already is recognised.
    #[serde(default, rename = "match", skip_serializing_if = "Option::is_none")]
    pub matching: Option<Match>,
    /// From which issues records are created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_jira: Option<FromJira>,
}

/// Which records count as new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CreateFrom {
    /// Those created after the item was applied.
    #[default]
    Now,
    /// Those created since an instant.
    Since(DateTime<Utc>),
    /// All of them.
    All,
}

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

/// From which issues records are created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FromJira {
    /// Which issues of the item's scope get a record, in JQL without an order.
    pub jql: String,
    /// A unique external id field of the object; it holds the issue's id.
    pub external_id: String,
}

impl ConnectedItem {
    /// From which issues the item creates records; none where nothing flows to Salesforce.
    pub fn creates_records(&self) -> Option<&FromJira> {
        let writes = matches!(self.mode, Mode::TwoWay | Mode::Custom);
        self.auto_create.from_jira.as_ref().filter(|_| writes)
    }

    /// Whether the item reads or writes a field of the issue.
    pub fn uses_issue_field(&self, id: &str) -> bool {
        self.mappings.iter().any(|mapping| mapping.jira == id)
            || (id == FIELD && self.parent.is_some())
            || self.auto_create.matching.as_ref().is_some_and(|rule| rule.jira == id)
    }
}
