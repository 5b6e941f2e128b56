//! The Jira scope of an item, as the site has it.

use lockstep_jira::JiraClient;
use lockstep_model::item::Mode;
use lockstep_model::validate::{Problem, did_you_mean};
use lockstep_model::{Code, ConnectedItem};

use super::ApplyError;

/// The id of the item's issue type; none for a display-only item, whose projects need only be there.
pub(super) async fn issue_type(
    site: &JiraClient,
    spec: &ConnectedItem,
) -> Result<Option<String>, ApplyError> {
    let jira = &spec.jira;
    for project in jira.projects() {
        let types = match site.issue_types(project).await {
            Ok(types) => types,
            Err(fault) if fault.code == Code::JiraNotFound => return Err(no_project(project)),
            Err(fault) => return Err(fault.into()),
        };
        if spec.mode == Mode::DisplayOnly {
            continue;
        }
        let wanted = types.iter().find(|kind| kind.name.eq_ignore_ascii_case(&jira.issue_type));
        if let Some(kind) = wanted {
            return Ok(Some(kind.id.clone()));
        }
        let (name, known) = (&jira.issue_type, types.iter().map(|kind| kind.name.as_str()));
        let message = format!("project {project} has no issue type `{name}`");
        return Err(problem("jira.issue_type", message, &did_you_mean(name, known)));
    }
    Ok(None)
}

fn no_project(key: &str) -> ApplyError {
    let message = format!("there is no project `{key}`, or the integration user may not see it");
    problem("jira.project", message, "Check the key, and give the user Browse projects.")
}

fn problem(path: &str, message: String, hint: &str) -> ApplyError {
    ApplyError::Problems(vec![Problem::error(path, message, hint)])
}
