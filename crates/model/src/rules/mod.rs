//! Conditional rules: what a record's fields say about where its issue stands, and whether it gets one.
//!
//! A rule is looked at before anything is synced. While it names a status, the issue is kept there and
//! generic status sync rests, in both directions; mappings, comments and files do not know of it.

mod check;
mod compare;
mod condition;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use check::{check, check_against};
pub use condition::{Condition, Operator, Test};

use crate::field::Schema;
use crate::item::ConnectedItem;
use crate::snapshot::Record;

/// The conditional rule of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What a record must show.
    pub when: Condition,
    /// Name of the status while it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_when_met: Option<String>,
    /// Name of the status while it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_when_not_met: Option<String>,
    /// Whether auto-create opens issues for records that do not meet the condition.
    #[serde(default)]
    pub create_when_not_met: bool,
}

/// What a rule says about one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ruling<'a> {
    /// There is no rule, or it names no status for this case: generic status sync goes on.
    Silent,
    /// The issue stands here.
    Stand {
        /// Name of the status.
        status: &'a str,
        /// Whether the condition is met.
        met: bool,
    },
    /// A field that the condition needs is not shown.
    Unknown,
}

impl Rule {
    /// The statuses that it names, each with its key in the item.
    pub fn statuses(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let named = [
            ("status_when_met", self.status_when_met.as_deref()),
            ("status_when_not_met", self.status_when_not_met.as_deref()),
        ];
        named.into_iter().filter_map(|(key, status)| status.map(|status| (key, status)))
    }
}

/// What the item's rule says about where a record's issue stands.
pub fn ruling<'a>(item: &'a ConnectedItem, schema: &Schema, record: &Record) -> Ruling<'a> {
    let Some(rule) = item.active_rule().filter(|rule| rule.statuses().next().is_some()) else {
        return Ruling::Silent;
    };
    let Some(met) = rule.when.holds(schema, record) else {
        return Ruling::Unknown;
    };
    let status = if met { &rule.status_when_met } else { &rule.status_when_not_met };
    status.as_deref().map_or(Ruling::Silent, |status| Ruling::Stand { status, met })
}

/// Whether auto-create opens an issue for a record; where not, why not.
pub fn admits(item: &ConnectedItem, schema: &Schema, record: &Record) -> Result<(), &'static str> {
    let Some(rule) = item.active_rule().filter(|rule| !rule.create_when_not_met) else {
        return Ok(());
    };
    match rule.when.holds(schema, record) {
        Some(true) => Ok(()),
        Some(false) => Err(
            "auto-create skipped: the record does not meet the rule's condition and `create_when_not_met` is off",
        ),
        None => {
            Err("auto-create skipped: Salesforce does not show a field of the rule's condition")
        }
    }
}
