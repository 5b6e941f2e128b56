//! Status sync of an item.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Status sync of an item.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusOptions {
    /// On or off.
    #[serde(default)]
    pub enabled: bool,
    /// The picklist field that carries the status, where the object has none of its own or another
    /// one is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Statuses that belong together, before names and categories are compared.
    #[serde(default)]
    pub map: Vec<StatusPair>,
    /// The resolution that a closing transition gets where its screen asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<String>,
    /// By field id: what other fields get that a transition's screen requires.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
}

/// A record status and the issue status that it belongs with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusPair {
    /// Value of the record's status field.
    pub salesforce: String,
    /// Name of the Jira status.
    pub jira: String,
    /// The resolution that goes with it: given on the way there, and telling apart on the way back
    /// which of several record statuses is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<String>,
}
