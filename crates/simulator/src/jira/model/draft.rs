//! Reads the `fields` and `update` of a call into the values that it would set.

use std::collections::BTreeMap;

use serde_json::Value;

use super::fields::{self, Field};
use super::issue::{FieldValue, Issue};
use super::read::{Surroundings, Unreadable, WRONG_LEVEL, document, many, not_on_screen};
use super::refusal::Refusal;

/// What a call would change.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// New values by field; none clears.
    pub(super) values: BTreeMap<&'static str, Option<FieldValue>>,
    /// Bodies of comments to add.
    pub(super) comments: Vec<Value>,
    errors: BTreeMap<String, String>,
    has_invalid_document: bool,
}

/// Which screen the fields must be on.
pub(super) struct Screen<'a> {
    pub(super) allows: &'a dyn Fn(&Field) -> bool,
    /// Fields that the caller handles itself.
    pub(super) skip: &'a [&'a str],
    /// The issue as it stands; none on create.
    pub(super) issue: Option<&'a Issue>,
}

impl Draft {
    /// Reads a body against a screen.
    ///
    /// # Errors
    /// 400 with every field's message, or `INVALID_INPUT` for a malformed document.
    pub(super) fn read(
        body: &Value,
        screen: &Screen<'_>,
        around: &Surroundings<'_>,
    ) -> Result<Self, Refusal> {
        let mut draft = Self::default();
        let update = section(body, "update")?;
        for (id, value) in section(body, "fields")? {
            if screen.skip.contains(&id.as_str()) {
                continue;
            }
            if update.iter().any(|(other, _)| *other == id) {
                let message = "Field cannot be in both 'fields' and 'update'.";
                draft.errors.insert(id.clone(), message.into());
            } else {
                draft.set(id, value, screen, around);
            }
        }
        for (id, operations) in update {
            for operation in operations.as_array().into_iter().flatten() {
                for (verb, value) in operation.as_object().into_iter().flatten() {
                    draft.apply(id, (verb, value), screen, around);
                }
            }
        }
        draft.verdict()
    }

    fn verdict(self) -> Result<Self, Refusal> {
        if self.has_invalid_document {
            return Err(Refusal::bad("INVALID_INPUT"));
        }
        if self.errors.is_empty() { Ok(self) } else { Err(Refusal::fields(self.errors)) }
    }

    fn set(&mut self, id: &str, value: &Value, screen: &Screen<'_>, around: &Surroundings<'_>) {
        match fields::field(id).filter(|field| (screen.allows)(field)) {
            None => drop(self.errors.insert(id.to_owned(), not_on_screen(id))),
            Some(field) => match around.read(field, value) {
                Ok(value) => drop(self.values.insert(field.id, value)),
                Err(reason) => self.fail(id, reason),
            },
        }
    }

    fn apply(
        &mut self,
        id: &str,
        (verb, value): (&String, &Value),
        screen: &Screen<'_>,
        around: &Surroundings<'_>,
    ) {
        if id == "comment" {
            match comment(verb, value) {
                Ok(()) => self.comments.push(value.clone()),
                Err(reason) => self.fail(id, reason),
            }
            return;
        }
        let Some(field) = fields::field(id).filter(|field| (screen.allows)(field)) else {
            self.errors.insert(id.to_owned(), not_on_screen(id));
            return;
        };
        if !field.verbs().contains(&verb.as_str()) {
            self.fail(id, format!("Field does not support operation '{verb}'").into());
        } else if verb == "set" {
            self.set(id, value, screen, around);
        } else {
            match around.element(field, value) {
                Ok(element) => self.alter(field, verb == "add", element, screen.issue),
                Err(reason) => self.fail(id, reason),
            }
        }
    }

    fn alter(&mut self, field: &'static Field, adds: bool, element: String, issue: Option<&Issue>) {
        let before = issue.and_then(|issue| issue.values.get(field.id));
        let current = self.values.get(field.id).map_or(before, Option::as_ref);
        let mut ids = match current {
            Some(FieldValue::Many(ids)) => ids.clone(),
            _ => Vec::new(),
        };
        if adds {
            ids.push(element);
        } else {
            ids.retain(|id| *id != element);
        }
        self.values.insert(field.id, many(ids));
    }

    fn fail(&mut self, id: &str, reason: Unreadable) {
        match reason {
            // The hierarchy names the field in its own way.
            Unreadable::Field(message) if message == WRONG_LEVEL => {
                self.errors.insert("parentId".to_owned(), message);
            }
            Unreadable::Field(message) => drop(self.errors.insert(id.to_owned(), message)),
            Unreadable::InvalidInput => self.has_invalid_document = true,
        }
    }
}

/// A comment is checked before anything is applied, so that a bad one refuses the whole call.
fn comment(verb: &str, value: &Value) -> Result<(), Unreadable> {
    match value.get("body") {
        Some(body) if verb == "add" => document(body).map(drop),
        Some(_) => Err(format!("Field does not support operation '{verb}'").into()),
        None => Err("Comment body is not valid!".into()),
    }
}

fn section<'a>(body: &'a Value, name: &str) -> Result<Vec<(&'a String, &'a Value)>, Refusal> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Object(map)) => Ok(map.iter().collect()),
        Some(_) => Err(Refusal::bad(
            "Invalid request payload. Refer to the REST API documentation and try again.",
        )),
    }
}
