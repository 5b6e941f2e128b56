//! The guard before every route.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::ORIGIN;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use super::{Needs, Visitor, same};
use crate::form::{CSRF, Form};
use crate::problem::Problem;
use crate::trouble::Trouble;
use crate::view::{Shell, trouble_page};
use crate::{App, Console};

/// Most bytes of a form: an item's YAML has a few kilobytes.
const FORM_MAX: usize = 1024 * 1024;

/// Lets a request through to its handler, with who asks, the shell of their page and the form as
/// extensions; draws the trouble that there is.
pub(crate) async fn guard(
    State((app, needs)): State<(App, Needs)>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let visitor = match Visitor::find(&app, &parts.headers).await {
        Ok(visitor) => visitor,
        Err(error) => return drawn(&app, Shell::of(&app, &parts, None), &error.into()).await,
    };
    let shell = Shell::of(&app, &parts, visitor.clone());
    if let (Needs::Right(_), None) = (needs, &visitor) {
        return Redirect::to(&sign_in_first(&parts)).into_response();
    }
    let admitted = match admit(&app, needs, visitor.as_ref(), &parts) {
        Ok(()) => read(&parts, body, visitor.as_ref()).await,
        Err(trouble) => Err(trouble),
    };
    let form = match admitted {
        Ok(form) => form,
        Err(trouble) => return drawn(&app, shell, &trouble).await,
    };
    parts.extensions.insert(form);
    parts.extensions.insert(shell.clone());
    if let Some(visitor) = visitor {
        parts.extensions.insert(visitor);
    }
    let response = next.run(Request::from_parts(parts, Body::empty())).await;
    match response.extensions().get::<Trouble>() {
        Some(trouble) => drawn(&app, shell, &trouble.clone()).await,
        None => response,
    }
}

fn admit(
    console: &Console,
    needs: Needs,
    visitor: Option<&Visitor>,
    parts: &Parts,
) -> Result<(), Trouble> {
    if is_unsafe(&parts.method) && !is_from_here(console, &parts.headers) {
        return Err(Trouble::Foreign);
    }
    match needs {
        Needs::Right(right) if !visitor.is_some_and(|visitor| visitor.may(right)) => {
            Err(Trouble::NotAllowed(right))
        }
        _ => Ok(()),
    }
}

/// Browsers name the origin of every form, and no page can make them lie.
fn is_from_here(console: &Console, headers: &HeaderMap) -> bool {
    let origin = headers.get(ORIGIN).and_then(|origin| origin.to_str().ok());
    origin == Some(&console.settings.origin())
}

fn is_unsafe(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// The form, if it is one of this session's.
async fn read(parts: &Parts, body: Body, visitor: Option<&Visitor>) -> Result<Form, Trouble> {
    if !is_unsafe(&parts.method) {
        return Ok(Form::default());
    }
    let body = to_bytes(body, FORM_MAX).await.map_err(|_too_large_or_cut| Trouble::TooLarge)?;
    let form = Form::parse(&body);
    match visitor {
        Some(visitor) if !same(form.raw(CSRF), &visitor.csrf) => Err(Trouble::Stale),
        _ => Ok(form),
    }
}

/// Where to sign in, and to come back from to what was asked for. A form cannot be asked for again.
fn sign_in_first(parts: &Parts) -> String {
    let asked = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    if is_unsafe(&parts.method) || asked == "/" {
        return "/login".to_owned();
    }
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    format!("/login?{}", query.append_pair("next", asked).finish())
}

async fn drawn(console: &Console, shell: Shell, trouble: &Trouble) -> Response {
    if trouble.status().is_server_error() {
        tracing::warn!(
            code = trouble.code().map(tracing::field::display),
            detail = trouble.detail(),
            "a page cannot be served: {trouble}"
        );
    }
    // A program that asks for what is not there reads no page.
    if shell.path.starts_with("/api/") {
        return Problem::of(console, trouble).into_response();
    }
    // Where the store is away, the page comes without the count.
    let counted = shell.clone().counted(console).await;
    trouble_page(&counted.unwrap_or(shell), trouble)
}
