//! The history of issues.

use axum::extract::{Path, State as Extract};
use serde_json::{Value, json};

use super::bulk::strings;
use super::{Answer, App, Caller, Params, Payload, ok, page};
use crate::jira::model::{Change, Refusal};
use crate::jira::view::View;

const PAGE_MAX: usize = 100;
const ISSUES_MAX: usize = 1_000;
const FIELDS_MAX: usize = 10;
const BULK_DEFAULT: usize = 1_000;
const BULK_MAX: usize = 10_000;

/// `GET /issue/{k}/changelog`, oldest first.
pub(super) async fn list(
    Extract(state): App,
    caller: Caller,
    Path(key): Path<String>,
    params: Params,
) -> Answer {
    caller.reader()?;
    let shown = state.show(caller.zone(), |view| {
        let issue = view.site.get(&key)?;
        let all: Vec<Value> = issue.history.iter().map(|change| view.change(change)).collect();
        let mut shown = page(all, &params, PAGE_MAX);
        shown["self"] = json!(view.link(&format!("issue/{key}/changelog")));
        Ok(shown)
    })?;
    ok(shown)
}

/// `POST /issue/{k}/changelog/list`.
pub(super) async fn by_ids(
    Extract(state): App,
    caller: Caller,
    Path(key): Path<String>,
    Payload(body): Payload,
) -> Answer {
    caller.reader()?;
    let ids = strings(&body["changelogIds"]);
    let histories = state.show(caller.zone(), |view| {
        let history = view.site.get(&key)?.history.iter();
        let found = history.filter(|change| ids.contains(&change.id.to_string()));
        Ok::<Vec<Value>, Refusal>(found.map(|change| view.change(change)).collect())
    })?;
    let total = histories.len();
    ok(json!({ "startAt": 0, "maxResults": total, "total": total, "histories": histories }))
}

/// `POST /changelog/bulkfetch`, grouped by issue; the token is the number of entries passed.
pub(super) async fn bulk(Extract(state): App, caller: Caller, Payload(body): Payload) -> Answer {
    let ids = strings(&body["issueIdsOrKeys"]);
    let fields = strings(&body["fieldIds"]);
    if ids.is_empty() || ids.len() > ISSUES_MAX || fields.len() > FIELDS_MAX {
        return Err(Refusal::bad(
            "Invalid request payload. Refer to the REST API documentation and try again.",
        ));
    }
    let max = body["maxResults"].as_u64().and_then(|max| usize::try_from(max).ok());
    let max = max.unwrap_or(BULK_DEFAULT).clamp(1, BULK_MAX);
    let start = body["nextPageToken"].as_str().map_or(Ok(0), str::parse::<usize>);
    let start = start.map_err(|_| Refusal::bad("The nextPageToken is invalid."))?;
    let (entries, total) = state.show(caller.zone(), |view| {
        let all = if caller.is_nobody() { Vec::new() } else { entries(view, &ids, &fields) };
        let total = all.len();
        (all.into_iter().skip(start).take(max).collect::<Vec<_>>(), total)
    });
    let seen = start + entries.len();
    let mut groups: Vec<Value> = Vec::new();
    for (issue, change) in entries {
        match groups.last_mut().filter(|group| group["issueId"] == issue) {
            Some(group) => {
                if let Some(histories) = group["changeHistories"].as_array_mut() {
                    histories.push(change);
                }
            }
            None => groups.push(json!({ "issueId": issue, "changeHistories": [change] })),
        }
    }
    let mut shown = json!({ "issueChangeLogs": groups });
    if seen < total {
        shown["nextPageToken"] = json!(seen.to_string());
    }
    ok(shown)
}

fn entries(view: &View<'_>, ids: &[String], fields: &[String]) -> Vec<(String, Value)> {
    let mut entries = Vec::new();
    for issue in ids.iter().filter_map(|id| view.site.get(id).ok()) {
        for change in &issue.history {
            if let Some(change) = narrowed(change, fields) {
                entries.push((issue.id.to_string(), view.change(&change)));
            }
        }
    }
    entries
}

/// The entry with only the wanted fields; none when nothing is left.
fn narrowed(change: &Change, fields: &[String]) -> Option<Change> {
    let mut change = change.clone();
    change.items.retain(|item| fields.is_empty() || fields.contains(&item.field_id));
    (!change.items.is_empty()).then_some(change)
}
