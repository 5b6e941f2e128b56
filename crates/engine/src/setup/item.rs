//! Applying an item: checked against itself and against live metadata, then saved.

use chrono::{DateTime, SubsecRound, Utc};
use lockstep_model::validate::{Problem, Severity, field_ids, validate, validate_against};
use lockstep_model::{ConnectedItem, Fault};
use lockstep_salesforce::{Cursor, RecordQuery};
use lockstep_store::{Connection, ConnectionKind, Item, ItemState};
use serde_json::json;

use super::metadata::Metadata;
use super::{AppliedItem, ApplyError, CheckedItem, creating, files, readiness};
use crate::Engine;
use crate::catalog::Resolved;

/// An item that was checked, with what was asked for it.
pub(super) struct Checked {
    problems: Vec<Problem>,
    salesforce: Connection,
    pub(super) jira: Connection,
    /// The item's row before, if it was applied before.
    pub(super) earlier: Option<Item>,
    /// What was resolved for it then.
    pub(super) before: Option<Resolved>,
    pub(super) resolved: Resolved,
    /// The org's time.
    pub(super) now: DateTime<Utc>,
}

/// An item that was held against both sides.
struct Inspected {
    problems: Vec<Problem>,
    salesforce: Connection,
    jira: Connection,
    earlier: Option<Item>,
    before: Option<Resolved>,
    resolved: Resolved,
    /// The largest attachment that the site takes.
    attachments: Option<u64>,
}

impl Checked {
    /// The Salesforce connection.
    pub(super) fn org(&self) -> lockstep_model::ConnectionId {
        self.salesforce.id
    }
}

impl Engine {
    /// Checks an item against itself and against live metadata, and applies it. Issues that belong to
    /// its records already are linked before the item is swept for the first time.
    pub async fn apply_item(&self, spec: &ConnectedItem) -> Result<AppliedItem, ApplyError> {
        self.apply_as(spec, ItemState::Active).await
    }

    /// Does what [`Engine::apply_item`] does; an item that is new is paused, so that its plan can be
    /// looked at before anything is written.
    pub async fn apply_item_paused(&self, spec: &ConnectedItem) -> Result<AppliedItem, ApplyError> {
        self.apply_as(spec, ItemState::Paused).await
    }

    /// `state` is that of an item that is new.
    async fn apply_as(
        &self,
        spec: &ConnectedItem,
        state: ItemState,
    ) -> Result<AppliedItem, ApplyError> {
        let checked = self.check(spec).await?;
        let found = self.found_before(spec, &checked).await?;
        if let Some(row) = &checked.earlier {
            self.link_found(row.id, &found).await?;
        }
        let extra = json!(checked.resolved);
        let (salesforce, jira) = (checked.salesforce.id, checked.jira.id);
        let items = self.store.items();
        let applied = match state {
            ItemState::Active => items.apply(spec, salesforce, jira, &extra).await?,
            ItemState::Paused => items.apply_paused(spec, salesforce, jira, &extra).await?,
        };
        if applied.created {
            self.link_found(applied.id, &found).await?;
        }
        self.set_cursors(applied.id, spec, &checked).await?;
        let creates = self.creates(spec, &checked, Some(applied.id)).await?;
        Ok(AppliedItem { applied, problems: checked.problems, creates, found: found.len() })
    }

    /// Checks an item as [`Engine::apply_item`] does, and everything that it needs on both sides; saves
    /// nothing. What cannot be held against the two sides at all is refused.
    pub async fn check_item(&self, spec: &ConnectedItem) -> Result<CheckedItem, ApplyError> {
        let inspected = self.inspect(spec).await?;
        let org = self.catalog.salesforce(inspected.salesforce.id).await?;
        let site = self.catalog.jira(inspected.jira.id).await?;
        let sides = (&org.client, &site.client);
        let known = (&inspected.resolved, inspected.attachments);
        let readiness = readiness::check(spec, known, sides).await?;
        let problems = inspected.problems.clone();
        let mut found = CheckedItem { item: spec.name.clone(), problems, creates: None, readiness };
        if found.can_be_applied() {
            let checked = self.settle(spec, inspected).await?;
            let known = checked.earlier.as_ref().map(|row| row.id);
            found.creates = self.creates(spec, &checked, known).await?;
        }
        Ok(found)
    }

    async fn check(&self, spec: &ConnectedItem) -> Result<Checked, ApplyError> {
        let inspected = self.inspect(spec).await?;
        self.settle(spec, inspected).await
    }

    /// Holds an item against both sides, whatever that finds.
    async fn inspect(&self, spec: &ConnectedItem) -> Result<Inspected, ApplyError> {
        let mut problems = validate(spec);
        refuse(&problems)?;
        let salesforce =
            self.named(&spec.salesforce.connection, ConnectionKind::Salesforce).await?;
        let jira = self.named(&spec.jira.connection, ConnectionKind::Jira).await?;
        let earlier = self.store.items().by_name(&spec.name).await?;
        let before: Option<Resolved> =
            earlier.as_ref().and_then(|row| serde_json::from_value(row.extra.clone()).ok());
        let (org, site) =
            (self.catalog.salesforce(salesforce.id).await?, self.catalog.jira(jira.id).await?);
        let metadata = Metadata::read(spec, &org.client, &site.client).await?;
        let (resolved, found) = resolve(spec, metadata);
        problems.extend(found);
        let attachments = files::limit(spec, &site.client).await?;
        problems.extend(files::check(spec, &org.client, attachments).await?);
        let sides = (salesforce.id, jira.id);
        let schema = &resolved.schema;
        problems.extend(self.check_parent(spec, (sides, &site.client), schema).await?);
        Ok(Inspected { problems, salesforce, jira, earlier, before, resolved, attachments })
    }

    /// Refuses what has errors; decides which records are new in the rest.
    async fn settle(
        &self,
        spec: &ConnectedItem,
        inspected: Inspected,
    ) -> Result<Checked, ApplyError> {
        let Inspected { problems, salesforce, jira, earlier, before, mut resolved, .. } = inspected;
        refuse(&problems)?;
        let site = self.catalog.jira(jira.id).await?;
        creating::try_jql(spec, &site.client).await?;
        let now = self.org_time(spec, &salesforce).await?;
        let first = before.as_ref().and_then(|before| before.applied_at);
        resolved.applied_at = Some(first.unwrap_or(now));
        resolved.create_since = creating::since(spec, before.as_ref(), now);
        Ok(Checked { problems, salesforce, jira, earlier, before, resolved, now })
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
    let Metadata { mut schema, issue_type_id, name_field, unique_keys } = metadata;
    let (jira_names, mut problems) = field_ids(spec, &schema.jira);
    let by_id = spec.clone().with_field_ids(&jira_names);
    if !jira_names.is_empty() {
        problems.extend(validate(&by_id).into_iter().filter(|p| p.severity == Severity::Error));
    }
    problems.extend(validate_against(&by_id, &schema));
    problems.extend(creating::no_key(spec, &unique_keys));
    schema.keep_used(&by_id);
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
