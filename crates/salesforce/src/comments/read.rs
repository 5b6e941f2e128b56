//! The comments of some records, read with them.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use lockstep_model::field::Feed;
use lockstep_model::snapshot::FeedSight;
use lockstep_model::{Class, Comment, Fault, Record, RecordId};

use super::rows::{CommentRow, PostRow};
use crate::client::{Request, SalesforceClient};
use crate::composite::{Part, Parts};
use crate::errors::About;
use crate::org::Page;
use crate::records::RecordQuery;
use crate::wire::stamp;
use crate::{soql, time};

/// Most posts that a user without View All Data may read at a time.
const POSTS_MAX: usize = 1000;

/// Most pages of posts that are read at a time.
const PAGES_MAX: usize = 20;

/// What people post; all other types are the system's own, or a case comment once more.
pub(super) const POSTED: &str =
    "Type IN ('TextPost','LinkPost','ContentPost','QuestionPost','CaseCommentPost')";

/// What is said about some records.
#[derive(Debug, Default)]
pub(crate) struct Talk {
    comments: Vec<(RecordId, Comment)>,
    feed: FeedSight,
    activities: FeedSight,
}

impl Talk {
    /// Gives each record what is said about it, oldest first.
    pub(crate) fn join(self, records: &mut [Record]) {
        for (parent, comment) in self.comments {
            if let Some(record) = records.iter_mut().find(|record| record.id == parent) {
                record.comments.push(comment);
            }
        }
        for record in records {
            record.comments.sort_by(|a, b| (a.created, &a.id).cmp(&(b.created, &b.id)));
            record.feed = self.feed.clone();
            record.activities = self.activities.clone();
        }
    }
}

impl SalesforceClient {
    /// The parts of a composite call that read what is said about these records.
    pub(crate) fn talk_parts(
        &self,
        object: &str,
        ids: &[RecordId],
        query: &RecordQuery,
    ) -> Result<Vec<Part>, Fault> {
        let mut parts = Vec::new();
        if query.activities.is_some() {
            parts.push(Part::get("activities", self.activities_path(object, ids)?));
        }
        if !query.comments {
            return Ok(parts);
        }
        if object == "Case" {
            let (parents, order) = (soql::ids(ids), "ORDER BY CreatedDate,Id");
            let soql = format!("{} WHERE ParentId IN {parents} {order}", case_comments());
            parts.push(Part::get("comments", self.query_path(&soql)));
        }
        if let Some(feed) = &query.feed {
            parts.push(Part::get("feed", self.feed_path(feed, ids, None)?));
        }
        Ok(parts)
    }

    /// The posts of these records' feeds, the newest first, up to an instant.
    fn feed_path(
        &self,
        feed: &Feed,
        ids: &[RecordId],
        until: Option<DateTime<Utc>>,
    ) -> Result<String, Fault> {
        let until = until
            .map_or_else(String::new, |at| format!(" AND CreatedDate <= {}", time::literal(at)));
        Ok(self.query_path(&format!(
            "{} WHERE ParentId IN {} AND {POSTED}{until} \
             ORDER BY CreatedDate DESC,Id DESC LIMIT {POSTS_MAX}",
            posts(feed)?,
            soql::ids(ids),
        )))
    }

    /// Reads what those parts brought. A feed that may not be read is a matter of the comments only.
    pub(crate) async fn read_talk(
        &self,
        parts: &mut Parts,
        (object, ids): (&str, &[RecordId]),
        query: &RecordQuery,
    ) -> Result<Talk, Fault> {
        let mut talk = Talk::default();
        if query.activities.is_some() {
            match self.read_activities(parts).await {
                Ok(activities) => (talk.comments, talk.activities) = (activities, FeedSight::Whole),
                Err(fault) if fault.class() == Class::Rejected => {
                    talk.activities = FeedSight::Refused { code: fault.code, detail: fault.detail };
                }
                Err(fault) => return Err(fault),
            }
        }
        if !query.comments {
            return Ok(talk);
        }
        if object == "Case" {
            let page: Page<CommentRow> = parts.read(About::Org, "comments")?;
            let rows = self.all_pages("comment.page", page).await?;
            for row in rows {
                talk.comments.push(row.comment()?);
            }
        }
        if let Some(feed) = &query.feed {
            match parts.read(About::Org, "feed") {
                Ok(page) => self.whole_feed((feed, ids), page, &mut talk).await?,
                Err(fault) if fault.class() == Class::Rejected => {
                    talk.feed = FeedSight::Refused { code: fault.code, detail: fault.detail };
                }
                Err(fault) => return Err(fault),
            }
        }
        Ok(talk)
    }

    /// Reads a feed to its beginning, each page from where the one before it ended.
    async fn whole_feed(
        &self,
        (feed, ids): (&Feed, &[RecordId]),
        mut page: Page<PostRow>,
        talk: &mut Talk,
    ) -> Result<(), Fault> {
        talk.feed = FeedSight::Newest;
        let (mut until, mut known) = (None, BTreeSet::new());
        for _ in 0..PAGES_MAX {
            let oldest = page.records.last().map(|row| stamp(&row.created_date)).transpose()?;
            let (posts, rows) = self.posts(page).await?;
            let new = |(_, post): &(RecordId, Comment)| known.insert(post.id.clone());
            talk.comments.extend(posts.into_iter().filter(new));
            if rows < POSTS_MAX {
                talk.feed = FeedSight::Whole;
                return Ok(());
            }
            if oldest == until {
                return Ok(());
            }
            until = oldest;
            page =
                self.json(Request::get("comment.page", self.feed_path(feed, ids, until)?)).await?;
        }
        Ok(())
    }

    /// The posts of a page and all that follow with their replies, and how many rows that were.
    pub(super) async fn posts(
        &self,
        page: Page<PostRow>,
    ) -> Result<(Vec<(RecordId, Comment)>, usize), Fault> {
        let rows = self.all_pages("comment.page", page).await?;
        let count = rows.len();
        let mut comments = Vec::new();
        for mut row in rows {
            let replies = match row.feed_comments.take() {
                Some(page) => self.all_pages("comment.page", page).await?,
                None => Vec::new(),
            };
            comments.extend(row.comments(replies)?);
        }
        Ok((comments, count))
    }
}

/// The beginning of a query of case comments.
pub(super) fn case_comments() -> String {
    let fields = "Id,ParentId,CommentBody,IsPublished,IsDeleted,CreatedBy.Name,CreatedDate";
    format!("SELECT {fields} FROM CaseComment")
}

/// The beginning of a query of a feed. Replies can be read through their posts only.
pub(super) fn posts(feed: &Feed) -> Result<String, Fault> {
    let fields =
        "Id,ParentId,Type,Body,IsRichText,LinkUrl,RelatedRecordId,CreatedBy.Name,CreatedDate";
    let visibility = if feed.visibility { ",Visibility" } else { "" };
    let replies = "SELECT Id,CommentBody,IsRichText,CreatedBy.Name,CreatedDate FROM FeedComments \
                   ORDER BY CreatedDate,Id";
    Ok(format!("SELECT {fields}{visibility},({replies}) FROM {}", soql::name(&feed.object)?))
}
