//! Changing issues, moving them through the workflow and deleting them.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::catalog;
use super::create::properties;
use super::draft::{Draft, Screen};
use super::fields::{self, Field};
use super::issue::{ChangeItem, FieldValue, Issue};
use super::read::Surroundings;
use super::refusal::Refusal;
use super::site::{Actor, EventKind, Site};
use super::workflow::{self, Effect, Transition};

impl Site {
    /// Changes an issue as `PUT /issue` describes it. A `transition` in the body is ignored.
    ///
    /// # Errors
    /// 400 with the message of every wrong field; 404.
    pub fn edit(&mut self, actor: Actor<'_>, id: u64, body: &Value) -> Result<(), Refusal> {
        let kind = self.issues.get(&id).ok_or_else(Refusal::no_issue)?.issue_type();
        let draft = self.edit_draft(id, body, &|field| field.on_edit_screen(kind))?;
        let properties = properties(body)?;
        let comments = draft.comments.clone();
        let items = self.assign(id, draft);
        let metadata = body.get("historyMetadata").filter(|given| given.is_object()).cloned();
        let assigned = items.iter().any(|item| item.field_id == "assignee");
        let name = if assigned { "issue_assigned" } else { "issue_generic" };
        self.conclude(actor, id, (name, items, metadata));
        for (key, value) in properties {
            self.set_property(actor, id, &key, value);
        }
        for comment in &comments {
            self.add_comment(actor, id, comment)?;
        }
        Ok(())
    }

    /// Moves an issue through its workflow as `POST /issue/{k}/transitions` describes it.
    ///
    /// # Errors
    /// 400 when the transition does not start here, or for its screen's fields; 404.
    pub fn transition(&mut self, actor: Actor<'_>, id: u64, body: &Value) -> Result<(), Refusal> {
        let issue = self.issues.get(&id).ok_or_else(Refusal::no_issue)?;
        let asked = body["transition"]["id"].as_str().map(str::to_owned);
        let asked = asked.or_else(|| body["transition"]["id"].as_u64().map(|id| id.to_string()));
        let Some(asked) = asked else {
            return Err(Refusal::bad("Missing 'transition' identifier"));
        };
        let step = workflow::transitions(issue.project(), issue.status_id)
            .find(|transition| transition.id == asked)
            .ok_or_else(|| {
                Refusal::bad(format!("It is not on this workflow step: Transition id '{asked}' is not valid for this issue."))
            })?;
        let draft = self.transition_draft(id, step, body)?;
        let comments = draft.comments.clone();
        let mut items = self.assign(id, draft);
        items.extend(self.step(actor, id, step));
        let metadata = body.get("historyMetadata").filter(|given| given.is_object()).cloned();
        self.conclude(actor, id, (step_event(step), items, metadata));
        for comment in &comments {
            self.add_comment(actor, id, comment)?;
        }
        Ok(())
    }

    fn transition_draft(&self, id: u64, step: &Transition, body: &Value) -> Result<Draft, Refusal> {
        if body.get("fields").is_some_and(|fields| fields.get("comment").is_some()) {
            return Err(Refusal::field("comment", "Field does not support update 'comment'"));
        }
        let screen = self.screen(step);
        let on_screen = |field: &Field| screen.contains(&field.id);
        let draft = self.edit_draft(id, body, &on_screen)?;
        let shown = self.issues.get(&id).map(|issue| &issue.values);
        for asked in screen {
            let given = match draft.values.get(asked) {
                Some(value) => value.is_some(),
                None => shown.is_some_and(|values| values.contains_key(asked)),
            };
            if let (false, Some(field)) = (given, fields::field(asked)) {
                return Err(Refusal::field(asked, format!("{} is required.", field.name)));
            }
        }
        Ok(draft)
    }

    /// Deletes an issue.
    ///
    /// # Errors
    /// 404; 400 when sub-tasks exist and `with_subtasks` is false.
    pub fn delete(
        &mut self,
        actor: Actor<'_>,
        id: u64,
        with_subtasks: bool,
    ) -> Result<(), Refusal> {
        let issue = self.issues.get(&id).ok_or_else(Refusal::no_issue)?;
        let subtasks: Vec<u64> = self.subtasks(id).map(|subtask| subtask.id).collect();
        if !subtasks.is_empty() && !with_subtasks {
            return Err(Refusal::bad(format!(
                "The issue '{}' has subtasks. You must specify the 'deleteSubtasks' parameter to delete this issue and all its subtasks.",
                issue.key
            )));
        }
        for subtask in subtasks {
            self.delete(actor, subtask, true)?;
        }
        if let Some(issue) = self.issues.remove(&id) {
            self.keys.retain(|_, target| *target != id);
            self.links.retain(|link| link.inward != id && link.outward != id);
            let issue = Arc::new(issue);
            self.announce_about(actor, issue.clone(), EventKind::Deleted);
            for comment in &issue.comments {
                let kind = EventKind::Comment("comment_deleted", comment.clone());
                self.announce_about(actor, issue.clone(), kind);
            }
        }
        Ok(())
    }

