//! Where issues are that are known by their ids: no search need list them, and no index lags behind.

use chrono::{DateTime, Utc};
use lockstep_model::Fault;
use serde_json::json;

use crate::client::JiraClient;
use crate::issues::BULK_MAX;
use crate::wire::WireIssue;

/// Issues that one call asks for.
pub const ASKED_MAX: usize = BULK_MAX;

/// Where an issue is, and when it last changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whereabouts {
    /// Its id; survives moves.
    pub id: String,
    /// Its key now.
    pub key: String,
    /// Id of its type now; empty where Jira does not show it.
    pub issue_type: String,
    /// When it last changed.
    pub updated: DateTime<Utc>,
}

impl JiraClient {
    /// Where these issues are, wherever they were moved (`bulkFetchIssues`): a call for each hundred.
    /// Those that do not exist or may not be seen are missing from the result.
    pub async fn whereabouts(&self, ids: &[String]) -> Result<Vec<Whereabouts>, Fault> {
        let mut all = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(ASKED_MAX) {
            let body = json!({"issueIdsOrKeys": chunk, "fields": ["updated", "issuetype"]});
            for issue in self.bulk(body).await? {
                all.push(whereabouts(issue)?);
            }
        }
        Ok(all)
    }
}

fn whereabouts(issue: WireIssue) -> Result<Whereabouts, Fault> {
    let (key, updated) = (issue.key(), issue.updated()?);
    let shown = issue.fields.get("issuetype").and_then(|kind| kind["id"].as_str());
    let issue_type = shown.unwrap_or_default().to_owned();
    Ok(Whereabouts { id: issue.id.0, key, issue_type, updated })
}

#[cfg(test)]
mod tests {
    use super::*;

    // F-311
    #[test]
    fn a_moved_issue_tells_its_new_key_and_type() {
        let issue = serde_json::from_value(json!({
            "id": "10042", "key": "OPS-7",
            "fields": {
                "updated": "2026-11-22T10:00:00.000+0000",
                "issuetype": {"id": "10002", "name": "Task"},
            },
        }));
        let told = whereabouts(issue.expect("an issue")).expect("whereabouts");
        assert_eq!((told.id.as_str(), told.key.as_str()), ("10042", "OPS-7"));
        assert_eq!(told.issue_type, "10002");
    }
}
