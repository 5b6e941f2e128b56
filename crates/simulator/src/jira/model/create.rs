//! Making issues.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::catalog::{self, IssueType, Project};
use super::draft::{Draft, Screen};
use super::fields::FIELDS;
use super::issue::{FieldValue, Issue};
use super::read::Surroundings;
use super::refusal::Refusal;
use super::site::{Actor, EventKind, Site};
use super::workflow::INITIAL_STATUS;

/// A made issue.
#[derive(Debug)]
pub struct Created {
    /// Its id.
    pub id: u64,
    /// Its key.
    pub key: String,
    /// What became of the transition that was asked for along with it.
    pub transition: Option<Result<(), Refusal>>,
}

impl Site {
    /// Makes an issue as `POST /issue` describes it.
    ///
    /// # Errors
    /// 400 with the message of every wrong field.
    pub fn create(&mut self, actor: Actor<'_>, body: &Value) -> Result<Created, Refusal> {
        let fields = body.get("fields").cloned().unwrap_or_default();
        let (project, kind) = place(&fields)?;
        let draft = self.create_draft(body, project, kind)?;
        let properties = properties(body)?;
        let comments = draft.comments;
        let mut values: BTreeMap<String, FieldValue> = draft
            .values
            .into_iter()
            .filter_map(|(id, value)| Some((id.to_owned(), value?)))
            .collect();
        let priority = || FieldValue::One(catalog::PRIORITY_DEFAULT.to_owned());
        values.entry("priority".to_owned()).or_insert_with(priority);
        let reporter = || FieldValue::One(actor.account.to_owned());
        values.entry("reporter".to_owned()).or_insert_with(reporter);

        let (id, key) = (self.next_id("issue"), self.next_key(project));
        let issue = Issue {
            id,
            key: key.clone(),
            project_id: project.id,
            type_id: kind.id,
            status_id: INITIAL_STATUS,
            creator: actor.account.to_owned(),
            created: actor.now,
            updated: actor.now,
            resolved: None,
            values,
            comments: Vec::new(),
            work_logs: Vec::new(),
            history: Vec::new(),
            properties,
            watchers: BTreeSet::from([actor.account.to_owned()]),
            remote_links: Vec::new(),
            attachments: Vec::new(),
        };
        self.keys.insert(key.clone(), id);
        self.issues.insert(id, issue);
        self.announce(actor, id, EventKind::Created);
        for comment in &comments {
            self.add_comment(actor, id, comment)?;
        }
        let transition = body.get("transition").filter(|transition| !transition.is_null());
        let transition = transition.map(|transition| {
            self.transition(actor, id, &serde_json::json!({ "transition": transition }))
        });
        Ok(Created { id, key, transition })
    }

    fn create_draft(
        &self,
        body: &Value,
        project: &'static Project,
        kind: &'static IssueType,
    ) -> Result<Draft, Refusal> {
        let screen = Screen {
            allows: &|field| field.on_create_screen(kind),
            skip: &["project", "issuetype"],
            issue: None,
        };
        let find_issue = |id: &str| self.find_with_level(id);
        let around = Surroundings { project, level: kind.level, find_issue: &find_issue };
        let read = Draft::read(body, &screen, &around);
        let given = |id: &str| match &read {
            Ok(draft) => matches!(draft.values.get(id), Some(Some(_))),
            Err(refusal) => {
                let named = refusal.errors.contains_key(id);
                let parent = id == "parent" && refusal.errors.contains_key("parentId");
                named || parent || !refusal.messages.is_empty()
            }
        };
        let mut missing = BTreeMap::new();
        for field in FIELDS.iter().filter(|field| field.is_required(kind) && !field.has_default()) {
            let is_place = matches!(field.id, "project" | "issuetype");
            if !is_place && !given(field.id) {
                missing.insert(field.id.to_owned(), required_message(field.id));
            }
        }
        match read {
            Err(mut refusal) => {
                refusal.errors.extend(missing);
                Err(refusal)
            }
            Ok(_) if !missing.is_empty() => Err(Refusal::fields(missing)),
            Ok(draft) => Ok(draft),
        }
    }
}

fn required_message(id: &str) -> String {
    match id {
        "summary" => "You must specify a summary of the issue.".to_owned(),
        "parent" => "Issue type is a sub-task but parent issue key or id not specified.".to_owned(),
        other => format!("Field '{other}' is required"),
    }
}

fn place(fields: &Value) -> Result<(&'static Project, &'static IssueType), Refusal> {
    let part = |field: &str, name: &str| fields[field][name].as_str().map(str::to_owned);
    let project = part("project", "id")
        .or_else(|| part("project", "key"))
        .and_then(|id| catalog::project(&id));
    let kind = part("issuetype", "id")
        .or_else(|| part("issuetype", "name"))
        .and_then(|id| catalog::issue_type(&id));
    let mut errors = BTreeMap::new();
    if project.is_none() {
        errors.insert("project".to_owned(), "Specify a valid project ID or key".to_owned());
    }
    if kind.is_none() {
        errors.insert("issuetype".to_owned(), "Specify a valid issue type".to_owned());
    }
    project.zip(kind).ok_or_else(|| Refusal::fields(errors))
}

/// The `properties` of a body as a map.
///
/// # Errors
/// 400 for a property without key or value.
pub(super) fn properties(body: &Value) -> Result<BTreeMap<String, Value>, Refusal> {
    let mut properties = BTreeMap::new();
    for property in body.get("properties").and_then(Value::as_array).into_iter().flatten() {
        let key = property.get("key").and_then(Value::as_str);
        let value = property.get("value").filter(|value| !value.is_null());
        let (Some(key), Some(value)) = (key, value) else {
            return Err(Refusal::bad("The property key or value is not specified."));
        };
        properties.insert(key.to_owned(), value.clone());
    }
    Ok(properties)
}
