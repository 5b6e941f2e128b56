//! Comments of an issue.

use lockstep_http::Method;
use lockstep_model::{Code, Comment, Fault};
use serde_json::{Value, json};

use crate::client::JiraClient;
use crate::errors;
use crate::issues::properties;
use crate::wire::{WireComment, WireComments, comments};

/// Page size of `getComments`, its most.
const PAGE: usize = 100;
/// An issue holds 5,000 comments at most.
const PAGES_MAX: usize = 50;

/// A comment to add.
#[derive(Debug, Clone)]
pub struct NewComment {
    /// An ADF document.
    pub body: Value,
    /// Comment properties, set with the comment in one act: the place for a marker.
    pub properties: Vec<(String, Value)>,
    /// Whether only agents may see it, on a service desk project; elsewhere it means nothing.
    pub internal: bool,
}

impl JiraClient {
    /// Adds a comment (`addComment`). Never repeated by itself.
    pub async fn add_comment(&self, id: &str, new: &NewComment) -> Result<Comment, Fault> {
        let mut marks = properties(&new.properties);
        if new.internal {
            marks.push(internal());
        }
        let mut body = json!({"body": new.body});
        if !marks.is_empty() {
            body["properties"] = marks.into();
        }
        let request = self.post("comment.add", &["issue", id, "comment"]).about_issue().body(body);
        let added: WireComment = self.json(request).await?;
        added.try_into()
    }

    /// Changes what a comment says and gives it as it is then (`updateComment`); with `hide` only
    /// agents see it any longer, on a service desk project. Watchers are not told.
    pub async fn edit_comment(
        &self,
        issue: &str,
        comment: &str,
        (body, hide): (&Value, bool),
    ) -> Result<Comment, Fault> {
        let mut change = json!({"body": body});
        if hide {
            change["properties"] = json!([internal()]);
        }
        let request = self
            .request("comment.edit", Method::PUT, &["issue", issue, "comment", comment])
            .idempotent()
            .query("notifyUsers", "false")
            .body(change);
        let edited: WireComment = self.json(request).await.map_err(locked)?;
        edited.try_into()
    }

    /// Deletes a comment (`deleteComment`). One that is not there any more is fine.
    pub async fn delete_comment(&self, issue: &str, comment: &str) -> Result<(), Fault> {
        let path = ["issue", issue, "comment", comment];
        let request = self.request("comment.delete", Method::DELETE, &path).idempotent();
        match self.send(request).await {
            Err(fault) if fault.code == Code::JiraNotFound => Ok(()),
            sent => sent.map(drop).map_err(locked),
        }
    }

    /// All comments of an issue, oldest first (`getComments`).
    pub async fn comments(&self, id: &str) -> Result<Vec<Comment>, Fault> {
        let mut wires = Vec::new();
        for _ in 0..PAGES_MAX {
            let request = self
                .get("comment.list", &["issue", id, "comment"])
                .about_issue()
                .query("startAt", &wires.len().to_string())
                .query("maxResults", &PAGE.to_string())
                .query("orderBy", "created");
            let page: WireComments = self.json(request).await?;
            let (came, total) = (page.comments.len(), page.total);
            wires.extend(page.comments);
            if came == 0 || total.map_or(came < PAGE, |total| wires.len() >= total) {
                return comments(wires);
            }
        }
        Err(errors::bad_answer(format!("the comments of issue {id} do not end")))
    }

    /// The value of a comment's property (`getCommentProperty`): how a lost comment is recognised
    /// by its marker. None where the comment has no such property, or is gone.
    pub async fn comment_property(&self, comment: &str, key: &str) -> Result<Option<Value>, Fault> {
        let request = self.get("comment.property", &["comment", comment, "properties", key]);
        match self.json::<Value>(request).await {
            Ok(mut property) => Ok(Some(property["value"].take())),
            Err(fault) if fault.code == Code::JiraNotFound => Ok(None),
            Err(fault) => Err(fault),
        }
    }
}

/// The property that keeps a comment from customers of a service desk.
fn internal() -> Value {
    json!({"key": "sd.public.comment", "value": {"internal": true}})
}

/// Jira answers 400, and not 403, to who may not change a comment.
fn locked(mut fault: Fault) -> Fault {
    if matches!(fault.code, Code::JiraRefused | Code::JiraNoPermission) {
        fault.code = Code::CommentLocked;
    }
    fault
}
