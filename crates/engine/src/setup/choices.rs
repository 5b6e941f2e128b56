//! What the author of an item chooses from, besides objects and fields: projects, issue types and
//! statuses, as they are now.

use lockstep_model::Fault;
use lockstep_model::field::{IssueStatus, RecordStatus};
use lockstep_model::object;
use lockstep_store::Connection;
use serde::Serialize;

use super::ApplyError;
use super::scope::types;
use crate::Engine;

/// A project of a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Project {
    /// Its key.
    pub key: String,
    /// Its name.
    pub name: String,
}

impl Engine {
    /// The projects that the integration user sees.
    pub async fn projects(&self, connection: &Connection) -> Result<Vec<Project>, Fault> {
        let site = self.catalog.jira(connection.id).await?;
        let projects = site.client.projects().await?;
        let of = |project: lockstep_jira::Project| Project { key: project.key, name: project.name };
        Ok(projects.into_iter().map(of).collect())
    }

    /// The issue types of a project, by name.
    pub async fn issue_types(
        &self,
        connection: &Connection,
        project: &str,
    ) -> Result<Vec<String>, ApplyError> {
        let site = self.catalog.jira(connection.id).await?;
        Ok(types(&site.client, project).await?.into_iter().map(|kind| kind.name).collect())
    }

    /// The values of an object's status field: the one that is named, or the object's own.
    pub async fn record_statuses(
        &self,
        connection: &Connection,
        object: &str,
        field: Option<&str>,
    ) -> Result<Vec<RecordStatus>, Fault> {
        let own = || object::standard(object)?.status_field;
        let Some(field) = field.or_else(own) else {
            return Ok(Vec::new());
        };
        let org = self.catalog.salesforce(connection.id).await?;
        org.client.statuses(object, field).await
    }

    /// The statuses of an issue type.
    pub async fn issue_statuses(
        &self,
        connection: &Connection,
        project: &str,
        issue_type: &str,
    ) -> Result<Vec<IssueStatus>, Fault> {
        let site = self.catalog.jira(connection.id).await?;
        site.client.statuses(project, issue_type).await
    }
}
