//! Links that wait: for the issue of another link, which is to be the parent of theirs, or for a batch.

use chrono::{DateTime, Utc};
use lockstep_model::{ItemId, LinkId};

use crate::error::StoreError;
use crate::links::{Links, read_id};
use crate::row::{Reader, read_all};
use crate::statement::statements;

statements! {
    ISSUES_OF = "SELECT link.record, link.issue_id FROM link JOIN item ON item.id = link.item \
        WHERE item.name = $1 AND link.record = ANY($2) AND link.issue_id IS NOT NULL \
            AND link.state = 'active'";
    NO_LONGER_WAITING = "SELECT child.id FROM link AS child \
        JOIN item ON item.name = $2 \
        JOIN link AS parent ON parent.item = item.id AND parent.record = child.base ->> 'waits_for' \
        WHERE child.item = $1 AND child.base ? 'waits_for' AND child.state = 'active' \
            AND parent.state = 'active' AND parent.issue_id IS NOT NULL \
        ORDER BY child.id LIMIT $3";
    BATCH_DUE = "SELECT id FROM link WHERE item = $1 AND base ? 'batch' AND state = 'active' \
        AND EXISTS (SELECT FROM jsonb_each_text(base -> 'batch') AS waits \
            WHERE waits.value::timestamptz <= $2) ORDER BY id LIMIT $3";
}

impl Links<'_> {
    /// The issues that records have under the item of this name: records and issue ids.
    pub async fn issues_of(
        self,
        item: &str,
        records: &[String],
    ) -> Result<Vec<(String, String)>, StoreError> {
        let rows = self.store.rows(ISSUES_OF, &[&item, &records]).await?;
        read_all(&rows, |row| {
            let reader = Reader::new("link", row);
            Ok((reader.get("record")?, reader.get("issue_id")?))
        })
    }

    /// Links that waited for the issue of a parent record, which has one now under the item of this
    /// name.
    pub async fn no_longer_waiting(
        self,
        item: ItemId,
        parents: &str,
        limit: i64,
    ) -> Result<Vec<LinkId>, StoreError> {
        let rows = self.store.rows(NO_LONGER_WAITING, &[&item.0, &parents, &limit]).await?;
        read_all(&rows, read_id)
    }

    /// Links with a difference that waited for a batch, which is due at `now`.
    pub async fn batch_due(
        self,
        item: ItemId,
        now: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<LinkId>, StoreError> {
        let rows = self.store.rows(BATCH_DUE, &[&item.0, &now, &limit]).await?;
        read_all(&rows, read_id)
    }
}
