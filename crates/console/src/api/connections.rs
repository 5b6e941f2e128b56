//! Connections.

use axum::Json;
use axum::extract::{Path, Query, State};
use lockstep_engine::{ConnectionTest, NewJira, NewSalesforce, ObjectGroup};
use lockstep_store::{Connection, ConnectionKind};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;
use utoipa::{IntoParams, ToSchema};

use super::caller::Caller;
use super::{Answer, CONFIGURE, Done, SEE, done};
use crate::routes::Routes;
use crate::trouble::Trouble;
use crate::{App, Console};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get(SEE, "/api/v1/connections", connections)
        .get(SEE, "/api/v1/connections/{name}", connection)
        .get(SEE, "/api/v1/connections/{name}/objects", objects)
        .get(SEE, "/api/v1/connections/{name}/fields", fields)
        .post(CONFIGURE, "/api/v1/connections/{name}/test", test_connection)
        .put(CONFIGURE, "/api/v1/connections/{name}/salesforce", connect_salesforce)
        .put(CONFIGURE, "/api/v1/connections/{name}/jira", connect_jira)
        .delete(CONFIGURE, "/api/v1/connections/{name}", revoke_connection)
}

/// All connections, without their secrets.
#[utoipa::path(
    get,
    path = "/api/v1/connections",
    tag = "connections",
    responses((status = 200, body = Vec<Connection>))
)]
pub(super) async fn connections(State(app): State<App>) -> Answer<Vec<Connection>> {
    Ok(Json(app.store.connections().list().await?))
}

/// One connection.
#[utoipa::path(
    get,
    path = "/api/v1/connections/{name}",
    tag = "connections",
    responses((status = 200, body = Connection))
)]
pub(super) async fn connection(
    State(app): State<App>,
    Path(name): Path<String>,
) -> Answer<Connection> {
    Ok(Json(found(&app, &name).await?))
}

async fn found(app: &Console, name: &str) -> Result<Connection, Trouble> {
    app.store.connections().by_name(name).await?.ok_or(Trouble::NotFound("connection"))
}

/// The objects that an item may name, in their groups, as the org lists them now.
#[utoipa::path(
    get,
    path = "/api/v1/connections/{name}/objects",
    tag = "connections",
    responses((status = 200, body = Vec<ObjectGroup>))
)]
pub(super) async fn objects(
    State(app): State<App>,
    Path(name): Path<String>,
) -> Answer<Vec<ObjectGroup>> {
    let row = found(&app, &name).await?;
    if row.kind != ConnectionKind::Salesforce {
        return Err(Trouble::NotFound("Salesforce connection"));
    }
    Ok(Json(app.engine.objects(row.id).await?))
}

/// Of what the fields are.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct FieldsOf {
    /// API name of an object of the org.
    #[serde(default)]
    object: String,
    /// Key of a project of the site.
    #[serde(default)]
    project: String,
    /// Name of an issue type of it.
    #[serde(default)]
    issue_type: String,
}

/// The fields of an object or of an issue type, as an item may name them.
#[utoipa::path(
    get,
    path = "/api/v1/connections/{name}/fields",
    tag = "connections",
    params(FieldsOf),
    responses((status = 200, body = Vec<Object>))
)]
pub(super) async fn fields(
    State(app): State<App>,
    Path(name): Path<String>,
    Query(of): Query<FieldsOf>,
) -> Answer<Value> {
    let row = found(&app, &name).await?;
    let fields = match row.kind {
        ConnectionKind::Salesforce => json!(app.engine.record_fields(&row, &of.object).await?),
        ConnectionKind::Jira => {
            let fields = app.engine.issue_fields(&row, &of.project, &of.issue_type).await;
            json!(
                fields
                    .map_err(|error| Trouble::from_apply(error, "There is no such issue type"))?
            )
        }
    };
    Ok(Json(fields))
}

/// Tests a connection again; one that was paused goes on where it works.
#[utoipa::path(
    post,
    path = "/api/v1/connections/{name}/test",
    tag = "connections",
    responses((status = 200, body = ConnectionTest))
)]
pub(super) async fn test_connection(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
) -> Answer<ConnectionTest> {
    let row = found(&app, &name).await?;
    let test = app.engine.test_connection(&row).await?;
    let after = json!({ "checks": test.checks });
    app.note(caller.actor(), "connection_tested", &name, after).await?;
    Ok(Json(test))
}

/// The three inputs of a Salesforce connection.
#[derive(Deserialize, ToSchema)]
pub(super) struct SalesforceInputs {
    /// My Domain address, such as `https://acme.my.salesforce.com`.
    #[schema(value_type = String)]
    login_url: Url,
    /// Consumer key.
    client_id: String,
    /// Consumer secret.
    #[schema(write_only)]
    client_secret: String,
}

/// Adds a Salesforce connection or replaces it. It is tested first, and saved only if the login works.
#[utoipa::path(
    put,
    path = "/api/v1/connections/{name}/salesforce",
    tag = "connections",
    request_body = SalesforceInputs,
    responses((status = 200, body = ConnectionTest))
)]
pub(super) async fn connect_salesforce(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    Json(inputs): Json<SalesforceInputs>,
) -> Answer<ConnectionTest> {
    let SalesforceInputs { login_url, client_id, client_secret } = inputs;
    let client_secret = SecretString::from(client_secret);
    let new = NewSalesforce { login_url, client_id, client_secret };
    let test = app.engine.connect_salesforce(&name, new).await?;
    noted(&app, &caller, &name, &test).await?;
    Ok(Json(test))
}

/// The inputs of a Jira connection.
#[derive(Deserialize, ToSchema)]
pub(super) struct JiraInputs {
    /// Address of the site, such as `https://acme.atlassian.net`.
    #[schema(value_type = String)]
    site: Url,
    /// E-mail address of the integration user.
    email: String,
    /// Its API token.
    #[schema(write_only)]
    token: String,
    /// What the site signs its webhooks with; where it is missing, the one that is kept stays.
    #[schema(write_only)]
    webhook_secret: Option<String>,
}

/// Adds a Jira connection or replaces it. It is tested first, and saved only if the login works.
#[utoipa::path(
    put,
    path = "/api/v1/connections/{name}/jira",
    tag = "connections",
    request_body = JiraInputs,
    responses((status = 200, body = ConnectionTest))
)]
pub(super) async fn connect_jira(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    Json(inputs): Json<JiraInputs>,
) -> Answer<ConnectionTest> {
    let JiraInputs { site, email, token, webhook_secret } = inputs;
    let (token, webhook_secret) =
        (SecretString::from(token), webhook_secret.map(SecretString::from));
    let new = NewJira { site, email, token, webhook_secret };
    let test = app.engine.connect_jira(&name, new).await?;
    noted(&app, &caller, &name, &test).await?;
    Ok(Json(test))
}

async fn noted(
    app: &Console,
    caller: &Caller,
    name: &str,
    test: &ConnectionTest,
) -> Result<(), Trouble> {
    let step = if test.ok() { "connection_saved" } else { "connection_refused" };
    app.note(caller.actor(), step, name, json!({ "checks": test.checks })).await
}

/// Revokes a connection that no item uses.
#[utoipa::path(
    delete,
    path = "/api/v1/connections/{name}",
    tag = "connections",
    responses((status = 200, body = Done))
)]
pub(super) async fn revoke_connection(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
) -> Answer<Done> {
    found(&app, &name).await?;
    app.store.connections().delete(&name).await?;
    app.note(caller.actor(), "connection_revoked", &name, json!(null)).await?;
    Ok(done("revoked"))
}
