//! What an administrator sets up: connections that are tested before they are saved, and items that
//! are checked against live metadata before they are applied.

use std::collections::BTreeMap;

use chrono::{DateTime, SubsecRound, Utc};
use lockstep_jira::JiraClient;
use lockstep_model::item::CreateFrom;
use lockstep_model::validate::{Problem, Severity, validate, validate_against};
use lockstep_model::{Code, ConnectedItem, Fault, Schema};
use lockstep_salesforce::{Cursor, RecordQuery, SalesforceClient};
use lockstep_store::{Connection, ConnectionKind, Cursors, NewConnection};
use secrecy::SecretString;
use serde::Serialize;
use serde_json::json;
use url::Url;

use crate::Engine;
use crate::catalog::Resolved;
use crate::clients::{self, JiraSettings, SalesforceSettings};

/// A Salesforce connection to be made: its three inputs.
pub struct NewSalesforce {
    /// My Domain address of the org.
    pub login_url: Url,
    /// Consumer key.
    pub client_id: String,
    /// Consumer secret.
    pub client_secret: SecretString,
}

/// A Jira connection to be made.
pub struct NewJira {
    /// The site's address.
    pub site: Url,
    /// E-mail address of the integration user.
    pub email: String,
    /// Its API token.
    pub token: SecretString,
    /// Secret of the site's webhook, if there is one.
    pub webhook_secret: Option<SecretString>,
}

/// The result of a connection test: named checks, each with its remedy when it failed.
#[derive(Debug, Clone, Serialize)]
pub struct ConnectionTest {
    /// The connection's name.
    pub connection: String,
    /// The checks, in the order they were made.
    pub checks: Vec<Check>,
}

/// One check of a connection.
#[derive(Debug, Clone, Serialize)]
pub struct Check {
    /// What was checked.
    pub name: String,
    /// Whether it held.
    pub ok: bool,
    /// What was found.
    pub detail: String,
    /// The code of what went wrong.
    pub code: Option<Code>,
}

impl ConnectionTest {
    /// Whether every check held.
    pub fn ok(&self) -> bool {
        self.checks.iter().all(|check| check.ok)
    }

    fn check<T>(
        &mut self,
        name: &str,
        result: Result<T, Fault>,
        detail: impl Fn(&T) -> String,
    ) -> Option<T> {
        let (ok, detail, code) = match &result {
            Ok(found) => (true, detail(found), None),
            Err(fault) => (false, fault.to_string(), Some(fault.code)),
        };
        self.checks.push(Check {
            name: name.to_owned(),
            ok,
            detail,
            code,
        });
        result.ok()
    }
}

/// What came of applying an item.
pub use lockstep_store::Applied;

