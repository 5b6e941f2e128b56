//! Whether the parents that an item names can be had: the item under which they have their issues, and
//! issue types of which one may stand under the other.

use lockstep_jira::JiraClient;
use lockstep_model::field::Schema;
use lockstep_model::validate::{Problem, did_you_mean};
use lockstep_model::{ConnectedItem, ConnectionId};

use super::ApplyError;
use crate::Engine;

impl Engine {
    /// What stands in the way of the item's parents.
    pub(super) async fn check_parent(
        &self,
        spec: &ConnectedItem,
        (sides, site): ((ConnectionId, ConnectionId), &JiraClient),
        schema: &Schema,
    ) -> Result<Vec<Problem>, ApplyError> {
        let Some(rule) = &spec.parent else {
            return Ok(Vec::new());
        };
        let Some(other) = self.store.items().by_name(&rule.item).await? else {
            let known = self.store.items().list().await?;
            let names = known.iter().map(|row| row.item.document.name.as_str());
            let message = format!("there is no item `{}`", rule.item);
            let hint =
                format!("{} Apply the parents' item first.", did_you_mean(&rule.item, names));
            return Ok(vec![Problem::error("parent.item", message, &hint)]);
        };
        let mut problems = Vec::new();
        if (other.salesforce, other.jira) != sides {
            let message = format!("`{}` has other connections", rule.item);
            let hint = "Name an item of the same org and the same site.";
            problems.push(Problem::error("parent.item", message, hint));
        }
        let object = &other.document.salesforce.object;
        let field = schema.salesforce.get(&rule.salesforce);
        if field.is_some_and(|field| !field.references.contains(object)) {
            let message = format!("`{}` never leads to a record of `{object}`", rule.salesforce);
            let hint = format!("Name a lookup to `{object}`, or another item.");
            problems.push(Problem::error("parent.salesforce", message, &hint));
        }
        let levels = (level(site, spec).await?, level(site, &other.document).await?);
        if let (Some(own), Some(above)) = levels
            && above != own + 1
        {
            let (child, parent) = (&spec.jira.issue_type, &other.document.jira.issue_type);
            let message = format!("in Jira a `{child}` is no child of a `{parent}`");
            let hint = "A parent's issue type is one level above: an epic above a story, a story above a sub-task.";
            problems.push(Problem::error("parent.item", message, hint));
        }
        Ok(problems)
    }
}

/// On which level of the hierarchy an item's issues stand, where Jira says so.
async fn level(site: &JiraClient, spec: &ConnectedItem) -> Result<Option<i32>, ApplyError> {
    let types = site.issue_types(&spec.jira.project).await?;
    let own = types.into_iter().find(|kind| kind.name.eq_ignore_ascii_case(&spec.jira.issue_type));
    Ok(own.and_then(|kind| kind.level))
}
