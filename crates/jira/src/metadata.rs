//! What a site says about its projects: issue types, fields, statuses.

use std::collections::BTreeSet;
use std::iter;

use lockstep_model::convert::CASCADE;
use lockstep_model::field::{IssueStatus, JiraField, JiraKind};
use lockstep_model::{Code, Fault};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::client::JiraClient;
use crate::errors;
use crate::wire::{Id, WireStatus, or_default};

/// Page size of both createmeta operations, their most.
const PAGE: usize = 200;
/// More pages than any create screen or project has.
const PAGES_MAX: usize = 50;
/// What the keys of Jira's own custom field types start with.
const OWN_TYPES: &str = "com.atlassian.jira.plugin.system.customfieldtypes:";

/// An issue type of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueType {
    /// Its id, a number in a text.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its level: 1 of epics, 0 of what they hold, -1 of sub-tasks. None where Jira does not say.
    pub level: Option<i32>,
}

/// An option of a field as it comes: a `value` or a `name`.
#[derive(Debug, Deserialize)]
struct Allowed {
    #[serde(default)]
    value: Option<Value>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    disabled: bool,
    #[serde(default, deserialize_with = "or_default")]
    children: Vec<Allowed>,
}

impl Allowed {
    fn name(&self) -> Option<String> {
        let value = self.value.as_ref().and_then(Value::as_str).map(str::to_owned);
        value.or_else(|| self.name.clone())
    }

    /// Its name, and that of every option under it behind its own.
    fn names(self) -> Vec<String> {
        let Some(name) = self.name().filter(|_| !self.disabled) else {
            return Vec::new();
        };
        let under = names(self.children);
        let under: Vec<String> =
            under.into_iter().map(|child| format!("{name}{CASCADE}{child}")).collect();
        iter::once(name).chain(under).collect()
    }
}

/// The names of the options on offer.
fn names(allowed: Vec<Allowed>) -> Vec<String> {
    allowed.into_iter().flat_map(Allowed::names).collect()
}

/// The type of a field as it comes.
#[derive(Debug, Default, Deserialize)]
struct WireSchema {
    #[serde(default, rename = "type", deserialize_with = "or_default")]
    kind: String,
    #[serde(default, deserialize_with = "or_default")]
    items: String,
    #[serde(default, deserialize_with = "or_default")]
    system: String,
    #[serde(default, deserialize_with = "or_default")]
    custom: String,
}

impl WireSchema {
    fn kind(&self) -> JiraKind {
        if !self.custom.is_empty() {
            return self.custom.strip_prefix(OWN_TYPES).map_or(JiraKind::Other, custom_kind);
        }
        match (self.kind.as_str(), self.items.as_str(), self.system.as_str()) {
            ("string", _, "description" | "environment") => JiraKind::Document,
            ("string", _, _) => JiraKind::Text,
            ("number", _, _) => JiraKind::Number,
            ("date", _, _) => JiraKind::Date,
            ("datetime", _, _) => JiraKind::DateTime,
            ("priority", _, _) => JiraKind::Priority,
            ("array", "string", "labels") => JiraKind::Labels,
            ("array", "component", _) => JiraKind::Components,
            ("array", "version", _) => JiraKind::Versions,
            ("user", _, "assignee" | "reporter") => JiraKind::User,
            ("resolution", _, _) => JiraKind::Resolution,
            _ => JiraKind::Other,
        }
    }
}

/// Jira's own custom field types, by the end of their key (`createCustomField`).
fn custom_kind(suffix: &str) -> JiraKind {
    match suffix {
        "textfield" | "readonlyfield" => JiraKind::Text,
        "textarea" => JiraKind::Document,
        "float" => JiraKind::Number,
        "datepicker" => JiraKind::Date,
        "datetime" => JiraKind::DateTime,
        "select" | "radiobuttons" => JiraKind::Option,
        "multiselect" | "multicheckboxes" => JiraKind::Options,
        "labels" => JiraKind::Labels,
        "url" => JiraKind::Url,
        "cascadingselect" => JiraKind::Cascade,
        "userpicker" => JiraKind::User,
        "multiuserpicker" => JiraKind::Users,
        "version" => JiraKind::Version,
        "multiversion" => JiraKind::Versions,
        _ => JiraKind::Other,
    }
}

