//! Comments of a record: a case's own, and the posts and replies of a record's feed.

mod activities;
mod activity_rows;
mod changes;
mod read;
mod rows;

use lockstep_http::Method;
use lockstep_model::field::Feed;
use lockstep_model::{Code, Fault, RecordId};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::client::{Request, SalesforceClient};
use crate::soql;

pub use changes::ChangedComment;

/// A comment to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewComment<'a> {
    /// What it says: 4,000 bytes of a case comment, 10,000 characters of a post or a reply.
    pub body: &'a str,
    /// Whether customers may see it.
    pub public: bool,
    /// The post that it answers, if it is a reply.
    pub answers: Option<&'a str>,
}

/// The object that a comment is a row of.
fn kind(id: &str) -> &'static str {
    match id.get(..3) {
        Some("0D5") => "FeedItem",
        Some("0D7") => "FeedComment",
        _ => "CaseComment",
    }
}

/// The field of it that holds the text.
fn body_field(kind: &str) -> &'static str {
    if kind == "FeedItem" { "Body" } else { "CommentBody" }
}

impl SalesforceClient {
    /// Adds a comment and gives its id: a case comment to a case, a post or a reply to what has a
    /// feed. One call, never repeated by itself.
    pub async fn add_comment(
        &self,
        object: &str,
        parent: &RecordId,
        feed: Option<&Feed>,
        new: &NewComment<'_>,
    ) -> Result<String, Fault> {
        #[derive(Deserialize)]
        struct Saved {
            id: String,
        }
        let (kind, row) = match (new.answers, feed) {
            (Some(post), _) => ("FeedComment", reply(post, new)),
            (None, Some(feed)) if object != "Case" => ("FeedItem", post(parent, feed, new)),
            _ => ("CaseComment", case_comment(parent, new)),
        };
        let path = self.path(&format!("sobjects/{kind}"));
        Ok(self.json::<Saved>(Request::post("comment.add", path, row)).await?.id)
    }

    /// Changes what a comment says; with `hide` customers see it no longer. One call.
    pub async fn edit_comment(&self, id: &str, body: &str, hide: bool) -> Result<(), Fault> {
        let kind = kind(id);
        let mut change = Map::from_iter([(body_field(kind).to_owned(), Value::from(body))]);
        match kind {
            "CaseComment" if hide => drop(change.insert("IsPublished".into(), false.into())),
            "FeedItem" if hide => drop(change.insert("Visibility".into(), "InternalUsers".into())),
            _ => {}
        }
        let path = self.comment_path(kind, id);
        let request = Request::change("comment.edit", Method::PATCH, path, Some(change.into()));
        self.send(&request).await.map(drop).map_err(locked)
    }

    /// Deletes a comment. One that is not there any more is fine. One call.
    pub async fn delete_comment(&self, id: &str) -> Result<(), Fault> {
        let path = self.comment_path(kind(id), id);
        let request = Request::change("comment.delete", Method::DELETE, path, None);
        match self.send(&request).await {
            Err(fault) if fault.code == Code::SfRecordGone => Ok(()),
            sent => sent.map(drop).map_err(locked),
        }
    }

    fn comment_path(&self, kind: &str, id: &str) -> String {
        self.path(&format!("sobjects/{kind}/{}", soql::segment(id)))
    }
}

fn case_comment(parent: &RecordId, new: &NewComment<'_>) -> Value {
    json!({"ParentId": parent.as_str(), "CommentBody": new.body, "IsPublished": new.public})
}

fn post(parent: &RecordId, feed: &Feed, new: &NewComment<'_>) -> Value {
    let mut post = json!({"ParentId": parent.as_str(), "Type": "TextPost", "Body": new.body, "IsRichText": false});
    if feed.visibility {
        let who = if new.public { "AllUsers" } else { "InternalUsers" };
        post["Visibility"] = who.into();
    }
    post
}

fn reply(post: &str, new: &NewComment<'_>) -> Value {
    json!({"FeedItemId": post, "CommentBody": new.body, "CommentType": "TextComment"})
}

/// Who may only read a comment is told so in words of comments.
fn locked(mut fault: Fault) -> Fault {
    if matches!(fault.code, Code::SfReadOnlyField | Code::SfNoAccess) {
        fault.code = Code::CommentLocked;
    }
    fault
}
