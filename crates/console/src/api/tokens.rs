//! Tokens of programs.

use axum::Json;
use axum::extract::{Path, State};
use chrono::{DateTime, Utc};
use lockstep_store::{ApiToken, NewApiToken};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::caller::Caller;
use super::scope::new_token;
use super::{ADMINISTER, Answer, Done, Scope, done};
use crate::App;
use crate::access::digest;
use crate::routes::Routes;
use crate::trouble::Trouble;

/// The longest name of a token.
const NAME_MAX: usize = 80;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get(ADMINISTER, "/api/v1/tokens", tokens)
        .post(ADMINISTER, "/api/v1/tokens", make_token)
        .delete(ADMINISTER, "/api/v1/tokens/{id}", revoke_token)
}

/// All tokens, also those that were revoked; never the tokens themselves.
#[utoipa::path(
    get,
    path = "/api/v1/tokens",
    tag = "accounts",
    responses((status = 200, body = Vec<ApiToken>))
)]
pub(super) async fn tokens(State(app): State<App>) -> Answer<Vec<ApiToken>> {
    Ok(Json(app.store.api_tokens().list(None).await?))
}

/// A token to be made.
#[derive(Deserialize, ToSchema)]
pub(super) struct ToMake {
    /// What it is called.
    name: String,
    /// Name of the account whose rights it has at most.
    account: String,
    /// What it may be used for: `read`, `operate`, `configure`, `admin`.
    scopes: Vec<String>,
    /// When it ends; where it is missing, when it is revoked.
    expires_at: Option<DateTime<Utc>>,
}

/// A token that was made.
#[derive(Serialize, ToSchema)]
pub(super) struct MadeToken {
    /// The token. It is shown this once.
    secret: String,
    /// What is known of it.
    token: ApiToken,
}

/// Makes a token. The answer is the only place where it is shown.
#[utoipa::path(
    post,
    path = "/api/v1/tokens",
    tag = "accounts",
    request_body = ToMake,
    responses((status = 200, body = MadeToken))
)]
pub(super) async fn make_token(
    State(app): State<App>,
    caller: Caller,
    Json(new): Json<ToMake>,
) -> Answer<MadeToken> {
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > NAME_MAX {
        return Err(Trouble::Refused(format!(
            "A token has a name of at most {NAME_MAX} characters."
        )));
    }
    if new.scopes.is_empty() || new.scopes.iter().any(|scope| Scope::from_name(scope).is_none()) {
        let known = Scope::ALL.map(Scope::name).join(", ");
        return Err(Trouble::Refused(format!("A token has at least one scope of {known}.")));
    }
    let account = app.store.accounts().by_name(&new.account).await?;
    let account = account.ok_or(Trouble::NotFound("account"))?;
    let secret = new_token(&app.ambient.token());
    let kept = NewApiToken {
        name: name.to_owned(),
        token_hash: digest(&secret),
        account: account.id,
        scopes: new.scopes,
        expires_at: new.expires_at,
    };
    let token = app.store.api_tokens().create(&kept).await?;
    let after = json!({ "account": account.name, "scopes": token.scopes });
    app.note(caller.actor(), "token_made", name, after).await?;
    Ok(Json(MadeToken { secret, token }))
}

/// Revokes a token.
#[utoipa::path(
    delete,
    path = "/api/v1/tokens/{id}",
    tag = "accounts",
    responses((status = 200, body = Done))
)]
pub(super) async fn revoke_token(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<i64>,
) -> Answer<Done> {
    if !app.store.api_tokens().revoke(id, None).await? {
        return Err(Trouble::NotFound("token that is not revoked already"));
    }
    app.note(caller.actor(), "token_revoked", &id.to_string(), json!(null)).await?;
    Ok(done("revoked"))
}
