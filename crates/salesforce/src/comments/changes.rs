//! The comments that changed since the last look.

use chrono::{DateTime, Utc};
use lockstep_model::field::Feed;
use lockstep_model::{Class, Comment, Fault, RecordId};

use super::read::{POSTED, case_comments, posts};
use super::rows::{CommentRow, PostRow};
use crate::client::{Request, SalesforceClient};
use crate::composite::{Part, Parts};
use crate::errors::About;
use crate::org::Page;
use crate::records::RecordQuery;
use crate::soql;
use crate::time;
use crate::wire::stamp;

/// How many of the newest posts are read for edits and replies: neither moves a stamp that a feed
/// could be asked by.
const POSTS: usize = 200;

/// Most pages of posts that are followed back in time.
const PAGES_MAX: usize = 20;

/// A comment that changed, or may have.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangedComment {
    /// The record that it is about.
    pub record: RecordId,
    /// The comment as it is now.
    pub comment: Comment,
    /// Whether it is in the recycle bin.
    pub deleted: bool,
}

impl SalesforceClient {
    /// The parts of a composite call that read which comments changed.
    pub(crate) fn talk_since(
        &self,
        object: &str,
        since: DateTime<Utc>,
        query: &RecordQuery,
    ) -> Result<Vec<Part>, Fault> {
        let mut parts = Vec::new();
        if query.comments && object == "Case" {
            let (since, order) = (soql::after(since, None), "ORDER BY SystemModstamp,Id");
            let soql = format!("{} WHERE {since} {order}", case_comments());
            parts.push(Part::get("comments", self.all_path(&soql)));
        }
        if let Some(feed) = query.feed.as_ref().filter(|_| query.comments) {
            parts.push(Part::get("feed", self.query_path(&newest(feed, None)?)));
        }
        Ok(parts)
    }

    /// Reads what those parts brought: the case comments that changed since then or were deleted,
    /// and the newest posts with their replies, whether they changed or not. A feed that may not be read brings
    /// nothing here: whoever looks at a link reports it.
    pub(crate) async fn read_talk_since(
        &self,
        parts: &mut Parts,
        object: &str,
        since: DateTime<Utc>,
        query: &RecordQuery,
    ) -> Result<Vec<ChangedComment>, Fault> {
        let mut found = Vec::new();
        if query.comments && object == "Case" {
            let page: Page<CommentRow> = parts.read(About::Org, "comments")?;
            let rows = self.all_pages("changes.page", page).await?;
            for row in rows {
                let deleted = row.is_deleted;
                let (record, comment) = row.comment()?;
                found.push(ChangedComment { record, comment, deleted });
            }
        }
        if let Some(feed) = query.feed.as_ref().filter(|_| query.comments) {
            match parts.read(About::Org, "feed") {
                Ok(page) => {
                    let posts = self.posts_since(page, since, feed).await?.into_iter();
                    let changed =
                        |(record, comment)| ChangedComment { record, comment, deleted: false };
                    found.extend(posts.map(changed));
                }
                Err(fault) if fault.class() == Class::Rejected => {}
                Err(fault) => return Err(fault),
            }
        }
        Ok(found)
    }

    /// The posts of the first page, and of older ones while they are newer than the last look.
    async fn posts_since(
        &self,
        mut page: Page<PostRow>,
        since: DateTime<Utc>,
        feed: &Feed,
    ) -> Result<Vec<(RecordId, Comment)>, Fault> {
        let mut found = Vec::new();
        for _ in 0..PAGES_MAX {
            let oldest = page.records.last().map(|row| stamp(&row.created_date)).transpose()?;
            let (posts, rows) = self.posts(page).await?;
            found.extend(posts);
            let Some(oldest) = oldest.filter(|oldest| rows >= POSTS && *oldest > since) else {
                break;
            };
            let path = self.query_path(&newest(feed, Some(oldest))?);
            page = self.json(Request::get("changes.feed", path)).await?;
        }
        Ok(found)
    }
}

/// The query of the newest posts up to an instant.
fn newest(feed: &Feed, until: Option<DateTime<Utc>>) -> Result<String, Fault> {
    let until = until
        .map_or_else(String::new, |until| format!(" AND CreatedDate < {}", time::literal(until)));
    let order = format!("ORDER BY CreatedDate DESC,Id DESC LIMIT {POSTS}");
    Ok(format!("{} WHERE {POSTED}{until} {order}", posts(feed)?))
}
