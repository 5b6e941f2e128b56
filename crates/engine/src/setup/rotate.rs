//! Replacing the secrets of a connection that is in use: the new one is tried first, against the same
//! org or site, and the old one stays until it works.

use lockstep_jira::JiraClient;
use lockstep_model::{Code, Fault};
use lockstep_salesforce::SalesforceClient;
use lockstep_store::{Connection, ConnectionKind, NewConnection};
use secrecy::SecretString;
use serde_json::json;
use url::Url;

use super::ConnectionTest;
use super::probe::{probe_jira, probe_salesforce};
use crate::Engine;
use crate::clients::{self, JiraSettings, SalesforceSettings};

impl Engine {
    /// Takes another credential for a connection if the login works with it; says whether it did.
    pub async fn replace_secret(
        &self,
        connection: &Connection,
        secret: SecretString,
    ) -> Result<(ConnectionTest, bool), Fault> {
        let mut test = ConnectionTest { connection: connection.name.clone(), checks: Vec::new() };
        let address = Url::parse(&connection.base_url)
            .map_err(|why| Fault::new(Code::StoreInconsistent, why.to_string()))?;
        let http = self.catalog.http().clone();
        let settings = match connection.kind {
            ConnectionKind::Salesforce => {
                let kept: SalesforceSettings = clients::settings(connection)?;
                let credentials = lockstep_salesforce::Credentials {
                    login_url: address,
                    client_id: kept.client_id.clone(),
                    client_secret: secret.clone(),
                };
                // Another org's secret is refused: the links are of this one.
                let client = SalesforceClient::new(http, credentials, kept.org_id)?;
                probe_salesforce(&mut test, &client, kept.client_id).await.map(|it| json!(it))
            }
            ConnectionKind::Jira => {
                let kept: JiraSettings = clients::settings(connection)?;
                let (email, token) = (kept.email.clone(), secret.clone());
                let credentials = lockstep_jira::Credentials::ApiToken { email, token };
                let client = JiraClient::new(http, address, credentials)?;
                probe_jira(&mut test, &client, kept.email).await.map(|it| json!(it))
            }
        };
        let Some(settings) = settings else {
            return Ok((test, false));
        };
        self.save(NewConnection {
            name: connection.name.clone(),
            kind: connection.kind,
            base_url: connection.base_url.clone(),
            settings,
            secret,
            webhook_secret: None,
        })
        .await?;
        Ok((test, true))
    }

    /// Takes another secret for the webhooks of a connection.
    pub async fn replace_webhook_secret(
        &self,
        connection: &Connection,
        webhook_secret: SecretString,
    ) -> Result<(), Fault> {
        let connections = self.store.connections();
        connections.set_webhook_secret(connection.id, &webhook_secret).await.map_err(Fault::from)
    }
}
