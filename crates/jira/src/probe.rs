//! Did a create arrive? How an issue whose answer was lost is found again.
//!
//! # Expected flow
//! Before the create, the caller stores its intent with a marker and the time; the marker goes into
//! an issue property in the same call. When the answer is lost, the caller asks here before it
//! creates again.
//!
//! # Guarantees
//! The search index lags behind writes, so it cannot say that an issue is *not* there. It is used
//! for a lower bound only: the newest issue that was created before the intent. A lagging index
//! makes that bound older, which costs time and loses nothing. From there the project's keys, which
//! Jira gives out in order, are read by `bulkFetchIssues` from the database, which does not lag,
//! until a hundred keys in a row do not exist.
//!
//! # Assumptions
//! The create has ended on Jira's side (the caller waits longer than the client's time-out), and no
//! hundred keys in a row were deleted, moved away and forgotten, or hidden from this user.

use chrono::{DateTime, TimeDelta, Utc};
use lockstep_model::Fault;
use serde_json::{Value, json};

use crate::client::JiraClient;
use crate::errors::bad_answer;
use crate::issues::{BULK_MAX, CreatedIssue};
use crate::search::{Scope, quoted};
use crate::wire::WireIssue;

/// Pages of keys that are walked at most: 5,000 issues since the intent.
const PAGES_MAX: u64 = 50;

/// JQL may read times by the minute: the anchor is sought this much earlier.
const MARGIN: TimeDelta = TimeDelta::minutes(2);

/// A key's project and number.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Anchor {
    project: String,
    number: u64,
}

impl Anchor {
    fn parse(key: &str) -> Option<Self> {
        let (project, number) = key.rsplit_once('-')?;
        Some(Self { project: project.to_owned(), number: number.parse().ok()? })
    }

    /// The keys of the `page`th hundred after it.
    fn keys(&self, page: u64) -> Vec<String> {
        let size = BULK_MAX as u64;
        let first = self.number + 1 + page * size;
        (first..first + size).map(|number| format!("{}-{number}", self.project)).collect()
    }
}

impl JiraClient {
    /// The issue of the scope's project, created since `since`, whose property `marker_key` holds a
    /// value that `matches`. None means that there is none: the create never took effect.
    pub async fn find_created(
        &self,
        scope: &Scope,
        marker_key: &str,
        matches: impl Fn(&Value) -> bool,
        since: DateTime<Utc>,
    ) -> Result<Option<CreatedIssue>, Fault> {
        let anchor = self.anchor(&scope.project, since).await?;
        let marked = |issue: &WireIssue| issue.properties.get(marker_key).is_some_and(&matches);
        for page in 0..PAGES_MAX {
            let body = json!({
                "issueIdsOrKeys": anchor.keys(page),
                "fields": ["summary"],
                "properties": [marker_key],
            });
            let issues = self.bulk(body).await?;
            if let Some(found) = issues.iter().find(|issue| marked(issue)) {
                return Ok(Some(CreatedIssue { id: found.id.0.clone(), key: found.key() }));
            }
            if issues.is_empty() {
                return Ok(None);
            }
        }
        Err(bad_answer(format!("too many issues in {} since {since}", scope.project)))
    }

    /// The newest issue that the index shows as created before `since`; the project's start where
    /// there is none.
    async fn anchor(&self, project: &str, since: DateTime<Utc>) -> Result<Anchor, Fault> {
        let before = (since - MARGIN).timestamp_millis();
        let name = quoted(project);
        let jql = format!("project = {name} AND created < {before} ORDER BY created DESC");
        let page = self.search(&jql, "created", 1, None).await?;
        let newest = page.issues.first().and_then(|issue| Anchor::parse(issue.key.as_deref()?));
        Ok(newest.unwrap_or_else(|| Anchor { project: project.to_owned(), number: 0 }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_walked_in_hundreds() {
        let anchor = Anchor::parse("SUP-24").expect("key");
        let keys = anchor.keys(0);
        assert_eq!((keys.len(), keys[0].as_str(), keys[99].as_str()), (100, "SUP-25", "SUP-124"));
        assert_eq!(anchor.keys(2)[0], "SUP-225");
        assert_eq!(Anchor::parse("10042"), None);
    }
}
