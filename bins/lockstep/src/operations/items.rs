//! Smart Connected Items.

use lockstep_engine::{AppliedItem, ApplyError, Asked, CheckedItem, Found};
use lockstep_model::{ItemDocument, JobKind, RecordId, document};
use lockstep_store::{Item, ItemState, ItemSummary};
use serde_json::json;

use super::local::{by_hand, correlation};
use super::remote::{Path, at};
use super::{Local, Remote, Thing};
use crate::output::Failure;

/// What can be done with items.
pub trait Items {
    /// All of them, with how they stand.
    async fn items(&self) -> Result<Vec<ItemSummary>, Failure>;
    /// The item of this name.
    async fn item(&self, name: &str) -> Result<Item, Failure>;
    /// Checks an item against live metadata and applies it.
    async fn apply_item(&self, document: &ItemDocument) -> Result<AppliedItem, Failure>;
    /// Checks an item and saves nothing.
    async fn check_item(&self, document: &ItemDocument) -> Result<CheckedItem, Failure>;
    /// Deletes a paused item with its links.
    async fn delete_item(&self, name: &str) -> Result<(), Failure>;
    /// Stops syncing an item.
    async fn pause_item(&self, name: &str) -> Result<(), Failure>;
    /// Goes on syncing an item.
    async fn resume_item(&self, name: &str) -> Result<(), Failure>;
    /// Lets the deletes of comments through that a brake holds, for an hour.
    async fn let_deletes(&self, name: &str) -> Result<(), Failure>;
    /// Sweeps an item now.
    async fn sweep_item(&self, name: &str) -> Result<Asked, Failure>;
    /// Looks at one record now.
    async fn refresh_record(&self, item: &str, record: &RecordId) -> Result<Asked, Failure>;
    /// The records of an item's object that fit a text.
    async fn search_records(&self, item: &str, text: &str) -> Result<Vec<Found>, Failure>;
}

/// What a refused item is a matter of.
fn not_applied(document: &ItemDocument) -> String {
    format!("item {} was not applied", document.item.name)
}

fn not_applicable(document: &ItemDocument) -> String {
    format!("item {} cannot be applied", document.item.name)
}

/// The engine's refusal, each problem with its place in the file.
fn refused(document: &ItemDocument, error: ApplyError, of: String) -> Failure {
    match error {
        ApplyError::Problems(problems) => located(document, Failure::Problems { of, problems }),
        ApplyError::Fault(fault) => fault.into(),
    }
}

/// The same failure, each problem with its place in the file.
fn located(document: &ItemDocument, mut failure: Failure) -> Failure {
    if let Failure::Problems { problems, .. } = &mut failure {
        document.locate(problems);
    }
    failure
}

impl Items for Local {
    async fn items(&self) -> Result<Vec<ItemSummary>, Failure> {
        Ok(self.store().await?.items().list().await?)
    }

    async fn item(&self, name: &str) -> Result<Item, Failure> {
        self.item_named(name).await
    }

    async fn apply_item(&self, document: &ItemDocument) -> Result<AppliedItem, Failure> {
        let applied = Box::pin(self.engine().await?.apply_item(&document.item)).await;
        let mut applied =
            applied.map_err(|error| refused(document, error, not_applied(document)))?;
        document.locate(&mut applied.problems);
        let (version, changed) = (applied.applied.version, applied.applied.changed);
        let after = json!({ "version": version, "changed": changed });
        self.note("item_applied", &document.item.name, after).await?;
        Ok(applied)
    }

    async fn check_item(&self, document: &ItemDocument) -> Result<CheckedItem, Failure> {
        let checked = Box::pin(self.engine().await?.check_item(&document.item)).await;
        let mut checked =
            checked.map_err(|error| refused(document, error, not_applicable(document)))?;
        document.locate(&mut checked.problems);
        Ok(checked)
    }

