//! Accounts: who may use the console, and as what.

use axum::Json;
use axum::extract::{Path, State};
use lockstep_store::{Account, Role};
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use super::caller::Caller;
use super::{ADMINISTER, Answer, Done, done};
use crate::access::{PasswordLink, ToAdd};
use crate::routes::Routes;
use crate::trouble::Trouble;
use crate::{App, Console};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get(ADMINISTER, "/api/v1/accounts", accounts)
        .post(ADMINISTER, "/api/v1/accounts", add_account)
        .get(ADMINISTER, "/api/v1/accounts/{name}", account)
        .put(ADMINISTER, "/api/v1/accounts/{name}/role", set_role)
        .put(ADMINISTER, "/api/v1/accounts/{name}/disabled", set_disabled)
        .put(ADMINISTER, "/api/v1/accounts/{name}/password", set_password)
        .post(ADMINISTER, "/api/v1/accounts/{name}/password-link", password_link)
        .delete(ADMINISTER, "/api/v1/accounts/{name}/sessions", end_sessions)
}

/// Who may use the console, without passwords.
#[utoipa::path(
    get,
    path = "/api/v1/accounts",
    tag = "accounts",
    responses((status = 200, body = Vec<Account>))
)]
pub(super) async fn accounts(State(app): State<App>) -> Answer<Vec<Account>> {
    Ok(Json(app.store.accounts().list().await?))
}

async fn found(app: &Console, name: &str) -> Result<Account, Trouble> {
    app.store.accounts().by_name(name).await?.ok_or(Trouble::NotFound("account"))
}

/// One account.
#[utoipa::path(
    get,
    path = "/api/v1/accounts/{name}",
    tag = "accounts",
    responses((status = 200, body = Account))
)]
pub(super) async fn account(State(app): State<App>, Path(name): Path<String>) -> Answer<Account> {
    Ok(Json(found(&app, &name).await?))
}

/// An account to be added, which signs in with a password.
#[derive(Deserialize, ToSchema)]
pub(super) struct AccountToAdd {
    /// What it signs in with. Upper and lower case do not count.
    name: String,
    /// What people call its owner; the name where it is missing.
    #[serde(default)]
    display_name: String,
    /// What it may do.
    role: Role,
    /// Its first password. Without one it signs in once its owner has set one by a link.
    #[schema(write_only)]
    password: Option<String>,
}

/// Adds an account, which signs in with a password.
#[utoipa::path(
    post,
    path = "/api/v1/accounts",
    tag = "accounts",
    request_body = AccountToAdd,
    responses((status = 200, body = Account))
)]
pub(super) async fn add_account(
    State(app): State<App>,
    caller: Caller,
    Json(new): Json<AccountToAdd>,
) -> Answer<Account> {
    let AccountToAdd { name, display_name, role, password } = new;
    let (name, display_name) = (name.trim(), display_name.trim());
    if name.is_empty() {
        return Err(Trouble::Refused("An account needs a name.".to_owned()));
    }
    let new = ToAdd { name, display_name, role, password: password.map(SecretString::from) };
    Ok(Json(app.add_account(caller.actor(), new).await?))
}

/// Another role.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewRole {
    /// What the account may do from now on.
    role: Role,
}

/// Gives an account another role. One active administrator stays.
#[utoipa::path(
    put,
    path = "/api/v1/accounts/{name}/role",
    tag = "accounts",
    request_body = NewRole,
    responses((status = 200, body = Account))
)]
pub(super) async fn set_role(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    Json(NewRole { role }): Json<NewRole>,
) -> Answer<Account> {
    app.set_role(caller.actor(), &found(&app, &name).await?, role).await?;
    Ok(Json(found(&app, &name).await?))
}

/// Whether an account is disabled.
#[derive(Deserialize, ToSchema)]
pub(super) struct Disabled {
    /// Whether it may no longer sign in; its tokens end too.
    disabled: bool,
}

/// Lets an account sign in no longer, or again. One active administrator stays.
#[utoipa::path(
    put,
    path = "/api/v1/accounts/{name}/disabled",
    tag = "accounts",
    request_body = Disabled,
    responses((status = 200, body = Account))
)]
pub(super) async fn set_disabled(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    Json(Disabled { disabled }): Json<Disabled>,
) -> Answer<Account> {
    app.set_disabled(caller.actor(), &found(&app, &name).await?, disabled).await?;
    Ok(Json(found(&app, &name).await?))
}

/// Another password.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewPassword {
    /// Twelve characters or more.
    #[schema(write_only)]
    password: String,
}

/// Gives an account another password, which ends its sessions.
#[utoipa::path(
    put,
    path = "/api/v1/accounts/{name}/password",
    tag = "accounts",
    request_body = NewPassword,
    responses((status = 200, body = Done))
)]
pub(super) async fn set_password(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    Json(NewPassword { password }): Json<NewPassword>,
) -> Answer<Done> {
    let account = found(&app, &name).await?;
    app.set_password(caller.actor(), &account, SecretString::from(password)).await?;
    Ok(done("changed"))
}

/// Makes a link by which the owner of an account sets its password, once and within a day. An earlier
/// one is good no longer.
#[utoipa::path(
    post,
    path = "/api/v1/accounts/{name}/password-link",
    tag = "accounts",
    responses((status = 200, body = PasswordLink))
)]
pub(super) async fn password_link(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
) -> Answer<PasswordLink> {
    let account = found(&app, &name).await?;
    Ok(Json(app.password_link(caller.actor(), &account).await?))
}

/// Ends all sessions of an account.
#[utoipa::path(
    delete,
    path = "/api/v1/accounts/{name}/sessions",
    tag = "accounts",
    responses((status = 200, body = Done))
)]
pub(super) async fn end_sessions(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
) -> Answer<Done> {
    app.end_sessions(caller.actor(), &found(&app, &name).await?).await?;
    Ok(done("ended"))
}
