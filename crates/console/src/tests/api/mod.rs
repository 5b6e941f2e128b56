//! The HTTP API as a program meets it.

mod document;
mod matrix;
mod operations;

use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{Method, Request};
use lockstep_store::{Account, NewApiToken, Role};
use serde_json::Value;

use super::{Desk, Seen};
use crate::access::digest;

/// A token with these scopes, of an account.
async fn token(desk: &Desk, account: &Account, scopes: &[&str]) -> String {
    let token = format!("lsk_{}", desk.app.ambient.token());
    let new = NewApiToken {
        name: "ci".to_owned(),
        token_hash: digest(&token),
        account: account.id,
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        expires_at: None,
    };
    desk.store.api_tokens().create(&new).await.expect("a token");
    token
}

/// A token that may do everything.
async fn master(desk: &Desk) -> String {
    let account = desk.account("root@example.com", Role::Admin).await;
    token(desk, &account, &["admin"]).await
}

/// A call with a token.
async fn call(desk: &Desk, token: &str, method: &Method, path: &str, body: &Value) -> Seen {
    let (kind, body) = match body {
        Value::Null => ("application/json", String::new()),
        Value::String(text) => ("application/yaml", text.clone()),
        json => ("application/json", json.to_string()),
    };
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(AUTHORIZATION, format!("Bearer {token}"))
        .header(CONTENT_TYPE, kind)
        .body(Body::from(body));
    desk.send(request.expect("a request")).await
}

impl Seen {
    /// What it says, as JSON.
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|why| panic!("{why}: {}", self.body))
    }
}
