//! What fields there are, for the author of an item.

use lockstep_model::Fault;
use lockstep_model::field::{JiraField, SalesforceField};
use lockstep_store::Connection;

use super::ApplyError;
use super::metadata::jira_fields;
use super::scope::issue_type_of;
use crate::Engine;

impl Engine {
    /// The fields of an object as the Run As user sees them, under labels that say what they are of.
    pub async fn record_fields(
        &self,
        connection: &Connection,
        object: &str,
    ) -> Result<Vec<SalesforceField>, Fault> {
        let org = self.catalog.salesforce(connection.id).await?;
        let described = org.client.describe(object).await?;
        let labelled = described
            .fields
            .into_iter()
            .map(|field| SalesforceField { label: field.full_label(&described.label), ..field });
        Ok(labelled.collect())
    }

    /// The fields that are on a screen of an issue type, with what each accepts.
    pub async fn issue_fields(
        &self,
        connection: &Connection,
        project: &str,
        name: &str,
    ) -> Result<Vec<JiraField>, ApplyError> {
        let site = self.catalog.jira(connection.id).await?;
        let id = issue_type_of(&site.client, project, name).await?;
        let fields = jira_fields(&site.client, (project, name), Some(&id)).await?;
        let shown = |field: &JiraField| field.on_create || field.on_edit == Some(true);
        Ok(fields.into_values().filter(shown).collect())
    }
}
