//! What can be done with a comment's copy.

use serde::{Deserialize, Serialize};

use crate::activity;
use crate::snapshot::{CommentBody, Side, Work};

/// A comment and its copy, or one part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommentPair {
    /// Id of the `CaseComment`, `FeedItem` or `FeedComment`.
    pub salesforce: String,
    /// Jira comment id.
    pub jira: String,
    /// Which of them a person wrote.
    pub origin: Side,
    /// Which part of it the copy holds, counted from 0.
    #[serde(default)]
    pub part: u16,
    /// Whether the copy was written for customers to see.
    #[serde(default)]
    pub public: bool,
    /// What Salesforce showed when both were last in step, as a digest; none until it was seen.
    #[serde(default)]
    pub salesforce_shows: Option<String>,
    /// What Jira showed then.
    #[serde(default)]
    pub jira_shows: Option<String>,
    /// The comment is gone.
    #[serde(default)]
    pub gone: bool,
    /// The comment is gone and its copy was dealt with.
    #[serde(default)]
    pub closed: bool,
}

impl CommentPair {
    /// A whole comment and its copy, of which nothing more is known yet.
    pub fn new(origin: Side, source: &str, copy: &str) -> Self {
        let (salesforce, jira) = match origin {
            Side::Salesforce => (source, copy),
            Side::Jira => (copy, source),
        };
        Self {
            salesforce: salesforce.to_owned(),
            jira: jira.to_owned(),
            origin,
            part: 0,
            public: false,
            salesforce_shows: None,
            jira_shows: None,
            gone: false,
            closed: false,
        }
    }

    /// Whether it is about an activity of the record.
    pub fn is_of_activity(&self) -> bool {
        self.origin == Side::Salesforce && activity::is_activity(&self.salesforce)
    }

    /// The id on a side.
    pub fn id(&self, side: Side) -> &str {
        match side {
            Side::Salesforce => &self.salesforce,
            Side::Jira => &self.jira,
        }
    }

    /// Id of what a person wrote.
    pub fn source(&self) -> &str {
        self.id(self.origin)
    }

    /// Id of its copy.
    pub fn copy(&self) -> &str {
        self.id(self.origin.other())
    }

    /// What a side showed when both were last in step.
    pub fn showed(&self, side: Side) -> Option<&str> {
        match side {
            Side::Salesforce => self.salesforce_shows.as_deref(),
            Side::Jira => self.jira_shows.as_deref(),
        }
    }

    /// Remembers what a side shows.
    pub(super) fn shows(&mut self, side: Side, digest: Option<String>) {
        match side {
            Side::Salesforce => self.salesforce_shows = digest,
            Side::Jira => self.jira_shows = digest,
        }
    }
}

/// Stands for what a comment says that is gone.
pub const GONE: &str = "gone";

/// A copy to be written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Copy {
    /// The side that gets it.
    pub on: Side,
    /// Id of the comment across.
    pub source: String,
    /// Which part of it this is, counted from 0.
    pub part: u16,
    /// What it says, beginning with the attribution.
    pub body: CommentBody,
    /// Whether customers may see it.
    pub public: bool,
    /// The post of the record's feed that it answers; else it stands for itself.
    pub answers: Option<String>,
    /// The time that it tells of: then it is a work log of the issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work: Option<Work>,
    /// Digest of what the comment says.
    pub of: String,
}

/// A copy to be written anew.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rewrite {
    /// The side that it is on.
    pub on: Side,
    /// Its id there.
    pub id: String,
    /// Id of the comment across.
    pub source: String,
    /// What it shall say.
    pub body: CommentBody,
    /// The time that it shall tell of, where it is a work log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work: Option<Work>,
    /// Whether it is to be taken from customers' eyes. It is never shown to them.
    pub hide: bool,
    /// Why.
    pub why: Why,
    /// What somebody wrote into the copy and loses.
    pub lost: Option<String>,
    /// Digest of what the comment says; [`GONE`] where it is gone.
    pub of: String,
}

/// A copy to be deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    /// The side that it is on.
    pub on: Side,
    /// Its id there.
    pub id: String,
    /// Id of the comment across, which is gone.
    pub source: String,
}

/// Why a copy changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The comment was edited.
    Edited,
    /// The copy was edited, and shall say what the comment says.
    Restored,
    /// Customers may not see the comment any more.
    Hidden,
    /// The comment was deleted.
    Deleted,
}
