//! Connected items: the configuration that people apply, every version of it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use deadpool_postgres::Transaction;
use lockstep_model::{ConnectedItem, ConnectionId, ItemId};
use serde_json::Value;
use tokio_postgres::Row;
use tokio_postgres::types::Json;

use crate::error::StoreError;
use crate::row::{Reader, read_all, words};
use crate::statement::statements;
use crate::store::{Store, execute_on, row_on};

macro_rules! columns {
    () => {
        "item.id, item.name, item.salesforce, item.jira, item.document, item.extra, item.version, \
         item.state, item.created_at, item.updated_at"
    };
}

statements! {
    // Waits for another transaction that makes the same name.
    CLAIM_NAME = "INSERT INTO item (name, salesforce, jira, document, extra, sweep_seconds, state) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (name) DO NOTHING RETURNING id, version";
    CHANGE = "UPDATE item SET salesforce = $2, jira = $3, document = $4, extra = $5, \
        sweep_seconds = $6, version = version + 1, next_sweep_at = now(), updated_at = now() \
        WHERE name = $1 AND (salesforce, jira, document, extra) IS DISTINCT FROM \
            ($2::bigint, $3::bigint, $4::jsonb, $5::jsonb) \
        RETURNING id, version";
    UNCHANGED = "SELECT id, version FROM item WHERE name = $1";
    KEEP_VERSION = "INSERT INTO item_version (item, version, document, extra) \
        VALUES ($1, $2, $3, $4)";
    GET = concat!("SELECT ", columns!(), " FROM item WHERE id = $1");
    BY_NAME = concat!("SELECT ", columns!(), " FROM item WHERE name = $1");
    LIST = concat!("SELECT ", columns!(), ", swept_at, sweep_counts, next_sweep_at, \
            counted.links, found.findings \
        FROM item \
        CROSS JOIN LATERAL (SELECT count(*) AS links FROM (SELECT FROM link \
            WHERE link.item = item.id AND link.state = 'active' LIMIT 10001) AS one) AS counted \
        CROSS JOIN LATERAL (SELECT coalesce(sum(jsonb_array_length(findings)), 0)::bigint AS findings \
            FROM (SELECT findings FROM link WHERE link.item = item.id AND link.state = 'active' \
                AND findings <> '[]' LIMIT 10001) AS one) AS found \
        ORDER BY name");
    NAMES = "SELECT id, name FROM item";
    CREATING_RECORDS = "SELECT id FROM item WHERE jira = $1 AND state = 'active' \
        AND document -> 'auto_create' -> 'from_jira' IS NOT NULL ORDER BY id";
    PAUSE = "UPDATE item SET state = 'paused', updated_at = now() WHERE id = $1";
    RESUME = "UPDATE item SET state = 'active', next_sweep_at = now(), updated_at = now() \
        WHERE id = $1";
    DELETE = "DELETE FROM item WHERE id = $1";
}

words! {
    /// Whether an item is worked on.
    ItemState {
        /// It is.
        Active = "active",
        /// Somebody has stopped it.
        Paused = "paused",
    }
}

/// A connected item as stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Item {
    /// Its id.
    #[schema(value_type = i64)]
    pub id: ItemId,
    /// What was applied.
    #[schema(value_type = Object)]
    pub document: ConnectedItem,
    /// What was resolved when it was applied, such as the id of the issue type.
    #[serde(skip)]
    pub extra: Value,
    /// The Salesforce connection.
    #[schema(value_type = i64)]
    pub salesforce: ConnectionId,
    /// The Jira connection.
    #[schema(value_type = i64)]
    pub jira: ConnectionId,
    /// Grows with every change.
    pub version: i32,
    /// Whether it is worked on.
    pub state: ItemState,
    /// When it was first applied.
    pub created_at: DateTime<Utc>,
    /// When it was last changed, paused or resumed.
    pub updated_at: DateTime<Utc>,
}

/// An item with how it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ItemSummary {
    /// The item.
    pub item: Item,
    /// How many active links it has; no more than [`crate::COUNT_MAX`].
    pub links: i64,
    /// How many findings they have together, of as many links at most.
    pub findings: i64,
    /// When it was last swept.
    pub swept_at: Option<DateTime<Utc>>,
    /// What that sweep counted.
    pub sweep_counts: Option<Value>,
    /// When it is due again.
    pub next_sweep_at: DateTime<Utc>,
}

/// What applying an item did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Applied {
    /// The item.
    #[schema(value_type = i64)]
    pub id: ItemId,
    /// Its version now.
    pub version: i32,
    /// Whether it is new.
    pub created: bool,
    /// Whether anything differs from before (a new item does).
    pub changed: bool,
}

/// Connected items.
#[derive(Debug, Clone, Copy)]
pub struct Items<'a> {
    pub(crate) store: &'a Store,
}

