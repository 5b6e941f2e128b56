//! The simulated identity provider: `OpenID` Connect with the authorization code flow and PKCE, as
//! strict as a real one about who asks, where it answers, and what a code may be used for.

mod authorize;
mod control;
mod state;
#[cfg(test)]
mod tests;
mod token;

use std::sync::Arc;

use axum::extract::State as Extract;
use axum::http::Method;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::core::key_set;

pub use control::control_router;
pub use state::{CLIENT_ID, CLIENT_SECRET, Settings, State, User};

/// The state as handlers take it.
type App = Extract<Arc<State>>;

/// The provider's HTTP surface.
pub fn router(state: Arc<State>) -> Router {
    Router::new()
        .route("/.well-known/openid-configuration", get(discovery))
        .route("/jwks", get(keys))
        .route("/authorize", get(authorize::ask).post(authorize::answer))
        .route("/token", post(token::exchange))
        .route("/userinfo", get(token::userinfo))
        .with_state(state)
}

/// Names operations for the call log and for fault rules.
pub fn operation(method: &Method, path: &str) -> &'static str {
    match (method.as_str(), path) {
        ("GET", "/.well-known/openid-configuration") => "oidc.discovery",
        ("GET", "/jwks") => "oidc.keys",
        ("GET", "/authorize") => "oidc.ask",
        ("POST", "/authorize") => "oidc.answer",
        ("POST", "/token") => "oidc.token",
        ("GET", "/userinfo") => "oidc.userinfo",
        _ => "oidc.other",
    }
}

async fn discovery(Extract(state): App) -> Json<Value> {
    let (settings, base) = (state.settings(), &state.base_url);
    let issuer = settings.issuer.as_ref().unwrap_or(base);
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{base}/authorize"),
        "token_endpoint": format!("{base}/token"),
        "userinfo_endpoint": format!("{base}/userinfo"),
        "jwks_uri": format!("{base}/jwks"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": ["openid", "profile", "email", "groups"],
        "claims_supported": ["sub", "name", "email", "email_verified", "groups"],
        "authorization_response_iss_parameter_supported": true,
    }))
}

async fn keys(Extract(state): App) -> Json<Value> {
    Json(key_set(&state.settings().published))
}
