//! Links that people make and take apart.

use lockstep_model::{ConnectionId, ItemId, LinkId, RecordId};

use crate::error::StoreError;
use crate::items::Items;
use crate::links::{CREATE, Link, LinkState, Links, Origin, columns, read};
use crate::row::{Reader, read_all};
use crate::statement::statements;
use crate::store::{execute_on, row_on};

/// A link whose issue was never begun: the record waits for a required field, or for its turn.
macro_rules! waits {
    () => {
        "(issue_id IS NULL AND NOT EXISTS (SELECT 1 FROM effect \
            WHERE effect.link = link.id AND effect.state <> 'failed'))"
    };
}

statements! {
    // One link at a time is made by hand for an item, so that no issue gets two.
    LOCK_ITEM = "SELECT id FROM item WHERE id = $1 FOR NO KEY UPDATE";
    IN_THE_WAY = concat!("SELECT ", columns!(), " FROM link \
        WHERE item = $1 AND (record = $2 OR issue_id = $3) AND state <> 'unlinked' \
            AND NOT ", waits!(), " \
        ORDER BY record = $2 DESC, id LIMIT 1");
    // With its pairs and effects: the record begins anew with another issue.
    FORGET = concat!("DELETE FROM link WHERE item = $1 AND record = $2 \
        AND (state = 'unlinked' OR ", waits!(), ")");
    // The merged record's link goes on with the one that stays, unless that one has its own.
    FOLLOW = "UPDATE link SET record = $3, record_seen = NULL FROM lease \
        WHERE link.id = $1 AND lease.link = link.id AND lease.fence = $2 AND lease.owner IS NOT NULL \
            AND NOT EXISTS (SELECT 1 FROM link AS other \
                WHERE other.item = link.item AND other.record = $3)";
    // Refuses a worker that is no longer the link's last holder.
    APART = "UPDATE link SET state = 'unlinked' FROM lease \
        WHERE link.id = $1 AND lease.link = link.id AND lease.fence = $2 AND lease.owner IS NOT NULL \
            AND link.issue_id IS NOT NULL \
        RETURNING link.origin, link.issue_id, link.issue_key, link.id";
    OF_OBJECT = "SELECT id FROM item WHERE salesforce = $1 AND jira = $2 AND state = 'active' \
        AND document -> 'salesforce' ->> 'object' = $3 ORDER BY id";
    UNLINK = "UPDATE link SET state = 'unlinked' \
        WHERE id = $1 AND state <> 'unlinked' AND (origin = 'manual' OR state = 'gone')";
}

/// Who goes on with an issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heir<'a> {
    /// The item.
    pub item: ItemId,
    /// The record.
    pub record: &'a RecordId,
}

/// What came of handing an issue on.
#[derive(Debug, Clone, PartialEq)]
pub enum HandedOn {
    /// The heir has a link of its own with the issue, and the old one is apart.
    Made(Box<Link>),
    /// Record or issue has a link under that item already; nothing is changed.
    Taken,
    /// The lease is lost; nothing is changed.
    Stale,
}

/// What came of linking by hand.
#[derive(Debug, Clone, PartialEq)]
pub enum Linked {
    /// The link is made.
    Made(Link),
    /// Record or issue has a link under this item already: this one.
    Taken(Link),
}

