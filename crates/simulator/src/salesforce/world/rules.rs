//! What the org's administrator set up: validation rules and assignment rules.

use serde_json::json;

use super::{Actor, Origin, Row, SalesforceWorld};
use crate::salesforce::error::Refusal;
use crate::salesforce::schema::Object;
use crate::salesforce::soql::{Condition, holds};

/// Refuses a save while its condition holds.
#[derive(Clone, Debug)]
pub(crate) struct ValidationRule {
    /// Object that it guards.
    pub(crate) object: String,
    /// When it fires; always, without a condition.
    pub(crate) when: Option<Condition>,
    /// The administrator's own text.
    pub(crate) message: String,
    /// The field that the error is shown on.
    pub(crate) field: Option<String>,
}

/// Moves a record to an owner when its condition holds.
#[derive(Clone, Debug)]
pub(crate) struct AssignmentRule {
    /// Object that it moves.
    pub(crate) object: String,
    /// When it fires; always, without a condition.
    pub(crate) when: Option<Condition>,
    /// Id of the user or queue.
    pub(crate) owner: String,
}

impl SalesforceWorld {
    /// Runs the validation rules of the object. Automation is not held to them.
    pub(super) fn run_validation(
        &self,
        object: &Object,
        row: &Row,
        actor: &Actor,
    ) -> Result<(), Refusal> {
        if actor.origin == Origin::Automation {
            return Ok(());
        }
        let of_object = self.validation_rules.iter().filter(|rule| rule.object == object.name);
        for rule in of_object {
            if self.fires(object, row, rule.when.as_ref()) {
                let fields: Vec<&str> = rule.field.as_deref().into_iter().collect();
                return Err(Refusal::field(
                    "FIELD_CUSTOM_VALIDATION_EXCEPTION",
                    &rule.message,
                    &fields,
                ));
            }
        }
        Ok(())
    }

    /// Gives the record to whom the first matching assignment rule says.
    pub(super) fn run_assignment(&self, object: &Object, row: &mut Row, actor: &Actor) {
        let of_object = || self.assignment_rules.iter().filter(|rule| rule.object == object.name);
        if !actor.assigns || of_object().next().is_none() {
            return;
        }
        let matching = of_object().find(|rule| self.fires(object, row, rule.when.as_ref()));
        let owner = matching.map_or(&self.default_queue, |rule| &rule.owner);
        row.insert("OwnerId".into(), json!(owner));
    }

    fn fires(&self, object: &Object, row: &Row, when: Option<&Condition>) -> bool {
        when.is_none_or(|condition| holds(self, object, row, condition))
    }
}