    /// Sets an issue property; true when it is new.
    pub fn set_property(&mut self, actor: Actor<'_>, id: u64, key: &str, value: Value) -> bool {
        let Some(issue) = self.issues.get_mut(&id) else {
            return false;
        };
        let is_new = issue.properties.insert(key.to_owned(), value).is_none();
        self.announce(actor, id, EventKind::Property("issue_property_set", key.to_owned()));
        is_new
    }

    fn edit_draft(
        &self,
        id: u64,
        body: &Value,
        allows: &dyn Fn(&Field) -> bool,
    ) -> Result<Draft, Refusal> {
        let issue = self.issues.get(&id).ok_or_else(Refusal::no_issue)?;
        let find_issue = |id: &str| self.find_with_level(id);
        let level = issue.issue_type().level;
        let around = Surroundings { project: issue.project(), level, find_issue: &find_issue };
        let mut body = body.clone();
        let kind = take_issue_type(&mut body)?;
        if kind.is_some_and(|kind| kind.id != issue.type_id) {
            return Err(Refusal::field("issuetype", "The issue type selected is invalid."));
        }
        Draft::read(&body, &Screen { allows, skip: &[], issue: Some(issue) }, &around)
    }

    /// Puts the draft's values in place and tells what changed.
    fn assign(&mut self, id: u64, draft: Draft) -> Vec<ChangeItem> {
        let before: BTreeMap<String, FieldValue> =
            self.issues.get(&id).map(|issue| issue.values.clone()).unwrap_or_default();
        let mut items = Vec::new();
        for (field_id, value) in draft.values {
            let Some(field) = fields::field(field_id) else {
                continue;
            };
            items.extend(self.change_items(field, before.get(field_id), value.as_ref()));
            if let Some(issue) = self.issues.get_mut(&id) {
                match value {
                    Some(value) => drop(issue.values.insert(field_id.to_owned(), value)),
                    None => drop(issue.values.remove(field_id)),
                }
            }
        }
        items
    }

    fn step(&mut self, actor: Actor<'_>, id: u64, step: &'static Transition) -> Vec<ChangeItem> {
        let resolution = match step.resolution {
            Effect::Keep => None,
            Effect::Set(resolution) => Some(Some(FieldValue::One(resolution.to_owned()))),
            Effect::Clear => Some(None),
        };
        let mut draft = Draft::default();
        draft.values.extend(resolution.map(|value| ("resolution", value)));
        let mut items = self.assign(id, draft);
        let Some(issue) = self.issues.get_mut(&id) else {
            return items;
        };
        items.extend(status_item(issue, step.to));
        issue.status_id = step.to;
        let is_resolved = issue.values.contains_key("resolution");
        issue.resolved = is_resolved.then(|| issue.resolved.unwrap_or(actor.now));
        items
    }

    /// Records and announces changes, if there are any.
    fn conclude(
        &mut self,
        actor: Actor<'_>,
        id: u64,
        (name, items, metadata): (&'static str, Vec<ChangeItem>, Option<Value>),
    ) {
        if items.is_empty() {
            return;
        }
        let change = self.record(actor, id, items, metadata);
        self.announce(actor, id, EventKind::Updated(name, change));
    }
}

fn step_event(step: &Transition) -> &'static str {
    match (step.id, step.to) {
        ("31" | "121", _) => "issue_resolved",
        ("41", _) => "issue_closed",
        ("61", _) => "issue_reopened",
        ("11", _) => "issue_work_started",
        _ => "issue_generic",
    }
}

fn status_item(issue: &Issue, to: &'static str) -> Option<ChangeItem> {
    let (old, new) = (issue.status(), catalog::status(to)?);
    (old.id != new.id).then(|| ChangeItem {
        field: "status".to_owned(),
        field_id: "status".to_owned(),
        from: Some(old.id.to_owned()),
        from_string: Some(old.name.to_owned()),
        to: Some(new.id.to_owned()),
        to_string: Some(new.name.to_owned()),
    })
}

/// The issue type may be sent along on edit, but not changed by this path.
fn take_issue_type(body: &mut Value) -> Result<Option<&'static catalog::IssueType>, Refusal> {
    let fields = body.get_mut("fields").and_then(Value::as_object_mut);
    let Some(given) = fields.and_then(|fields| fields.remove("issuetype")) else {
        return Ok(None);
    };
    let id = given["id"].as_str().or_else(|| given["name"].as_str()).unwrap_or_default();
    let kind = catalog::issue_type(id);
    kind.map(Some).ok_or_else(|| Refusal::field("issuetype", "The issue type selected is invalid."))
}
