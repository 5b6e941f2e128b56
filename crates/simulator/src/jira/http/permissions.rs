//! What the caller may do.

use axum::extract::State as Extract;
use serde_json::{Map, Value, json};

use super::{Answer, App, Caller, Params, ok};
use crate::jira::model::Refusal;

/// Key, id, name and kind of the permissions that exist here.
const ALL: [(&str, &str, &str, &str); 18] = [
    ("ADMINISTER", "0", "Administer Jira", "GLOBAL"),
    ("CREATE_SHARED_OBJECTS", "22", "Share dashboards and filters", "GLOBAL"),
    ("ADMINISTER_PROJECTS", "23", "Administer Projects", "PROJECT"),
    ("BROWSE_PROJECTS", "10", "Browse Projects", "PROJECT"),
    ("CREATE_ISSUES", "11", "Create Issues", "PROJECT"),
    ("EDIT_ISSUES", "12", "Edit Issues", "PROJECT"),
    ("ASSIGN_ISSUES", "13", "Assign Issues", "PROJECT"),
    ("RESOLVE_ISSUES", "14", "Resolve Issues", "PROJECT"),
    ("TRANSITION_ISSUES", "46", "Transition Issues", "PROJECT"),
    ("LINK_ISSUES", "21", "Link Issues", "PROJECT"),
    ("ADD_COMMENTS", "15", "Add Comments", "PROJECT"),
    ("CREATE_ATTACHMENTS", "19", "Create Attachments", "PROJECT"),
    ("WORK_ON_ISSUES", "20", "Work On Issues", "PROJECT"),
    ("EDIT_OWN_COMMENTS", "37", "Edit Own Comments", "PROJECT"),
    ("DELETE_OWN_COMMENTS", "39", "Delete Own Comments", "PROJECT"),
    ("EDIT_OWN_WORKLOGS", "40", "Edit Own Worklogs", "PROJECT"),
    ("DELETE_OWN_WORKLOGS", "42", "Delete Own Worklogs", "PROJECT"),
    ("VIEW_READONLY_WORKFLOW", "45", "View Read-Only Workflow", "PROJECT"),
];

/// What only administrators have.
const ADMINISTRATORS: [&str; 2] = ["ADMINISTER", "ADMINISTER_PROJECTS"];

/// What people who only look on do not have.
const EDITORS: [&str; 8] = [
    "CREATE_ISSUES",
    "EDIT_ISSUES",
    "ASSIGN_ISSUES",
    "RESOLVE_ISSUES",
    "TRANSITION_ISSUES",
    "LINK_ISSUES",
    "CREATE_ATTACHMENTS",
    "WORK_ON_ISSUES",
];

/// `GET /mypermissions`. Whoever is nobody gets an answer too: they may do nothing. About an issue that
/// the caller does not see there is none.
pub(super) async fn mine(Extract(state): App, caller: Caller, params: Params) -> Answer {
    let asked = params.list("permissions");
    if asked.is_empty() {
        return Err(Refusal::bad("The 'permissions' query parameter is required."));
    }
    let issue = params.get("issueId").or_else(|| params.get("issueKey"));
    if let Some(issue) = issue {
        state.seen_by(caller.reader()?.account_id, issue)?;
    }
    let settings = state.lock().settings.clone();
    let looks_on = caller.user().is_ok_and(|user| settings.lookers.contains(user.account_id));
    let mut shown = Map::new();
    for key in asked {
        let Some((key, id, name, kind)) = ALL.iter().find(|(known, ..)| *known == key) else {
            return Err(Refusal::bad(format!("Unrecognized permission(s): {key}")));
        };
        let missing = ADMINISTRATORS.contains(key)
            || settings.lacking.contains(*key)
            || (looks_on && EDITORS.contains(key));
        let held = !caller.is_nobody() && !missing;
        let description = format!("Ability to {}.", name.to_lowercase());
        let one = json!({
            "id": id, "key": key, "name": name, "type": kind, "description": description,
            "havePermission": held,
        });
        shown.insert((*key).to_owned(), one);
    }
    ok(json!({ "permissions": Value::Object(shown) }))
}
