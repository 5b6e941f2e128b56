//! Issues that carry a mark, and issues that hold a key.

use std::collections::BTreeSet;

use lockstep_model::{Code, Fault};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::client::JiraClient;
use crate::errors::bad_answer;
use crate::search::{PAGE, Scope, SearchPage, quoted};
use crate::wire::Id;

/// Pages of a census at most: 100,000 issues.
const PAGES_MAX: usize = 1000;

/// Candidates that are looked at for one key.
const CANDIDATES_MAX: usize = 20;

/// An issue with its mark.
#[derive(Debug, Clone, PartialEq)]
pub struct Marked {
    /// Its id.
    pub id: String,
    /// Its key.
    pub key: String,
    /// What the property holds.
    pub mark: Value,
}

/// An issue that may hold a key, with what its field shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Its id.
    pub id: String,
    /// Its key.
    pub key: String,
    /// What the field shows.
    pub value: Value,
}

impl JiraClient {
    /// The scope's issues that carry the property `marker`, which need not be indexed: it is read
    /// along with every issue. One call for each hundred issues.
    pub async fn marked(&self, scope: &Scope, marker: &str) -> Result<Vec<Marked>, Fault> {
        let jql = format!("{} ORDER BY created ASC, key ASC", scope.jql());
        let (mut all, mut tokens) = (Vec::new(), BTreeSet::new());
        let mut token: Option<String> = None;
        for _ in 0..PAGES_MAX {
            let mut body = json!({
                "jql": jql, "fields": ["created"], "properties": [marker], "maxResults": PAGE,
            });
            if let Some(token) = &token {
                body["nextPageToken"] = token.as_str().into();
            }
            let request = self.post("search.marked", &["search", "jql"]).body(body);
            let page: SearchPage = self.json(request.idempotent()).await?;
            token = page.next();
            all.extend(page.issues.into_iter().filter_map(|mut issue| {
                let mark = issue.properties.remove(marker)?;
                Some(Marked { key: issue.key(), id: issue.id.0, mark })
            }));
            match &token {
                None => return Ok(all),
                Some(next) if !tokens.insert(next.clone()) => {
                    return Err(bad_answer("the search repeats a page token"));
                }
                Some(_) => {}
            }
        }
        Err(bad_answer(format!("{} has more issues than a census takes", scope.project)))
    }

    /// Issues of the scope whose field may hold the text: a search for words finds more than what is
    /// meant, so compare `value`. One call.
    pub async fn candidates(
        &self,
        scope: &Scope,
        field: &str,
        (operator, text): (&str, &str),
    ) -> Result<Vec<Candidate>, Fault> {
        let name = match field.strip_prefix("customfield_") {
            Some(number) => format!("cf[{number}]"),
            None => field.to_owned(),
        };
        let jql = format!("{} AND {name} {operator} {}", scope.jql(), quoted(text));
        let page = self.search(&jql, field, CANDIDATES_MAX, None).await?;
        let candidate = |mut issue: crate::wire::WireIssue| Candidate {
            key: issue.key(),
            value: issue.fields.remove(field).unwrap_or_default(),
            id: issue.id.0,
        };
        Ok(page.issues.into_iter().map(candidate).collect())
    }

    /// Which of these issues are in the scope and fit a JQL condition (`matchIssues`): no index lags
    /// behind them. One call.
    pub async fn matching(
        &self,
        scope: &Scope,
        jql: &str,
        ids: &[String],
    ) -> Result<Vec<String>, Fault> {
        #[derive(Deserialize)]
        struct Matches {
            #[serde(default)]
            matches: Vec<Match>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Match {
            #[serde(default)]
            matched_issues: Vec<Id>,
            #[serde(default)]
            errors: Vec<String>,
        }
        let numbers: Vec<u64> = ids.iter().filter_map(|id| id.parse().ok()).collect();
        let jql = format!("{} AND ({jql})", scope.jql());
        let body = json!({ "jqls": [jql], "issueIds": numbers });
        let request = self.post("jql.match", &["jql", "match"]).body(body).idempotent();
        let found: Matches = self.json(request).await?;
        let mut all = Vec::new();
        for one in found.matches {
            if let Some(error) = one.errors.first() {
                return Err(Fault::new(Code::JiraJql, error.clone()));
            }
            all.extend(one.matched_issues.into_iter().map(|id| id.0));
        }
        Ok(all)
    }
}
