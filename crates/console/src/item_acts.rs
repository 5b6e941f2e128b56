//! What somebody does with an item. Pages and the API do it by these alone, so that each is noted in
//! the audit in the same words, with the item it was done to.

use lockstep_model::ItemId;
use lockstep_store::{Filter, Item, ItemState};
use serde_json::{Value, json};

use crate::Console;
use crate::asks::Act;
use crate::trouble::Trouble;

impl Console {
    /// Stops syncing an item; nothing is lost.
    pub(crate) async fn pause_item(&self, actor: &str, item: &Item) -> Result<(), Trouble> {
        self.store.items().pause(item.id).await?;
        self.note_item(actor, ("item_paused", &item.document.name), item.id, Value::Null).await
    }

    /// Goes on syncing an item, with a sweep at once.
    pub(crate) async fn resume_item(&self, actor: &str, item: &Item) -> Result<(), Trouble> {
        self.store.items().resume(item.id).await?;
        self.note_item(actor, ("item_resumed", &item.document.name), item.id, Value::Null).await
    }

    /// Deletes a paused item with its links; records and issues stay as they are.
    pub(crate) async fn delete_item(&self, actor: &str, item: &Item) -> Result<(), Trouble> {
        if item.state == ItemState::Active {
            let name = &item.document.name;
            return Err(Trouble::Refused(format!("Item {name} is active: pause it first.")));
        }
        let links = self.links_of(item).await?;
        self.store.items().delete(item.id).await?;
        let after = json!({ "links": links, "version": item.version });
        self.note_item(actor, ("item_deleted", &item.document.name), item.id, after).await
    }

    /// Lets all deletes of an item's comments through for an hour, those that a brake holds too.
    pub(crate) async fn let_deletes(&self, actor: &str, item: &Item) -> Result<(), Trouble> {
        let held = self.store.items().held_deletes(item.id).await?;
        self.store.items().let_deletes(item.id).await?;
        let after = json!({ "links": held.links, "comments": held.comments });
        self.note_item(actor, ("let_deletes", &item.document.name), item.id, after).await
    }

    /// How many links an item has.
    pub(crate) async fn links_of(&self, item: &Item) -> Result<i64, Trouble> {
        let filter = Filter { item: Some(item.id), ..Filter::default() };
        Ok(self.store.links().count(&filter).await?)
    }

    /// Notes what somebody did with an item: the step, and the item's name.
    pub(crate) async fn note_item(
        &self,
        actor: &str,
        (step, name): (&str, &str),
        item: ItemId,
        after: Value,
    ) -> Result<(), Trouble> {
        let act = Act { item: Some(item), after, ..Act::new(step, name) };
        self.note_act(actor, act, self.correlation()).await
    }
}
