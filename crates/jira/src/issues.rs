//! Issues: read, read in bulk, create, edit.

use std::collections::{BTreeMap, BTreeSet};

use lockstep_http::Method;
use lockstep_model::snapshot::File;
use lockstep_model::{Code, Fault, Issue};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::changelog::our_mark;
use crate::client::JiraClient;
use crate::errors;
use crate::wire::{
    Id, WireAttachment, WireComments, WireIssue, WireWorkLogs, comments, or_default,
};

/// Most issues that `bulkFetchIssues` takes with any fields.
pub(crate) const BULK_MAX: usize = 100;

/// The field that names the issue above.
const PARENT: &str = "parent";

/// What to read of an issue. Status and `updated` always come along.
#[derive(Debug, Clone, Default)]
pub struct IssueQuery {
    /// Field ids.
    pub fields: Vec<String>,
    /// Whether to read the comments too.
    pub comments: bool,
    /// Whether to read the work logs too, among the comments.
    pub work_logs: bool,
    /// Whether to list the attachments too.
    pub files: bool,
}

impl IssueQuery {
    /// The fields to ask for, each once.
    pub(crate) fn wanted(&self) -> Vec<&str> {
        let parts = [
            self.comments.then_some("comment"),
            self.work_logs.then_some("worklog"),
            self.files.then_some("attachment"),
        ];
        let always = ["status", "updated"].into_iter().chain(parts.into_iter().flatten());
        let mut seen = BTreeSet::new();
        self.fields.iter().map(String::as_str).chain(always).filter(|id| seen.insert(*id)).collect()
    }

    /// Whether `issue` holds all that is to be read. An issue without a parent has no such field.
    fn is_met_by(&self, issue: &WireIssue) -> bool {
        self.wanted().iter().all(|id| *id == PARENT || issue.fields.contains_key(*id))
    }
}

/// An issue to create.
#[derive(Debug, Clone, Default)]
pub struct NewIssue {
    /// Project key.
    pub project: String,
    /// Issue type id.
    pub issue_type_id: String,
    /// Field values in Jira's JSON; a null is left out.
    pub fields: Map<String, Value>,
    /// Issue properties, set with the issue in one act: the place for a marker.
    pub properties: Vec<(String, Value)>,
}

impl NewIssue {
    /// As `createIssue` takes it.
    pub(crate) fn body(&self) -> Value {
        let mut fields = self.fields.clone();
        fields.retain(|_, value| !value.is_null());
        fields.insert("project".to_owned(), json!({"key": self.project}));
        fields.insert("issuetype".to_owned(), json!({"id": self.issue_type_id}));
        let mut body = json!({"fields": fields});
        if !self.properties.is_empty() {
            body["properties"] = properties(&self.properties).into();
        }
        body
    }
}

/// An issue that was created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatedIssue {
    /// Its id.
    pub id: String,
    /// Its key.
    pub key: String,
}

/// Entity properties as `createIssue` and `addComment` take them.
pub(crate) fn properties(pairs: &[(String, Value)]) -> Vec<Value> {
    pairs.iter().map(|(key, value)| json!({"key": key, "value": value})).collect()
}

impl JiraClient {
    /// One issue, by id or key, in one call (`getIssue`); more only for comments beyond the first
    /// page. A moved issue comes under its new key: compare ids.
    pub async fn issue(&self, id_or_key: &str, query: &IssueQuery) -> Result<Issue, Fault> {
        let request = self
            .get("issue.get", &["issue", id_or_key])
            .about_issue()
            .query("fields", &query.wanted().join(","));
        let wire = self.json(request).await?;
        self.complete(wire, query).await
    }

    /// Many issues by id or key, a hundred a call (`bulkFetchIssues`). Those that do not exist or
    /// may not be seen are missing from the result, which has the vendor's order.
    pub async fn issues(&self, ids: &[String], query: &IssueQuery) -> Result<Vec<Issue>, Fault> {
        let mut issues = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(BULK_MAX) {
            let body = json!({"issueIdsOrKeys": chunk, "fields": query.wanted()});
            for wire in self.bulk(body).await? {
                issues.push(self.complete(wire, query).await?);
            }
        }
        Ok(issues)
    }

