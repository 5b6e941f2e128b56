//! Issues and what hangs on them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;

use crate::core::Blob;

use super::catalog::{self, IssueType, Project, Status};

/// A value of a field; ids refer to the catalogue.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldValue {
    /// Text of one line, or a URL.
    Text(String),
    /// An ADF document.
    Document(Value),
    /// A number.
    Number(f64),
    /// A date.
    Date(NaiveDate),
    /// A point in time.
    Moment(DateTime<Utc>),
    /// One id: option, priority, resolution, version or user.
    One(String),
    /// Several ids (or words): options, users, labels, components, versions.
    Many(Vec<String>),
    /// A cascading choice.
    Cascade(String, Option<String>),
    /// The parent issue.
    Parent(u64),
}

/// An issue.
#[derive(Clone, Debug)]
pub struct Issue {
    /// Identity; survives moves.
    pub id: u64,
    /// Current key.
    pub key: String,
    /// Project id.
    pub project_id: &'static str,
    /// Issue type id.
    pub type_id: &'static str,
    /// Status id.
    pub status_id: &'static str,
    /// Account that made it.
    pub creator: String,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// When it last changed.
    pub updated: DateTime<Utc>,
    /// When it was resolved.
    pub resolved: Option<DateTime<Utc>>,
    /// Values by field id; absent means empty.
    pub values: BTreeMap<String, FieldValue>,
    /// Comments, oldest first.
    pub comments: Vec<Comment>,
    /// Work logs, oldest first.
    pub work_logs: Vec<WorkLog>,
    /// History, oldest first.
    pub history: Vec<Change>,
    /// Issue properties.
    pub properties: BTreeMap<String, Value>,
    /// Accounts that watch.
    pub watchers: BTreeSet<String>,
    /// Remote links, oldest first.
    pub remote_links: Vec<RemoteLink>,
    /// Attachments, oldest first.
    pub attachments: Vec<Attachment>,
}

impl Issue {
    /// The project.
    pub fn project(&self) -> &'static Project {
        catalog::project(self.project_id).unwrap_or(&catalog::PROJECTS[0])
    }

    /// The issue type.
    pub fn issue_type(&self) -> &'static IssueType {
        catalog::issue_type(self.type_id).unwrap_or(&catalog::ISSUE_TYPES[0])
    }

    /// The status.
    pub fn status(&self) -> &'static Status {
        catalog::status(self.status_id).unwrap_or(&catalog::STATUSES[0])
    }

    /// The summary.
    pub fn summary(&self) -> &str {
        match self.values.get("summary") {
            Some(FieldValue::Text(text)) => text,
            _ => "",
        }
    }

    /// The parent's id.
    pub fn parent(&self) -> Option<u64> {
        match self.values.get("parent") {
            Some(FieldValue::Parent(id)) => Some(*id),
            _ => None,
        }
    }
}

/// A comment.
#[derive(Clone, Debug)]
pub struct Comment {
    /// Identity, unique on the site.
    pub id: u64,
    /// Account that wrote it.
    pub author: String,
    /// Account that last changed it.
    pub update_author: String,
    /// When it was written.
    pub created: DateTime<Utc>,
    /// When it last changed.
    pub updated: DateTime<Utc>,
    /// ADF document.
    pub body: Value,
    /// Who may see it, as given.
    pub visibility: Option<Value>,
    /// Comment properties.
    pub properties: BTreeMap<String, Value>,
    /// The comment that it answers.
    pub parent: Option<u64>,
}

impl Comment {
    /// Whether its property keeps it from the customers of a service desk.
    pub fn is_internal(&self) -> bool {
        self.properties.get("sd.public.comment").is_some_and(|value| value["internal"] == true)
    }
}

/// A work log.
#[derive(Clone, Debug)]
pub struct WorkLog {
    /// Identity, unique on the site.
    pub id: u64,
    /// Account that logged it.
    pub author: String,
    /// Account that last changed it.
    pub update_author: String,
    /// When it was logged.
    pub created: DateTime<Utc>,
    /// When it last changed.
    pub updated: DateTime<Utc>,
    /// When the work began.
    pub started: DateTime<Utc>,
    /// How long it took, in seconds: whole minutes.
    pub seconds: u64,
    /// ADF document, or null.
    pub body: Value,
    /// Properties of it.
    pub properties: BTreeMap<String, Value>,
}

/// One entry of the history: what one call changed.
#[derive(Clone, Debug)]
pub struct Change {
    /// Identity, unique on the site.
    pub id: u64,
    /// Account that changed it.
    pub author: String,
    /// When.
    pub created: DateTime<Utc>,
    /// The changes.
    pub items: Vec<ChangeItem>,
    /// What the caller told about the change.
    pub metadata: Option<Value>,
}

/// One change of one field.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangeItem {
    /// The field's name.
    pub field: String,
    /// The field's id.
    pub field_id: String,
    /// Id before.
    pub from: Option<String>,
    /// Text before.
    pub from_string: Option<String>,
    /// Id after.
    pub to: Option<String>,
    /// Text after.
    pub to_string: Option<String>,
}

/// A link from an issue to something outside.
#[derive(Clone, Debug)]
pub struct RemoteLink {
    /// Identity, unique on the site.
    pub id: u64,
    /// The caller's identity for it.
    pub global_id: Option<String>,
    /// The body as stored; what was left out is absent.
    pub body: BTreeMap<String, Value>,
}

/// A file on an issue.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// Identity, unique on the site.
    pub id: u64,
    /// Name; not unique.
    pub filename: String,
    /// Media type.
    pub mime_type: String,
    /// Account that added it.
    pub author: String,
    /// When it was added.
    pub created: DateTime<Utc>,
    /// The bytes.
    pub blob: Blob,
}

/// A link between two issues.
#[derive(Clone, Debug)]
pub struct IssueLink {
    /// Identity.
    pub id: u64,
    /// Index into the catalogue's link types.
    pub type_id: &'static str,
    /// Issue on the inward side.
    pub inward: u64,
    /// Issue on the outward side.
    pub outward: u64,
}
