//! When items are swept, and from where each sweep goes on. Ticks are claimed atomically by the
//! database's clock, so any number of tickers gives each item one sweep an interval.

use chrono::{DateTime, Utc};
use lockstep_model::ItemId;
use serde_json::Value;

use crate::error::StoreError;
use crate::items::Items;
use crate::row::{Reader, read_all};
use crate::statement::statements;

statements! {
    CLAIM_DUE = "WITH due AS ( \
            SELECT id FROM item WHERE state = 'active' AND next_sweep_at <= now() \
            ORDER BY next_sweep_at, id LIMIT $1 FOR UPDATE SKIP LOCKED) \
        UPDATE item SET next_sweep_at = now() + make_interval(secs => sweep_seconds) \
        FROM due WHERE item.id = due.id RETURNING item.id";
    SOON = "UPDATE item SET next_sweep_at = now() WHERE id = $1";
    CURSORS = "SELECT id, cursor_salesforce_at, cursor_salesforce_id, cursor_jira_at \
        FROM item WHERE id = $1";
    SAVE_CURSORS = "UPDATE item SET cursor_salesforce_at = $2, cursor_salesforce_id = $3, \
        cursor_jira_at = $4 WHERE id = $1";
    SWEPT = "UPDATE item SET swept_at = now(), sweep_counts = $2 WHERE id = $1";
}

/// Up to where both sides of an item were looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cursors {
    /// The record that was seen last, by `SystemModstamp` and then id.
    pub salesforce: Option<(DateTime<Utc>, Option<String>)>,
    /// The `updated` of the issue that was seen last.
    pub jira: Option<DateTime<Utc>>,
}

impl Items<'_> {
    /// Claims up to `limit` items whose sweep is due; each is due again after its interval.
    pub async fn claim_due_sweeps(self, limit: i64) -> Result<Vec<ItemId>, StoreError> {
        let rows = self.store.rows(CLAIM_DUE, &[&limit]).await?;
        read_all(&rows, |row| Reader::new("item", row).get("id").map(ItemId))
    }

    /// Makes an item due now.
    pub async fn sweep_soon(self, id: ItemId) -> Result<(), StoreError> {
        self.store.execute_one(SOON, &[&id.0]).await
    }

    /// Up to where the item was looked at; nowhere if it is new or not there.
    pub async fn cursors(self, id: ItemId) -> Result<Cursors, StoreError> {
        let Some(row) = self.store.row(CURSORS, &[&id.0]).await? else {
            return Ok(Cursors::default());
        };
        let reader = Reader::new("item", &row);
        let record: Option<String> = reader.get("cursor_salesforce_id")?;
        let at: Option<DateTime<Utc>> = reader.get("cursor_salesforce_at")?;
        Ok(Cursors { salesforce: at.map(|at| (at, record)), jira: reader.get("cursor_jira_at")? })
    }

    /// Remembers up to where the item was looked at.
    pub async fn save_cursors(self, id: ItemId, cursors: &Cursors) -> Result<(), StoreError> {
        let at = cursors.salesforce.as_ref().map(|(at, _)| *at);
        let record = cursors.salesforce.as_ref().and_then(|(_, record)| record.as_deref());
        self.store.execute_one(SAVE_CURSORS, &[&id.0, &at, &record, &cursors.jira]).await
    }

    /// Notes that a sweep came to its end, and what it counted.
    pub async fn swept(self, id: ItemId, counts: &Value) -> Result<(), StoreError> {
        self.store.execute_one(SWEPT, &[&id.0, counts]).await
    }
}
