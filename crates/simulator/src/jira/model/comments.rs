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
        let (id, comment) = self.comment_mut(comment_id)?;
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

    /// Deletes a comment.
    ///
    /// # Errors
    /// 404.
    pub fn delete_comment(&mut self, actor: Actor<'_>, comment_id: u64) -> Result<(), Refusal> {
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
