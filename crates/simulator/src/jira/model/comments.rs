//! Comments.

use serde_json::Value;

use super::create::properties;
use super::issue::Comment;
use super::refusal::Refusal;
use super::site::{Actor, EventKind, Site};
use crate::jira::adf;

/// More comments than this on one issue are refused.
const COMMENTS_MAX: usize = 5_000;
const COMMENT_CHARS_MAX: usize = 32_767;

impl Site {
    /// Adds a comment as `POST /issue/{k}/comment` describes it, and returns its id.
    ///
    /// # Errors
    /// 400 for a body that is no valid document; 404; 413 when the issue is full.
    pub fn add_comment(
        &mut self,
        actor: Actor<'_>,
        id: u64,
        given: &Value,
    ) -> Result<u64, Refusal> {
        let body = comment_body(given)?;
        let properties = properties(given)?;
        let visibility = given.get("visibility").filter(|value| value.is_object()).cloned();
        let parent = self.parent_comment(id, given)?;
        if parent.is_some() && visibility.is_some() {
            return Err(Refusal::bad("A child comment inherits the visibility of its parent."));
        }
        let count = self.issue(id).ok_or_else(Refusal::no_issue)?.comments.len();
        if count >= COMMENTS_MAX {
            let status = axum::http::StatusCode::PAYLOAD_TOO_LARGE;
            return Err(Refusal::new(status, "The comment limit for this issue is reached."));
        }
        let comment = Comment {
            id: self.next_id("comment"),
            author: actor.account.to_owned(),
            update_author: actor.account.to_owned(),
            created: actor.now,
            updated: actor.now,
            body,
            visibility,
            properties,
            parent,
        };
        let comment_id = comment.id;
        if let Some(issue) = self.issue_mut(id) {
            issue.comments.push(comment.clone());
            issue.updated = actor.now;
        }
        self.announce(actor, id, EventKind::Comment("comment_created", comment));
        self.announce(actor, id, EventKind::Updated("issue_commented", None));
        Ok(comment_id)
    }

    /// Changes a comment's body.
    ///
    /// # Errors
    /// 400 for a body that is no valid document, and for a changed visibility of a child; 404.
    pub fn update_comment(
        &mut self,
        actor: Actor<'_>,
        comment_id: u64,
        given: &Value,
    ) -> Result<(), Refusal> {
        let body = comment_body(given)?;
        let properties = properties(given)?;
        self.may_change(actor, comment_id)?;
        let (id, comment) = self.comment_mut(comment_id)?;
        if comment.parent.is_some() && given.get("visibility").is_some_and(Value::is_object) {
            return Err(Refusal::bad("A child comment inherits the visibility of its parent."));
        }
        comment.body = body;
        comment.updated = actor.now;
        actor.account.clone_into(&mut comment.update_author);
        comment.properties.extend(properties);
        if let Some(visibility) = given.get("visibility") {
            comment.visibility = Some(visibility.clone()).filter(Value::is_object);
        }
        let comment = comment.clone();
        self.announce(actor, id, EventKind::Comment("comment_updated", comment));
        Ok(())
    }

    /// Who may not edit or delete a comment is answered 400, and not 403.
    fn may_change(&mut self, actor: Actor<'_>, comment_id: u64) -> Result<(), Refusal> {
        self.comment_mut(comment_id)?;
        if self.bound.contains(actor.account) {
            let text = "You do not have the permission for this comment.";
            return Err(Refusal::bad(text));
        }
        Ok(())
    }

    /// The comment of the same issue that a new one answers.
    fn parent_comment(&self, id: u64, given: &Value) -> Result<Option<u64>, Refusal> {
        let parent = match &given["parentId"] {
            Value::Null => return Ok(None),
            Value::String(text) => text.parse().ok(),
            number => number.as_u64(),
        };
        let issue = self.issue(id).ok_or_else(Refusal::no_issue)?;
        let known = |parent: &u64| issue.comments.iter().any(|comment| comment.id == *parent);
        let missing = || Refusal::bad("The parent comment does not belong to this issue.");
        parent.filter(known).map(Some).ok_or_else(missing)
    }

    /// Deletes a comment.
    ///
    /// # Errors
    /// 400 for who may not; 404.
    pub fn delete_comment(&mut self, actor: Actor<'_>, comment_id: u64) -> Result<(), Refusal> {
        self.may_change(actor, comment_id)?;
        let (id, comment) = self.comment_mut(comment_id)?;
        let comment = comment.clone();
        if let Some(issue) = self.issue_mut(id) {
            issue.comments.retain(|other| other.id != comment_id);
        }
        self.announce(actor, id, EventKind::Comment("comment_deleted", comment));
        Ok(())
    }

    /// A comment, to change its properties, and the id of its issue.
    ///
    /// # Errors
    /// 404.
    pub fn comment_mut(&mut self, comment_id: u64) -> Result<(u64, &mut Comment), Refusal> {
        self.issues
            .values_mut()
            .find_map(|issue| {
                let id = issue.id;
                let comment = issue.comments.iter_mut().find(|comment| comment.id == comment_id)?;
                Some((id, comment))
            })
            .ok_or_else(|| {
                Refusal::absent(format!("Can not find a comment for the id: {comment_id}."))
            })
    }
}

fn comment_body(given: &Value) -> Result<Value, Refusal> {
    let body = given.get("body").filter(|body| body.is_object());
    let body = body.ok_or_else(|| Refusal::field("comment", "Comment body is not valid!"))?;
    if let Err(reason) = adf::validate(body) {
        tracing::debug!(%reason, "comment refused");
        return Err(Refusal::bad("INVALID_INPUT"));
    }
    let text = adf::plain(body);
    if text.is_empty() && body["content"].as_array().is_none_or(Vec::is_empty) {
        return Err(Refusal::field("comment", "Comment body can not be empty!"));
    }
    if text.chars().count() > COMMENT_CHARS_MAX {
        return Err(Refusal::field(
            "comment",
            "The entered text is too long. It exceeds the allowed limit of 32,767 characters.",
        ));
    }
    Ok(body.clone())
}
