//! Rows of comments as they come.

use lockstep_model::snapshot::CommentBody;
use lockstep_model::{Comment, Fault, RecordId};
use serde::Deserialize;

use crate::org::Page;
use crate::wire::{or_default, record_id, stamp};

/// A row of `CaseComment`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CommentRow {
    id: String,
    parent_id: String,
    #[serde(default, deserialize_with = "or_default")]
    comment_body: String,
    #[serde(default, deserialize_with = "or_default")]
    is_published: bool,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) is_deleted: bool,
    #[serde(default)]
    created_by: Option<UserRow>,
    created_date: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct UserRow {
    #[serde(default, deserialize_with = "or_default")]
    name: String,
}

/// A row of `CaseFeed` and its siblings, with the replies.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PostRow {
    id: String,
    parent_id: String,
    #[serde(default, rename = "Type", deserialize_with = "or_default")]
    kind: String,
    #[serde(default, deserialize_with = "or_default")]
    body: String,
    #[serde(default, deserialize_with = "or_default")]
    is_rich_text: bool,
    #[serde(default, deserialize_with = "or_default")]
    link_url: String,
    #[serde(default, deserialize_with = "or_default")]
    related_record_id: String,
    #[serde(default, deserialize_with = "or_default")]
    visibility: String,
    #[serde(default)]
    created_by: Option<UserRow>,
    pub(super) created_date: String,
    #[serde(default)]
    pub(super) feed_comments: Option<Page<ReplyRow>>,
}

/// A row of `FeedComment`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ReplyRow {
    id: String,
    #[serde(default, deserialize_with = "or_default")]
    comment_body: String,
    #[serde(default, deserialize_with = "or_default")]
    is_rich_text: bool,
    #[serde(default)]
    created_by: Option<UserRow>,
    created_date: String,
}

impl CommentRow {
    /// The comment, and the record that it is about.
    pub(super) fn comment(self) -> Result<(RecordId, Comment), Fault> {
        let comment = Comment {
            created: stamp(&self.created_date)?,
            id: self.id,
            author: author(self.created_by),
            body: CommentBody::Text(unified(&self.comment_body)),
            public: self.is_published,
            parent: None,
            work: None,
        };
        Ok((record_id(&self.parent_id)?, comment))
    }
}

impl PostRow {
    /// The post (if it says anything that is not said elsewhere) and its replies, oldest first, and the
    /// record that they are about.
    pub(super) fn comments(
        self,
        replies: Vec<ReplyRow>,
    ) -> Result<Vec<(RecordId, Comment)>, Fault> {
        let record = record_id(&self.parent_id)?;
        // Unknown visibility counts as internal: without digital experiences nobody else sees it.
        let public = self.visibility == "AllUsers";
        // The post of a case comment is that comment once more; its replies are not.
        let doubled = self.kind == "CaseCommentPost";
        let parent = if doubled { self.related_record_id.clone() } else { self.id.clone() };
        let mut comments = Vec::new();
        let silent = self.body.is_empty() && self.link_url.is_empty();
        if !doubled && !silent {
            comments.push((record.clone(), self.post(public)?));
        }
        for reply in replies {
            let comment = Comment {
                created: stamp(&reply.created_date)?,
                id: reply.id,
                author: author(reply.created_by),
                body: body(reply.comment_body, reply.is_rich_text),
                public,
                parent: Some(parent.clone()),
                work: None,
            };
            comments.push((record.clone(), comment));
        }
        Ok(comments)
    }

    fn post(self, public: bool) -> Result<Comment, Fault> {
        let mut text = self.body;
        if !self.link_url.is_empty() && !text.contains(&self.link_url) {
            let gap = if text.is_empty() { "" } else { "\n" };
            text = format!("{text}{gap}{}", self.link_url);
        }
        Ok(Comment {
            created: stamp(&self.created_date)?,
            id: self.id,
            author: author(self.created_by),
            body: body(text, self.is_rich_text),
            public,
            parent: None,
            work: None,
        })
    }
}

pub(super) fn author(user: Option<UserRow>) -> String {
    user.map(|user| user.name).unwrap_or_default()
}

fn body(text: String, rich: bool) -> CommentBody {
    if rich { CommentBody::Html(text) } else { CommentBody::Text(unified(&text)) }
}

/// Typed in the browser, lines end in `\r\n`.
pub(super) fn unified(text: &str) -> String {
    text.replace("\r\n", "\n")
}
