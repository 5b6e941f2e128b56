//! The parent of an issue: the issue of the record that this issue's record looks up. A child of an
//! epic, or a sub-task.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::value::FieldValue;

/// Its key in a link's base and in changes; it is no mapping.
pub const PARENT: &str = ":parent";

/// The issue's field.
pub const FIELD: &str = "parent";

/// Which record is the parent, and under which item it has its issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParentRule {
    /// The record's lookup field.
    pub salesforce: String,
    /// Name of the item.
    pub item: String,
}

/// A record that is looked up, with its issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParentSight {
    /// The record's id.
    pub record: String,
    /// The issue's id; none while it has none.
    pub issue: Option<String>,
}

impl ParentRule {
    /// The id of the parent record, from a record's fields.
    pub fn looked_up<'a>(&self, fields: &'a BTreeMap<String, Value>) -> Option<&'a str> {
        fields.get(&self.salesforce)?.as_str().filter(|id| !id.is_empty())
    }
}

/// The id of the parent that an issue shows.
pub fn shown(fields: &BTreeMap<String, Value>) -> FieldValue {
    let id = fields.get(FIELD).and_then(|parent| parent["id"].as_str());
    id.map_or(FieldValue::Empty, FieldValue::text)
}
