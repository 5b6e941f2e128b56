//! Searches by JQL. The index lags behind writes, so a search only ever says where to look.

use chrono::{DateTime, Utc};
use lockstep_model::Fault;
use serde::Deserialize;
use serde_json::json;

use crate::client::JiraClient;
use crate::errors::bad_answer;
use crate::wire::{WireIssue, or_default};

/// Issues a page, as many as Jira gives with fields.
pub(crate) const PAGE: usize = 100;

/// The issues of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// Project key.
    pub project: String,
    /// Name of the issue type.
    pub issue_type: String,
}

impl Scope {
    pub(crate) fn jql(&self) -> String {
        format!("project = {} AND issuetype = {}", quoted(&self.project), quoted(&self.issue_type))
    }
}

/// An issue that changed, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueStamp {
    /// Its id.
    pub id: String,
    /// Its key.
    pub key: String,
    /// When it last changed.
    pub updated: DateTime<Utc>,
}

/// A page of the issues that changed since an instant, oldest change first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changed {
    /// The issues; one that changes meanwhile may come twice.
    pub issues: Vec<IssueStamp>,
    /// How to ask for the next page; none after the last one.
    pub next: Option<String>,
}

/// A page of `search/jql`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SearchPage {
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) issues: Vec<WireIssue>,
    #[serde(default)]
    next_page_token: Option<String>,
    #[serde(default)]
    is_last: Option<bool>,
}

impl SearchPage {
    pub(crate) fn next(&self) -> Option<String> {
        self.next_page_token.clone().filter(|_| self.is_last != Some(true))
    }
}

/// A text as a JQL string.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

impl JiraClient {
    /// The scope's issues that changed at or after `since`, a page of at most a hundred: the first
    /// one, or the one that a page before names. JQL may read times by the minute and the index lags,
    /// so overlap the spans and expect doubles.
    pub async fn updated_since(
        &self,
        scope: &Scope,
        since: DateTime<Utc>,
        page: Option<&str>,
    ) -> Result<Changed, Fault> {
        let (scope, since) = (scope.jql(), since.timestamp_millis());
        let jql = format!("{scope} AND updated >= {since} ORDER BY updated ASC, key ASC");
        let found = self.search(&jql, "updated", PAGE, page).await?;
        let next = found.next();
        if next.is_some() && next.as_deref() == page {
            return Err(bad_answer("the search repeats a page token"));
        }
        let stamp = |issue: WireIssue| {
            let (key, updated) = (issue.key(), issue.updated()?);
            Ok(IssueStamp { id: issue.id.0, key, updated })
        };
        let issues = found.issues.into_iter().map(stamp).collect::<Result<_, Fault>>()?;
        Ok(Changed { issues, next })
    }

    /// Id of the scope's newest open issue, or of any where none is open.
    pub async fn newest(&self, scope: &Scope) -> Result<Option<String>, Fault> {
        let scope = scope.jql();
        for open in [" AND statusCategory != Done", ""] {
            let jql = format!("{scope}{open} ORDER BY created DESC");
            let page = self.search(&jql, "created", 1, None).await?;
            if let Some(issue) = page.issues.into_iter().next() {
                return Ok(Some(issue.id.0));
            }
        }
        Ok(None)
    }

    /// One page of `searchAndReconsileIssuesUsingJqlPost`, reading one field.
    pub(crate) async fn search(
        &self,
        jql: &str,
        field: &str,
        page_size: usize,
        token: Option<&str>,
    ) -> Result<SearchPage, Fault> {
        let mut body = json!({"jql": jql, "fields": [field], "maxResults": page_size});
        if let Some(token) = token {
            body["nextPageToken"] = token.into();
        }
        self.json(self.post("search", &["search", "jql"]).body(body).idempotent()).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_cannot_leave_their_quotes() {
        let scope = Scope { project: "SUP".into(), issue_type: "a\" OR \\project = \"X".into() };
        assert_eq!(scope.jql(), r#"project = "SUP" AND issuetype = "a\" OR \\project = \"X""#);
    }
}
