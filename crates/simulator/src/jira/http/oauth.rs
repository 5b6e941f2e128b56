//! OAuth 2.0 (3LO): the token endpoint with rotating refresh tokens.

use axum::Json;
use axum::extract::State as Extract;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::{App, Payload};
use crate::jira::model::catalog::{self, User};
use crate::jira::state::State;

/// Client id of the app.
pub const CLIENT_ID: &str = "lockstep-client";
/// Client secret of the app; dynamic webhooks are signed with it.
pub(super) const CLIENT_SECRET: &str = "jira-client-secret";
/// The authorization code that the consent page would hand out.
const CODE: &str = "jira-authorization-code";
const SCOPES: &str =
    "read:jira-work write:jira-work read:jira-user manage:jira-webhook offline_access";
const ACCESS_MS: i64 = 3_600_000;
/// A used refresh token still works for this long.
const LEEWAY_MS: i64 = 600_000;

/// The tokens handed out.
#[derive(Debug, Default)]
pub(in crate::jira) struct OAuth {
    count: u64,
    access: Vec<Access>,
    /// (token, end of the leeway once used)
    refresh: Vec<(String, Option<i64>)>,
}

/// An access token.
#[derive(Debug)]
struct Access {
    token: String,
    owner: &'static str,
    ends_ms: i64,
}

impl OAuth {
    fn access(&mut self, owner: &'static str, now_ms: i64) -> String {
        self.count += 1;
        let token = format!("jira-access-{:08}", self.count);
        self.access.push(Access { token: token.clone(), owner, ends_ms: now_ms + ACCESS_MS });
        token
    }

    fn issue(&mut self, now_ms: i64) -> Value {
        let access = self.access(catalog::INTEGRATION, now_ms);
        let refresh = format!("jira-refresh-{:08}", self.count);
        self.refresh.push((refresh.clone(), None));
        json!({
            "access_token": access,
            "refresh_token": refresh,
            "expires_in": ACCESS_MS / 1_000,
            "token_type": "Bearer",
            "scope": SCOPES,
        })
    }

    fn rotate(&mut self, refresh: &str, now_ms: i64) -> Option<Value> {
        let (_, leeway_ends) = self.refresh.iter_mut().find(|(token, _)| token == refresh)?;
        match leeway_ends {
            Some(end) if *end <= now_ms => return None,
            Some(_) => {}
            None => *leeway_ends = Some(now_ms + LEEWAY_MS),
        }
        Some(self.issue(now_ms))
    }
}

impl State {
    /// The user behind an access token.
    pub(super) fn token_owner(&self, token: &str) -> Option<&'static User> {
        let now_ms = self.clock.now_ms();
        let world = self.lock();
        let mut valid = world.oauth.access.iter().filter(|access| access.ends_ms > now_ms);
        catalog::user_by_id(valid.find(|access| access.token == token)?.owner)
    }

    /// A token by which an app acts as this person (`x-forge-oauth-user`).
    pub(in crate::jira) fn user_token(&self, account: &'static str) -> String {
        let now_ms = self.clock.now_ms();
        self.lock().oauth.access(account, now_ms)
    }
}

/// `POST /oauth/token`.
pub(super) async fn token(Extract(state): App, Payload(body): Payload) -> Response {
    let text = |name: &str| body[name].as_str().unwrap_or_default();
    if text("client_id") != CLIENT_ID || text("client_secret") != CLIENT_SECRET {
        let body = json!({ "error": "access_denied", "error_description": "Unauthorized" });
        return (StatusCode::UNAUTHORIZED, Json(body)).into_response();
    }
    let now_ms = state.clock.now_ms();
    let issued = match text("grant_type") {
        "authorization_code" if text("code") == CODE => Some(state.lock().oauth.issue(now_ms)),
        "refresh_token" => state.lock().oauth.rotate(text("refresh_token"), now_ms),
        _ => None,
    };
    if let Some(issued) = issued {
        return Json(issued).into_response();
    }
    let description = "Unknown or invalid refresh token.";
    let body = json!({ "error": "invalid_grant", "error_description": description });
    (StatusCode::FORBIDDEN, Json(body)).into_response()
}

/// `GET /oauth/token/accessible-resources`.
pub(super) async fn resources(Extract(state): App, headers: HeaderMap) -> Response {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = value.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    if state.token_owner(token).is_none() {
        let body = json!({ "code": 401, "message": "Unauthorized" });
        return (StatusCode::UNAUTHORIZED, Json(body)).into_response();
    }
    let scopes: Vec<&str> = SCOPES.split(' ').filter(|scope| *scope != "offline_access").collect();
    Json(json!([{
        "id": catalog::CLOUD_ID,
        "name": "acme",
        "url": state.base_url,
        "scopes": scopes,
        "avatarUrl": format!("{}/secure/siteavatar", state.base_url),
    }]))
    .into_response()
}
