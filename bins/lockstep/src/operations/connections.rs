//! Connections, with what their vendors offer to an item.

use lockstep_engine::{ApplyError, ConnectionTest, NewJira, NewSalesforce, ObjectGroup};
use lockstep_model::field::{JiraField, SalesforceField};
use lockstep_store::{Connection, ConnectionKind};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::remote::{Path, at};
use super::{Local, Remote, Thing};
use crate::output::Failure;

/// What can be done with connections.
pub trait Connections {
    /// All of them, without their secrets.
    async fn connections(&self) -> Result<Vec<Connection>, Failure>;
    /// Tests a Salesforce login and, if it works, saves the connection.
    async fn connect_salesforce(
        &self,
        name: &str,
        new: NewSalesforce,
    ) -> Result<ConnectionTest, Failure>;
    /// Tests a Jira login and, if it works, saves the connection.
    async fn connect_jira(&self, name: &str, new: NewJira) -> Result<ConnectionTest, Failure>;
    /// Tests a connection again, and resumes it where it works.
    async fn test_connection(&self, name: &str) -> Result<ConnectionTest, Failure>;
    /// Removes a connection that no item uses.
    async fn remove_connection(&self, name: &str) -> Result<(), Failure>;
    /// The objects that an item may name.
    async fn objects(&self, connection: &str) -> Result<Vec<ObjectGroup>, Failure>;
    /// The fields of an object.
    async fn record_fields(
        &self,
        connection: &str,
        object: &str,
    ) -> Result<Vec<SalesforceField>, Failure>;
    /// The fields of an issue type of a project.
    async fn issue_fields(
        &self,
        connection: &str,
        of: (&str, &str),
    ) -> Result<Vec<JiraField>, Failure>;
}

/// What a refused question about fields is about.
fn about(connection: &str) -> String {
    format!("connection {connection}")
}

impl Local {
    async fn note_saved(&self, name: &str, test: &ConnectionTest) -> Result<(), Failure> {
        let step = if test.ok() { "connection_saved" } else { "connection_refused" };
        self.note(step, name, json!({ "checks": test.checks })).await
    }
}

impl Connections for Local {
    async fn connections(&self) -> Result<Vec<Connection>, Failure> {
        Ok(self.store().await?.connections().list().await?)
    }

    async fn connect_salesforce(
        &self,
        name: &str,
        new: NewSalesforce,
    ) -> Result<ConnectionTest, Failure> {
        let test = self.engine().await?.connect_salesforce(name, new).await?;
        self.note_saved(name, &test).await?;
        Ok(test)
    }

    async fn connect_jira(&self, name: &str, new: NewJira) -> Result<ConnectionTest, Failure> {
        let test = self.engine().await?.connect_jira(name, new).await?;
        self.note_saved(name, &test).await?;
        Ok(test)
    }

    async fn test_connection(&self, name: &str) -> Result<ConnectionTest, Failure> {
        let row = self.connection_named(name).await?;
        let test = self.engine().await?.test_connection(&row).await?;
        self.note("connection_tested", name, json!({ "checks": test.checks })).await?;
        Ok(test)
    }

    async fn remove_connection(&self, name: &str) -> Result<(), Failure> {
        self.connection_named(name).await?;
        self.store().await?.connections().delete(name).await?;
        self.note("connection_revoked", name, json!(null)).await
    }

    async fn objects(&self, connection: &str) -> Result<Vec<ObjectGroup>, Failure> {
        let row = self.connection_named(connection).await?;
        if row.kind != ConnectionKind::Salesforce {
            return Err(Thing::SalesforceConnection.missing(connection));
        }
        Ok(self.engine().await?.objects(row.id).await?)
    }

    async fn record_fields(
        &self,
        connection: &str,
        object: &str,
    ) -> Result<Vec<SalesforceField>, Failure> {
        let row = self.connection_named(connection).await?;
        Ok(self.engine().await?.record_fields(&row, object).await?)
    }

    async fn issue_fields(
        &self,
        connection: &str,
        (project, issue_type): (&str, &str),
    ) -> Result<Vec<JiraField>, Failure> {
        let row = self.connection_named(connection).await?;
        let fields = self.engine().await?.issue_fields(&row, project, issue_type).await;
        fields.map_err(|error| match error {
            ApplyError::Problems(problems) => Failure::Problems { of: about(connection), problems },
            ApplyError::Fault(fault) => fault.into(),
        })
    }
}

impl Connections for Remote {
    async fn connections(&self) -> Result<Vec<Connection>, Failure> {
        self.get(at(&["connections"])).await
    }

    async fn connect_salesforce(
        &self,
        name: &str,
        new: NewSalesforce,
    ) -> Result<ConnectionTest, Failure> {
        let NewSalesforce { login_url, client_id, client_secret } = new;
        let client_secret = client_secret.expose_secret();
        let body = json!({
            "login_url": login_url, "client_id": client_id, "client_secret": client_secret,
        });
        self.put(at(&["connections", name, "salesforce"]), &body).await
    }

    async fn connect_jira(&self, name: &str, new: NewJira) -> Result<ConnectionTest, Failure> {
        let NewJira { site, email, token, webhook_secret } = new;
        let (token, webhook_secret) =
            (token.expose_secret(), webhook_secret.as_ref().map(ExposeSecret::expose_secret));
        let body = json!({
            "site": site, "email": email, "token": token, "webhook_secret": webhook_secret,
        });
        self.put(at(&["connections", name, "jira"]), &body).await
    }

    async fn test_connection(&self, name: &str) -> Result<ConnectionTest, Failure> {
        let path = at(&["connections", name, "test"]).names(Thing::Connection, name);
        self.post(path, &Value::Null).await
    }

    async fn remove_connection(&self, name: &str) -> Result<(), Failure> {
        self.delete(at(&["connections", name]).names(Thing::Connection, name)).await
    }

    async fn objects(&self, connection: &str) -> Result<Vec<ObjectGroup>, Failure> {
        let path = of(connection, "objects").names(Thing::SalesforceConnection, connection);
        self.get(path).await
    }

    async fn record_fields(
        &self,
        connection: &str,
        object: &str,
    ) -> Result<Vec<SalesforceField>, Failure> {
        self.get(of(connection, "fields").with("object", object)).await
    }

    async fn issue_fields(
        &self,
        connection: &str,
        (project, issue_type): (&str, &str),
    ) -> Result<Vec<JiraField>, Failure> {
        let path = of(connection, "fields").with("project", project);
        let fields = self.get(path.with("issue_type", issue_type)).await;
        fields.map_err(|failure| failure.about(about(connection)))
    }
}

/// What a connection offers.
fn of(connection: &str, what: &'static str) -> Path {
    at(&["connections", connection, what]).names(Thing::Connection, connection)
}