/// Why an item was not applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// What is wrong with it, by place.
    #[error("the item has problems")]
    Problems(Vec<Problem>),
    /// One side could not be asked.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Engine {
    /// Tests a Salesforce login and, if it works, saves the connection.
    pub async fn connect_salesforce(
        &self,
        name: &str,
        new: NewSalesforce,
    ) -> Result<ConnectionTest, Fault> {
        let credentials = lockstep_salesforce::Credentials {
            login_url: new.login_url.clone(),
            client_id: new.client_id.clone(),
            client_secret: new.client_secret.clone(),
        };
        let client = SalesforceClient::new(self.catalog.http().clone(), credentials, None)?;
        let mut test = ConnectionTest {
            connection: name.to_owned(),
            checks: Vec::new(),
        };
        let Some(settings) = probe_salesforce(&mut test, &client, new.client_id).await else {
            return Ok(test);
        };
        self.save(NewConnection {
            name: name.to_owned(),
            kind: ConnectionKind::Salesforce,
            base_url: new.login_url.to_string(),
            settings: json!(settings),
            secret: new.client_secret,
            webhook_secret: None,
        })
        .await?;
        Ok(test)
    }

    /// Tests a Jira login and, if it works, saves the connection.
    pub async fn connect_jira(&self, name: &str, new: NewJira) -> Result<ConnectionTest, Fault> {
        let credentials = lockstep_jira::Credentials::ApiToken {
            email: new.email.clone(),
            token: new.token.clone(),
        };
        let client = JiraClient::new(self.catalog.http().clone(), new.site.clone(), credentials)?;
        let mut test = ConnectionTest {
            connection: name.to_owned(),
            checks: Vec::new(),
        };
        let Some(settings) = probe_jira(&mut test, &client, new.email).await else {
            return Ok(test);
        };
        self.save(NewConnection {
            name: name.to_owned(),
            kind: ConnectionKind::Jira,
            base_url: new.site.to_string(),
            settings: json!(settings),
            secret: new.token,
            webhook_secret: new.webhook_secret,
        })
        .await?;
        Ok(test)
    }

    async fn save(&self, new: NewConnection) -> Result<(), Fault> {
        self.store
            .connections()
            .save(&new)
            .await
            .map(|_| ())
            .map_err(|e| e.fault())
    }

    /// Tests a saved connection again, and resumes it when it works.
    pub async fn test_connection(&self, connection: &Connection) -> Result<ConnectionTest, Fault> {
        let mut test = ConnectionTest {
            connection: connection.name.clone(),
            checks: Vec::new(),
        };
        let works = match connection.kind {
            ConnectionKind::Salesforce => {
                let client =
                    clients::salesforce(&self.store, self.catalog.http(), connection).await?;
                let kept: SalesforceSettings = clients::settings(connection)?;
                probe_salesforce(&mut test, &client, kept.client_id)
                    .await
                    .is_some()
            }
            ConnectionKind::Jira => {
                let client = clients::jira(&self.store, self.catalog.http(), connection).await?;
                let kept: JiraSettings = clients::settings(connection)?;
                probe_jira(&mut test, &client, kept.email).await.is_some()
            }
        };
        if works {
            self.store
                .connections()
                .resume(connection.id)
                .await
                .map_err(|e| e.fault())?;
        }
        Ok(test)
    }

    /// Checks an item against itself and against live metadata, and applies it.
    pub async fn apply_item(
        &self,
        spec: &ConnectedItem,
    ) -> Result<(Applied, Vec<Problem>), ApplyError> {
        let mut problems = validate(spec);
        refuse(&problems)?;
        let salesforce = self
            .named(&spec.salesforce.connection, ConnectionKind::Salesforce)
            .await?;
        let jira = self
            .named(&spec.jira.connection, ConnectionKind::Jira)
            .await?;
        let earlier = self
            .store
            .items()
            .by_name(&spec.name)
            .await
            .map_err(|e| e.fault())?;
        let earlier: Option<Resolved> =
            earlier.and_then(|row| serde_json::from_value(row.extra).ok());
        let mut resolved = self.resolve(spec, &salesforce, &jira).await?;
        problems.extend(validate_against(spec, &resolved.schema));
        refuse(&problems)?;
        let now = self.org_time(spec, &salesforce).await?;
        let first = earlier.as_ref().and_then(|earlier| earlier.applied_at);
        resolved.applied_at = Some(first.unwrap_or(now));
        resolved.create_since = create_since(spec, earlier.as_ref(), now);
        let applied = self
            .store
            .items()
            .apply(spec, salesforce.id, jira.id, &json!(resolved))
            .await;
        let applied = applied.map_err(|e| e.fault())?;
        if applied.created {
            let cursors = first_cursors(spec, now);
            self.store
                .items()
                .save_cursors(applied.id, &cursors)
                .await
                .map_err(|e| e.fault())?;
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
        let from_now = Cursor {
            stamp: (self.clock)(),
            id: None,
        };
        let nothing = RecordQuery {
            name_field: "Id".to_owned(),
            ..RecordQuery::default()
        };
        let object = &spec.salesforce.object;
        let changed = org
            .client
            .changed_since(object, &from_now, &nothing, 1)
            .await?;
        Ok(changed.server_time.trunc_subsecs(0))
    }

    async fn named(&self, name: &str, kind: ConnectionKind) -> Result<Connection, ApplyError> {
        let found = self
            .store
            .connections()
            .by_name(name)
            .await
            .map_err(|e| e.fault())?;
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
        let mut fields: BTreeMap<_, _> = site
            .fields()
            .await?
            .into_iter()
            .map(|field| (field.id.clone(), field))
            .collect();
        let on_create = site
            .create_fields(&spec.jira.project, &issue_type_id)
            .await?;
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
            issue_statuses: site
                .statuses(&spec.jira.project, &spec.jira.issue_type)
                .await?,
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
    let wanted = types
        .iter()
        .find(|kind| kind.name.eq_ignore_ascii_case(&spec.jira.issue_type));
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

async fn probe_salesforce(
    test: &mut ConnectionTest,
    client: &SalesforceClient,
    client_id: String,
) -> Option<SalesforceSettings> {
    let org = test.check(
        "log in and read the org",
        client.organization().await,
        |org| format!("{} ({}) at {}", org.name, org.id, org.instance_url),
    )?;
    test.check(
        "read metadata of Case",
        client.describe("Case").await,
        |case| format!("{} fields are visible", case.fields.len()),
    );
    Some(SalesforceSettings {
        client_id,
        org_id: Some(org.id),
        org_name: Some(org.name),
        instance_url: Some(org.instance_url.to_string()),
    })
}

async fn probe_jira(
    test: &mut ConnectionTest,
    client: &JiraClient,
    email: String,
) -> Option<JiraSettings> {
    let me = test.check("log in", client.myself().await, |me| {
        format!(
            "{} ({}), time zone {}",
            me.display_name,
            me.account_id,
            me.time_zone.as_deref().unwrap_or("unknown")
        )
    })?;
    test.check("read fields", client.fields().await, |fields| {
        format!("{} fields are visible", fields.len())
    });
    Some(JiraSettings {
        email,
        account_id: Some(me.account_id),
    })
}

fn refuse(problems: &[Problem]) -> Result<(), ApplyError> {
    if problems
        .iter()
        .any(|problem| problem.severity == Severity::Error)
    {
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
        CreateFrom::Now => Some(
            earlier
                .and_then(|earlier| earlier.create_since)
                .unwrap_or(now),
        ),
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
    Cursors {
        salesforce: Some((salesforce, None)),
        jira: Some(now),
    }
}
