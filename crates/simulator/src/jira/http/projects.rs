//! Projects, statuses, priorities, resolutions and labels.

use std::collections::BTreeSet;

use axum::extract::{Path, State as Extract};
use serde_json::{Value, json};

use super::meta::find_project;
use super::{Answer, App, Caller, Params, ok, page};
use crate::jira::model::catalog::{self, Category};
use crate::jira::model::{FieldValue, workflow};

const PAGE: usize = 50;
const LABELS_PAGE: usize = 1_000;

/// `GET /project/search`.
pub(super) async fn search(Extract(state): App, caller: Caller, params: Params) -> Answer {
    let (ids, keys) = (params.list("id"), params.list("keys"));
    let query = params.get("query").unwrap_or_default().to_lowercase();
    let found = catalog::PROJECTS.iter().filter(|project| {
        !caller.is_nobody()
            && (ids.is_empty() || ids.contains(&project.id))
            && (keys.is_empty() || keys.contains(&project.key))
            && (project.name.to_lowercase().contains(&query)
                || project.key.to_lowercase().contains(&query))
    });
    let shown: Vec<Value> = state.show(caller.zone(), |view| {
        found
            .map(|project| {
                let mut shown = view.project(project);
                shown["style"] = json!("classic");
                shown["isPrivate"] = json!(false);
                shown
            })
            .collect()
    });
    let mut shown = page(shown, &params, PAGE);
    shown["self"] = json!(format!("{}/rest/api/3/project/search", state.base_url));
    ok(shown)
}

/// `GET /project/{p}`.
pub(super) async fn read(
    Extract(state): App,
    caller: Caller,
    Path(project): Path<String>,
) -> Answer {
    let project = find_project(caller, &project)?;
    ok(state.show(caller.zone(), |view| view.project_in_full(project)))
}

/// `GET /project/{p}/statuses`, grouped by issue type.
pub(super) async fn statuses(
    Extract(state): App,
    caller: Caller,
    Path(project): Path<String>,
) -> Answer {
    let project = find_project(caller, &project)?;
    ok(state.show(caller.zone(), |view| {
        let statuses: Vec<Value> = workflow::statuses(project)
            .into_iter()
            .filter_map(catalog::status)
            .map(|status| view.status(status))
            .collect();
        let kinds = catalog::ISSUE_TYPES.iter();
        kinds
            .map(|kind| {
                json!({
                    "self": view.link(&format!("issuetype/{}", kind.id)),
                    "id": kind.id,
                    "name": kind.name,
                    "subtask": kind.subtask,
                    "statuses": statuses,
                })
            })
            .collect()
    }))
}

/// `GET /issuetype`.
pub(super) async fn issue_types(Extract(state): App, caller: Caller) -> Answer {
    caller.user()?;
    ok(state.show(caller.zone(), |view| {
        catalog::ISSUE_TYPES.iter().map(|kind| view.issue_type(kind)).collect()
    }))
}

/// `GET /status`.
pub(super) async fn status_list(Extract(state): App, caller: Caller) -> Answer {
    ok(state.show(caller.zone(), |view| {
        let all = catalog::STATUSES.iter().filter(|_| !caller.is_nobody());
        all.map(|status| view.status(status)).collect()
    }))
}

/// `GET /statuscategory`.
pub(super) async fn category_list(Extract(state): App, caller: Caller) -> Answer {
    caller.user()?;
    ok(state.show(caller.zone(), |view| {
        let none = json!({
            "self": view.link("statuscategory/1"),
            "id": 1,
            "key": "undefined",
            "colorName": "medium-gray",
            "name": "No Category",
        });
        let real = [Category::New, Category::Indeterminate, Category::Done];
        std::iter::once(none).chain(real.map(|category| view.category(category))).collect()
    }))
}

/// `GET /statuses/search`.
pub(super) async fn status_search(caller: Caller, params: Params) -> Answer {
    caller.user()?;
    let text = params.get("searchString").unwrap_or_default().to_lowercase();
    let shown = catalog::STATUSES
        .iter()
        .filter(|status| status.name.to_lowercase().contains(&text))
        .map(|status| {
            let category = match status.category {
                Category::New => "TODO",
                Category::Indeterminate => "IN_PROGRESS",
                Category::Done => "DONE",
            };
            json!({
                "id": status.id,
                "name": status.name,
                "description": "",
                "statusCategory": category,
                "scope": { "type": "GLOBAL" },
            })
        });
    ok(page(shown.collect(), &params, 200))
}

/// `GET /priority`.
pub(super) async fn priority_list(Extract(state): App, caller: Caller) -> Answer {
    ok(state.show(caller.zone(), |view| {
        let all = catalog::PRIORITIES.iter().filter(|_| !caller.is_nobody());
        all.map(|(id, _)| view.priority(id)).collect()
    }))
}

/// `GET /priority/search`.
pub(super) async fn priority_search(Extract(state): App, caller: Caller, params: Params) -> Answer {
    caller.user()?;
    let all: Vec<Value> = state.show(caller.zone(), |view| {
        let shown = catalog::PRIORITIES.iter().map(|(id, _)| {
            let mut priority = view.priority(id);
            priority["isDefault"] = json!(*id == catalog::PRIORITY_DEFAULT);
            priority
        });
        shown.collect()
    });
    ok(page(all, &params, PAGE))
}

/// `GET /resolution`.
pub(super) async fn resolution_list(Extract(state): App, caller: Caller) -> Answer {
    ok(state.show(caller.zone(), |view| {
        let all = catalog::RESOLUTIONS.iter().filter(|_| !caller.is_nobody());
        all.map(|(id, _)| view.resolution(id)).collect()
    }))
}

/// `GET /resolution/search`.
pub(super) async fn resolution_search(
    Extract(state): App,
    caller: Caller,
    params: Params,
) -> Answer {
    caller.user()?;
    let all: Vec<Value> = state.show(caller.zone(), |view| {
        let shown = catalog::RESOLUTIONS.iter().map(|(id, _)| {
            let mut resolution = view.resolution(id);
            resolution["default"] = json!(false);
            resolution
        });
        shown.collect()
    });
    ok(page(all, &params, PAGE))
}

/// `GET /label`: every label in use.
pub(super) async fn labels(Extract(state): App, caller: Caller, params: Params) -> Answer {
    let labels: BTreeSet<String> = state.show(caller.zone(), |view| {
        let issues = view.site.issues().filter(|_| !caller.is_nobody());
        let values = issues.filter_map(|issue| issue.values.get("labels"));
        values
            .flat_map(|value| match value {
                FieldValue::Many(words) => words.clone(),
                _ => Vec::new(),
            })
            .collect()
    });
    ok(page(labels.into_iter().map(Value::String).collect(), &params, LABELS_PAGE))
}
