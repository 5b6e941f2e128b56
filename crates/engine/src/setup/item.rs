//! Applying an item: checked against itself and against live metadata, then saved.

use std::collections::BTreeMap;

use chrono::{DateTime, SubsecRound, Utc};
use lockstep_jira::JiraClient;
use lockstep_model::item::CreateFrom;
use lockstep_model::validate::{Problem, Severity, validate, validate_against};
use lockstep_model::{ConnectedItem, Fault, Schema};
use lockstep_salesforce::{Cursor, RecordQuery};
use lockstep_store::{Connection, ConnectionKind, Cursors};
use serde_json::json;

use super::{Applied, ApplyError};
use crate::Engine;
use crate::catalog::Resolved;

impl Engine {
    /// Checks an item against itself and against live metadata, and applies it.
    pub async fn apply_item(
        &self,
        spec: &ConnectedItem,
    ) -> Result<(Applied, Vec<Problem>), ApplyError> {
        let mut problems = validate(spec);
        refuse(&problems)?;
        let salesforce =
            self.named(&spec.salesforce.connection, ConnectionKind::Salesforce).await?;
        let jira = self.named(&spec.jira.connection, ConnectionKind::Jira).await?;
        let earlier = self.store.items().by_name(&spec.name).await?;
        let earlier: Option<Resolved> =
            earlier.and_then(|row| serde_json::from_value(row.extra).ok());
        let mut resolved = self.resolve(spec, &salesforce, &jira).await?;
        problems.extend(validate_against(spec, &resolved.schema));
        refuse(&problems)?;
        let now = self.org_time(spec, &salesforce).await?;
        let first = earlier.as_ref().and_then(|earlier| earlier.applied_at);
        resolved.applied_at = Some(first.unwrap_or(now));
        resolved.create_since = create_since(spec, earlier.as_ref(), now);
        let applied =
            self.store.items().apply(spec, salesforce.id, jira.id, &json!(resolved)).await;
        let applied = applied?;
        if applied.created {
            let cursors = first_cursors(spec, now);
            self.store.items().save_cursors(applied.id, &cursors).await?;
        }
        Ok((applied, problems))
    }

    /// What time the org has, in whole seconds as its stamps are: its clock decides which records
    /// are new, not ours.
    async fn org_time(
        &self,
        spec: &ConnectedItem,
        connection: &Connection,
    ) -> Result<DateTime<Utc>, Fault> {
        let org = self.catalog.salesforce(connection.id).await?;
        let from_now = Cursor { stamp: (self.clock)(), id: None };
        let nothing = RecordQuery { name_field: "Id".to_owned(), ..RecordQuery::default() };
        let object = &spec.salesforce.object;
        let changed = org.client.changed_since(object, &from_now, &nothing, 1).await?;
        Ok(changed.server_time.trunc_subsecs(0))
    }

    async fn named(&self, name: &str, kind: ConnectionKind) -> Result<Connection, ApplyError> {
        let found = self.store.connections().by_name(name).await?;
        let found = found.filter(|connection| connection.kind == kind);
        found.ok_or_else(|| {
            let (path, title) = match kind {
                ConnectionKind::Salesforce => ("salesforce.connection", "Salesforce"),
                ConnectionKind::Jira => ("jira.connection", "Jira"),
            };
            ApplyError::Problems(vec![Problem {
                path: path.to_owned(),
                severity: Severity::Error,
                message: format!("there is no {title} connection named `{name}`"),
                hint: "`lockstep connect list` shows those there are; `lockstep connect` adds one"
                    .to_owned(),
            }])
        })
    }

    /// Asks both sides for the metadata that the item needs.
    async fn resolve(
        &self,
        spec: &ConnectedItem,
        salesforce: &Connection,
        jira: &Connection,
    ) -> Result<Resolved, ApplyError> {
        let salesforce = self.catalog.salesforce(salesforce.id).await?;
        let jira = self.catalog.jira(jira.id).await?;
        let (org, site) = (&salesforce.client, &jira.client);
        let object = spec.salesforce.object.as_str();
        let described = org.describe(object).await?;
        let record_statuses = match spec.status_field() {
            Some(_) => org.statuses(object).await?,
            None => Vec::new(),
        };
        let issue_type_id = issue_type(site, spec).await?;
        let mut fields: BTreeMap<_, _> =
            site.fields().await?.into_iter().map(|field| (field.id.clone(), field)).collect();
        let on_create = site.create_fields(&spec.jira.project, &issue_type_id).await?;
        fields.extend(on_create.into_iter().map(|field| (field.id.clone(), field)));
        let mapped = |id: &str| spec.mappings.iter().any(|m| m.jira == id);
        fields.retain(|id, field| field.required || mapped(id));
        let schema = Schema {
            salesforce: described
                .fields
                .into_iter()
                .map(|field| (field.name.clone(), field))
                .collect(),
            jira: fields,
            record_statuses,
            issue_statuses: site.statuses(&spec.jira.project, &spec.jira.issue_type).await?,
        };
        let mut resolved = Resolved {
            issue_type_id,
            name_field: described.name_field,
            schema,
            applied_at: None,
            create_since: None,
        };
        let mapped = |name: &str| spec.mappings.iter().any(|m| m.salesforce == name);
        resolved.schema.salesforce.retain(|name, _| mapped(name));
        Ok(resolved)
    }
}

async fn issue_type(site: &JiraClient, spec: &ConnectedItem) -> Result<String, ApplyError> {
    let types = site.issue_types(&spec.jira.project).await?;
    let wanted = types.iter().find(|kind| kind.name.eq_ignore_ascii_case(&spec.jira.issue_type));
    wanted.map(|kind| kind.id.clone()).ok_or_else(|| {
        let names: Vec<&str> = types.iter().map(|kind| kind.name.as_str()).collect();
        ApplyError::Problems(vec![Problem {
            path: "jira.issue_type".to_owned(),
            severity: Severity::Error,
            message: format!(
                "project {} has no issue type `{}`",
                spec.jira.project, spec.jira.issue_type
            ),
            hint: format!("it has {}", names.join(", ")),
        }])
    })
}

fn refuse(problems: &[Problem]) -> Result<(), ApplyError> {
    if problems.iter().any(|problem| problem.severity == Severity::Error) {
        return Err(ApplyError::Problems(problems.to_vec()));
    }
    Ok(())
}

/// From when on records count as new: decided once, when auto-create is first switched on.
fn create_since(
    spec: &ConnectedItem,
    earlier: Option<&Resolved>,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    match spec.auto_create.from {
        _ if !spec.creates_issues() => None,
        CreateFrom::Now => Some(earlier.and_then(|earlier| earlier.create_since).unwrap_or(now)),
        CreateFrom::Since(instant) => Some(instant),
        CreateFrom::All => None,
    }
}

fn first_cursors(spec: &ConnectedItem, now: DateTime<Utc>) -> Cursors {
    let salesforce = match spec.auto_create.from {
        _ if !spec.creates_issues() => now,
        CreateFrom::Now => now,
        CreateFrom::Since(instant) => instant,
        CreateFrom::All => DateTime::UNIX_EPOCH,
    };
    Cursors { salesforce: Some((salesforce, None)), jira: Some(now) }
}
