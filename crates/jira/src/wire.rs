//! Jira's shapes as they come: ids as text or number, lists that may be null, fields to spare.

use chrono::{DateTime, Utc};
use lockstep_model::activity;
use lockstep_model::field::{IssueStatus, StatusCategory};
use lockstep_model::snapshot::{CommentBody, File, Work};
use lockstep_model::{Comment, Fault};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::errors::bad_answer;
use crate::time;

/// An id: a text in most bodies, a number in some.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "TextOrNumber")]
pub(crate) struct Id(pub(crate) String);

#[derive(Deserialize)]
#[serde(untagged)]
enum TextOrNumber {
    Text(String),
    Number(i64),
}

impl From<TextOrNumber> for Id {
    fn from(value: TextOrNumber) -> Self {
        match value {
            TextOrNumber::Text(text) => Self(text),
            TextOrNumber::Number(number) => Self(number.to_string()),
        }
    }
}

/// Reads null as the default.
pub(crate) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// An issue as it comes.
#[derive(Debug, Deserialize)]
pub(crate) struct WireIssue {
    pub(crate) id: Id,
    #[serde(default)]
    pub(crate) key: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) fields: Map<String, Value>,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) properties: Map<String, Value>,
}

impl WireIssue {
    /// The key; the id where the site left it out.
    pub(crate) fn key(&self) -> String {
        self.key.clone().unwrap_or_else(|| self.id.0.clone())
    }

    /// `fields.updated`.
    pub(crate) fn updated(&self) -> Result<DateTime<Utc>, Fault> {
        self.fields
            .get("updated")
            .and_then(time::of_json)
            .ok_or_else(|| bad_answer(format!("issue {} came without `updated`", self.key())))
    }

    /// `fields.status`.
    pub(crate) fn status(&self) -> Result<IssueStatus, Fault> {
        self.fields
            .get("status")
            .and_then(|status| WireStatus::deserialize(status).ok())
            .map(IssueStatus::from)
            .ok_or_else(|| bad_answer(format!("issue {} came without `status`", self.key())))
    }
}

/// A status as it comes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireStatus {
    id: Id,
    #[serde(default)]
    name: String,
    #[serde(default)]
    status_category: Option<WireCategory>,
}

#[derive(Debug, Deserialize)]
struct WireCategory {
    #[serde(default)]
    key: String,
}

impl From<WireStatus> for IssueStatus {
    fn from(wire: WireStatus) -> Self {
        let key = wire.status_category.map(|category| category.key).unwrap_or_default();
        Self { id: wire.id.0, name: wire.name, category: StatusCategory::from_key(&key) }
    }
}

/// A page of comments, in an issue's fields or of its own.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct WireComments {
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) comments: Vec<WireComment>,
    #[serde(default)]
    pub(crate) total: Option<usize>,
}

impl WireComments {
    /// Whether the issue has more than this page holds.
    pub(crate) fn has_more(&self) -> bool {
        self.total.is_some_and(|total| total > self.comments.len())
    }
}

/// A comment as it comes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireComment {
    id: Id,
    #[serde(default)]
    author: Option<WireUser>,
    #[serde(default)]
    body: Value,
    #[serde(default)]
    created: Value,
    #[serde(default)]
    jsd_public: Option<bool>,
    #[serde(default)]
    visibility: Option<Value>,
    /// The comment that this one answers; not in the vendor's description, so read leniently.
    #[serde(default)]
    parent_id: Value,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireUser {
    #[serde(default, deserialize_with = "or_default")]
    display_name: String,
}

impl TryFrom<WireComment> for Comment {
    type Error = Fault;

    /// A comment is public only if Jira says so and no group or role holds it: what is not known
    /// to be public counts as internal.
    fn try_from(wire: WireComment) -> Result<Self, Fault> {
        let created = time::of_json(&wire.created)
            .ok_or_else(|| bad_answer(format!("comment {} came without `created`", wire.id.0)))?;
        Ok(Self {
            id: wire.id.0,
            author: wire.author.map(|author| author.display_name).unwrap_or_default(),
            created,
            body: body(wire.body),
            public: wire.jsd_public == Some(true) && wire.visibility.is_none(),
            parent: Id::deserialize(&wire.parent_id).ok().map(|id| id.0),
            work: None,
        })
    }
}

/// What a comment says, in whatever form it came.
fn body(value: Value) -> CommentBody {
    match value {
        Value::Null => CommentBody::Text(String::new()),
        Value::String(text) => CommentBody::Text(text),
        document => CommentBody::Document(document),
    }
}