    async fn delete_item(&self, name: &str) -> Result<(), Failure> {
        let row = self.item_named(name).await?;
        if row.state == ItemState::Active {
            return Err(Failure::refused(format!("Item {name} is active: pause it first.")));
        }
        self.store().await?.items().delete(row.id).await?;
        self.note("item_deleted", name, json!({ "version": row.version })).await
    }

    async fn pause_item(&self, name: &str) -> Result<(), Failure> {
        let row = self.item_named(name).await?;
        self.store().await?.items().pause(row.id).await?;
        self.note("item_paused", name, json!(null)).await
    }

    async fn resume_item(&self, name: &str) -> Result<(), Failure> {
        let row = self.item_named(name).await?;
        self.store().await?.items().resume(row.id).await?;
        self.note("item_resumed", name, json!(null)).await
    }

    async fn let_deletes(&self, name: &str) -> Result<(), Failure> {
        let row = self.item_named(name).await?;
        self.store().await?.items().let_deletes(row.id).await?;
        self.note("let_deletes", name, json!(null)).await
    }

    async fn sweep_item(&self, name: &str) -> Result<Asked, Failure> {
        let item = self.item_named(name).await?.id;
        self.ask(JobKind::Sweep { item }, by_hand(&correlation())).await
    }

    async fn refresh_record(&self, item: &str, record: &RecordId) -> Result<Asked, Failure> {
        let item = self.item_named(item).await?.id;
        let kind = JobKind::Record { item, record: record.clone() };
        self.ask(kind, by_hand(&correlation())).await
    }

    async fn search_records(&self, item: &str, text: &str) -> Result<Vec<Found>, Failure> {
        let item = self.item_named(item).await?;
        Ok(self.engine().await?.search_records(item.id, text).await?)
    }
}

impl Items for Remote {
    async fn items(&self) -> Result<Vec<ItemSummary>, Failure> {
        self.get(at(&["items"])).await
    }

    async fn item(&self, name: &str) -> Result<Item, Failure> {
        self.get(named(name, &[])).await
    }

    async fn apply_item(&self, document: &ItemDocument) -> Result<AppliedItem, Failure> {
        let yaml = document::write(&document.item);
        let applied: Result<AppliedItem, Failure> = self.put_yaml(at(&["items"]), yaml).await;
        let told = |failure: Failure| located(document, failure.about(not_applied(document)));
        let mut applied = applied.map_err(told)?;
        document.locate(&mut applied.problems);
        Ok(applied)
    }

    async fn check_item(&self, document: &ItemDocument) -> Result<CheckedItem, Failure> {
        let yaml = document::write(&document.item);
        let checked: Result<CheckedItem, Failure> =
            self.post_yaml(at(&["items", "check"]), yaml).await;
        let told = |failure: Failure| located(document, failure.about(not_applicable(document)));
        let mut checked = checked.map_err(told)?;
        document.locate(&mut checked.problems);
        Ok(checked)
    }

    async fn delete_item(&self, name: &str) -> Result<(), Failure> {
        self.delete(named(name, &[])).await
    }

    async fn pause_item(&self, name: &str) -> Result<(), Failure> {
        self.act(named(name, &["pause"])).await
    }

    async fn resume_item(&self, name: &str) -> Result<(), Failure> {
        self.act(named(name, &["resume"])).await
    }

    async fn let_deletes(&self, name: &str) -> Result<(), Failure> {
        self.act(named(name, &["let-deletes"])).await
    }

    async fn sweep_item(&self, name: &str) -> Result<Asked, Failure> {
        self.post(named(name, &["sweep"]), &json!(null)).await
    }

    async fn refresh_record(&self, item: &str, record: &RecordId) -> Result<Asked, Failure> {
        self.post(named(item, &["records", record.as_str(), "refresh"]), &json!(null)).await
    }

    async fn search_records(&self, item: &str, text: &str) -> Result<Vec<Found>, Failure> {
        self.get(named(item, &["records"]).with("text", text)).await
    }
}

/// An item, or a part of it.
pub(super) fn named(name: &str, rest: &[&str]) -> Path {
    at(&[&["items", name], rest].concat()).names(Thing::Item, name)
}
