//! The `fields` of an issue.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::View;
use crate::jira::model::fields::{FIELDS, Field, Kind};
use crate::jira::model::{FieldValue, Issue, catalog, name_of};

const COMMENTS_SHOWN_MAX: usize = 100;
const WORK_LOGS_SHOWN_MAX: usize = 20;

/// Which fields a caller wants.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    all: bool,
    named: BTreeSet<String>,
    left_out: BTreeSet<String>,
}

impl Wanted {
    /// Reads a list of names, `*all`, `*navigable` and `-name`; an empty list takes `default`.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>, default: &str) -> Self {
        let mut names: Vec<&str> =
            names.into_iter().map(str::trim).filter(|name| !name.is_empty()).collect();
        if names.is_empty() {
            names.push(default);
        }
        let mut wanted = Self::default();
        for name in &names {
            match name.strip_prefix('-') {
                Some(name) => drop(wanted.left_out.insert(name.to_owned())),
                None if *name == "*all" => wanted.all = true,
                None if *name == "*navigable" => {
                    wanted.all = true;
                    let lists = ["comment", "worklog", "attachment"].map(str::to_owned);
                    wanted.left_out.extend(lists);
                }
                None => drop(wanted.named.insert((*name).to_owned())),
            }
        }
        wanted.all |= wanted.named.is_empty();
        wanted
    }

    /// Whether only the identity is wanted.
    pub fn is_identity(&self) -> bool {
        !self.all && self.named.iter().all(|name| matches!(name.as_str(), "id" | "key"))
    }

    /// How many fields are named one by one.
    pub fn named_count(&self) -> Option<usize> {
        (!self.all).then_some(self.named.len())
    }

    /// Whether a field is wanted.
    pub fn has(&self, id: &str) -> bool {
        !self.left_out.contains(id) && (self.all || self.named.contains(id))
    }
}

impl View<'_> {
    /// The wanted fields of an issue; an empty field is null.
    pub fn fields(&self, issue: &Issue, wanted: &Wanted) -> Map<String, Value> {
        let shown = FIELDS.iter().filter(|field| wanted.has(field.id));
        shown.filter_map(|field| Some((field.id.to_owned(), self.field(issue, field)?))).collect()
    }

    fn field(&self, issue: &Issue, field: &'static Field) -> Option<Value> {
        let value = match field.id {
            "project" => self.project(issue.project()),
            "issuetype" => self.issue_type(issue.issue_type()),
            "status" => self.status(issue.status()),
            "created" => json!(self.time(issue.created)),
            "updated" => json!(self.time(issue.updated)),
            "resolutiondate" => json!(issue.resolved.map(|moment| self.time(moment))),
            "creator" => self.user(&issue.creator),
            "comment" => self.comments(issue),
            "worklog" => self.work_logs(issue),
            "attachment" => {
                issue.attachments.iter().map(|attachment| self.attachment(attachment)).collect()
            }
            "subtasks" => self.site.subtasks(issue.id).map(|subtask| self.brief(subtask)).collect(),
            "issuelinks" => self.links(issue),
            "watches" => json!({
                "self": self.link(&format!("issue/{}/watchers", issue.key)),
                "watchCount": issue.watchers.len(),
                "isWatching": issue.watchers.contains(catalog::INTEGRATION),
            }),
            // Issues without a parent do not have the field at all.
            "parent" => {
                return issue
                    .parent()
                    .and_then(|id| self.site.issue(id))
                    .map(|parent| self.brief(parent));
            }
            _ => match issue.values.get(field.id) {
                Some(value) => self.value(field, value),
                None if is_list(field) => json!([]),
                None => Value::Null,
            },
        };
        Some(value)
    }

    fn value(&self, field: &'static Field, value: &FieldValue) -> Value {
        match value {
            FieldValue::Text(text) => json!(text),
            FieldValue::Document(document) => self.document(document),
            FieldValue::Number(number) => json!(number),
            FieldValue::Date(date) => json!(date.to_string()),
            FieldValue::Moment(moment) => json!(self.time(*moment)),
            FieldValue::One(id) => self.element(field, id),
            FieldValue::Many(ids) => ids.iter().map(|id| self.element(field, id)).collect(),
            FieldValue::Cascade(parent, child) => {
                let mut shown = self.element(field, parent);
                if let Some(child) = child {
                    shown["child"] = self.element(field, child);
                }
                shown
            }
            FieldValue::Parent(id) => json!(id.to_string()),
        }
    }

    fn element(&self, field: &'static Field, id: &str) -> Value {
        match field.kind {
            Kind::User | Kind::Users => self.user(id),
            Kind::Priority => self.priority(id),
            Kind::Resolution => self.resolution(id),
            Kind::Components => self.component(id, &name_of(field, id)),
            Kind::Version | Kind::Versions => self.version_of(id, &name_of(field, id)),
            Kind::Words => json!(id),
            _ => json!({
                "self": self.link(&format!("customFieldOption/{id}")),
                "value": name_of(field, id),
                "id": id,
            }),
        }
    }

    fn comments(&self, issue: &Issue) -> Value {
        let shown: Vec<Value> = issue
            .comments
            .iter()
            .take(COMMENTS_SHOWN_MAX)
            .map(|comment| self.comment(issue.id, comment))
            .collect();
        json!({
            "comments": shown,
            "self": self.link(&format!("issue/{}/comment", issue.id)),
            "maxResults": shown.len(),
            "total": issue.comments.len(),
            "startAt": 0,
        })
    }

    fn work_logs(&self, issue: &Issue) -> Value {
        let logs = issue.work_logs.iter().take(WORK_LOGS_SHOWN_MAX);
        let shown: Vec<Value> = logs.map(|log| self.work_log(issue.id, log)).collect();
        json!({
            "worklogs": shown,
            "maxResults": WORK_LOGS_SHOWN_MAX,
            "total": issue.work_logs.len(),
            "startAt": 0,
        })
    }

    fn links(&self, issue: &Issue) -> Value {
        let links = self.site.links.iter();
        links
            .filter(|link| link.inward == issue.id || link.outward == issue.id)
            .filter_map(|link| {
                let kind = catalog::LINK_TYPES.iter().find(|kind| kind.0 == link.type_id)?;
                let is_inward = link.inward == issue.id;
                let other = if is_inward { link.outward } else { link.inward };
                let side = if is_inward { "outwardIssue" } else { "inwardIssue" };
                Some(json!({
                    "id": link.id.to_string(),
                    "self": self.link(&format!("issueLink/{}", link.id)),
                    "type": {
                        "id": kind.0, "name": kind.1, "inward": kind.2, "outward": kind.3,
                        "self": self.link(&format!("issueLinkType/{}", kind.0)),
                    },
                    side: self.brief(self.site.issue(other)?),
                }))
            })
            .collect()
    }

    /// An issue as others refer to it.
    pub fn brief(&self, issue: &Issue) -> Value {
        let mut fields = json!({
            "summary": issue.summary(),
            "status": self.status(issue.status()),
            "issuetype": self.issue_type(issue.issue_type()),
        });
        if let Some(FieldValue::One(priority)) = issue.values.get("priority") {
            fields["priority"] = self.priority(priority);
        }
        json!({
            "id": issue.id.to_string(),
            "key": issue.key,
            "self": self.link(&format!("issue/{}", issue.id)),
            "fields": fields,
        })
    }
}

/// Lists of system fields are empty, never null; those of custom fields are null.
fn is_list(field: &Field) -> bool {
    let is_many = matches!(field.kind, Kind::Words | Kind::Components | Kind::Versions);
    is_many && field.custom.is_none()
}