/// A page of work logs, in an issue's fields or of its own.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct WireWorkLogs {
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) worklogs: Vec<WireWorkLog>,
    #[serde(default)]
    pub(crate) total: Option<usize>,
}

/// A work log as it comes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireWorkLog {
    id: Id,
    #[serde(default)]
    author: Option<WireUser>,
    #[serde(default)]
    comment: Value,
    #[serde(default)]
    created: Value,
    #[serde(default)]
    started: Value,
    #[serde(default, deserialize_with = "or_default")]
    time_spent_seconds: u32,
}

impl TryFrom<WireWorkLog> for Comment {
    type Error = Fault;

    /// Customers see no work log.
    fn try_from(wire: WireWorkLog) -> Result<Self, Fault> {
        let started = time::of_json(&wire.started)
            .ok_or_else(|| bad_answer(format!("work log {} came without `started`", wire.id.0)))?;
        Ok(Self {
            id: activity::work_log(&wire.id.0),
            author: wire.author.map(|author| author.display_name).unwrap_or_default(),
            created: time::of_json(&wire.created).unwrap_or(started),
            body: body(wire.comment),
            public: false,
            parent: None,
            work: Some(Work { started, seconds: wire.time_spent_seconds, done: true }),
        })
    }
}

/// An attachment as it comes.
#[derive(Debug, Deserialize)]
pub(crate) struct WireAttachment {
    id: Id,
    #[serde(default, deserialize_with = "or_default")]
    filename: String,
    #[serde(default)]
    created: Value,
    #[serde(default, deserialize_with = "or_default")]
    size: u64,
}

impl TryFrom<WireAttachment> for File {
    type Error = Fault;

    fn try_from(wire: WireAttachment) -> Result<Self, Fault> {
        let created = time::of_json(&wire.created)
            .ok_or_else(|| bad_answer(format!("file {} came without `created`", wire.id.0)))?;
        let (name, size) = (wire.filename, wire.size);
        // Jira shows no checksum, and keeps no text beside a file.
        Ok(Self { id: wire.id.0, name, size, created, hash: None, copies: None })
    }
}

/// Comments or work logs, oldest first.
pub(crate) fn comments<W>(wires: Vec<W>) -> Result<Vec<Comment>, Fault>
where
    Comment: TryFrom<W, Error = Fault>,
{
    let mut comments: Vec<Comment> =
        wires.into_iter().map(Comment::try_from).collect::<Result<_, _>>()?;
    comments.sort_by(|a, b| (a.created, id_order(&a.id)).cmp(&(b.created, id_order(&b.id))));
    comments.dedup_by(|a, b| a.id == b.id);
    Ok(comments)
}

/// Ids are numbers in texts: the shorter is the older.
fn id_order(id: &str) -> (usize, &str) {
    (id.len(), id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn comment(extra: &Value) -> Comment {
        let mut json = json!({"id": 10501, "created": "2026-11-22T10:15:30.123+0000", "body": {"type": "doc"}});
        json.as_object_mut().expect("map").extend(extra.as_object().expect("map").clone());
        WireComment::deserialize(&json).expect("shape").try_into().expect("comment")
    }

    #[test]
    fn a_comment_is_public_only_if_jira_says_so() {
        assert!(comment(&json!({"jsdPublic": true})).public);
        assert!(!comment(&json!({"jsdPublic": false})).public);
        assert!(!comment(&json!({})).public);
        let held =
            json!({"jsdPublic": true, "visibility": {"type": "role", "value": "Administrators"}});
        assert!(!comment(&held).public);
    }

    #[test]
    fn ids_may_be_numbers_and_authors_may_be_missing() {
        let comment = comment(&json!({"author": {"accountId": "x", "displayName": null}}));
        assert_eq!((comment.id.as_str(), comment.author.as_str()), ("10501", ""));
    }

    #[test]
    fn comments_are_put_in_order_without_doubles() {
        let at = |id: &str, time: &str| json!({"id": id, "created": format!("2026-11-22T10:15:{time}+0000"), "body": null});
        let wires: Vec<WireComment> = serde_json::from_value(json!([
            at("10", "02.000"),
            at("9", "01.000"),
            at("2", "02.000"),
            at("10", "02.000")
        ]))
        .expect("shape");
        let ids: Vec<String> =
            comments(wires).expect("comments").into_iter().map(|c| c.id).collect();
        assert_eq!(ids, ["9", "2", "10"]);
    }
}
