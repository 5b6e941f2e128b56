//! Workflows, as far as a project role may read them.

use axum::extract::State as Extract;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::meta::find_project;
use super::{Answer, App, Caller, Payload, ok};
use crate::jira::model::Refusal;
use crate::jira::model::catalog::{self, Category, Project};
use crate::jira::model::workflow::{self, INITIAL_STATUS, Transition};

/// `POST /workflows/preview`.
pub(super) async fn preview(Extract(state): App, caller: Caller, Payload(body): Payload) -> Answer {
    caller.user()?;
    let asks = |name: &str| body[name].as_array().is_some_and(|list| !list.is_empty());
    let Some(id) = body["projectId"].as_str() else {
        return Err(Refusal::bad("projectId is required"));
    };
    if !["issueTypeIds", "workflowIds", "workflowNames"].iter().any(|name| asks(name)) {
        return Err(Refusal::bad("At least one lookup term is required"));
    }
    let project = find_project(caller, id)?;
    if !state.lock().settings.workflow_readable {
        let why = "You do not have the permission to view this workflow.";
        return Err(Refusal::new(StatusCode::UNAUTHORIZED, why));
    }
    let statuses = workflow::statuses(project);
    let shown: Vec<Value> =
        statuses.iter().filter_map(|id| catalog::status(id)).map(status).collect();
    ok(json!({ "statuses": shown, "workflows": [of_project(project, &statuses, &body)] }))
}

fn status(status: &catalog::Status) -> Value {
    let category = match status.category {
        Category::New => "TODO",
        Category::Indeterminate => "IN_PROGRESS",
        Category::Done => "DONE",
    };
    json!({
        "id": status.id,
        "name": status.name,
        "rawName": status.name,
        "description": "",
        "scope": { "type": "GLOBAL" },
        "statusCategory": category,
        "statusReference": reference(status.id),
    })
}

/// Not the id: references hold within one answer only.
fn reference(id: &str) -> String {
    format!("ref-{id}")
}

fn of_project(project: &Project, statuses: &[&str], body: &Value) -> Value {
    let create = json!({
        "id": "1",
        "name": "Create",
        "description": "",
        "type": "INITIAL",
        "toStatusReference": reference(INITIAL_STATUS),
        "links": [],
        "actions": [],
        "triggers": [],
        "validators": [],
    });
    let transitions: Vec<Value> =
        std::iter::once(create).chain(workflow::workflow(project).iter().map(transition)).collect();
    let placed =
        statuses.iter().map(|id| json!({ "statusReference": reference(id), "deprecated": false }));
    json!({
        "id": format!("workflow-{}", project.key),
        "name": format!("{} workflow", project.key),
        "description": "",
        "scope": { "type": "GLOBAL" },
        "queryContext": [{ "project": project.id, "issueTypes": body["issueTypeIds"] }],
        "statuses": placed.collect::<Vec<_>>(),
        "transitions": transitions,
        "version": { "id": "1", "versionNumber": 1 },
    })
}

fn transition(step: &Transition) -> Value {
    let links = step
        .from
        .iter()
        .map(|from| json!({ "fromStatusReference": reference(from), "fromPort": 0, "toPort": 0 }));
    json!({
        "id": step.id,
        "name": step.name,
        "description": "",
        "type": if step.is_global() { "GLOBAL" } else { "DIRECTED" },
        "toStatusReference": reference(step.to),
        "links": links.collect::<Vec<_>>(),
        "actions": [],
        "triggers": [],
        "validators": [],
    })
}
