//! When each field of an issue was last changed by somebody else than us.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use lockstep_model::Fault;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::client::JiraClient;
use crate::time;
use crate::wire::or_default;

/// Page size of `getChangeLogs`, its most.
const PAGE: usize = 100;
/// Most pages read of one issue, the newest ones.
const PAGES_MAX: usize = 20;

/// Marks our own changes: Jira keeps it with the entry of its changelog. The author does not tell them,
/// for the account may be a person's.
const OURS: &str = "lockstep:sync";

/// `historyMetadata` of a change that we make.
pub(crate) fn our_mark() -> Value {
    json!({
        "type": OURS,
        "description": "Synced from Salesforce",
        "generator": { "id": "lockstep", "type": "application" },
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    #[serde(default, deserialize_with = "or_default")]
    values: Vec<History>,
    #[serde(default)]
    total: Option<usize>,
    #[serde(default)]
    is_last: Option<bool>,
}

#[derive(Deserialize)]
struct History {
    #[serde(default)]
    created: Value,
    #[serde(default, deserialize_with = "or_default")]
    items: Vec<Change>,
    #[serde(default, rename = "historyMetadata")]
    metadata: Value,
}

/// `field` is a display name, which can be renamed; `fieldId` is missing from old entries.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    #[serde(default)]
    field: Option<String>,
    #[serde(default)]
    field_id: Option<String>,
}

impl JiraClient {
    /// The newest time at which each field changed, by field id (`getChangeLogs`, oldest first). A
    /// field that we changed last counts as old as can be: what we wrote is a copy, and no rival of
    /// what a person wrote meanwhile on the side that it was copied from.
    /// Of an issue with more than 2,000 changes the newest are read. Comments do not appear.
    pub async fn issue_times(&self, id: &str) -> Result<BTreeMap<String, DateTime<Utc>>, Fault> {
        let mut times = Times::new();
        let mut start = 0;
        for _ in 0..PAGES_MAX {
            let page = self.changes(id, start).await?;
            let came = page.values.len();
            note(&mut times, page.values);
            let ended = page.total.map_or(came < PAGE, |total| start + came >= total);
            if came == 0 || page.is_last == Some(true) || ended {
                break;
            }
            start = next_start(start, came, page.total);
        }
        let as_ours = |(at, is_ours)| if is_ours { DateTime::<Utc>::MIN_UTC } else { at };
        Ok(times.into_iter().map(|(field, newest)| (field, as_ours(newest))).collect())
    }

    async fn changes(&self, id: &str, start: usize) -> Result<Page, Fault> {
        let request = self
            .get("changelog.list", &["issue", id, "changelog"])
            .about_issue()
            .query("startAt", &start.to_string())
            .query("maxResults", &PAGE.to_string());
        self.json(request).await
    }
}

/// Where the next page starts: after this one, or so near the end that the pages left suffice.
fn next_start(start: usize, came: usize, total: Option<usize>) -> usize {
    let newest = total.unwrap_or_default().saturating_sub((PAGES_MAX - 1) * PAGE);
    (start + came).max(newest)
}

/// When each field last changed, and whether it was us.
type Times = BTreeMap<String, (DateTime<Utc>, bool)>;

fn note(times: &mut Times, histories: Vec<History>) {
    for history in histories {
        let Some(created) = time::of_json(&history.created) else {
            continue;
        };
        let is_ours = history.metadata["type"] == OURS;
        for change in history.items {
            let Some(field) = change.field_id.or(change.field) else {
                continue;
            };
            let newest = times.entry(field).or_insert((created, is_ours));
            *newest = (*newest).max((created, is_ours));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_changelog_is_read_from_its_newest_pages() {
        assert_eq!(next_start(0, 100, Some(250)), 100);
        assert_eq!(next_start(100, 100, Some(2_000)), 200);
        assert_eq!(next_start(0, 100, Some(10_000)), 8_100);
        assert_eq!(next_start(8_100, 100, Some(10_000)), 8_200);
    }

    #[test]
    fn the_newest_time_of_each_field_is_kept() {
        let histories: Vec<History> = serde_json::from_str(
            r#"[{"created":"2026-11-22T10:00:00.000+0000","items":[{"field":"Tier","fieldId":"customfield_1"},{"field":"status"}]},
                {"created":"2026-11-22T11:00:00.000+0000","historyMetadata":{"type":"lockstep:sync"},
                 "items":[{"field":"Level","fieldId":"customfield_1","toString":"x"}]},
                {"created":"2026-11-22T09:00:00.000+0000","items":[{"fieldId":"status"}]}]"#,
        )
        .expect("shape");
        let mut times = Times::new();
        note(&mut times, histories);
        let hours: Vec<_> = times
            .iter()
            .map(|(id, (at, is_ours))| (id.as_str(), at.format("%H").to_string(), *is_ours))
            .collect();
        let eleven = ("customfield_1", "11".to_owned(), true);
        assert_eq!(hours, [eleven, ("status", "10".to_owned(), false)]);
    }
}