/// A field as createmeta and `getFields` show it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireField {
    #[serde(default, alias = "id")]
    field_id: String,
    #[serde(default, deserialize_with = "or_default")]
    name: String,
    #[serde(default, deserialize_with = "or_default")]
    required: bool,
    #[serde(default, deserialize_with = "or_default")]
    has_default_value: bool,
    #[serde(default, deserialize_with = "or_default")]
    allowed_values: Vec<Allowed>,
    #[serde(default, deserialize_with = "or_default")]
    schema: WireSchema,
}

impl WireField {
    fn into_field(self, on_create: bool) -> JiraField {
        JiraField {
            kind: self.schema.kind(),
            id: self.field_id,
            name: self.name,
            required: on_create && self.required && !self.has_default_value,
            on_create,
            on_edit: None,
            allowed: names(self.allowed_values),
        }
    }

    /// The field on a transition's screen.
    pub(crate) fn on_screen(self, id: String) -> JiraField {
        let required = self.required && !self.has_default_value;
        JiraField { id, required, ..self.into_field(false) }
    }
}

/// A page of either createmeta operation.
#[derive(Deserialize)]
struct Page<T> {
    #[serde(
        alias = "issueTypes",
        alias = "createMetaIssueType",
        alias = "fields",
        alias = "results",
        default = "Vec::new"
    )]
    values: Vec<T>,
    #[serde(default)]
    total: Option<usize>,
}

#[derive(Deserialize)]
struct EditMeta {
    #[serde(default, deserialize_with = "or_default")]
    fields: Map<String, Value>,
}

#[derive(Deserialize)]
struct WireType {
    id: Id,
    #[serde(default)]
    name: String,
    #[serde(default, rename = "hierarchyLevel")]
    level: Option<i32>,
    #[serde(default = "Vec::new")]
    statuses: Vec<WireStatus>,
}

impl JiraClient {
    /// The issue types that may be created in a project (`getCreateIssueMetaIssueTypes`).
    pub async fn issue_types(&self, project: &str) -> Result<Vec<IssueType>, Fault> {
        let path = ["issue", "createmeta", project, "issuetypes"];
        let types: Vec<WireType> = self.createmeta("createmeta.types", &path).await?;
        let known =
            |each: WireType| IssueType { id: each.id.0, name: each.name, level: each.level };
        Ok(types.into_iter().map(known).collect())
    }

    /// The fields of the create screen (`getCreateIssueMetaIssueTypeId`).
    pub async fn create_fields(
        &self,
        project: &str,
        issue_type_id: &str,
    ) -> Result<Vec<JiraField>, Fault> {
        let path = ["issue", "createmeta", project, "issuetypes", issue_type_id];
        let fields: Vec<WireField> = self.createmeta("createmeta.fields", &path).await?;
        Ok(fields.into_iter().map(|field| field.into_field(true)).collect())
    }

    /// Ids of the fields on the edit screen of an issue (`getEditIssueMeta`); none where it cannot
    /// be edited as it stands, which says nothing about its screen.
    pub async fn edit_fields(&self, issue: &str) -> Result<BTreeSet<String>, Fault> {
        let meta: EditMeta = self.json(self.get("editmeta", &["issue", issue, "editmeta"])).await?;
        Ok(meta.fields.into_iter().map(|(id, _)| id).collect())
    }

    /// All fields of the site (`getFields`): for mapped ones that are not on the create screen.
    pub async fn fields(&self) -> Result<Vec<JiraField>, Fault> {
        let fields: Vec<WireField> = self.json(self.get("field.list", &["field"])).await?;
        Ok(fields.into_iter().map(|field| field.into_field(false)).collect())
    }

