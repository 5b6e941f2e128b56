//! From the wire to a call and back.

use std::sync::Arc;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::State as Shared;
use axum::http::request::Parts;
use axum::http::{Method, header};
use axum::response::Response;
use bytes::Bytes;

use super::call::{Call, Surroundings, pairs, segments};
use super::files::{self, Form};
use super::reply::Reply;
use super::{identity, oauth, page, routes, versions};
use crate::core::is_form;
use crate::salesforce::error::Refusal;
use crate::salesforce::{State, stamp};

/// Largest body, in bytes: 50 MiB of JSON.
const BODY_BYTES_MAX: usize = 52_428_800;

/// The org's routes.
pub fn router(state: Arc<State>) -> Router {
    Router::new().fallback(serve).with_state(state)
}

async fn serve(Shared(state): Shared<Arc<State>>, request: axum::extract::Request) -> Response {
    let (parts, body) = request.into_parts();
    let reply = if is_form(&parts.headers) {
        match files::receive(&parts.headers, body).await {
            Ok(form) => state.answer(&parts, Received::Form(form)),
            Err(refusal) => refusal.into(),
        }
    } else if let Ok(body) = to_bytes(body, BODY_BYTES_MAX).await {
        state.answer(&parts, Received::Whole(body))
    } else {
        let text = "Maximum size of request reached. Maximum size of request is 52428800 bytes.";
        Refusal::json(text).into()
    };
    reply.with("date", stamp::http(state.clock.now())).into_response()
}

/// A body as it was read.
enum Received {
    Whole(Bytes),
    Form(Form),
}

impl Received {
    fn split(self) -> (Bytes, Option<Form>) {
        match self {
            Self::Whole(bytes) => (bytes, None),
            Self::Form(form) => (Bytes::new(), Some(form)),
        }
    }
}

impl State {
    fn answer(&self, parts: &Parts, body: Received) -> Reply {
        let path = segments(parts.uri.path());
        let names: Vec<&str> = path.iter().map(String::as_str).collect();
        match names.as_slice() {
            ["services", "oauth2", what] => self.oauth(what, parts, &body.split().0),
            ["services", "data"] if parts.method == Method::GET => versions::list(),
            ["services", "data", version, rest @ ..] => self.api(version, rest, parts, body),
            ["id", _, _] => {
                let session = self.session(parts);
                session.map(|user| identity::document(&self.world(), &self.base_url, &user)).into()
            }
            [id] if parts.method == Method::GET => page::record(&self.world(), id),
            [] => page::home(&self.world()),
            _ => Refusal::not_found().into(),
        }
    }

    fn oauth(&self, what: &str, parts: &Parts, body: &Bytes) -> Reply {
        let form = pairs(&String::from_utf8_lossy(body));
        let request = oauth::Request { headers: &parts.headers, form, now: self.clock.now() };
        let mut world = self.world();
        match (what, &parts.method) {
            ("token", &Method::POST) => oauth::token(&mut world, &self.base_url, &request),
            ("introspect", &Method::POST) => oauth::introspect(&world, &self.base_url, &request),
            ("revoke", _) => oauth::revoke(&mut world, &request),
            ("userinfo", _) => {
                drop(world);
                let session = self.session(parts);
                session.map(|user| identity::userinfo(&self.world(), &self.base_url, &user)).into()
            }
            _ => Refusal::not_found().into(),
        }
    }

    /// The user of a live session, or the 401 that every call without one gets.
    fn session(&self, parts: &Parts) -> Result<String, Refusal> {
        let token = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = token.and_then(|value| value.split_once(' ')).filter(|(scheme, _)| {
            scheme.eq_ignore_ascii_case("Bearer") || scheme.eq_ignore_ascii_case("OAuth")
        });
        let now = self.clock.now();
        let session = token.and_then(|(_, token)| self.world().sessions.check(token.trim(), now));
        let refusal = || Refusal::new(401, "INVALID_SESSION_ID", "Session expired or invalid");
        session.map(|session| session.user).ok_or_else(refusal)
    }

    /// A call to the versioned API: session, budget, then the work.
    fn api(&self, version: &str, rest: &[&str], parts: &Parts, body: Received) -> Reply {
        let checked = versions::check(version).and_then(|()| self.session(parts));
        let user = match checked {
            Ok(user) => user,
            Err(refusal) => return refusal.into(),
        };
        let mut world = self.world();
        if let Err(refusal) = world.usage.take() {
            return Reply::from(refusal).with("sforce-limit-info", world.usage.header());
        }
        let query = pairs(parts.uri.query().unwrap_or_default());
        let method = overridden(&parts.method, &query);
        let (body, form) = body.split();
        let call = Call {
            around: Surroundings {
                calls: &self.calls,
                base_url: &self.base_url,
                user: &user,
                now: self.clock.now(),
            },
            method,
            path: rest.iter().map(|&part| part.to_owned()).collect(),
            version: version.to_owned(),
            query,
            headers: parts.headers.clone(),
            body,
            form,
        };
        let reply = Reply::from(routes::dispatch(&mut world, &call));
        reply.with("sforce-limit-info", world.usage.header())
    }
}

/// `POST ...?_HttpMethod=PATCH` serves clients that lack PATCH.
fn overridden(method: &Method, query: &[(String, String)]) -> Method {
    let wanted = query.iter().find(|(name, _)| name == "_HttpMethod").map(|(_, value)| value);
    match wanted.and_then(|value| value.parse().ok()) {
        Some(wanted) if *method == Method::POST => wanted,
        _ => method.clone(),
    }
}
