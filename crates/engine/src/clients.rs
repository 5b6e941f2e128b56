//! From a connection's row to a client that speaks to its vendor.

use lockstep_jira::{HttpClient, JiraClient};
use lockstep_model::{Code, Fault};
use lockstep_salesforce::SalesforceClient;
use lockstep_store::{Connection, Store};
use serde::{Deserialize, Serialize};
use url::Url;

/// What a Salesforce connection keeps beside its secret.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct SalesforceSettings {
    /// Consumer key of the external client app.
    pub client_id: String,
    /// The org that the first login led to.
    #[serde(default)]
    pub org_id: Option<String>,
    /// Its name.
    #[serde(default)]
    pub org_name: Option<String>,
    /// Where its API and its pages are.
    #[serde(default)]
    pub instance_url: Option<String>,
}

/// What a Jira connection keeps beside its secret.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct JiraSettings {
    /// E-mail address of the integration user.
    pub email: String,
    /// Its account id.
    #[serde(default)]
    pub account_id: Option<String>,
}

/// Reads a connection's settings.
pub fn settings<T: serde::de::DeserializeOwned>(connection: &Connection) -> Result<T, Fault> {
    serde_json::from_value(connection.settings.clone()).map_err(|why| {
        let detail = format!("settings of connection {}: {why}", connection.name);
        Fault::new(Code::StoreInconsistent, detail)
    })
}

fn address(connection: &Connection) -> Result<Url, Fault> {
    Url::parse(&connection.base_url).map_err(|why| {
        Fault::new(
            Code::StoreInconsistent,
            format!("address of connection {}: {why}", connection.name),
        )
    })
}

/// A client for a Salesforce connection.
pub async fn salesforce(
    store: &Store,
    http: &HttpClient,
    connection: &Connection,
) -> Result<SalesforceClient, Fault> {
    let kept: SalesforceSettings = settings(connection)?;
    let client_secret = store.connections().secret(connection.id).await?;
    let credentials = lockstep_salesforce::Credentials {
        login_url: address(connection)?,
        client_id: kept.client_id,
        client_secret,
    };
    SalesforceClient::new(http.clone(), credentials, kept.org_id)
}

/// A client for a Jira connection.
pub async fn jira(
    store: &Store,
    http: &HttpClient,
    connection: &Connection,
) -> Result<JiraClient, Fault> {
    let kept: JiraSettings = settings(connection)?;
    let token = store.connections().secret(connection.id).await?;
    let credentials = lockstep_jira::Credentials::ApiToken { email: kept.email, token };
    JiraClient::new(http.clone(), address(connection)?, credentials)
}
