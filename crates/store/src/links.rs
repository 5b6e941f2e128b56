//! Links: one record with one issue under one item. Workers change them by `commit.rs` only.

use chrono::{DateTime, Utc};
use deadpool_postgres::GenericClient;
use lockstep_model::{Base, ConnectionId, Finding, ItemId, LinkId, RecordId};
use serde::{Deserialize, Serialize};
use tokio_postgres::Row;

use crate::error::StoreError;
use crate::row::{Reader, read_all, words};
use crate::statement::statements;
use crate::store::{Store, row_on};

macro_rules! columns {
    () => {
        "link.id, link.item, link.record, link.issue_id, link.issue_key, link.origin, link.state, \
         link.base, link.findings, link.record_seen, link.issue_seen, link.synced_at, \
         link.created_at"
    };
}

pub(crate) use columns;

macro_rules! seen_columns {
    () => {
        "link.id, link.record, link.issue_id, link.state, link.record_seen, link.issue_seen"
    };
}

pub(crate) use seen_columns;

/// Which links a [`Filter`] lets through.
macro_rules! filter {
    () => {
        "($1::bigint IS NULL OR item = $1) AND ($2::text IS NULL OR record ILIKE $2 \
         OR issue_key ILIKE $2)"
    };
}

statements! {
    CREATE = concat!("INSERT INTO link (item, record, origin, issue_id, issue_key) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT ON CONSTRAINT link_item_record DO NOTHING \
        RETURNING ", columns!());
    GET = concat!("SELECT ", columns!(), " FROM link WHERE id = $1");
    BY_RECORD = concat!("SELECT ", columns!(), " FROM link WHERE item = $1 AND record = $2");
    SEEN_BY_ISSUE = concat!("SELECT ", seen_columns!(), " FROM link JOIN item ON item.id = link.item \
        WHERE item.jira = $1 AND link.issue_id = $2 ORDER BY link.id");
    SEEN_BY_ISSUES = concat!("SELECT ", seen_columns!(), " FROM link \
        WHERE item = $1 AND issue_id = ANY($2) ORDER BY id");
    BY_RECORDS = concat!("SELECT ", columns!(), " FROM link \
        WHERE item = $1 AND record = ANY($2) ORDER BY id");
    LIST = concat!("SELECT ", columns!(), " FROM link WHERE ", filter!(),
        " AND id > $3 ORDER BY id LIMIT $4");
    HELD = concat!("SELECT ", columns!(), " FROM link WHERE base ? 'held' \
        AND ($1::bigint IS NULL OR item = $1) ORDER BY id LIMIT $2");
    COUNT = concat!("SELECT count(*) FROM link WHERE ", filter!());
}

words! {
    /// Who made a link.
    Origin {
        /// A person.
        Manual = "manual",
        /// The item's rule for new records.
        Auto = "auto",
    }
}

words! {
    /// Whether a link is kept in step.
    LinkState {
        /// It is.
        Active = "active",
        /// Somebody has taken record and issue apart.
        Unlinked = "unlinked",
        /// Record or issue is no longer there.
        Gone = "gone",
    }
}

/// A link as stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Link {
    /// Its id.
    #[schema(value_type = i64)]
    pub id: LinkId,
    /// The item that it belongs to.
    #[schema(value_type = i64)]
    pub item: ItemId,
    /// The record.
    #[schema(value_type = String)]
    pub record: RecordId,
    /// Id of the issue; `None` while it is still to be created.
    pub issue_id: Option<String>,
    /// Key of the issue when it was last seen.
    pub issue_key: Option<String>,
    /// Who made it.
    pub origin: Origin,
    /// Whether it is kept in step.
    pub state: LinkState,
    /// What both sides were last seen to agree on.
    #[schema(value_type = Object)]
    pub base: Base,
    /// What the last plan could not do.
    #[schema(value_type = Vec<Object>)]
    pub findings: Vec<Finding>,
    /// `SystemModstamp` of the record as it was last seen.
    pub record_seen: Option<DateTime<Utc>>,
    /// `updated` of the issue as it was last seen.
    pub issue_seen: Option<DateTime<Utc>>,
    /// When it was last committed, by the database's clock.
    pub synced_at: Option<DateTime<Utc>>,
    /// When it was made, by the database's clock.
    pub created_at: DateTime<Utc>,
}

/// A link, and what was last seen of both sides: enough to tell whether something moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The link.
    pub link: LinkId,
    /// The record.
    pub record: RecordId,
    /// Id of the issue.
    pub issue_id: Option<String>,
    /// Whether the link is kept in step.
    pub state: LinkState,
    /// `SystemModstamp` of the record as it was last seen.
    pub record_seen: Option<DateTime<Utc>>,
    /// `updated` of the issue as it was last seen.
    pub issue_seen: Option<DateTime<Utc>>,
}

/// Which links to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Those of one item only.
    pub item: Option<ItemId>,
    /// Those whose record id or issue key contains this.
    pub text: Option<String>,
    /// How many at most; 0 means 100.
    pub limit: u32,
    /// Those after this link: the last one of the page before.
    pub after: Option<LinkId>,
}

/// Records with their issues.
#[derive(Debug, Clone, Copy)]
pub struct Links<'a> {
    pub(crate) store: &'a Store,
}

