//! What auto-create will do, once an item is applied: from when on, for how many records, and which of
//! them have their issue already.

use chrono::{DateTime, Utc};
use lockstep_jira::JiraClient;
use lockstep_model::item::CreateFrom;
use lockstep_model::validate::Problem;
use lockstep_model::{Class, ConnectedItem, Fault, ItemId};
use lockstep_store::{Cursors, Filter};
use serde::{Deserialize, Serialize};

use super::ApplyError;
use super::item::Checked;
use crate::Engine;
use crate::catalog::Resolved;
use crate::census::Belongs;

/// For how many records an item creates issues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
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
            _ if !spec.creates_issues() && spec.creates_records().is_none() => checked.now,
            CreateFrom::Now => checked.now,
            CreateFrom::Since(instant) => instant,
            CreateFrom::All => DateTime::UNIX_EPOCH,
        };
        let from = known.salesforce.map_or(from, |(at, _)| at.min(from));
        let first = if spec.creates_records().is_some() { from } else { checked.now };
        let jira = Some(known.jira.unwrap_or(first));
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

/// The external id under which records are created must keep a second one out.
pub(super) fn no_key(spec: &ConnectedItem, unique_keys: &[String]) -> Option<Problem> {
    let rule = spec.creates_records().filter(|rule| !unique_keys.contains(&rule.external_id))?;
    let object = &spec.salesforce.object;
    let message = format!("{object} has no unique external id `{}`", rule.external_id);
    let hint = match unique_keys {
        [] => {
            "Make a text field with External ID and Unique; it will hold the issue's id.".to_owned()
        }
        known => format!("It has {}.", known.join(", ")),
    };
    Some(Problem::error("auto_create.from_jira.external_id", message, &hint))
}

/// JQL that Jira does not understand is refused before anything is saved.
pub(super) async fn try_jql(spec: &ConnectedItem, site: &JiraClient) -> Result<(), ApplyError> {
    let Some(rule) = spec.creates_records() else {
        return Ok(());
    };
    match site.matching(&crate::gather::scope(spec), &rule.jql, &[]).await {
        Err(fault) if fault.class() == Class::Rejected => {
            let hint = "Try it in Jira's issue search, without ORDER BY.";
            let problem = Problem::error("auto_create.from_jira.jql", fault.detail, hint);
            Err(ApplyError::Problems(vec![problem]))
        }
        tried => tried.map(|_| ()).map_err(ApplyError::from),
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
