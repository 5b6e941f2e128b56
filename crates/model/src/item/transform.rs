//! What a mapping may say about its values, besides which fields belong together.

use serde::{Deserialize, Serialize};

use crate::snapshot::Side;

/// Values of one side that belong with values of the other, as a picklist's with options.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueMap {
    /// The pairs; of several with the same value the first one counts.
    pub map: Vec<ValuePair>,
    /// What becomes of a value that no pair names.
    #[serde(default)]
    pub otherwise: Otherwise,
}

/// A value of a record and the value of an issue that it belongs with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValuePair {
    /// Value of the Salesforce field.
    pub salesforce: String,
    /// Value of the Jira field.
    pub jira: String,
}

/// What becomes of a value that no pair of a [`ValueMap`] names.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Otherwise {
    /// It crosses under its own name.
    #[default]
    SameName,
    /// The other side is left alone, and the value is reported.
    LeaveAlone,
    /// The other side gets this value.
    Use(Fallback),
}

/// The values that stand for all that no pair names. A side without one is left alone.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fallback {
    /// For the record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salesforce: Option<String>,
    /// For the issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jira: Option<String>,
}

impl ValuePair {
    /// Its value on `side`.
    pub fn on(&self, side: Side) -> &str {
        match side {
            Side::Salesforce => &self.salesforce,
            Side::Jira => &self.jira,
        }
    }
}

impl Fallback {
    /// Its value for `side`.
    pub fn on(&self, side: Side) -> Option<&str> {
        match side {
            Side::Salesforce => self.salesforce.as_deref(),
            Side::Jira => self.jira.as_deref(),
        }
    }
}
