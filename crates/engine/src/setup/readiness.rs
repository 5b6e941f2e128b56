//! What both sides grant, for the checklist of an item.

use std::collections::BTreeSet;

use lockstep_jira::JiraClient;
use lockstep_model::object::ObjectRights;
use lockstep_model::readiness::{Checklist, Granted, PERMISSIONS, checklist};
use lockstep_model::validate::{Problem, Severity};
use lockstep_model::{ConnectedItem, Fault};
use lockstep_salesforce::SalesforceClient;
use serde::{Deserialize, Serialize};

use super::Creates;
use crate::catalog::Resolved;

/// What a check of an item found.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CheckedItem {
    /// The item's name.
    pub item: String,
    /// What is wrong with it, and what will not work as one might expect.
    #[schema(value_type = Vec<Object>)]
    pub problems: Vec<Problem>,
    /// For how many records it creates issues, where it does and can be applied.
    pub creates: Option<Creates>,
    /// Everything that it needs on both sides, by name: how that came out, and what to do.
    #[schema(value_type = Vec<Object>)]
    pub readiness: Checklist,
}

impl CheckedItem {
    /// Whether nothing keeps it from being applied.
    pub fn can_be_applied(&self) -> bool {
        self.problems.iter().all(|problem| problem.severity != Severity::Error)
    }
}

/// Asks both sides what they grant and holds the item against it; `attachments` is the site's limit. One
/// call to Salesforce, and one to Jira for each project.
pub(super) async fn check(
    spec: &ConnectedItem,
    (resolved, attachments): (&Resolved, Option<u64>),
    (org, site): (&SalesforceClient, &JiraClient),
) -> Result<Checklist, Fault> {
    let objects = org.objects().await?.into_iter();
    let rights = objects.map(|object| {
        let rights = ObjectRights { create: object.createable, update: object.updateable };
        (object.name, rights)
    });
    let granted =
        Granted { objects: rights.collect(), permissions: held(spec, site).await?, attachments };
    let by_id = spec.clone().with_field_ids(&resolved.jira_names);
    Ok(checklist(&by_id, &resolved.schema, &granted))
}

/// The permissions that the integration user holds in every project of the item.
async fn held(spec: &ConnectedItem, site: &JiraClient) -> Result<BTreeSet<String>, Fault> {
    let mut held: BTreeSet<String> = PERMISSIONS.map(str::to_owned).into();
    for project in spec.jira.projects() {
        let mine = site.permissions(Some(project), &PERMISSIONS).await?;
        held.retain(|key| mine.iter().any(|one| one.held && one.key == *key));
    }
    Ok(held)
}
