//! When each field of an issue last changed.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use lockstep_model::Fault;
use serde::Deserialize;
use serde_json::Value;

use crate::client::JiraClient;
use crate::time;
use crate::wire::or_default;

/// Page size of `getChangeLogs`, its most.
const PAGE: usize = 100;
/// Most pages read of one issue, the newest ones.
const PAGES_MAX: usize = 20;

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
    /// The newest time at which each field changed, by field id (`getChangeLogs`, oldest first).
    /// Of an issue with more than 2,000 changes the newest are read. Comments do not appear.
    pub async fn issue_times(&self, id: &str) -> Result<BTreeMap<String, DateTime<Utc>>, Fault> {
        let mut times = BTreeMap::new();
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
        Ok(times)
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

fn note(times: &mut BTreeMap<String, DateTime<Utc>>, histories: Vec<History>) {
    for history in histories {
        let Some(created) = time::of_json(&history.created) else {
            continue;
        };
        for change in history.items {
            let Some(field) = change.field_id.or(change.field) else {
                continue;
            };
            let newest = times.entry(field).or_insert(created);
            *newest = created.max(*newest);
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
                {"created":"2026-11-22T11:00:00.000+0000","items":[{"field":"Level","fieldId":"customfield_1","toString":"x"}]},
                {"created":"2026-11-22T09:00:00.000+0000","items":[{"fieldId":"status"}]}]"#,
        )
        .expect("shape");
        let mut times = BTreeMap::new();
        note(&mut times, histories);
        let hours: Vec<_> =
            times.iter().map(|(id, at)| (id.as_str(), at.format("%H").to_string())).collect();
        assert_eq!(hours, [("customfield_1", "11".to_owned()), ("status", "10".to_owned())]);
    }
}
