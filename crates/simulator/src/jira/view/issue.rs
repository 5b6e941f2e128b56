//! An issue with what the caller asked to have expanded.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::View;
use super::fields::Wanted;
use super::meta::schema;
use crate::jira::adf;
use crate::jira::model::fields::FIELDS;
use crate::jira::model::{FieldValue, Issue};

const HISTORY_SHOWN_MAX: usize = 100;
const EXPANDABLE: &str =
    "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations";

/// What to expand.
#[derive(Clone, Debug, Default)]
pub struct Expand(BTreeSet<String>);

impl Expand {
    /// Reads a comma list.
    pub fn new(list: &str) -> Self {
        Self(list.split(',').map(|name| name.trim().to_owned()).collect())
    }

    /// Whether `name` is to be expanded.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }
}

impl View<'_> {
    /// An issue.
    pub fn issue(
        &self,
        issue: &Issue,
        wanted: &Wanted,
        expand: &Expand,
        properties: &[String],
    ) -> Value {
        let mut shown = json!({
            "expand": EXPANDABLE,
            "id": issue.id.to_string(),
            "self": self.link(&format!("issue/{}", issue.id)),
            "key": issue.key,
            "fields": self.fields(issue, wanted),
        });
        if !properties.is_empty() {
            shown["properties"] = Value::Object(wanted_properties(issue, properties));
        }
        if expand.has("changelog") {
            shown["changelog"] = self.newest_changes(issue);
        }
        if expand.has("names") {
            shown["names"] = names(wanted);
        }
        if expand.has("schema") {
            shown["schema"] = schemas(wanted);
        }
        if expand.has("transitions") {
            shown["transitions"] = json!(self.transitions(issue, false));
        }
        if expand.has("editmeta") {
            shown["editmeta"] = self.edit_meta(issue);
        }
        if expand.has("renderedFields") {
            shown["renderedFields"] = rendered(issue, wanted);
        }
        shown
    }

    /// The first page of the history, newest first.
    fn newest_changes(&self, issue: &Issue) -> Value {
        let histories: Vec<Value> = issue
            .history
            .iter()
            .rev()
            .take(HISTORY_SHOWN_MAX)
            .map(|change| self.change(change))
            .collect();
        json!({
            "startAt": 0,
            "maxResults": histories.len(),
            "total": issue.history.len(),
            "histories": histories,
        })
    }
}

/// The display names of the wanted fields.
pub(in crate::jira) fn names(wanted: &Wanted) -> Value {
    let shown = FIELDS.iter().filter(|field| wanted.has(field.id));
    shown.map(|field| (field.id.to_owned(), json!(field.name))).collect::<Map<_, _>>().into()
}

/// The schemas of the wanted fields.
pub(in crate::jira) fn schemas(wanted: &Wanted) -> Value {
    let shown = FIELDS.iter().filter(|field| wanted.has(field.id));
    shown.map(|field| (field.id.to_owned(), schema(field))).collect::<Map<_, _>>().into()
}

fn wanted_properties(issue: &Issue, wanted: &[String]) -> Map<String, Value> {
    let all = wanted.iter().any(|name| name == "*all");
    let shown = issue.properties.iter().filter(|(key, _)| all || wanted.contains(key));
    shown.map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn rendered(issue: &Issue, wanted: &Wanted) -> Value {
    let documents = issue.values.iter().filter(|(id, _)| wanted.has(id));
    documents
        .filter_map(|(id, value)| match value {
            FieldValue::Document(document) => Some((id.clone(), json!(html(document)))),
            _ => None,
        })
        .collect::<Map<_, _>>()
        .into()
}

/// A document as simple HTML.
pub(in crate::jira) fn html(document: &Value) -> String {
    let lines = adf::plain(document);
    lines.lines().filter(|line| !line.is_empty()).fold(String::new(), |mut out, line| {
        let _ = write!(out, "<p>{}</p>", escape(line));
        out
    })
}

/// Text for an HTML page.
pub(in crate::jira) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
