//! Applying an item: checked against itself and against live metadata, then saved.

use chrono::{DateTime, SubsecRound, Utc};
use lockstep_model::item::CreateFrom;
use lockstep_model::validate::{Problem, Severity, field_ids, validate, validate_against};
use lockstep_model::{ConnectedItem, Fault};
use lockstep_salesforce::{Cursor, RecordQuery};
use lockstep_store::{Connection, ConnectionKind, Cursors};
use serde_json::json;

use super::metadata::Metadata;
use super::{Applied, ApplyError};
use crate::Engine;
use crate::catalog::Resolved;

/// An item that can be applied, and what was found out about it.
struct Checked {
    salesforce: Connection,
    jira: Connection,
    resolved: Resolved,
    earlier: Option<Resolved>,
    warnings: Vec<Problem>,
}

impl Engine {
    /// Checks an item against itself and against live metadata, and applies it.
    pub async fn apply_item(
        &self,
        spec: &ConnectedItem,
    ) -> Result<(Applied, Vec<Problem>), ApplyError> {
        let Checked { salesforce, jira, mut resolved, earlier, warnings } =
            self.checked(spec).await?;
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
        Ok((applied, warnings))
    }

    /// Checks an item as [`Self::apply_item`] does, and saves nothing; gives the warnings.
    pub async fn check_item(&self, spec: &ConnectedItem) -> Result<Vec<Problem>, ApplyError> {
        Ok(self.checked(spec).await?.warnings)
    }

    async fn checked(&self, spec: &ConnectedItem) -> Result<Checked, ApplyError> {
        let mut problems = validate(spec);
        refuse(&problems)?;
        let salesforce =
            self.named(&spec.salesforce.connection, ConnectionKind::Salesforce).await?;
        let jira = self.named(&spec.jira.connection, ConnectionKind::Jira).await?;
        let earlier = self.store.items().by_name(&spec.name).await?;
        let (org, site) =
            (self.catalog.salesforce(salesforce.id).await?, self.catalog.jira(jira.id).await?);
        let metadata = Metadata::read(spec, &org.client, &site.client).await?;
        let (resolved, found) = resolve(spec, metadata);
        problems.extend(found);
        refuse(&problems)?;
        Ok(Checked {
            salesforce,
            jira,
            resolved,
            earlier: earlier.and_then(|row| serde_json::from_value(row.extra).ok()),
            warnings: problems,
        })
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
            let message = format!("there is no {title} connection named `{name}`");
            let hint =
                "`lockstep connect list` shows those there are; `lockstep connect` adds one.";
            ApplyError::Problems(vec![Problem::error(path, message, hint)])
        })
    }
}

/// What the item needs of the metadata, and what is wrong with it in the light of that.
fn resolve(spec: &ConnectedItem, metadata: Metadata) -> (Resolved, Vec<Problem>) {
    let Metadata { mut schema, issue_type_id, name_field } = metadata;
    let (jira_names, mut problems) = field_ids(spec, &schema.jira);
    let by_id = spec.clone().with_field_ids(&jira_names);
    if !jira_names.is_empty() {
        problems.extend(validate(&by_id).into_iter().filter(|p| p.severity == Severity::Error));
    }
    problems.extend(validate_against(&by_id, &schema));
    schema.keep_mapped(&by_id);
    let resolved = Resolved {
        issue_type_id,
        name_field,
        jira_names,
        applied_at: None,
        create_since: None,
        schema,
    };
    (resolved, problems)
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
