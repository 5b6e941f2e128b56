//! What waits for a person, grouped by its cause: findings of links, conflicts that are held, dead
//! letters, and connections that are paused. The links of a group come from [`crate::Links::search`].

use chrono::{DateTime, Utc};
use lockstep_model::{Code, ItemId};
use serde::Serialize;
use tokio_postgres::Row;

use crate::error::StoreError;
use crate::row::{Reader, words};
use crate::search::COUNT_MAX;
use crate::statement::statements;
use crate::store::Store;

statements! {
    // The inner limits bound what is read; a count that reaches them means "more".
    GROUPS = "SELECT 'paused' AS kind, pause_code AS code, count(*) AS number, \
            min(updated_at) AS oldest, max(updated_at) AS newest \
        FROM connection WHERE state = 'paused' AND $1::bigint IS NULL GROUP BY pause_code \
        UNION ALL \
        SELECT 'dead_letter', code, count(*), min(buried_at), max(buried_at) \
        FROM (SELECT code, buried_at FROM dead_letter \
            WHERE state = 'waiting' AND $1::bigint IS NULL LIMIT $2) AS letters GROUP BY code \
        UNION ALL \
        SELECT 'held', $3, count(*), min(synced_at), max(synced_at) \
        FROM (SELECT synced_at FROM link WHERE base ? 'held' AND state = 'active' \
            AND ($1::bigint IS NULL OR item = $1) LIMIT $2) AS links HAVING count(*) > 0 \
        UNION ALL \
        SELECT 'finding', code, count(*), min(synced_at), max(synced_at) \
        FROM (SELECT DISTINCT link.id, finding ->> 'code' AS code, synced_at \
            FROM (SELECT id, findings, synced_at FROM link \
                WHERE findings <> '[]' AND state <> 'unlinked' \
                    AND ($1::bigint IS NULL OR item = $1) LIMIT $2) AS link, \
                jsonb_array_elements(findings) AS finding) AS found \
        WHERE code <> $3 GROUP BY code \
        ORDER BY kind, number DESC, code";
    // Each part ends where the whole does: what is counted no further is not read.
    WAITING = "SELECT count(*) FROM ( \
        (SELECT 1 FROM connection WHERE state = 'paused' LIMIT 100) UNION ALL \
        (SELECT 1 FROM dead_letter WHERE state = 'waiting' LIMIT 100) UNION ALL \
        (SELECT 1 FROM link WHERE base ? 'held' AND state = 'active' LIMIT 100) UNION ALL \
        (SELECT 1 FROM link WHERE findings <> '[]' AND NOT base ? 'held' AND state <> 'unlinked' LIMIT 100) \
        LIMIT 100) AS waiting";
}

/// What waits is counted no further, as the statement says; it then means "100 or more".
pub const WAITING_MAX: i64 = 100;

words! {
    /// What sort of thing waits for a person.
    NeedKind {
        /// What a plan could not do.
        Finding = "finding",
        /// A conflict to be decided.
        Held = "held",
        /// A job that was given up.
        DeadLetter = "dead_letter",
        /// A connection whose credential must be mended.
        Paused = "paused",
    }
}

/// All that waits for a person for the same cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct NeedGroup {
    /// What sort of thing it is.
    pub kind: NeedKind,
    /// The cause: the id of a row of the catalogue.
    pub code: String,
    /// How many links, letters or connections; no more than [`COUNT_MAX`].
    pub count: i64,
    /// When the first of them came up. Of links: when the one was looked at that was not for longest.
    pub oldest: Option<DateTime<Utc>>,
    /// When the last of them came up, or was looked at.
    pub newest: Option<DateTime<Utc>>,
}

/// What waits for a person.
#[derive(Debug, Clone, Copy)]
pub struct Needs<'a> {
    pub(crate) store: &'a Store,
}

impl Needs<'_> {
    /// All groups, or those of one item's links, by kind; the largest of a kind first.
    pub async fn groups(self, item: Option<ItemId>) -> Result<Vec<NeedGroup>, StoreError> {
        let item = item.map(|item| item.0);
        let held = Code::ConflictHeld.id();
        let rows = self.store.planned_rows(GROUPS, &[&item, &COUNT_MAX, &held]).await?;
        rows.iter().map(read).collect()
    }

    /// How many connections, dead letters and links wait for a person, a link once whatever it waits
    /// for; no more than [`WAITING_MAX`]. Cheap enough for every page.
    pub async fn waiting(self) -> Result<i64, StoreError> {
        let row = self.store.row(WAITING, &[]).await?;
        row.map_or(Ok(0), |row| Reader::new("link", &row).get("count"))
    }
}

fn read(row: &Row) -> Result<NeedGroup, StoreError> {
    let reader = Reader::new("link", row);
    Ok(NeedGroup {
        kind: reader.word("kind")?,
        code: reader.get("code")?,
        count: reader.get("number")?,
        oldest: reader.get("oldest")?,
        newest: reader.get("newest")?,
    })
}
