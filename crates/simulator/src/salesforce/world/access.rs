//! What the integration user may see and do.

use serde_json::Value;

use super::{Actor, Origin, SalesforceWorld};
use crate::salesforce::error::Refusal;
use crate::salesforce::schema::{Field, Object};

/// Permissions that the control API can give and take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Permissions {
    /// *Modify All* on Case: comments may be edited and deleted.
    pub(crate) modify_all_cases: bool,
    /// *View All Data*: `FeedComment` may be queried directly.
    pub(crate) view_all_data: bool,
    /// *View Setup and Configuration*: `/limits` may be read.
    pub(crate) view_setup: bool,
}

impl Default for Permissions {
    fn default() -> Self {
        Self { modify_all_cases: true, view_all_data: false, view_setup: true }
    }
}

/// A right of the integration user on an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Right {
    /// To see its records.
    Read,
    /// To make new ones.
    Create,
    /// To change them.
    Update,
}

impl SalesforceWorld {
    /// Whether the integration user has a right on an object; without reading there is none.
    pub(crate) fn may(&self, object: &Object, right: Right) -> bool {
        let denied = |right| self.denied.contains(&(object.name.clone(), right));
        !denied(Right::Read) && !denied(right)
    }

    /// An object that the integration user sees, by its name in any case.
    pub(crate) fn seen(&self, name: &str) -> Option<&Object> {
        self.schema.object(name).filter(|object| self.may(object, Right::Read))
    }

    /// Whether the actor may do this to the object's records.
    pub(crate) fn allows(&self, actor: &Actor, object: &Object, right: Right) -> bool {
        actor.origin != Origin::Api || self.may(object, right)
    }

    /// Whether field-level security shows the field to the integration user.
    pub(crate) fn shows(&self, object: &Object, field: &Field) -> bool {
        !self.hidden.iter().any(|(name, hidden)| *name == object.name && *hidden == field.name)
    }

    /// A field that the integration user sees, by its name in any case.
    pub(crate) fn visible<'a>(&self, object: &'a Object, name: &str) -> Option<&'a Field> {
        object.field(name).filter(|field| self.shows(object, field))
    }

    /// A field that the actor may name.
    pub(crate) fn known<'a>(
        &self,
        object: &'a Object,
        name: &str,
        actor: &Actor,
    ) -> Option<&'a Field> {
        object.field(name).filter(|field| actor.origin != Origin::Api || self.shows(object, field))
    }

    /// Refuses a write to a row that another transaction holds, and counts the hold down.
    pub(crate) fn take_lock(&mut self, id: &str) -> Result<(), Refusal> {
        let Some(left) = self.locks.get_mut(id) else {
            return Ok(());
        };
        *left -= 1;
        if *left == 0 {
            self.locks.remove(id);
        }
        let text = "unable to obtain exclusive access to this record or 1 records:";
        Err(Refusal::field("UNABLE_TO_LOCK_ROW", format!("{text} {id}"), &[]))
    }

    /// Gives the org a new id.
    pub(crate) fn refresh(&mut self) {
        let old = std::mem::take(&mut self.org_id);
        let id = self.mint.next("00D");
        if let Some(mut row) = self.live(&old).cloned() {
            row.insert("Id".into(), Value::String(id.clone()));
            self.remove("Organization", &old);
            self.put("Organization", &id, row);
        }
        self.org_id = id;
    }
}
