//! The history of tracked fields: one row a change.

use serde_json::{Value, json};

use super::{Actor, Origin, Row, SalesforceWorld};
use crate::salesforce::error::Refusal;
use crate::salesforce::schema::{Kind, Object};

/// Longer values are not kept: the row says only that they changed.
const KEPT_MAX: usize = 255;

impl SalesforceWorld {
    /// Keeps what an update changed in the fields that are tracked.
    pub(super) fn keep_history(
        &mut self,
        object: &Object,
        (id, old): (&str, &Row),
        actor: &Actor,
    ) -> Result<(), Refusal> {
        let schema = self.schema.clone();
        let named = |name: &Option<String>| name.as_deref() == Some("Histories");
        let kept = schema.children(&object.name).into_iter().find(|child| named(&child.name));
        let Some(history) = kept else {
            return Ok(());
        };
        let now = self.row(object, id).cloned().unwrap_or_default();
        for field in &object.fields {
            let tracked = self.tracked.contains(&(object.name.clone(), field.name.clone()));
            let (before, after) = (old.get(&field.name), now.get(&field.name));
            if !tracked || before == after {
                continue;
            }
            let is_long = matches!(field.kind, Kind::Area | Kind::Html | Kind::Multi);
            let value = |value: Option<&Value>| {
                let short =
                    |value: &&Value| value.as_str().is_none_or(|text| text.len() <= KEPT_MAX);
                value.filter(short).filter(|_| !is_long).cloned().unwrap_or_default()
            };
            let row = json!({
                history.field.clone(): id, "Field": field.name.strip_suffix("Id").unwrap_or(&field.name),
                "DataType": field.kind.api_type(), "OldValue": value(before), "NewValue": value(after),
            });
            let actor = Actor { origin: Origin::Automation, assigns: false, ..actor.clone() };
            self.insert(&history.child, &super::as_row(row), &actor)?;
        }
        Ok(())
    }
}
