//! What an administrator sets up: connections that are tested before they are saved, and items that
//! are checked against live metadata before they are applied.

mod choices;
mod creating;
mod fields;
mod files;
mod item;
mod metadata;
mod parent;
mod probe;
mod readiness;
mod related;
mod rotate;
mod scope;

use lockstep_jira::JiraClient;
use lockstep_model::validate::Problem;
use lockstep_model::{Code, Fault};
use lockstep_salesforce::SalesforceClient;
use lockstep_store::{Connection, ConnectionKind, NewConnection, StoreError};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::Url;

use crate::Engine;
use crate::clients::{self, JiraSettings, SalesforceSettings};
use probe::{probe_jira, probe_salesforce};

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
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ConnectionTest {
    /// The connection's name.
    pub connection: String,
    /// The checks, in the order they were made.
    pub checks: Vec<Check>,
}

/// One check of a connection.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Check {
    /// What was checked.
    pub name: String,
    /// Whether it held.
    pub ok: bool,
    /// What was found.
    pub detail: String,
    /// The code of what went wrong.
    #[schema(value_type = Option<String>)]
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
        self.checks.push(Check { name: name.to_owned(), ok, detail, code });
        result.ok()
    }
}

pub use choices::Project;
pub use creating::Creates;
pub use lockstep_store::Applied;
pub use readiness::CheckedItem;

/// What came of applying an item.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AppliedItem {
    /// Its row.
    pub applied: Applied,
    /// What will not work as one might expect.
    #[schema(value_type = Vec<Object>)]
    pub problems: Vec<Problem>,
    /// For how many records it creates issues, where it does.
    pub creates: Option<Creates>,
    /// How many issues were found that belong to its records already.
    pub found: usize,
}

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

impl From<StoreError> for ApplyError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
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
        let mut test = ConnectionTest { connection: name.to_owned(), checks: Vec::new() };
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
        let mut test = ConnectionTest { connection: name.to_owned(), checks: Vec::new() };
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
        self.store.connections().save(&new).await.map(|_| ()).map_err(Fault::from)
    }

    /// Tests a saved connection again, and resumes it when it works.
    pub async fn test_connection(&self, connection: &Connection) -> Result<ConnectionTest, Fault> {
        let mut test = ConnectionTest { connection: connection.name.clone(), checks: Vec::new() };
        let works = match connection.kind {
            ConnectionKind::Salesforce => {
                let client =
                    clients::salesforce(&self.store, self.catalog.http(), connection).await?;
                let kept: SalesforceSettings = clients::settings(connection)?;
                probe_salesforce(&mut test, &client, kept.client_id).await.is_some()
            }
            ConnectionKind::Jira => {
                let client = clients::jira(&self.store, self.catalog.http(), connection).await?;
                let kept: JiraSettings = clients::settings(connection)?;
                probe_jira(&mut test, &client, kept.email).await.is_some()
            }
        };
        if works {
            self.store.connections().resume(connection.id).await?;
        }
        Ok(test)
    }
}
