//! The base: what both sides were last seen to agree on, one value per side and mapping.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::catalogue::Code;
use crate::snapshot::Side;
use crate::undo::Undoing;
use crate::value::FieldValue;

/// The base of one link. Empty for a link that was never synced.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Base {
    /// By [`crate::item::Mapping::key`].
    #[serde(default)]
    pub fields: BTreeMap<String, FieldBase>,
    /// By the same key: the first value of a mapping that never had a base, refused by the other side.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub first_refused: BTreeMap<String, Refusal>,
    /// By the same key: who won a conflict that could not be written yet. That side counts as changed
    /// until both agree, so that the conflict stays decided.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub decided: BTreeMap<String, Side>,
    /// By the same key: a conflict that waits for a person.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub held: BTreeMap<String, Held>,
    /// By the same key: a difference that waits for the item's batch, and from when on it is due.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub batch: BTreeMap<String, DateTime<Utc>>,
    /// By the same key: the side that strayed from the mapping's owner, and was let stand.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub drift: BTreeMap<String, Side>,
    /// By the id of its source: a comment whose copy could not be written, changed or taken away.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub refused_comments: BTreeMap<String, CommentRefusal>,
    /// By its id: a file that the other side would not take.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub refused_files: BTreeMap<String, CommentRefusal>,
    /// By the same key, or `status`: what was about to be written to the record when the answer got lost.
    /// A record that shows it was written by us, and is no rival of who went on editing the issue.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub writing: BTreeMap<String, FieldValue>,
    /// What an undo is to turn back: kept before the first write, until each is done or left.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub undoing: Vec<Undoing>,
    /// By the same key, or `status`: since an undo the two sides do not show the same, and agree to differ
    /// until one of them changes.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub apart: BTreeSet<String>,
    /// The two statuses that were last seen to belong together.
    #[serde(default)]
    pub status: Option<StatusBase>,
    /// The record whose issue is to be the parent, while it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits_for: Option<String>,
    /// The note on the record that says which issue it is linked with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noted: Option<Noted>,
}

/// A note about the link that was written, or that the record's side would not take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    /// Id of the issue that it names.
    pub issue: String,
    /// Why there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<CommentRefusal>,
}

/// What the two sides of one mapping showed when they last agreed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldBase {
    /// As Salesforce showed it.
    pub salesforce: FieldValue,
    /// As Jira showed it.
    pub jira: FieldValue,
    /// The last write came back changed: the next difference of that kind is the vendor's own
    /// normalisation and is accepted, so that two normalisations never chase each other.
    #[serde(default)]
    pub unsettled: bool,
    /// A value that the other side refused; it is not offered again until it changes.
    #[serde(default)]
    pub refused: Option<Refusal>,
}

/// What both sides of a mapping show whose conflict waits for a person. What they last agreed on is the
/// mapping's base.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// As Salesforce shows it.
    pub salesforce: FieldValue,
    /// As Jira shows it.
    pub jira: FieldValue,
}

impl Held {
    /// What one side shows.
    pub fn of(&self, side: Side) -> &FieldValue {
        match side {
            Side::Salesforce => &self.salesforce,
            Side::Jira => &self.jira,
        }
    }
}

/// A comment that a vendor would not take, or whose copy it would not change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommentRefusal {
    /// Digest of what the source said then: another text is offered again. Empty: none is.
    #[serde(default)]
    pub of: String,
    /// Why, from the catalogue.
    pub code: Code,
    /// In the vendor's words.
    pub detail: String,
}

impl Base {
    /// Forgets every refusal: what was refused is offered once more, as after its cause was mended.
    pub fn forget_refusals(&mut self) {
        self.first_refused.clear();
        self.refused_comments.clear();
        self.refused_files.clear();
        self.noted.take_if(|noted| noted.refused.is_some());
        for field in self.fields.values_mut() {
            field.refused = None;
        }
        if let Some(status) = &mut self.status {
            status.refused = None;
        }
    }
}

/// A value that a vendor would not take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The side that refused.
    pub by: Side,
    /// The value on the side that it came from.
    pub value: FieldValue,
    /// Why, from the catalogue.
    pub code: Code,
    /// In the vendor's words.
    pub detail: String,
}

/// A pair of statuses that were last seen to belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusBase {
    /// The record's status value.
    pub salesforce: String,
    /// The issue's status id. Either one is empty while that side leads and cannot be followed yet.
    pub jira: String,
    /// A move that was refused or could not be made; not tried again until a side changes.
    #[serde(default)]
    pub refused: Option<StatusRefusal>,
    /// The issue is on its way over several transitions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub journey: Option<Journey>,
}

impl StatusBase {
    /// These two belong together.
    pub fn of(salesforce: &str, jira: &str) -> Self {
        let (salesforce, jira) = (salesforce.to_owned(), jira.to_owned());
        Self { salesforce, jira, refused: None, journey: None }
    }
}

/// An issue on its way over several transitions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Journey {
    /// The status that it follows: the record's, or the one that the rule names.
    pub toward: String,
    /// Ids of the statuses that it has left: it does not come back to any of them.
    pub left: Vec<String>,
}

/// A status move that could not be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusRefusal {
    /// The status that was to be followed: the record's then, or the one that the rule names.
    pub salesforce: String,
    /// The issue's status id then.
    pub jira: String,
    /// Why, from the catalogue.
    pub code: Code,
    /// In the vendor's words.
    pub detail: String,
    /// When the refusing side had last changed: once it changes again, the move is worth another try.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Seen>,
}

/// A version of one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// The side.
    pub side: Side,
    /// When it had last changed.
    pub at: DateTime<Utc>,
}
