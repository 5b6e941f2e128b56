//! The token endpoint and its neighbours.

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use super::identity;
use super::reply::Reply;
use crate::salesforce::world::{App, SalesforceWorld};

/// A call to the endpoint.
pub(super) struct Request<'a> {
    pub(super) headers: &'a HeaderMap,
    pub(super) form: Vec<(String, String)>,
    pub(super) now: DateTime<Utc>,
}

impl Request<'_> {
    fn field(&self, name: &str) -> Option<&str> {
        self.form.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn text(&self, name: header::HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Key and secret, from the form or from basic authorization.
    fn credentials(&self) -> (String, String) {
        let basic = self.text(header::AUTHORIZATION).and_then(|value| value.strip_prefix("Basic "));
        let decoded = basic.and_then(|value| STANDARD.decode(value.trim()).ok());
        let decoded = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
        if let Some((id, secret)) = decoded.as_deref().and_then(|pair| pair.split_once(':')) {
            return (id.to_owned(), secret.to_owned());
        }
        let field = |name| self.field(name).unwrap_or_default().to_owned();
        (field("client_id"), field("client_secret"))
    }

    /// Whether the call came to a host that serves no org of its own.
    fn is_shared_host(&self) -> bool {
        let host = self.text(header::HOST).unwrap_or_default();
        host.starts_with("login.") || host.starts_with("test.")
    }
}

/// `POST /services/oauth2/token`, client credentials only.
pub(super) fn token(world: &mut SalesforceWorld, base_url: &str, request: &Request<'_>) -> Reply {
    let App { key, secret, .. } = match granted(world, request) {
        Ok(app) => app,
        Err((error, description)) => return Reply::oauth(error, description),
    };
    let org = world.org_id.clone();
    let user = world.run_as.clone();
    let token = world.sessions.mint(&org, (&user, key), request.now);
    let issued_at = request.now.timestamp_millis().to_string();
    let id = identity::url(world, base_url, &user);
    Reply::ok(json!({
        "access_token": token,
        "signature": signature(secret, &id, &issued_at),
        "scope": "api",
        "instance_url": base_url,
        "id": id,
        "token_type": "Bearer",
        "issued_at": issued_at,
        "api_instance_url": base_url,
    }))
}

/// The app that gives the token, or why none is given.
fn granted(world: &SalesforceWorld, request: &Request<'_>) -> Result<App, Refusal> {
    match request.field("grant_type").unwrap_or_default() {
        "client_credentials" => {}
        "password" => return Err(("invalid_grant", "authentication failure")),
        "refresh_token" => return Err(("invalid_grant", "expired access/refresh token")),
        _ => return Err(("unsupported_grant_type", "grant type not supported")),
    }
    if request.is_shared_host() {
        return Err(("invalid_grant", "request not supported on this domain"));
    }
    if request.field("scope").is_some() {
        return Err(("invalid_request", "scope parameter not supported"));
    }
    let (id, secret) = request.credentials();
    let app = world.apps.iter().find(|app| app.key == id);
    let app = app.ok_or(("invalid_client_id", "client identifier invalid"))?;
    app.refusal(&secret).map_or_else(|| Ok(app.clone()), Err)
}

/// `error` and `error_description`.
type Refusal = (&'static str, &'static str);

/// HMAC-SHA256 of the identity URL and the time, keyed with the secret, in base 64.
fn signature(secret: &str, id: &str, issued_at: &str) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes());
    let signed = mac.map(|mac| mac.chain_update(id).chain_update(issued_at).finalize());
    signed.map_or_else(|_| String::new(), |mac| STANDARD.encode(mac.into_bytes()))
}

/// `POST /services/oauth2/introspect`: the only way to learn when a token ends.
pub(super) fn introspect(world: &SalesforceWorld, base_url: &str, request: &Request<'_>) -> Reply {
    let (id, secret) = request.credentials();
    if !world.apps.iter().any(|app| app.key == id && app.secret == secret) {
        return Reply::oauth("invalid_client", "invalid client credentials");
    }
    let token = request.field("token").unwrap_or_default();
    let session = world.sessions.peek(token, request.now).filter(|session| session.app == id);
    let Some(session) = session else {
        return Reply::ok(json!({"active": false}));
    };
    let issued = session.issued.timestamp();
    Reply::ok(json!({
        "active": true,
        "scope": "api",
        "client_id": session.app,
        "username": world.live(&session.user).map_or(Value::Null, |user| user["Username"].clone()),
        "sub": identity::url(world, base_url, &session.user),
        "token_type": "access_token",
        "exp": session.expires.timestamp(),
        "iat": issued,
        "nbf": issued,
    }))
}

/// `POST /services/oauth2/revoke`.
pub(super) fn revoke(world: &mut SalesforceWorld, request: &Request<'_>) -> Reply {
    let token = request.field("token").unwrap_or_default();
    if world.sessions.peek(token, request.now).is_none() {
        return Reply::oauth("unsupported_token_type", "this token type is not supported");
    }
    world.sessions.revoke(token);
    Reply::empty(200)
}
