//! Both sides as they are now: what a gather brings and a plan reads.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::catalogue::Code;
use crate::comments::Tally;
use crate::field::{IssueStatus, JiraField};
use crate::ids::RecordId;
use crate::parent::ParentSight;

/// One of the two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The record's side.
    Salesforce,
    /// The issue's side.
    Jira,
}

impl Side {
    /// The side across.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Salesforce => Self::Jira,
            Self::Jira => Self::Salesforce,
        }
    }

    /// Its name as people write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Salesforce => "Salesforce",
            Self::Jira => "Jira",
        }
    }
}

/// A Salesforce record as read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Its id.
    pub id: RecordId,
    /// What people call it: the case number, the name.
    pub title: String,
    /// The fields that were asked for, in Salesforce's JSON.
    pub fields: BTreeMap<String, Value>,
    /// `SystemModstamp`.
    pub modified: DateTime<Utc>,
    /// `CreatedDate`.
    pub created: DateTime<Utc>,
    /// The value of its status field, where the item syncs status.
    pub status: Option<String>,
    /// Its comments and the posts of its feed, oldest first; empty where the item does not sync them.
    pub comments: Vec<Comment>,
    /// Its files; empty where the item does not sync them.
    #[serde(default)]
    pub files: Vec<File>,
    /// How much of its feed is among them.
    #[serde(default)]
    pub feed: FeedSight,
    /// How much of its activities is among them.
    #[serde(default)]
    pub activities: FeedSight,
}

/// How much of a record's feed, or of its activities, was read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeedSight {
    /// Nothing of it was asked for.
    #[default]
    Unasked,
    /// All of it.
    Whole,
    /// The newest posts only: nothing follows from what is missing.
    Newest,
    /// Nothing, for Salesforce refused.
    Refused {
        /// Why, from the catalogue.
        code: Code,
        /// In the vendor's words.
        detail: String,
    },
}

/// A Jira issue as read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Issue {
    /// Its id; survives moves.
    pub id: String,
    /// Its key; changes with moves.
    pub key: String,
    /// The fields that were asked for, in Jira's JSON.
    pub fields: BTreeMap<String, Value>,
    /// When it last changed.
    pub updated: DateTime<Utc>,
    /// Where it stands in its workflow.
    pub status: IssueStatus,
    /// Its comments, oldest first; empty where the item does not sync them.
    pub comments: Vec<Comment>,
    /// Its files; empty where the item does not sync them.
    #[serde(default)]
    pub files: Vec<File>,
}

/// A file on either side: an attachment, or the latest version of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// The vendor's id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// When it was put there.
    pub created: DateTime<Utc>,
    /// The MD5 of its bytes, where its side shows one (Salesforce does).
    pub hash: Option<String>,
    /// The file on the other side that it says to copy.
    pub copies: Option<String>,
}

/// A comment on either side: of an issue or a case, a post or a reply in a record's feed; also an
/// activity of a record, or a work log of an issue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comment {
    /// The vendor's id.
    pub id: String,
    /// Display name of who wrote it.
    pub author: String,
    /// When it was written.
    pub created: DateTime<Utc>,
    /// What it says.
    pub body: CommentBody,
    /// Whether customers see it (`CaseComment.IsPublished`, the post's `Visibility`; `jsdPublic`).
    pub public: bool,
    /// The comment of its own side that it answers.
    #[serde(default)]
    pub parent: Option<String>,
    /// The time that it took, where it is an activity or a work log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work: Option<Work>,
}

/// The time that an activity or a work log tells of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// When it began.
    pub started: DateTime<Utc>,
    /// How long it took, in seconds; none where nobody said.
    pub seconds: u32,
    /// Whether it is over.
    pub done: bool,
}

/// A comment's text in its side's own form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CommentBody {
    /// Plain text (Salesforce).
    Text(String),
    /// Rich text of a feed (Salesforce).
    Html(String),
    /// An ADF document (Jira).
    Document(Value),
}

/// A transition that Jira offers for an issue now, from `GET /issue/{key}/transitions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// Id, of this workflow only.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Where it leads.
    pub to: IssueStatus,
    /// The fields of its screen; `required` are those that must be filled and have no default.
    pub screen: Vec<JiraField>,
}

/// What a plan may ask to see besides the two sides, because it is needed only now and then.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Extras {
    /// The transitions that Jira offers now.
    pub transitions: Option<Vec<Transition>>,
    /// When each issue field last changed, by field id (`status` too), from the changelog; as old as
    /// can be where the change was ours.
    pub issue_times: Option<BTreeMap<String, DateTime<Utc>>>,
    /// When each field of the record last changed, by API name, as far as its history tells.
    #[serde(default)]
    pub record_times: Option<BTreeMap<String, DateTime<Utc>>>,
    /// How many comments of the item's other links are gone.
    #[serde(default)]
    pub deletes: Option<Tally>,
    /// Why the link of a converted lead could not go on with what the lead became, where it was to.
    #[serde(default)]
    pub stays: Option<String>,
    /// The record's parent, where the item has a rule for parents.
    #[serde(default)]
    pub parent: Option<ParentSight>,
    /// The MD5 of files that show none, by id; empty of a file that could not be read.
    #[serde(default)]
    pub file_hashes: BTreeMap<String, String>,
}