impl Links<'_> {
    /// Links a record with an issue by hand, unless one of them is linked under the item already. A
    /// link that was taken apart is no hindrance: the record begins anew.
    pub async fn link(
        self,
        item: ItemId,
        record: &RecordId,
        issue: (&str, &str),
    ) -> Result<Linked, StoreError> {
        self.store.once_more(|| self.link_once(item, record, issue)).await
    }

    async fn link_once(
        self,
        item: ItemId,
        record: &RecordId,
        (issue_id, issue_key): (&str, &str),
    ) -> Result<Linked, StoreError> {
        let mut client = self.store.client().await?;
        let transaction = client.transaction().await?;
        let locked = row_on(&transaction, LOCK_ITEM, &[&item.0]).await?;
        locked.ok_or(StoreError::RowsAffected { expected: 1, actual: 0 })?;
        let with: crate::store::Params<'_> = &[&item.0, &record.as_str(), &issue_id];
        if let Some(row) = row_on(&transaction, IN_THE_WAY, with).await? {
            return read(&row).map(Linked::Taken);
        }
        execute_on(&transaction, FORGET, &[&item.0, &record.as_str()]).await?;
        let with: crate::store::Params<'_> =
            &[&item.0, &record.as_str(), &Origin::Manual.name(), &issue_id, &issue_key];
        let row = row_on(&transaction, CREATE, with).await?;
        let row = row.ok_or_else(|| StoreError::conflict("link_item_record"))?;
        transaction.commit().await?;
        read(&row).map(Linked::Made)
    }

    /// Hands the issue of a link on to another record under another item, in one transaction: the link
    /// there begins anew, and this one is apart.
    pub async fn hand_on(
        self,
        id: LinkId,
        fence: i64,
        heir: Heir<'_>,
    ) -> Result<HandedOn, StoreError> {
        self.store.once_more(|| self.hand_on_once(id, fence, heir)).await
    }

    async fn hand_on_once(
        self,
        id: LinkId,
        fence: i64,
        Heir { item, record }: Heir<'_>,
    ) -> Result<HandedOn, StoreError> {
        let mut client = self.store.client().await?;
        let transaction = client.transaction().await?;
        let Some(old) = row_on(&transaction, APART, &[&id.0, &fence]).await? else {
            return Ok(HandedOn::Stale);
        };
        let old = Reader::new("link", &old);
        let (issue, key): (String, String) = (old.get("issue_id")?, old.get("issue_key")?);
        let origin: Origin = old.word("origin")?;
        let locked = row_on(&transaction, LOCK_ITEM, &[&item.0]).await?;
        locked.ok_or(StoreError::RowsAffected { expected: 1, actual: 0 })?;
        let with: crate::store::Params<'_> = &[&item.0, &record.as_str(), &issue];
        if row_on(&transaction, IN_THE_WAY, with).await?.is_some() {
            return Ok(HandedOn::Taken);
        }
        execute_on(&transaction, FORGET, &[&item.0, &record.as_str()]).await?;
        let with: crate::store::Params<'_> =
            &[&item.0, &record.as_str(), &origin.name(), &issue, &key];
        let Some(row) = row_on(&transaction, CREATE, with).await? else {
            return Ok(HandedOn::Taken);
        };
        transaction.commit().await?;
        Ok(HandedOn::Made(Box::new(read(&row)?)))
    }

    /// Ties a link to the record that its own was merged into. `false`: that one has a link under the
    /// item already, or the lease is lost.
    pub async fn follow(
        self,
        id: LinkId,
        fence: i64,
        record: &RecordId,
    ) -> Result<bool, StoreError> {
        Ok(self.store.execute(FOLLOW, &[&id.0, &fence, &record.as_str()]).await? == 1)
    }

    /// Takes a link apart. `false`: it is auto-managed and both sides are there, or it is apart
    /// already. The row stays, so that no sweep makes a new link for the record.
    pub async fn unlink(self, id: LinkId) -> Result<bool, StoreError> {
        Ok(self.store.execute(UNLINK, &[&id.0]).await? == 1)
    }
}

impl Items<'_> {
    /// The active items of these connections that have this object.
    pub async fn of_object(
        self,
        (salesforce, jira): (ConnectionId, ConnectionId),
        object: &str,
    ) -> Result<Vec<ItemId>, StoreError> {
        let rows = self.store.rows(OF_OBJECT, &[&salesforce.0, &jira.0, &object]).await?;
        read_all(&rows, |row| Reader::new("item", row).get("id").map(ItemId))
    }
}

impl Link {
    /// Whether it may be taken apart by hand: a manual one, or one whose record or issue is gone.
    pub fn is_removable(&self) -> bool {
        self.origin == Origin::Manual || self.state == LinkState::Gone
    }
}
