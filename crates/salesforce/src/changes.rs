//! What changed since the last look.

use chrono::{DateTime, Utc};
use lockstep_model::{Fault, Record, RecordId};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::client::SalesforceClient;
use crate::comments::ChangedComment;
use crate::composite::Part;
use crate::errors::About;
use crate::org::Page;
use crate::records::{RecordQuery, as_record};
use crate::soql;
use crate::wire::record_id;

/// Most rows that one query gives in a page.
const ROWS_MAX: usize = 2000;

/// A point in the order of (`SystemModstamp`, `Id`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// Rows from this instant on.
    pub stamp: DateTime<Utc>,
    /// Within it, only rows after this id: set to go on after a page, not to begin.
    pub id: Option<String>,
}

/// What changed since a cursor.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed {
    /// Records in the order of (`SystemModstamp`, `Id`), with the fields that were asked for and
    /// without their comments.
    pub records: Vec<Record>,
    /// Comments that changed or may have. Always whole; empty where not asked for.
    pub comments: Vec<ChangedComment>,
    /// Records that were deleted or merged away since; what is for ever gone is not among them.
    pub deleted: Vec<RecordId>,
    /// Whether there are more records: go on after the last one's stamp and id.
    pub more: bool,
    /// The server's time when it answered: what a next cursor may be reckoned from.
    pub server_time: DateTime<Utc>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DeletedRow {
    id: String,
}

impl SalesforceClient {
    /// Up to `limit` records of an object that changed since the cursor, with what the query asks
    /// for; where it asks for comments, also those that changed (a new comment need not move its
    /// record's stamp), and the records that went into the recycle bin. One call; more only where
    /// Salesforce cuts its pages short.
    ///
    /// A long transaction surfaces late with an old stamp: begin some minutes before the last
    /// look's `server_time`, and expect doubles.
    pub async fn changed_since(
        &self,
        object: &str,
        since: &Cursor,
        query: &RecordQuery,
        limit: usize,
    ) -> Result<Changed, Fault> {
        let limit = limit.clamp(1, ROWS_MAX);
        let records = self.records_path(object, since, query, limit)?;
        let deleted = self.deleted_since(object, since.stamp)?;
        let mut parts = vec![Part::get("records", records), Part::get("deleted", deleted)];
        parts.extend(self.talk_since(object, since.stamp, query)?);
        let mut parts = self.composite("changes", &parts).await?;
        let page: Page<Map<String, Value>> = parts.read(About::Org, "records")?;
        let rows = self.all_pages("changes.page", page).await?;
        let records: Vec<Record> =
            rows.iter().map(|row| as_record(row, query)).collect::<Result<_, _>>()?;
        let comments = self.read_talk_since(&mut parts, object, since.stamp, query).await?;
        let page: Page<DeletedRow> = parts.read(About::Org, "deleted")?;
        let deleted = self.all_pages("changes.page", page).await?;
        let deleted = deleted.iter().map(|row| record_id(&row.id)).collect::<Result<_, _>>()?;
        let last = records.last().map_or(since.stamp, |record| record.modified);
        Ok(Changed {
            more: records.len() >= limit,
            records,
            comments,
            deleted,
            server_time: parts.date.unwrap_or(last),
        })
    }

    fn records_path(
        &self,
        object: &str,
        since: &Cursor,
        query: &RecordQuery,
        limit: usize,
    ) -> Result<String, Fault> {
        Ok(self.query_path(&format!(
            "SELECT {} FROM {} WHERE {} ORDER BY SystemModstamp,Id LIMIT {limit}",
            query.list()?,
            soql::name(object)?,
            soql::after(since.stamp, since.id.as_deref()),
        )))
    }

    fn deleted_since(&self, object: &str, since: DateTime<Utc>) -> Result<String, Fault> {
        Ok(self.all_path(&format!(
            "SELECT Id FROM {} WHERE IsDeleted = true AND {} ORDER BY SystemModstamp,Id LIMIT {ROWS_MAX}",
            soql::name(object)?,
            soql::after(since, None),
        )))
    }
}
