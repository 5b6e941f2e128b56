//! The Jira scope of an item, as the site has it.

use lockstep_jira::{IssueType, JiraClient};
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
        let types = types(site, project).await?;
        if spec.mode != Mode::DisplayOnly {
            return named(types, project, &jira.issue_type).map(Some);
        }
    }
    Ok(None)
}

/// The id of an issue type of a project.
pub(super) async fn issue_type_of(
    site: &JiraClient,
    project: &str,
    name: &str,
) -> Result<String, ApplyError> {
    named(types(site, project).await?, project, name)
}

pub(super) async fn types(site: &JiraClient, project: &str) -> Result<Vec<IssueType>, ApplyError> {
    site.issue_types(project).await.map_err(|fault| match fault.code {
        Code::JiraNotFound => no_project(project),
        _ => fault.into(),
    })
}

fn named(types: Vec<IssueType>, project: &str, name: &str) -> Result<String, ApplyError> {
    let known: Vec<String> = types.iter().map(|kind| kind.name.clone()).collect();
    let wanted = types.into_iter().find(|kind| kind.name.eq_ignore_ascii_case(name));
    wanted.map(|kind| kind.id).ok_or_else(|| {
        let message = format!("project {project} has no issue type `{name}`");
        let hint = did_you_mean(name, known.iter().map(String::as_str));
        problem("jira.issue_type", message, &hint)
    })
}

fn no_project(key: &str) -> ApplyError {
    let message = format!("there is no project `{key}`, or the integration user may not see it");
    problem("jira.project", message, "Check the key, and give the user Browse projects.")
}

fn problem(path: &str, message: String, hint: &str) -> ApplyError {
    ApplyError::Problems(vec![Problem::error(path, message, hint)])
}
