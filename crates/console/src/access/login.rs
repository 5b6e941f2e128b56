//! Signing in with a name and a password, and signing out.

use std::time::Duration;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::header::{RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;
use url::form_urlencoded;

use super::{cookie, local_path, open_session};
use crate::form::Form;
use crate::trouble::Trouble;
use crate::view::{Answer, Shell, page};
use crate::{App, Console};

/// How far back failures count.
const WINDOW: Duration = Duration::from_secs(15 * 60);
/// Failures of one name within the window after which it must wait.
const FAILURES_OF_NAME: i64 = 5;
/// Failures from one address: more, for many people may share one.
const FAILURES_OF_ADDRESS: i64 = 50;

#[derive(Template)]
#[template(path = "login.html")]
struct Login {
    shell: Shell,
    next: String,
    name: String,
    error: Option<&'static str>,
    /// The query of the way in by the identity provider, where there is one.
    provider: Option<String>,
}

/// Where to go afterwards.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    next: String,
}

pub(super) async fn form(
    State(app): State<App>,
    shell: Shell,
    Query(asked): Query<Asked>,
) -> Answer {
    let next = local_path(&asked.next).to_owned();
    if shell.visitor.is_some() {
        return Ok(Redirect::to(&next).into_response());
    }
    let provider = provider(&app, &next);
    page(&Login { shell, next, name: String::new(), error: None, provider })
}

pub(super) async fn submit(
    State(app): State<App>,
    shell: Shell,
    headers: HeaderMap,
    form: Form,
) -> Answer {
    let (name, next) = (form.text("name"), form.raw("next"));
    let again = |error| Login {
        shell: shell.clone(),
        next: local_path(next).to_owned(),
        name: name.to_owned(),
        error: Some(error),
        provider: provider(&app, local_path(next)),
    };
    if must_wait(&app, name, &shell.peer).await? {
        let mut response = page(&again(
            "Too many attempts. Wait a quarter of an hour, or ask an administrator for a link that sets a new password.",
        ))?;
        *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        response.headers_mut().insert(RETRY_AFTER, WINDOW.as_secs().into());
        return Ok(response);
    }
    let account = app.store.accounts().by_name(name).await?;
    let kept = match &account {
        Some(account) => app.store.accounts().password_hash(account.id).await?,
        None => None,
    };
    let password = SecretString::from(form.raw("password").to_owned());
    let fits = app.passwords.verify(kept, password).await;
    if let Some(account) = account.filter(|account| fits && !account.disabled) {
        app.store.logins().clear(name).await?;
        return open_session(&app, &headers, &account, next).await;
    }
    app.store.logins().note_failure(name, &shell.peer).await?;
    app.note(name, "sign_in_failed", name, json!({ "from": shell.peer })).await?;
    let mut response = page(&again("Name and password do not fit together."))?;
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    Ok(response)
}

/// Where the identity provider is asked, and what it leads to.
fn provider(console: &Console, next: &str) -> Option<String> {
    console.provider.as_ref()?;
    let mut query = form_urlencoded::Serializer::new(String::new());
    Some(query.append_pair("next", next).finish())
}

async fn must_wait(console: &Console, name: &str, from: &str) -> Result<bool, Trouble> {
    let failures = console.store.logins().failures_since(name, from, WINDOW).await?;
    Ok(failures.by_name >= FAILURES_OF_NAME || failures.by_address >= FAILURES_OF_ADDRESS)
}

/// Signing out.
pub(super) async fn out(State(app): State<App>, shell: Shell) -> Result<Response, Trouble> {
    if let Some(visitor) = shell.visitor {
        app.store.sessions().end(visitor.session()).await?;
        app.note(visitor.actor(), "sign_out", visitor.actor(), json!(null)).await?;
    }
    let cookie = cookie::ended(&app.settings);
    Ok(([(SET_COOKIE, cookie)], Redirect::to("/login")).into_response())
}
