//! The org's part of the control API: a test acts here as a person, an administrator or the platform.
//!
//! Under `/control/salesforce`:
//!
//! | call | body |
//! |---|---|
//! | `GET /org` | ids of org, users and queue, and what the org holds |
//! | `GET`, `POST /records/{object}` | the fields, or `{fields, stamp, user, automation, assign}` |
//! | `GET`, `PATCH`, `DELETE /records/{object}/{id}` | the same |
//! | `POST /records/{object}/{id}/undelete` | none |
//! | `POST /cases/{id}/comments` | `{body, published, stamp, user}` |
//! | `POST /sessions/expire` | `{lifetime_s}` for the sessions that come |
//! | `POST /cursors/close` | none |
//! | `POST /limits` | `{max, used, concurrent}` |
//! | `POST /permissions` | `{modify_all_cases, view_all_data, view_setup}` |
//! | `POST /apps` | `{key, flow, run_as, approved}`: the policy of the app with this consumer key |
//! | `POST /locks` | `{ids, times}` |
//! | `POST /records/{object}/{id}/merge` | `{into}`: the id of the record that stays |
//! | `POST /leads/{id}/convert` | none |
//! | `POST /objects/rights` | `{object, read, create, update}`: what the integration user may do |
//! | `POST /fields/hide`, `POST /fields/show` | `{object, fields}` |
//! | `POST /fields/track` | `{object, fields}`: keep the history of these |
//! | `POST`, `DELETE /validation_rules` | `{object, when, message, field}`, `when` in SOQL |
//! | `POST /assignment_rules` | `[{object, when, owner}]`, replaces all |
//! | `POST /duplicate_rules` | `[{object, field, allow_save}]`, replaces all |
//! | `POST /org/refresh` | none: a new org id, as after a sandbox refresh |
//! | `POST /files` | `{record, name, text or size, user}`: a file on a record; with a size, so many bytes are made up |
//! | `GET /files/{id}` | the bytes of a `ContentVersion` |

mod records;
mod rules;
mod switches;

use std::sync::Arc;

use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::State;
use super::error::Refusal;

/// A refusal as the control API answers it: the platform's own body.
struct Refused(Refusal);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::BAD_REQUEST);
        (status, Json(self.0.body())).into_response()
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self(refusal)
    }
}

/// Routes to be nested under `/control/salesforce`.
pub fn control_router(state: Arc<State>) -> Router {
    Router::new()
        .route("/org", get(org))
        .route("/records/{object}", get(records::list).post(records::create))
        .route(
            "/records/{object}/{id}",
            get(records::read).patch(records::update).delete(records::delete),
        )
        .route("/records/{object}/{id}/undelete", post(records::undelete))
        .route("/records/{object}/{id}/merge", post(records::merge))
        .route("/leads/{id}/convert", post(records::convert))
        .route("/objects/rights", post(switches::rights))
        .route("/cases/{id}/comments", post(records::comment))
        .route("/sessions/expire", post(switches::expire_sessions))
        .route("/cursors/close", post(switches::close_cursors))
        .route("/limits", post(switches::limits))
        .route("/permissions", post(switches::permissions))
        .route("/apps", post(switches::app))
        .route("/locks", post(switches::locks))
        .route("/fields/hide", post(switches::hide_fields))
        .route("/fields/show", post(switches::show_fields))
        .route("/fields/track", post(switches::track_fields))
        .route("/validation_rules", post(rules::add_validation).delete(rules::clear_validation))
        .route("/assignment_rules", post(rules::set_assignment))
        .route("/duplicate_rules", post(rules::set_duplicates))
        .route("/org/refresh", post(switches::refresh_org))
        .route("/files", post(records::add_file))
        .route("/files/{id}", get(file))
        .with_state(state)
}

async fn org(Shared(state): Shared<Arc<State>>) -> Json<Value> {
    Json(state.dump())
}

/// The bytes of a file version.
async fn file(Shared(state): Shared<Arc<State>>, Path(id): Path<String>) -> Response {
    match state.world().blobs.get(&id).cloned() {
        Some(blob) => blob.body().into_response(),
        None => {
            (StatusCode::NOT_FOUND, Json(json!({"error": "no such file version"}))).into_response()
        }
    }
}
