//! What both sides say about their fields, before an item is applied.

use std::collections::BTreeMap;

use lockstep_jira::{JiraClient, Scope};
use lockstep_model::field::{JiraField, JiraKind, SalesforceField};
use lockstep_model::item::SalesforceScope;
use lockstep_model::object::ObjectRights;
use lockstep_model::validate::Problem;
use lockstep_model::{Code, ConnectedItem, Fault, Schema, people};
use lockstep_salesforce::{Described, SalesforceClient};

use super::related::Related;
use super::{ApplyError, scope};

/// Everything that both sides show for an item's object and issue type, mapped or not.
pub(super) struct Metadata {
    /// All fields and statuses.
    pub(super) schema: Schema,
    /// Id of the issue type.
    pub(super) issue_type_id: String,
    /// The object's title field.
    pub(super) name_field: String,
    /// The object's unique external ids.
    pub(super) unique_keys: Vec<String>,
}

impl Metadata {
    /// Asks both sides.
    pub(super) async fn read(
        spec: &ConnectedItem,
        org: &SalesforceClient,
        site: &JiraClient,
    ) -> Result<Self, ApplyError> {
        let object = spec.salesforce.object.as_str();
        let described = org.describe(object).await.map_err(|fault| no_object(spec, fault))?;
        let record_statuses = match spec.status_field() {
            Some(field) => org.statuses(object, field).await?,
            None => Vec::new(),
        };
        let (project, kind) = (spec.jira.project.as_str(), spec.jira.issue_type.as_str());
        let wants_feed = spec.syncs_comments() || spec.notes_links();
        let feed =
            if wants_feed && described.feed_enabled { org.feed(object).await? } else { None };
        let issue_type_id = scope::issue_type(site, spec).await?;
        let (name_field, unique_keys) =
            (described.name_field.clone(), described.unique_keys.clone());
        let history = described.history.clone();
        let activities = spec.active_activities().and(described.activities.clone());
        let rights = ObjectRights { create: described.createable, update: described.updateable };
        let mut schema = Schema {
            salesforce: salesforce_fields(org, spec, described).await?,
            jira: jira_fields(site, (project, kind), issue_type_id.as_deref()).await?,
            record_statuses,
            issue_statuses: match &issue_type_id {
                Some(_) => site.statuses(project, kind).await?,
                None => Vec::new(),
            },
            workflow: match &issue_type_id {
                Some(id) if spec.moves_issues() => site.workflow(project, id).await?,
                _ => Vec::new(),
            },
            rights,
            people: Vec::new(),
            feed,
            history,
            activities,
        };
        if holds_people(spec, &schema) {
            let (users, accounts) = (org.people().await?, site.people(project).await?);
            schema.people = people::directory(&spec.users, &users, &accounts);
        }
        let issue_type_id = issue_type_id.unwrap_or_default();
        Ok(Self { schema, issue_type_id, name_field, unique_keys })
    }
}

/// The object's fields, and those of related records that the item reads.
async fn salesforce_fields(
    org: &SalesforceClient,
    spec: &ConnectedItem,
    described: Described,
) -> Result<BTreeMap<String, SalesforceField>, Fault> {
    let object = spec.salesforce.object.as_str();
    let mut related = Related::new(org, object, described);
    let mut fields = BTreeMap::new();
    for path in spec.record_fields().into_iter().filter(|name| name.contains('.')) {
        if let Some(field) = related.field(object, &path).await? {
            fields.insert(path, field);
        }
    }
    let own = related.into_first(object).map(|described| described.fields).unwrap_or_default();
    fields.extend(own.into_iter().map(|field| (field.name.clone(), field)));
    Ok(fields)
}

/// Whether a mapped field of the issue holds people.
fn holds_people(spec: &ConnectedItem, schema: &Schema) -> bool {
    let kind = |field: &JiraField| matches!(field.kind, JiraKind::User | JiraKind::Users);
    let mapped = |field: &&JiraField| {
        spec.mappings.iter().any(|m| m.jira == field.id || m.jira.eq_ignore_ascii_case(&field.name))
    };
    schema.jira.values().filter(mapped).any(kind)
}

/// The fields of the site, as the screens of the issue type show them where they are on one.
pub(super) async fn jira_fields(
    site: &JiraClient,
    (project, issue_type): (&str, &str),
    issue_type_id: Option<&str>,
) -> Result<BTreeMap<String, JiraField>, Fault> {
    let by_id = |field: JiraField| (field.id.clone(), field);
    let mut fields: BTreeMap<_, _> = site.fields().await?.into_iter().map(by_id).collect();
    // A display-only item has no issue type, so no screens.
    let Some(issue_type_id) = issue_type_id else {
        return Ok(fields);
    };
    let on_create = site.create_fields(project, issue_type_id).await?;
    fields.extend(on_create.into_iter().map(by_id));
    let scope = Scope { project: project.to_owned(), issue_type: issue_type.to_owned() };
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

/// An object that is not there, or that the Run As user may not see.
fn no_object(spec: &ConnectedItem, fault: Fault) -> ApplyError {
    if fault.code != Code::SfNoAccess {
        return fault.into();
    }
    let SalesforceScope { connection, object } = &spec.salesforce;
    let message = format!("the org has no object `{object}`, or the Run As user may not see it");
    let hint = format!("`lockstep objects --connection {connection}` lists those that it sees.");
    ApplyError::Problems(vec![Problem::error("salesforce.object", message, &hint)])
}
