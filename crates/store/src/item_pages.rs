//! Items for pages: their versions, and how far their links are behind.

use chrono::{DateTime, Utc};
use lockstep_model::{ConnectedItem, ItemId};
use serde::Serialize;
use serde_json::Value;
use tokio_postgres::Row;

use crate::error::StoreError;
use crate::items::Items;
use crate::row::{Reader, read_all};
use crate::search::COUNT_MAX;
use crate::statement::statements;

statements! {
    VERSIONS = "SELECT version, applied_at FROM item_version WHERE item = $1 \
        AND version < $2 ORDER BY version DESC LIMIT $3";
    VERSION = "SELECT version, document, extra, applied_at FROM item_version \
        WHERE item = $1 AND version = $2";
    // Each count reads no more than its limit; those of what is rare go by indexes of their own.
    BACKLOG = "SELECT item.id, \
        (SELECT count(*) FROM (SELECT FROM link WHERE link.item = item.id AND state = 'active' \
            LIMIT $2) AS one) AS links, \
        (SELECT count(*) FROM (SELECT FROM link WHERE link.item = item.id AND state = 'active' \
            AND findings <> '[]' LIMIT $2) AS one) AS findings, \
        (SELECT count(*) FROM (SELECT FROM link WHERE link.item = item.id AND state = 'active' \
            AND base ? 'held' LIMIT $2) AS one) AS held, \
        waiting.never_synced, waiting.oldest \
        FROM item CROSS JOIN LATERAL (SELECT count(*) AS never_synced, min(created_at) AS oldest FROM \
            (SELECT created_at FROM link WHERE link.item = item.id AND state = 'active' \
                AND base = '{}' LIMIT $2) AS one) AS waiting \
        WHERE $1::bigint IS NULL OR item.id = $1 ORDER BY item.name";
}

/// When a version of an item was applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct VersionLine {
    /// Its number.
    pub version: i32,
    /// When it was applied.
    pub applied_at: DateTime<Utc>,
}

/// A version of an item, whole.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ItemVersion {
    /// Its number.
    pub version: i32,
    /// What was applied.
    #[schema(value_type = Object)]
    pub document: ConnectedItem,
    /// What was resolved when it was applied.
    #[serde(skip)]
    pub extra: Value,
    /// When.
    pub applied_at: DateTime<Utc>,
}

/// How far the links of an item are behind. No count goes beyond [`COUNT_MAX`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Backlog {
    /// The item.
    #[schema(value_type = i64)]
    pub item: ItemId,
    /// Its active links.
    pub links: i64,
    /// Those of them with findings.
    pub with_findings: i64,
    /// Those of them with a conflict that waits for a person.
    pub held: i64,
    /// Those of them that no commit has written yet.
    pub never_synced: i64,
    /// When the first of these was made.
    pub oldest_waiting: Option<DateTime<Utc>>,
}

impl Items<'_> {
    /// The versions of an item, latest first; `after` is the last one of the page before.
    pub async fn versions(
        self,
        id: ItemId,
        after: Option<i32>,
        limit: i64,
    ) -> Result<Vec<VersionLine>, StoreError> {
        let before = after.unwrap_or(i32::MAX);
        let rows = self.store.rows(VERSIONS, &[&id.0, &before, &limit]).await?;
        read_all(&rows, |row| {
            let reader = Reader::new("item_version", row);
            let (version, applied_at) = (reader.get("version")?, reader.get("applied_at")?);
            Ok(VersionLine { version, applied_at })
        })
    }

    /// One version of an item.
    pub async fn version(
        self,
        id: ItemId,
        version: i32,
    ) -> Result<Option<ItemVersion>, StoreError> {
        let row = self.store.row(VERSION, &[&id.0, &version]).await?;
        row.as_ref().map(read_version).transpose()
    }

    /// How far the links of one item or of all are behind, by the items' names.
    pub async fn backlog(self, item: Option<ItemId>) -> Result<Vec<Backlog>, StoreError> {
        let item = item.map(|item| item.0);
        read_all(&self.store.planned_rows(BACKLOG, &[&item, &COUNT_MAX]).await?, read_backlog)
    }
}

fn read_version(row: &Row) -> Result<ItemVersion, StoreError> {
    let reader = Reader::new("item_version", row);
    Ok(ItemVersion {
        version: reader.get("version")?,
        document: reader.json("document")?,
        extra: reader.get("extra")?,
        applied_at: reader.get("applied_at")?,
    })
}

fn read_backlog(row: &Row) -> Result<Backlog, StoreError> {
    let reader = Reader::new("item", row);
    Ok(Backlog {
        item: ItemId(reader.get("id")?),
        links: reader.get("links")?,
        with_findings: reader.get("findings")?,
        held: reader.get("held")?,
        never_synced: reader.get("never_synced")?,
        oldest_waiting: reader.get("oldest")?,
    })
}