    /// One call of `bulkFetchIssues`. An issue that Jira could not load is a passing fault, so that
    /// nobody takes it for deleted.
    pub(crate) async fn bulk(&self, body: Value) -> Result<Vec<WireIssue>, Fault> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Bulk {
            #[serde(default, deserialize_with = "or_default")]
            issues: Vec<WireIssue>,
            #[serde(default, deserialize_with = "or_default")]
            issue_errors: Vec<Value>,
        }
        let request = self.post("issue.bulkfetch", &["issue", "bulkfetch"]).body(body).idempotent();
        let bulk: Bulk = self.json(request).await?;
        match bulk.issue_errors.first() {
            None => Ok(bulk.issues),
            Some(error) => Err(Fault::new(Code::JiraUnavailable, format!("not loaded: {error}"))),
        }
    }

    /// Creates an issue (`createIssue`). Never repeated by itself: after a lost answer ask
    /// [`JiraClient::find_created`].
    pub async fn create_issue(&self, new: &NewIssue) -> Result<CreatedIssue, Fault> {
        #[derive(Deserialize)]
        struct Created {
            id: Id,
            key: String,
        }
        let request = self.post("issue.create", &["issue"]).body(new.body());
        let created: Created = self.json(request).await?;
        Ok(CreatedIssue { id: created.id.0, key: created.key })
    }

    /// Sets fields and reads the issue as it is afterwards (`editIssue` with `returnIssue`), in one
    /// call where Jira answers with all that `query` asks for. A null clears a field.
    pub async fn edit_issue(
        &self,
        id: &str,
        fields: Map<String, Value>,
        query: &IssueQuery,
    ) -> Result<Issue, Fault> {
        let request = self
            .request("issue.edit", Method::PUT, &["issue", id])
            .about_issue()
            .idempotent()
            .query("returnIssue", "true")
            .body(changes(fields));
        let answer = self.send(request).await?;
        match answer.json::<WireIssue>() {
            Ok(wire) if query.is_met_by(&wire) => self.complete(wire, query).await,
            _ => self.issue(id, query).await,
        }
    }

    /// Makes an issue of what came, fetching the rest of its comments if there is more.
    pub(crate) async fn complete(
        &self,
        mut wire: WireIssue,
        query: &IssueQuery,
    ) -> Result<Issue, Fault> {
        let (updated, status) = (wire.updated()?, wire.status()?);
        let mut comments = match query.comments.then(|| first_comments(&mut wire)) {
            None => Vec::new(),
            Some(page) => {
                let page = page?;
                if page.has_more() {
                    self.comments(&wire.id.0).await?
                } else {
                    comments(page.comments)?
                }
            }
        };
        if query.work_logs {
            comments.extend(self.all_work_logs(&mut wire).await?);
        }
        let files = if query.files { attachments(&mut wire)? } else { Vec::new() };
        Ok(Issue {
            key: wire.key(),
            fields: asked(wire.fields, query),
            id: wire.id.0,
            updated,
            status,
            comments,
            files,
        })
    }
}

/// As `editIssue` takes it: a parent is taken away by an operation of its own.
fn changes(mut fields: Map<String, Value>) -> Value {
    if fields.get(PARENT).is_some_and(Value::is_null) {
        fields.remove(PARENT);
        let away = json!([{ "set": { "none": true } }]);
        return json!({ "fields": fields, "update": { PARENT: away }, "historyMetadata": our_mark() });
    }
    json!({ "fields": fields, "historyMetadata": our_mark() })
}

/// `fields.attachment`: all of them.
fn attachments(wire: &mut WireIssue) -> Result<Vec<File>, Fault> {
    match wire.fields.remove("attachment") {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(list) => serde_json::from_value::<Vec<WireAttachment>>(list)
            .map_err(|error| errors::bad_answer(format!("files of {}: {error}", wire.key())))?
            .into_iter()
            .map(File::try_from)
            .collect(),
    }
}

/// `fields.worklog`: a page of work logs, the first one only.
pub(crate) fn first_work_logs(wire: &mut WireIssue) -> Result<WireWorkLogs, Fault> {
    match wire.fields.remove("worklog") {
        None | Some(Value::Null) => Ok(WireWorkLogs::default()),
        Some(page) => serde_json::from_value(page)
            .map_err(|error| errors::bad_answer(format!("work logs of {}: {error}", wire.key()))),
    }
}

/// `fields.comment`: a page of comments, the first one only.
fn first_comments(wire: &mut WireIssue) -> Result<WireComments, Fault> {
    match wire.fields.remove("comment") {
        None | Some(Value::Null) => Ok(WireComments::default()),
        Some(page) => serde_json::from_value(page)
            .map_err(|error| errors::bad_answer(format!("comments of {}: {error}", wire.key()))),
    }
}

/// The fields that were asked for, without those that came along.
fn asked(mut fields: Map<String, Value>, query: &IssueQuery) -> BTreeMap<String, Value> {
    query.fields.iter().filter_map(|id| fields.remove_entry(id)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    // F-64
    #[test]
    fn each_field_is_asked_for_once() {
        let query = IssueQuery {
            fields: vec!["summary".into(), "status".into(), "summary".into()],
            comments: true,
            work_logs: true,
            files: true,
        };
        assert_eq!(
            query.wanted(),
            ["summary", "status", "updated", "comment", "worklog", "attachment"]
        );
        assert_eq!(IssueQuery::default().wanted(), ["status", "updated"]);
    }
}
