//! Descriptions of fields and transitions.

use serde_json::{Value, json};

use super::View;
use crate::jira::model::catalog::{self, IssueType, Project};
use crate::jira::model::fields::{Choice, FIELDS, Field, Kind};
use crate::jira::model::workflow::Transition;
use crate::jira::model::{Issue, workflow};

const CUSTOM_PREFIX: &str = "com.atlassian.jira.plugin.system.customfieldtypes:";

/// The `schema` of a field.
pub(in crate::jira) fn schema(field: &Field) -> Value {
    let (kind, items) = match field.kind {
        Kind::Line | Kind::Document | Kind::Url => ("string", None),
        Kind::Number => ("number", None),
        Kind::Date => ("date", None),
        Kind::Moment => ("datetime", None),
        Kind::Choice => ("option", None),
        Kind::Choices => ("array", Some("option")),
        Kind::Cascade => ("option-with-child", None),
        Kind::User => ("user", None),
        Kind::Users => ("array", Some("user")),
        Kind::Words => ("array", Some("string")),
        Kind::Priority => ("priority", None),
        Kind::Resolution => ("resolution", None),
        Kind::Components => ("array", Some("component")),
        Kind::Version => ("version", None),
        Kind::Versions => ("array", Some("version")),
        Kind::Parent => ("issuelink", None),
        Kind::Project => ("project", None),
        Kind::IssueType => ("issuetype", None),
        Kind::Computed(text) => match text.split_once(',') {
            Some((kind, items)) => (kind, Some(items)),
            None => (text, None),
        },
    };
    let mut schema = json!({ "type": kind });
    if let Some(items) = items {
        schema["items"] = json!(items);
    }
    match (field.custom, field.custom_id()) {
        (Some(custom), Some(id)) => {
            schema["custom"] = json!(format!("{CUSTOM_PREFIX}{custom}"));
            schema["customId"] = json!(id);
        }
        _ => schema["system"] = json!(field.id),
    }
    schema
}

impl View<'_> {
    /// A field as `GET /field` lists it.
    pub fn field_details(field: &Field) -> Value {
        let mut clauses = vec![field.name.to_owned()];
        match field.custom_id() {
            Some(id) => clauses.insert(0, format!("cf[{id}]")),
            None => clauses = vec![field.id.to_owned()],
        }
        json!({
            "id": field.id,
            "key": field.id,
            "name": field.name,
            "custom": field.custom.is_some(),
            "orderable": !matches!(field.kind, Kind::Computed(_)),
            "navigable": field.id != "comment" && field.id != "attachment",
            "searchable": true,
            "clauseNames": clauses,
            "schema": schema(field),
        })
    }

    /// A field on a screen.
    pub fn field_meta(
        &self,
        field: &'static Field,
        project: &'static Project,
        required: bool,
    ) -> Value {
        let mut meta = json!({
            "required": required,
            "schema": schema(field),
            "name": field.name,
            "key": field.id,
            "hasDefaultValue": field.has_default(),
            "operations": field.verbs(),
        });
        if let Some(values) = self.allowed_values(field, project) {
            meta["allowedValues"] = json!(values);
        }
        if field.id == "priority" {
            meta["defaultValue"] = self.priority(catalog::PRIORITY_DEFAULT);
        }
        if matches!(field.kind, Kind::User | Kind::Users) {
            meta["autoCompleteUrl"] = json!(self.link("user/search?query="));
        }
        meta
    }

    fn allowed_values(
        &self,
        field: &'static Field,
        project: &'static Project,
    ) -> Option<Vec<Value>> {
        Some(match field.kind {
            Kind::Choice | Kind::Choices | Kind::Cascade => {
                field.choices.iter().map(|choice| self.choice(choice)).collect()
            }
            Kind::Priority => catalog::PRIORITIES.iter().map(|(id, _)| self.priority(id)).collect(),
            Kind::Resolution => {
                catalog::RESOLUTIONS.iter().map(|(id, _)| self.resolution(id)).collect()
            }
            Kind::Components => {
                project.components.iter().map(|(id, name)| self.component(id, name)).collect()
            }
            Kind::Version | Kind::Versions => {
                project.versions.iter().map(|(id, name)| self.version_of(id, name)).collect()
            }
            Kind::Project => vec![self.project(project)],
            _ => return None,
        })
    }

    fn choice(&self, choice: &Choice) -> Value {
        let mut shown = json!({
            "self": self.link(&format!("customFieldOption/{}", choice.id)),
            "value": choice.value,
            "id": choice.id,
        });
        if !choice.children.is_empty() {
            let children: Vec<Value> =
                choice.children.iter().map(|child| self.choice(child)).collect();
            shown["children"] = json!(children);
        }
        shown
    }

    /// The fields of the create screen, as createmeta lists them.
    pub fn create_fields(&self, project: &'static Project, kind: &'static IssueType) -> Vec<Value> {
        let on_screen = FIELDS.iter().filter(|field| field.on_create_screen(kind));
        on_screen
            .map(|field| {
                let mut meta = self.field_meta(field, project, field.is_required(kind));
                meta["fieldId"] = json!(field.id);
                if field.kind == Kind::IssueType {
                    meta["allowedValues"] = json!([self.issue_type(kind)]);
                }
                meta
            })
            .collect()
    }

    /// The fields of the edit screen, as editmeta maps them.
    pub fn edit_meta(&self, issue: &Issue) -> Value {
        let kind = issue.issue_type();
        let mut fields = serde_json::Map::new();
        for field in FIELDS.iter().filter(|field| field.on_edit_screen(kind)) {
            let mut meta = self.field_meta(field, issue.project(), field.is_required(kind));
            if field.kind == Kind::IssueType {
                meta["allowedValues"] = json!([self.issue_type(kind)]);
            }
            fields.insert(field.id.to_owned(), meta);
        }
        let comment = FIELDS.iter().find(|field| field.id == "comment");
        if let Some(comment) = comment {
            let mut meta = self.field_meta(comment, issue.project(), false);
            meta["operations"] = json!(["add", "edit", "remove"]);
            fields.insert("comment".to_owned(), meta);
        }
        json!({ "fields": fields })
    }

    /// The transitions open to an issue now.
    pub fn transitions(&self, issue: &Issue, with_fields: bool) -> Vec<Value> {
        let open = workflow::transitions(issue.project(), issue.status_id);
        open.map(|transition| self.transition(issue, transition, with_fields)).collect()
    }

    fn transition(&self, issue: &Issue, transition: &Transition, with_fields: bool) -> Value {
        let to = catalog::status(transition.to).unwrap_or(&catalog::STATUSES[0]);
        let mut shown = json!({
            "id": transition.id,
            "name": transition.name,
            "to": self.status(to),
            "hasScreen": transition.asks_resolution,
            "isGlobal": transition.is_global(),
            "isInitial": false,
            "isConditional": false,
            "isAvailable": true,
            "looped": transition.to == issue.status_id,
        });
        if with_fields {
            let screen = self.site.screen(transition).into_iter();
            let asked = screen.filter_map(|id| FIELDS.iter().find(|field| field.id == id));
            let meta = |field: &'static Field| {
                (field.id.to_owned(), self.field_meta(field, issue.project(), true))
            };
            let fields = asked.map(meta).collect();
            shown["fields"] = Value::Object(fields);
        }
        shown
    }
}