impl Links<'_> {
    /// Makes the link of a record under an item, or finds the one that is there (`false`), as it is.
    pub async fn create(
        self,
        item: ItemId,
        record: &RecordId,
        origin: Origin,
        issue: Option<(&str, &str)>,
    ) -> Result<(Link, bool), StoreError> {
        let (issue_id, issue_key) = issue.unzip();
        let with: crate::store::Params<'_> =
            &[&item.0, &record.as_str(), &origin.name(), &issue_id, &issue_key];
        if let Some(row) = self.store.row(CREATE, with).await? {
            return Ok((read(&row)?, true));
        }
        let found = self.by_record(item, record).await?;
        found.map(|link| (link, false)).ok_or(StoreError::RowsAffected { expected: 1, actual: 0 })
    }

    /// The link with this id.
    pub async fn get(self, id: LinkId) -> Result<Option<Link>, StoreError> {
        self.store.row(GET, &[&id.0]).await?.as_ref().map(read).transpose()
    }

    /// The link of a record under an item.
    pub async fn by_record(
        self,
        item: ItemId,
        record: &RecordId,
    ) -> Result<Option<Link>, StoreError> {
        let row = self.store.row(BY_RECORD, &[&item.0, &record.as_str()]).await?;
        row.as_ref().map(read).transpose()
    }

    /// What was last seen of every link of an issue of a Jira site, under whichever item.
    pub async fn by_issue(
        self,
        jira: ConnectionId,
        issue_id: &str,
    ) -> Result<Vec<Seen>, StoreError> {
        read_all(&self.store.rows(SEEN_BY_ISSUE, &[&jira.0, &issue_id]).await?, read_seen)
    }

    /// Which of these issues have links under an item, and what was last seen of them.
    pub async fn by_issues(self, item: ItemId, ids: &[String]) -> Result<Vec<Seen>, StoreError> {
        read_all(&self.store.rows(SEEN_BY_ISSUES, &[&item.0, &ids]).await?, read_seen)
    }

    /// The links that these records have under an item.
    pub async fn by_records(
        self,
        item: ItemId,
        records: &[RecordId],
    ) -> Result<Vec<Link>, StoreError> {
        let ids: Vec<&str> = records.iter().map(RecordId::as_str).collect();
        read_all(&self.store.rows(BY_RECORDS, &[&item.0, &ids]).await?, read)
    }

    /// The links that the filter lets through, by id, one page of them.
    pub async fn list(self, filter: &Filter) -> Result<Vec<Link>, StoreError> {
        let (item, text) = filter.parameters();
        let after = filter.after.map_or(0, |link| link.0);
        let limit = if filter.limit == 0 { 100 } else { i64::from(filter.limit) };
        read_all(&self.store.rows(LIST, &[&item, &text, &after, &limit]).await?, read)
    }

    /// The links with a conflict that waits for a person, by id.
    pub async fn held(self, item: Option<ItemId>, limit: i64) -> Result<Vec<Link>, StoreError> {
        let item = item.map(|item| item.0);
        read_all(&self.store.rows(HELD, &[&item, &limit]).await?, read)
    }

    /// How many links the filter lets through, on all pages.
    pub async fn count(self, filter: &Filter) -> Result<i64, StoreError> {
        let (item, text) = filter.parameters();
        let row = self.store.row(COUNT, &[&item, &text]).await?;
        row.map_or(Ok(0), |row| Reader::new("link", &row).get("count"))
    }
}

impl Filter {
    fn parameters(&self) -> (Option<i64>, Option<String>) {
        (self.item.map(|item| item.0), self.text.as_deref().map(containing))
    }
}

/// The `LIKE` pattern for texts that contain this one.
fn containing(text: &str) -> String {
    let escaped = text.trim().replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
    format!("%{escaped}%")
}

/// The link with this id, on a connection that is at hand.
pub(crate) async fn get_on(
    on: &impl GenericClient,
    id: LinkId,
) -> Result<Option<Link>, StoreError> {
    row_on(on, GET, &[&id.0]).await?.as_ref().map(read).transpose()
}

pub(crate) fn read(row: &Row) -> Result<Link, StoreError> {
    let reader = Reader::new("link", row);
    Ok(Link {
        id: LinkId(reader.get("id")?),
        item: ItemId(reader.get("item")?),
        record: record(&reader)?,
        issue_id: reader.get("issue_id")?,
        issue_key: reader.get("issue_key")?,
        origin: reader.word("origin")?,
        state: reader.word("state")?,
        base: reader.json("base")?,
        findings: reader.json("findings")?,
        record_seen: reader.get("record_seen")?,
        issue_seen: reader.get("issue_seen")?,
        synced_at: reader.get("synced_at")?,
        created_at: reader.get("created_at")?,
    })
}

/// The number of a link, and nothing else of it.
pub(crate) fn read_id(row: &Row) -> Result<LinkId, StoreError> {
    Reader::new("link", row).get("id").map(LinkId)
}

pub(crate) fn read_seen(row: &Row) -> Result<Seen, StoreError> {
    let reader = Reader::new("link", row);
    Ok(Seen {
        link: LinkId(reader.get("id")?),
        record: record(&reader)?,
        issue_id: reader.get("issue_id")?,
        state: reader.word("state")?,
        record_seen: reader.get("record_seen")?,
        issue_seen: reader.get("issue_seen")?,
    })
}

fn record(reader: &Reader<'_>) -> Result<RecordId, StoreError> {
    RecordId::parse(reader.get("record")?)
        .map_err(|error| reader.unreadable("record", &error.to_string()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn wildcards_are_taken_literally() {
        assert_eq!(super::containing(r" 100%_\ "), r"%100\%\_\\%");
    }
}
