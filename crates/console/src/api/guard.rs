//! The guard before every route of the API. Whatever goes wrong comes out as a problem document.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::caller::Caller;
use super::limit::Left;
use crate::access::Needs;
use crate::problem::Problem;
use crate::trouble::Trouble;
use crate::{App, Console};

/// Most bytes of a body: an item's YAML has a few kilobytes.
const BODY_MAX: usize = 1024 * 1024;

/// Most bytes of what the router itself says of a request that it does not take.
const WORDS_MAX: usize = 4096;

/// Lets a call through to its handler, with who calls as an extension.
pub(crate) async fn guard(
    State((app, needs)): State<(App, Needs)>,
    request: Request,
    next: Next,
) -> Response {
    let mut left = None;
    let response = match admit(&app, needs, request, &mut left).await {
        Ok(request) => told(&app, next.run(request).await).await,
        Err(trouble) => refused(&app, &trouble),
    };
    with_headers(response, left)
}

async fn admit(
    app: &App,
    needs: Needs,
    request: Request,
    left: &mut Option<Left>,
) -> Result<Request, Trouble> {
    let (mut parts, body) = request.into_parts();
    let caller = Caller::find(app, &parts.headers).await?.ok_or(Trouble::NoToken)?;
    let counted = app.limits.count(caller.token());
    *left = Some(counted);
    if counted.wait.is_some() {
        return Err(Trouble::TooOften);
    }
    match needs {
        Needs::Token(right) if caller.may(right) => {}
        Needs::Token(right) => return Err(Trouble::BeyondToken(right)),
        _ => return Err(Trouble::NoToken),
    }
    let body = to_bytes(body, BODY_MAX).await.map_err(|_too_large_or_cut| Trouble::TooLarge)?;
    parts.extensions.insert(caller);
    Ok(Request::from_parts(parts, Body::from(body)))
}

fn with_headers(mut response: Response, left: Option<Left>) -> Response {
    let status = response.status();
    let headers = response.headers_mut();
    if let Some(left) = left {
        left.tell(headers);
        if left.wait.is_some() {
            headers.insert(RETRY_AFTER, left.seconds().into());
        }
    }
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

fn refused(app: &Console, trouble: &Trouble) -> Response {
    if trouble.status().is_server_error() {
        tracing::warn!(
            code = trouble.code().map(tracing::field::display),
            detail = trouble.detail(),
            "a call cannot be served: {trouble}"
        );
    }
    Problem::of(app, trouble).into_response()
}

/// A handler's trouble, or what the router says of a request that it does not take, as a problem.
async fn told(app: &Console, response: Response) -> Response {
    if let Some(trouble) = response.extensions().get::<Trouble>() {
        return refused(app, &trouble.clone());
    }
    let status = response.status();
    if status.is_success() || is_problem(response.headers()) {
        return response;
    }
    let allow = response.headers().get(ALLOW).cloned();
    let words = to_bytes(response.into_body(), WORDS_MAX).await.unwrap_or_default();
    let mut problem = Problem::said(status, &String::from_utf8_lossy(&words)).into_response();
    if let Some(allow) = allow {
        problem.headers_mut().insert(ALLOW, allow);
    }
    problem
}

fn is_problem(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|kind| kind == "application/problem+json")
}
