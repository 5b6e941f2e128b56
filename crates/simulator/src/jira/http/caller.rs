//! Who calls: a signed-in user, or nobody.

use axum::Json;
use axum::extract::{FromRequestParts, Request, State as Extract};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use serde_json::json;

use super::ThroughGateway;
use crate::jira::model::Refusal;
use crate::jira::model::catalog::{self, User};
use crate::jira::state::State;
use std::sync::Arc;

/// The caller of a REST operation.
#[derive(Clone, Copy, Debug)]
pub(in crate::jira) struct Caller {
    user: Option<&'static User>,
    is_app: bool,
    zone: chrono_tz::Tz,
}

const NOBODY: Caller = Caller { user: None, is_app: false, zone: chrono_tz::UTC };

impl Caller {
    /// The signed-in user.
    ///
    /// # Errors
    /// 401.
    pub(super) fn user(self) -> Result<&'static User, Refusal> {
        self.user.ok_or_else(Refusal::anonymous)
    }

    /// The signed-in user; everything on the site is invisible to others.
    ///
    /// # Errors
    /// 404, as for an issue that is not there.
    pub(super) fn reader(self) -> Result<&'static User, Refusal> {
        self.user.ok_or_else(Refusal::no_issue)
    }

    /// Whether nobody is signed in.
    pub(super) fn is_nobody(self) -> bool {
        self.user.is_none()
    }

    /// The app behind an OAuth token.
    ///
    /// # Errors
    /// 403 for everybody else.
    pub(super) fn app(self) -> Result<&'static User, Refusal> {
        let message = "Only Connect and OAuth 2.0 apps can use this operation.";
        let user = self.user.filter(|_| self.is_app);
        user.ok_or_else(|| Refusal::new(StatusCode::FORBIDDEN, message))
    }

    /// Zone in which this caller reads timestamps.
    pub(super) fn zone(self) -> chrono_tz::Tz {
        self.zone
    }

    fn of(user: &'static User, is_app: bool) -> Self {
        Self { user: Some(user), is_app, zone: user.time_zone }
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(parts.extensions.get::<Self>().copied().unwrap_or(NOBODY))
    }
}

/// Finds out who calls, and limits bursts. A bad API token makes the caller anonymous.
pub(super) async fn authenticate(
    Extract(state): Extract<Arc<State>>,
    mut request: Request,
    next: Next,
) -> Response {
    let is_gateway = request.extensions().get::<ThroughGateway>().is_some();
    let (admitted, zone) = {
        let mut guard = state.lock();
        let world = &mut *guard;
        let now_ms = state.clock.now_ms();
        let admitted = world.limits.admit_call(request.method().as_str(), now_ms, &world.settings);
        (admitted, world.settings.time_zone)
    };
    if let Err(refusal) = admitted {
        return refusal.into_response();
    }
    let credentials = Credentials::read(request.headers());
    let caller = match (&credentials, is_gateway) {
        (Credentials::Bearer(token), true) => match state.token_owner(token) {
            Some(user) => Caller::of(user, true),
            None => return gateway_refusal(),
        },
        (_, true) => return gateway_refusal(),
        (Credentials::Bearer(_), false) => {
            let body = json!({ "error": "Failed to parse Connect Session Auth Token" });
            return (StatusCode::FORBIDDEN, Json(body)).into_response();
        }
        (Credentials::Basic { user: Some(user) }, false) => Caller::of(user, false),
        _ => NOBODY,
    };
    let caller = Caller { zone: zone.unwrap_or(caller.zone), ..caller };
    request.extensions_mut().insert(caller);
    let mut response = next.run(request).await;
    if matches!(credentials, Credentials::Basic { user: None }) {
        let value = HeaderValue::from_static("AUTHENTICATED_FAILED");
        response.headers_mut().insert("X-Seraph-LoginReason", value);
    }
    response
}

fn gateway_refusal() -> Response {
    let body = json!({ "code": 401, "message": "Unauthorized" });
    (StatusCode::UNAUTHORIZED, Json(body)).into_response()
}

enum Credentials {
    Nothing,
    Basic { user: Option<&'static User> },
    Bearer(String),
}

impl Credentials {
    fn read(headers: &HeaderMap) -> Self {
        let Some(value) = headers.get(header::AUTHORIZATION) else {
            return Self::Nothing;
        };
        let value = value.to_str().unwrap_or_default();
        if let Some(token) = value.strip_prefix("Bearer ") {
            return Self::Bearer(token.to_owned());
        }
        Self::Basic { user: value.strip_prefix("Basic ").and_then(basic) }
    }
}

/// The user of an e-mail and API token; only the integration has a token.
fn basic(encoded: &str) -> Option<&'static User> {
    let bytes = base64::engine::general_purpose::STANDARD.decode(encoded).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (email, token) = text.split_once(':')?;
    let is_known =
        token == catalog::API_TOKEN && email.eq_ignore_ascii_case(catalog::INTEGRATION_EMAIL);
    is_known.then(|| catalog::user_by_id(catalog::INTEGRATION)).flatten()
}
