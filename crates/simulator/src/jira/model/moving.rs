//! Moving an issue to another project: the key changes, the id stays, the old key still resolves.

use super::catalog::{self, Project};
use super::issue::ChangeItem;
use super::refusal::Refusal;
use super::site::{Actor, EventKind, Site};
use super::workflow;

impl Site {
    /// Moves an issue to a project, by the project's id or key.
    ///
    /// # Errors
    /// 404 for the issue; 400 for the project.
    pub fn move_issue(&mut self, actor: Actor<'_>, id: u64, project: &str) -> Result<(), Refusal> {
        let target = catalog::project(project)
            .ok_or_else(|| Refusal::field("project", "Specify a valid project ID or key"))?;
        let issue = self.issue(id).ok_or_else(Refusal::no_issue)?;
        if issue.project_id == target.id {
            return Ok(());
        }
        let (source, old_key) = (issue.project(), issue.key.clone());
        let key = self.next_key(target);
        self.keys.insert(key.clone(), id);
        if let Some(issue) = self.issue_mut(id) {
            issue.project_id = target.id;
            issue.key.clone_from(&key);
            for field in
                ["components", "versions", "fixVersions", "customfield_10065", "customfield_10066"]
            {
                issue.values.remove(field);
            }
            if !workflow::statuses(target).contains(&issue.status_id) {
                issue.status_id = workflow::INITIAL_STATUS;
            }
        }
        let items = vec![project_item(source, target), key_item(&old_key, &key)];
        let change = self.record(actor, id, items, None);
        self.announce(actor, id, EventKind::Updated("issue_moved", change));
        Ok(())
    }
}

fn project_item(from: &Project, to: &Project) -> ChangeItem {
    ChangeItem {
        field: "project".to_owned(),
        field_id: "project".to_owned(),
        from: Some(from.id.to_owned()),
        from_string: Some(from.name.to_owned()),
        to: Some(to.id.to_owned()),
        to_string: Some(to.name.to_owned()),
    }
}

fn key_item(from: &str, to: &str) -> ChangeItem {
    ChangeItem {
        field: "Key".to_owned(),
        field_id: "issuekey".to_owned(),
        from: None,
        from_string: Some(from.to_owned()),
        to: None,
        to_string: Some(to.to_owned()),
    }
}
