//! The token endpoint, and what a token is good for.

use axum::Json;
use axum::extract::State as Extract;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::authorize::Params;
use super::state::{CLIENT_ID, CLIENT_SECRET, Grant};
use super::{App, State};
use crate::core::merge;

/// `POST /token`: a code, with the verifier that its challenge was made of, for tokens.
pub(super) async fn exchange(Extract(state): App, headers: HeaderMap, body: String) -> Response {
    if !is_client(&headers) {
        let refusal =
            refusal(StatusCode::UNAUTHORIZED, "invalid_client", "Client authentication failed.");
        return ([(header::WWW_AUTHENTICATE, "Basic realm=\"token\"")], refusal).into_response();
    }
    match redeem(&state, &Params::read(&body)) {
        Ok(tokens) => ([(header::CACHE_CONTROL, "no-store")], Json(tokens)).into_response(),
        Err((error, why)) => refusal(StatusCode::BAD_REQUEST, error, why),
    }
}

fn redeem(state: &State, params: &Params) -> Result<Value, (&'static str, &'static str)> {
    if params.get("grant_type") != Some("authorization_code") {
        return Err(("unsupported_grant_type", "Only authorization_code is served."));
    }
    let code = params.get("code").ok_or(("invalid_request", "The code is missing."))?;
    let verifier =
        params.get("code_verifier").ok_or(("invalid_request", "The code_verifier is missing."))?;
    let grant = state.take(code).ok_or(("invalid_grant", "The code is unknown, used or over."))?;
    if params.get("redirect_uri") != Some(grant.redirect_uri.as_str()) {
        return Err(("invalid_grant", "The redirect_uri is another one than at the start."));
    }
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    if !is_verifier(verifier) || challenge != grant.challenge {
        return Err(("invalid_grant", "The code_verifier does not fit the challenge."));
    }
    Ok(json!({
        "access_token": state.admit(code, &grant),
        "token_type": "Bearer",
        "expires_in": 300,
        "scope": grant.scope,
        "id_token": id_token(state, &grant),
    }))
}

/// 43 to 128 unreserved characters (RFC 7636, 4.1).
fn is_verifier(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&text.len()) && text.bytes().all(is_plain)
}

fn id_token(state: &State, grant: &Grant) -> String {
    let settings = state.settings();
    let now = state.clock.now().timestamp();
    let mut claims = grant.person();
    merge(
        &mut claims,
        &json!({
            "iss": state.base_url, "aud": CLIENT_ID, "iat": now, "exp": now + settings.lifetime_s,
            "auth_time": now, "nonce": grant.nonce,
        }),
    );
    merge(&mut claims, &settings.claims);
    settings.signing_key.sign(&claims)
}

/// `GET /userinfo`.
pub(super) async fn userinfo(Extract(state): App, headers: HeaderMap) -> Response {
    let token = text(&headers, &header::AUTHORIZATION).strip_prefix("Bearer ").unwrap_or_default();
    match state.admitted(token) {
        Some(grant) => Json(grant.person()).into_response(),
        None => (
            StatusCode::UNAUTHORIZED,
            [(header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")],
        )
            .into_response(),
    }
}

/// Basic authorization; id and secret are form-encoded inside (RFC 6749, 2.3.1).
fn is_client(headers: &HeaderMap) -> bool {
    let pair = text(headers, &header::AUTHORIZATION)
        .strip_prefix("Basic ")
        .and_then(|encoded| STANDARD.decode(encoded).ok())
        .and_then(|bytes| String::from_utf8(bytes).ok());
    let plain = |text: &str| {
        percent_decode_str(&text.replace('+', " ")).decode_utf8().map(String::from).ok()
    };
    pair.as_deref().and_then(|pair| pair.split_once(':')).is_some_and(|(id, secret)| {
        plain(id).as_deref() == Some(CLIENT_ID) && plain(secret).as_deref() == Some(CLIENT_SECRET)
    })
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn refusal(status: StatusCode, error: &str, why: &str) -> Response {
    let body = json!({ "error": error, "error_description": why });
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}
