//! Forge: the keys of invocation tokens, and the tokens that the panel of an issue brings along.

use axum::Json;
use axum::extract::State as Extract;
use serde::Deserialize;
use serde_json::{Value, json};

use super::control::actor;
use super::http::{Answer, App, ok};
use super::model::{Refusal, catalog};
use super::state::State;
use crate::core::{SigningKey, key_set, merge};

/// The app that is installed on the site.
pub const FORGE_APP: &str = "ari:cloud:ecosystem::app/406d303d-0393-4ec4-ad7c-1435be94583a";
/// What its manifest calls the panel.
const MODULE: &str = "lockstep-panel";
/// How long a token holds, in seconds: a call from the frontend may last 25.
const LIFETIME_S: i64 = 25;

/// `GET /.well-known/jwks.json`, as Forge's content network serves it.
pub(super) async fn keys(Extract(state): App) -> Json<Value> {
    Json(key_set(&state.lock().settings.forge_keys))
}

/// What a token is asked for.
#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    /// Key or id of the issue.
    issue: String,
    /// Claims to put in place of those that Forge would write, by JSON merge patch.
    #[serde(default)]
    claims: Value,
    /// The key that signs.
    #[serde(default)]
    signed_by: SigningKey,
    /// The key that the token names, if another one.
    #[serde(default)]
    kid: Option<String>,
}

/// Opens the panel of an issue as a person (`as`, by account id or name), and tells the headers that
/// Forge would send to the remote.
pub(super) async fn open_panel(Extract(state): App, Json(body): Json<Value>) -> Answer {
    let account = actor(&body)?;
    let wanted: Wanted =
        serde_json::from_value(body).map_err(|error| Refusal::bad(error.to_string()))?;
    let mut claims = claims(&state, &wanted.issue, account)?;
    merge(&mut claims, &wanted.claims);
    let kid = wanted.kid.as_deref().unwrap_or(wanted.signed_by.kid());
    let token = wanted.signed_by.sign_as(Some(kid), &claims);
    let user = state.user_token(account);
    ok(json!({
        "token": token,
        "headers": { "authorization": format!("Bearer {token}"), "x-forge-oauth-user": user },
    }))
}

fn claims(state: &State, issue: &str, account: &str) -> Result<Value, Refusal> {
    let now = state.now().timestamp();
    let world = state.lock();
    let issue = world.site.get(issue)?;
    let project = issue.project();
    let kind = issue.issue_type();
    let cloud = catalog::CLOUD_ID;
    Ok(json!({
        "iss": "forge/invocation-token",
        "aud": FORGE_APP,
        "iat": now, "nbf": now, "exp": now + LIFETIME_S,
        "jti": format!("{now}-{}-{account}", issue.id),
        "app": {
            "id": FORGE_APP,
            "installationId": "ari:cloud:ecosystem::installation/5f0d1b7e-3a52-4a8e-9d0b-6f2f6d0a11aa",
            "apiBaseUrl": format!("{}/ex/jira/{cloud}", state.base_url),
            "version": "1.0.0",
            "environment": {
                "type": "PRODUCTION",
                "id": "ari:cloud:ecosystem::environment/9c1f4f0e-02d7-4b0c-8f55-7a3f2f9e22bb",
            },
            "module": { "type": "jira:issuePanel", "key": MODULE },
        },
        "context": {
            "cloudId": cloud,
            "siteUrl": state.base_url,
            "moduleKey": MODULE,
            "localId": format!("ari:cloud:ecosystem::extension/{MODULE}"),
            "extension": {
                "type": "jira:issuePanel",
                "issue": {
                    "id": issue.id.to_string(), "key": issue.key,
                    "type": kind.name, "typeId": kind.id,
                },
                "project": { "id": project.id, "key": project.key, "type": "software" },
            },
        },
        "principal": account,
    }))
}
