//! The control API of the provider: people, registered addresses, faults of its tokens.

use std::sync::Arc;

use axum::extract::State as Extract;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::{App, Settings, State, User};

/// The control API of the provider, nested under `/control/oidc`.
pub fn control_router(state: Arc<State>) -> Router {
    Router::new()
        .route("/users", get(users).post(put_user))
        .route("/settings", get(settings).patch(change_settings))
        .with_state(state)
}

async fn users(Extract(state): App) -> Json<Vec<User>> {
    Json(state.users())
}

async fn put_user(Extract(state): App, Json(user): Json<User>) -> StatusCode {
    state.put_user(user);
    StatusCode::NO_CONTENT
}

async fn settings(Extract(state): App) -> Json<Settings> {
    Json(state.settings())
}

/// Changes the settings named in the body.
async fn change_settings(Extract(state): App, Json(body): Json<Value>) -> Response {
    let mut all = json!(state.settings());
    for (name, value) in body.as_object().into_iter().flatten() {
        all[name.as_str()] = value.clone();
    }
    match serde_json::from_value::<Settings>(all) {
        Ok(changed) => {
            state.change(changed.clone());
            Json(changed).into_response()
        }
        Err(error) => (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    }
}
