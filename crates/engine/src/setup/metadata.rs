//! What both sides say about their fields, before an item is applied.

use std::collections::BTreeMap;

use lockstep_jira::{JiraClient, Scope};
use lockstep_model::field::JiraField;
use lockstep_model::validate::{Problem, did_you_mean};
use lockstep_model::{ConnectedItem, Fault, Schema};
use lockstep_salesforce::SalesforceClient;

use super::ApplyError;

/// Everything that both sides show for an item's object and issue type, mapped or not.
pub(super) struct Metadata {
    /// All fields and statuses.
    pub(super) schema: Schema,
    /// Id of the issue type.
    pub(super) issue_type_id: String,
    /// The object's title field.
    pub(super) name_field: String,
}

impl Metadata {
    /// Asks both sides.
    pub(super) async fn read(
        spec: &ConnectedItem,
        org: &SalesforceClient,
        site: &JiraClient,
    ) -> Result<Self, ApplyError> {
        let object = spec.salesforce.object.as_str();
        let described = org.describe(object).await?;
        let record_statuses = match spec.status_field() {
            Some(_) => org.statuses(object).await?,
            None => Vec::new(),
        };
        let issue_type_id = issue_type(site, spec).await?;
        let fields = described.fields.into_iter().map(|field| (field.name.clone(), field));
        let schema = Schema {
            salesforce: fields.collect(),
            jira: jira_fields(site, spec, &issue_type_id).await?,
            record_statuses,
            issue_statuses: site.statuses(&spec.jira.project, &spec.jira.issue_type).await?,
            workflow: if spec.moves_issues() {
                site.workflow(&spec.jira.project, &issue_type_id).await?
            } else {
                Vec::new()
            },
        };
        Ok(Self { schema, issue_type_id, name_field: described.name_field })
    }
}

/// The fields of the site, as the screens of the issue type show them where they are on one.
async fn jira_fields(
    site: &JiraClient,
    spec: &ConnectedItem,
    issue_type_id: &str,
) -> Result<BTreeMap<String, JiraField>, Fault> {
    let by_id = |field: JiraField| (field.id.clone(), field);
    let mut fields: BTreeMap<_, _> = site.fields().await?.into_iter().map(by_id).collect();
    let on_create = site.create_fields(&spec.jira.project, issue_type_id).await?;
    fields.extend(on_create.into_iter().map(by_id));
    let scope =
        Scope { project: spec.jira.project.clone(), issue_type: spec.jira.issue_type.clone() };
    if let Some(sample) = site.newest(&scope).await? {
        let on_edit = site.edit_fields(&sample).await?;
        if !on_edit.is_empty() {
            for field in fields.values_mut() {
                field.on_edit = Some(on_edit.contains(&field.id));
            }
        }
    }
    Ok(fields)
}

async fn issue_type(site: &JiraClient, spec: &ConnectedItem) -> Result<String, ApplyError> {
    let types = site.issue_types(&spec.jira.project).await?;
    let wanted = types.iter().find(|kind| kind.name.eq_ignore_ascii_case(&spec.jira.issue_type));
    wanted.map(|kind| kind.id.clone()).ok_or_else(|| {
        let (project, name) = (&spec.jira.project, &spec.jira.issue_type);
        let message = format!("project {project} has no issue type `{name}`");
        let hint = did_you_mean(name, types.iter().map(|kind| kind.name.as_str()));
        ApplyError::Problems(vec![Problem::error("jira.issue_type", message, &hint)])
    })
}
