//! What auto-create will do, once an item is applied: from when on, for how many records, and which of
//! them have their issue already.

use chrono::{DateTime, Utc};
use lockstep_model::item::CreateFrom;
use lockstep_model::{ConnectedItem, Fault, ItemId};
use lockstep_store::{Cursors, Filter};
use serde::Serialize;

use super::ApplyError;
use super::item::Checked;
use crate::Engine;
use crate::catalog::Resolved;
use crate::census::Belongs;

/// For how many records an item creates issues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Creates {
    /// Records created since then count as new; without an instant all of them.
    pub since: Option<DateTime<Utc>>,
    /// How many records that are.
    pub records: u64,
    /// How many records the item has linked already, whenever they were created.
    pub linked: i64,
}

impl Engine {
    /// The issues that carry the item's marks from before its auto-create began. Asked once: when it
    /// begins.
    pub(super) async fn found_before(
        &self,
        spec: &ConnectedItem,
        checked: &Checked,
    ) -> Result<Vec<Belongs>, Fault> {
        if !begins(spec, checked) {
            return Ok(Vec::new());
        }
        let site = self.catalog.jira(checked.jira.id).await?;
        self.census(spec, &site.client).await
    }

    /// Says where the first sweep begins, and where it begins anew because earlier records count now.
    pub(super) async fn set_cursors(
        &self,
        item: ItemId,
        spec: &ConnectedItem,
        checked: &Checked,
    ) -> Result<(), ApplyError> {
        let items = self.store.items();
        let known = items.cursors(item).await?;
        if known.salesforce.is_some() && !begins(spec, checked) {
            return Ok(());
        }
        let from = match spec.auto_create.from {
            _ if !spec.creates_issues() => checked.now,
            CreateFrom::Now => checked.now,
            CreateFrom::Since(instant) => instant,
            CreateFrom::All => DateTime::UNIX_EPOCH,
        };
        let from = known.salesforce.map_or(from, |(at, _)| at.min(from));
        let jira = Some(known.jira.unwrap_or(checked.now));
        items.save_cursors(item, &Cursors { salesforce: Some((from, None)), jira }).await?;
        Ok(())
    }

    /// For how many records the item creates issues, and how many are linked; none where it creates
    /// no issues.
    pub(super) async fn creates(
        &self,
        spec: &ConnectedItem,
        checked: &Checked,
        item: Option<ItemId>,
    ) -> Result<Option<Creates>, Fault> {
        if !spec.creates_issues() {
            return Ok(None);
        }
        let org = self.catalog.salesforce(checked.org()).await?;
        let since = checked.resolved.create_since;
        let records = org.client.count(&spec.salesforce.object, since).await?;
        let linked = match item {
            Some(_) => self.store.links().count(&Filter { item, ..Filter::default() }).await?,
            None => 0,
        };
        Ok(Some(Creates { since, records, linked }))
    }
}

/// From when on records count as new: decided once, when auto-create is first switched on.
pub(super) fn since(
    spec: &ConnectedItem,
    before: Option<&Resolved>,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    match spec.auto_create.from {
        _ if !spec.creates_issues() => None,
        CreateFrom::Now => Some(before.and_then(|before| before.create_since).unwrap_or(now)),
        CreateFrom::Since(instant) => Some(instant),
        CreateFrom::All => None,
    }
}

/// Whether auto-create begins now: it is new, was off, or now counts records from earlier on.
fn begins(spec: &ConnectedItem, checked: &Checked) -> bool {
    let created = checked.earlier.as_ref().is_some_and(|row| row.document.creates_issues());
    let before = checked.before.as_ref().and_then(|before| before.create_since);
    let earlier = match (before, checked.resolved.create_since) {
        (Some(before), Some(now)) => now < before,
        (before, now) => before.is_some() && now.is_none(),
    };
    spec.creates_issues() && (!created || earlier)
}
