//! The history of an issue.

use serde_json::{Map, Value, json};

use super::View;
use crate::jira::model::{Change, ChangeItem};

impl View<'_> {
    /// A history entry.
    pub fn change(&self, change: &Change) -> Value {
        let items: Vec<Value> = change.items.iter().map(|item| self.change_item(item)).collect();
        let mut shown = json!({
            "id": change.id.to_string(),
            "author": self.user(&change.author),
            "created": self.time(change.created),
            "items": items,
        });
        if let Some(metadata) = &change.metadata {
            shown["historyMetadata"] = metadata.clone();
        }
        shown
    }

    /// One change. Version 3 leaves out what is absent; webhooks say null.
    pub fn change_item(&self, item: &ChangeItem) -> Value {
        let mut shown = Map::new();
        shown.insert("field".into(), json!(item.field));
        let is_custom = item.field_id.starts_with("customfield_");
        shown.insert("fieldtype".into(), json!(if is_custom { "custom" } else { "jira" }));
        shown.insert("fieldId".into(), json!(item.field_id));
        for (name, value) in [
            ("from", &item.from),
            ("fromString", &item.from_string),
            ("to", &item.to),
            ("toString", &item.to_string),
        ] {
            if value.is_some() || self.version == 2 {
                shown.insert(name.into(), json!(value));
            }
        }
        Value::Object(shown)
    }
}