impl Items<'_> {
    /// Creates the item, or changes the one of its name; keeps every version. The same item applied
    /// again changes nothing. `extra` is what was resolved for it, such as the issue type's id.
    pub async fn apply(
        self,
        document: &ConnectedItem,
        salesforce: ConnectionId,
        jira: ConnectionId,
        extra: &Value,
    ) -> Result<Applied, StoreError> {
        self.apply_new(&NewItem { document, salesforce, jira, extra, state: ItemState::Active })
            .await
    }

    /// Does what [`Items::apply`] does; an item that is new is paused until somebody resumes it.
    pub async fn apply_paused(
        self,
        document: &ConnectedItem,
        salesforce: ConnectionId,
        jira: ConnectionId,
        extra: &Value,
    ) -> Result<Applied, StoreError> {
        self.apply_new(&NewItem { document, salesforce, jira, extra, state: ItemState::Paused })
            .await
    }

    async fn apply_new(self, new: &NewItem<'_>) -> Result<Applied, StoreError> {
        self.store.once_more(|| self.apply_once(new)).await.map_err(|error| match error {
            StoreError::Conflict { constraint } if constraint.starts_with("item_uses_") => {
                StoreError::conflict("item_connection_missing")
            }
            other => other,
        })
    }

    async fn apply_once(&self, new: &NewItem<'_>) -> Result<Applied, StoreError> {
        let mut client = self.store.client().await?;
        let transaction = client.transaction().await?;
        let applied = new.write(&transaction).await?;
        transaction.commit().await?;
        Ok(applied)
    }

    /// The item with this id.
    pub async fn get(self, id: ItemId) -> Result<Option<Item>, StoreError> {
        self.store.row(GET, &[&id.0]).await?.as_ref().map(read).transpose()
    }

    /// The item of this name.
    pub async fn by_name(self, name: &str) -> Result<Option<Item>, StoreError> {
        self.store.row(BY_NAME, &[&name]).await?.as_ref().map(read).transpose()
    }

    /// All of them, by name, with how they stand.
    pub async fn list(self) -> Result<Vec<ItemSummary>, StoreError> {
        read_all(&self.store.rows(LIST, &[]).await?, read_summary)
    }

    /// What all of them are called.
    pub async fn names(self) -> Result<BTreeMap<ItemId, String>, StoreError> {
        let rows = self.store.rows(NAMES, &[]).await?;
        let named = |row| {
            let reader = Reader::new("item", row);
            Ok((ItemId(reader.get("id")?), reader.get("name")?))
        };
        rows.iter().map(named).collect()
    }

    /// The active items of a Jira site that make records of issues.
    pub async fn creating_records(self, jira: ConnectionId) -> Result<Vec<ItemId>, StoreError> {
        let rows = self.store.rows(CREATING_RECORDS, &[&jira.0]).await?;
        read_all(&rows, |row| Reader::new("item", row).get("id").map(ItemId))
    }

    /// Stops its sweeps; workers leave its links alone.
    pub async fn pause(self, id: ItemId) -> Result<(), StoreError> {
        self.store.execute_one(PAUSE, &[&id.0]).await
    }

    /// Takes it up again, with a sweep at once.
    pub async fn resume(self, id: ItemId) -> Result<(), StoreError> {
        self.store.execute_one(RESUME, &[&id.0]).await
    }

    /// Deletes it with its versions, links, pairs, leases and effects. The audit trail stays.
    /// On neither side is anything deleted.
    pub async fn delete(self, id: ItemId) -> Result<(), StoreError> {
        self.store.execute_one(DELETE, &[&id.0]).await
    }
}

/// An item to be applied, with what was resolved for it.
struct NewItem<'a> {
    document: &'a ConnectedItem,
    salesforce: ConnectionId,
    jira: ConnectionId,
    extra: &'a Value,
    /// Of an item that is new.
    state: ItemState,
}

impl NewItem<'_> {
    async fn write(&self, transaction: &Transaction<'_>) -> Result<Applied, StoreError> {
        let document = Json(self.document);
        let seconds = i32::try_from(self.document.sweep_seconds).unwrap_or(i32::MAX).max(1);
        let name = &self.document.name;
        let with: crate::store::Params<'_> =
            &[name, &self.salesforce.0, &self.jira.0, &document, self.extra, &seconds];
        let claim: crate::store::Params<'_> = &[
            name,
            &self.salesforce.0,
            &self.jira.0,
            &document,
            self.extra,
            &seconds,
            &self.state.name(),
        ];
        let (row, created, changed) =
            if let Some(row) = row_on(transaction, CLAIM_NAME, claim).await? {
                (row, true, true)
            } else if let Some(row) = row_on(transaction, CHANGE, with).await? {
                (row, false, true)
            } else {
                let row = row_on(transaction, UNCHANGED, &[name]).await?;
                (row.ok_or(StoreError::RowsAffected { expected: 1, actual: 0 })?, false, false)
            };
        let reader = Reader::new("item", &row);
        let (id, version): (i64, i32) = (reader.get("id")?, reader.get("version")?);
        if changed {
            execute_on(transaction, KEEP_VERSION, &[&id, &version, &document, self.extra]).await?;
        }
        Ok(Applied { id: ItemId(id), version, created, changed })
    }
}

impl Item {
    /// The time between two of its sweeps.
    pub fn sweep_interval(&self) -> Duration {
        Duration::from_secs(u64::from(self.document.sweep_seconds.max(1)))
    }
}

fn read(row: &Row) -> Result<Item, StoreError> {
    let reader = Reader::new("item", row);
    Ok(Item {
        id: ItemId(reader.get("id")?),
        document: reader.json("document")?,
        extra: reader.get("extra")?,
        salesforce: ConnectionId(reader.get("salesforce")?),
        jira: ConnectionId(reader.get("jira")?),
        version: reader.get("version")?,
        state: reader.word("state")?,
        created_at: reader.get("created_at")?,
        updated_at: reader.get("updated_at")?,
    })
}

fn read_summary(row: &Row) -> Result<ItemSummary, StoreError> {
    let reader = Reader::new("item", row);
    Ok(ItemSummary {
        item: read(row)?,
        links: reader.get("links")?,
        findings: reader.get("findings")?,
        swept_at: reader.get("swept_at")?,
        sweep_counts: reader.get("sweep_counts")?,
        next_sweep_at: reader.get("next_sweep_at")?,
    })
}
