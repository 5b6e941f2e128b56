//! Deleting: the recycle bin, what goes along, and what stands in the way.

use serde_json::json;

use super::write::text_of;
use super::{Actor, Origin, Row, SalesforceWorld, is_deleted};
use crate::salesforce::error::Refusal;
use crate::salesforce::schema::Object;

/// Children that go with their parent.
const DEPENDENT: [&str; 6] =
    ["CaseComment", "FeedItem", "FeedComment", "ContentDocumentLink", "Task", "Event"];

impl SalesforceWorld {
    /// Deletes a record and what hangs on it. A refused delete leaves everything in place.
    pub(crate) fn delete(&mut self, name: &str, id: &str, actor: &Actor) -> Result<(), Refusal> {
        self.transaction(|world| world.try_delete(name, id, actor), Result::is_ok)
    }

    fn try_delete(&mut self, name: &str, id: &str, actor: &Actor) -> Result<(), Refusal> {
        let schema = self.schema.clone();
        let object = schema.object(name).ok_or_else(Refusal::not_found)?;
        let id = self.locate(object, id)?;
        if !object.can("delete") {
            let text = format!("entity type cannot be deleted: {}", object.label);
            return Err(Refusal::field("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", text, &[]));
        }
        self.take_lock(&id)?;
        self.may_delete(object, &id, actor)?;
        self.drop_row(object, &id, actor);
        Ok(())
    }

    fn may_delete(&self, object: &Object, id: &str, actor: &Actor) -> Result<(), Refusal> {
        let activated =
            self.live(id).and_then(|row| text_of(row, "StatusCode")) == Some("Activated");
        let comment = object.name == "CaseComment" && actor.origin == Origin::Api;
        if comment && !self.permissions.modify_all_cases {
            let text = "insufficient access rights on object id";
            let mut refusal = Refusal::field("INSUFFICIENT_ACCESS_OR_READONLY", text, &[]);
            refusal.status = 403;
            return Err(refusal);
        }
        let held = match object.name.as_str() {
            "Account" => self.count_children("Case", "AccountId", id),
            "Contact" => self.count_children("Case", "ContactId", id),
            "Order" | "Contract" => usize::from(activated),
            _ => 0,
        };
        if held == 0 {
            return Ok(());
        }
        let text = format!(
            "Your attempt to delete {} could not be completed because it is associated with other records.",
            self.live(id).and_then(|row| text_of(row, object.name_field())).unwrap_or(id)
        );
        Err(Refusal::field("DELETE_FAILED", text, &[]))
    }

    fn count_children(&self, child: &str, field: &str, id: &str) -> usize {
        self.children_of(child, field, id).len()
    }

    fn children_of(&self, child: &str, field: &str, id: &str) -> Vec<String> {
        let Some(object) = self.schema.object(child) else {
            return Vec::new();
        };
        let points = |row: &&Row| !is_deleted(row) && text_of(row, field) == Some(id);
        self.rows(object)
            .filter(points)
            .filter_map(|row| text_of(row, "Id"))
            .map(str::to_owned)
            .collect()
    }

    /// Puts the row into the recycle bin, or out for good, and its dependents with it.
    fn drop_row(&mut self, object: &Object, id: &str, actor: &Actor) {
        let schema = self.schema.clone();
        for relation in schema.children(&object.name) {
            if !DEPENDENT.contains(&relation.child.as_str()) {
                continue;
            }
            for child in self.children_of(&relation.child, &relation.field, id) {
                if let Some(of) = schema.object(&relation.child) {
                    self.drop_row(of, &child, actor);
                }
            }
        }
        if object.can("hard") {
            self.remove(object.table(), id);
        } else if let Some(mut row) = self.row(object, id).cloned() {
            row.insert("IsDeleted".into(), json!(true));
            row.insert("SystemModstamp".into(), json!(actor.stamp()));
            self.put(object.table(), id, row);
        }
        self.note_deletion(&object.name, id, actor.now);
    }

    /// Takes a record back out of the recycle bin, and what went with it.
    pub(crate) fn undelete(
        &mut self,
        object: &Object,
        id: &str,
        actor: &Actor,
    ) -> Result<(), Refusal> {
        let row = self.row(object, id).filter(|row| is_deleted(row)).cloned();
        let mut row = row.ok_or_else(Refusal::not_found)?;
        row.insert("IsDeleted".into(), json!(false));
        row.insert("SystemModstamp".into(), json!(actor.stamp()));
        self.put(object.table(), id, row);
        self.deletions.retain(|gone| gone.id != id);
        let schema = self.schema.clone();
        for relation in schema.children(&object.name) {
            let Some(child) = schema.object(&relation.child) else {
                continue;
            };
            if DEPENDENT.contains(&child.name.as_str()) {
                for lost in self.lost_children(child, &relation.field, id) {
                    self.undelete(child, &lost, actor)?;
                }
            }
        }
        Ok(())
    }

    fn lost_children(&self, child: &Object, field: &str, id: &str) -> Vec<String> {
        let lost = |row: &&Row| is_deleted(row) && text_of(row, field) == Some(id);
        let ids = self.rows(child).filter(lost).filter_map(|row| text_of(row, "Id"));
        ids.map(str::to_owned).collect()
    }
}
