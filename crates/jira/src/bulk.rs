//! Many issues in one call: created, and read back with the marks that they were created with.

use lockstep_model::{Fault, Issue};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::client::JiraClient;
use crate::errors;
use crate::issues::{BULK_MAX, CreatedIssue, IssueQuery, NewIssue};
use crate::wire::{Id, or_default};

/// What became of issues that were created together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Created {
    /// Those that are there now. Which is which, their marks tell: Jira promises no order.
    pub issues: Vec<CreatedIssue>,
    /// Those that were refused, by their place in the request, and why.
    pub refused: Vec<(usize, Fault)>,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default, deserialize_with = "or_default")]
    issues: Vec<Made>,
    #[serde(default, deserialize_with = "or_default")]
    errors: Vec<Refusal>,
}

#[derive(Deserialize)]
struct Made {
    id: Id,
    key: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Refusal {
    #[serde(default)]
    status: u16,
    #[serde(default)]
    element_errors: Value,
    failed_element_number: usize,
}

impl JiraClient {
    /// Creates up to [`lockstep_model::cost::CREATES_MAX`] issues in one call (`createIssues`). Never repeated by itself: after a lost
    /// answer ask [`JiraClient::find_created`] for each.
    ///
    /// # Errors
    /// The call failed; where Jira refused it, none of them was created.
    pub async fn create_issues(&self, new: &[NewIssue]) -> Result<Created, Fault> {
        let updates: Vec<Value> = new.iter().map(NewIssue::body).collect();
        let request = self
            .post("issue.bulk_create", &["issue", "bulk"])
            .body(json!({"issueUpdates": updates}));
        let answer: Answer = self.json(request).await?;
        let issue = |made: Made| CreatedIssue { id: made.id.0, key: made.key };
        let refusal = |one: Refusal| {
            let fault = errors::of_element(one.status, &one.element_errors);
            (one.failed_element_number, fault)
        };
        Ok(Created {
            issues: answer.issues.into_iter().map(issue).collect(),
            refused: answer.errors.into_iter().map(refusal).collect(),
        })
    }

    /// Many issues by id, a hundred a call, each with one of its properties (`bulkFetchIssues`);
    /// null where it has none. Those that are not there are missing.
    pub async fn marked_issues(
        &self,
        ids: &[String],
        query: &IssueQuery,
        property: &str,
    ) -> Result<Vec<(Issue, Value)>, Fault> {
        let mut issues = Vec::with_capacity(ids.len());
        for ids in ids.chunks(BULK_MAX) {
            let body = json!({
                "issueIdsOrKeys": ids, "fields": query.wanted(), "properties": [property],
            });
            for mut wire in self.bulk(body).await? {
                let mark = wire.properties.remove(property).unwrap_or_default();
                issues.push((self.complete(wire, query).await?, mark));
            }
        }
        Ok(issues)
    }
}