    /// The statuses that issues of a type can have in a project (`getAllStatuses`).
    pub async fn statuses(
        &self,
        project: &str,
        issue_type: &str,
    ) -> Result<Vec<IssueStatus>, Fault> {
        let request = self.get("project.statuses", &["project", project, "statuses"]);
        let types: Vec<WireType> = self.json(request).await?;
        let found = types.into_iter().find(|each| each.name.eq_ignore_ascii_case(issue_type));
        let found = found.ok_or_else(|| {
            Fault::new(
                Code::JiraNotFound,
                format!("project {project} has no issue type {issue_type}"),
            )
        })?;
        Ok(found.statuses.into_iter().map(IssueStatus::from).collect())
    }

    /// Reads all pages of a createmeta operation, advancing by what came, as Jira clamps pages.
    async fn createmeta<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        path: &[&str],
    ) -> Result<Vec<T>, Fault> {
        let mut all = Vec::new();
        for _ in 0..PAGES_MAX {
            let request = self
                .get(operation, path)
                .query("startAt", &all.len().to_string())
                .query("maxResults", &PAGE.to_string());
            let page: Page<T> = self.json(request).await?;
            let came = page.values.len();
            all.extend(page.values);
            if came == 0 || page.total.map_or(came < PAGE, |total| all.len() >= total) {
                return Ok(all);
            }
        }
        Err(errors::bad_answer(format!("{operation} does not end")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn kind(schema: Value) -> JiraKind {
        WireSchema::deserialize(schema).expect("schema").kind()
    }

    #[test]
    fn kinds_from_schemas() {
        let custom = |suffix: &str| json!({"type": "any", "custom": format!("{OWN_TYPES}{suffix}"), "customId": 10060});
        let table = [
            (json!({"type": "string", "system": "summary"}), JiraKind::Text),
            (json!({"type": "string", "system": "description"}), JiraKind::Document),
            (json!({"type": "priority", "system": "priority"}), JiraKind::Priority),
            (json!({"type": "array", "items": "string", "system": "labels"}), JiraKind::Labels),
            (json!({"type": "date", "system": "duedate"}), JiraKind::Date),
            (
                json!({"type": "array", "items": "component", "system": "components"}),
                JiraKind::Components,
            ),
            (json!({"type": "user", "system": "assignee"}), JiraKind::User),
            (json!({"type": "user", "system": "creator"}), JiraKind::Other),
            (json!({"type": "resolution", "system": "resolution"}), JiraKind::Resolution),
            (custom("multiuserpicker"), JiraKind::Users),
            (custom("multiversion"), JiraKind::Versions),
            (custom("textarea"), JiraKind::Document),
            (custom("textfield"), JiraKind::Text),
            (custom("float"), JiraKind::Number),
            (custom("select"), JiraKind::Option),
            (custom("radiobuttons"), JiraKind::Option),
            (custom("multicheckboxes"), JiraKind::Options),
            (custom("datetime"), JiraKind::DateTime),
            (custom("url"), JiraKind::Url),
            (custom("cascadingselect"), JiraKind::Cascade),
            (
                json!({"type": "string", "custom": "com.pyxis.greenhopper.jira:gh-sprint"}),
                JiraKind::Other,
            ),
            (json!({}), JiraKind::Other),
        ];
        for (schema, expected) in table {
            assert_eq!(kind(schema.clone()), expected, "{schema}");
        }
    }

    #[test]
    fn a_required_field_with_a_default_need_not_be_sent() {
        let field = |default: bool| {
            let json = json!({"fieldId": "priority", "name": "Priority", "required": true, "hasDefaultValue": default,
                "schema": {"type": "priority", "system": "priority"},
                "allowedValues": [{"id": "1", "name": "High"}, {"id": "2", "value": "Gold"},
                    {"id": "3", "value": "Old", "disabled": true},
                    {"id": "4", "value": "A", "children": [{"id": "5", "value": "B"}]}]});
            WireField::deserialize(&json).expect("field").into_field(true)
        };
        assert!(field(false).required && !field(true).required);
        assert_eq!(field(true).allowed, ["High", "Gold", "A", "A - B"]);
    }
}
