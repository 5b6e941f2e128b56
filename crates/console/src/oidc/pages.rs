//! The two addresses of the sign-in.

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::http::header::{HeaderValue, SET_COOKIE};
use axum::response::{IntoResponse, Redirect, Response};
use lockstep_model::{Code, Fault};
use lockstep_store::{NewAccount, OidcLogin, Role};
use serde::Deserialize;
use serde_json::json;

use super::exchange::plain;
use super::{CALLBACK, Person, Provider};
use crate::access::{Needs, cookie, digest, local_path, open_session, passing, passing_name, same};
use crate::routes::Routes;
use crate::trouble::Trouble;
use crate::view::Answer;
use crate::{App, Console};

/// How many sign-ins that came to nothing are cleared away by one that begins.
const CLEARED: i64 = 20;

/// How long somebody may take at the provider; the store forgets the sign-in as soon.
const MINUTES: u32 = 10;

/// Signing in by an identity provider.
pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get(Needs::Nothing, "/login/oidc", begin).get(Needs::Nothing, CALLBACK, finish)
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    next: String,
}

/// What comes back.
#[derive(Deserialize)]
struct Came {
    #[serde(default)]
    state: String,
    #[serde(default)]
    code: String,
    iss: Option<String>,
    error: Option<String>,
    #[serde(default)]
    error_description: String,
}

/// Sends the browser to the provider. It is a link and no form: what a form leads to must be here. All
/// that it leaves is a row that nobody misses.
async fn begin(State(app): State<App>, Query(wanted): Query<Wanted>) -> Answer {
    let provider = provider(&app)?;
    let callback = app.settings.address(CALLBACK);
    let begun = provider.begin(&app.ambient, &callback, local_path(&wanted.next)).await?;
    app.store.oidc_logins().purge(CLEARED).await?;
    app.store.oidc_logins().begin(&digest(&begun.state), &begun.login).await?;
    let cookie = passing(&app.settings, &begun.state, MINUTES);
    Ok(([(SET_COOKIE, cookie)], Redirect::to(begun.url.as_str())).into_response())
}

/// Opens a session for whom the provider has signed in.
async fn finish(State(app): State<App>, headers: HeaderMap, Query(came): Query<Came>) -> Answer {
    let login = begun_here(&app, &headers, &came.state).await?;
    let mut response = match signed_in(&app, &came, &login).await {
        Ok(person) => admit(&app, &headers, &person, &login.return_to).await?,
        Err(fault) => {
            app.note("identity provider", "sign_in_failed", "", json!({ "code": fault.code }))
                .await?;
            return Err(fault.into());
        }
    };
    let over = passing(&app.settings, "", 0);
    if let Ok(value) = HeaderValue::from_str(&over) {
        response.headers_mut().append(SET_COOKIE, value);
    }
    Ok(response)
}

/// The sign-in that this browser began, once. Without the cookie somebody could be led into an
/// account of somebody else's.
async fn begun_here(app: &Console, headers: &HeaderMap, state: &str) -> Result<OidcLogin, Trouble> {
    let kept = cookie(headers, passing_name(&app.settings)).unwrap_or_default();
    let refused = || Fault::new(Code::OidcBegun, "");
    if state.is_empty() || !same(kept, state) {
        return Err(refused().into());
    }
    let login = app.store.oidc_logins().take(&digest(state)).await?;
    Ok(login.ok_or_else(refused)?)
}

async fn signed_in(app: &Console, came: &Came, login: &OidcLogin) -> Result<(Person, Role), Fault> {
    let provider = app.provider.as_ref().ok_or_else(|| Fault::new(Code::OidcBegun, ""))?;
    if came.iss.as_deref().is_some_and(|issuer| !provider.is(issuer)) {
        return Err(Fault::new(Code::OidcToken, "the answer is another issuer's"));
    }
    if let Some(error) = &came.error {
        let said = plain(&[error.as_str(), &came.error_description].join(" "));
        return Err(Fault::new(Code::OidcDenied, said));
    }
    if came.code.is_empty() {
        return Err(Fault::new(Code::OidcDenied, "no code came back"));
    }
    let (callback, now) = (app.settings.address(CALLBACK), app.ambient.now());
    let person = provider.finish(&came.code, login, &callback, now).await?;
    let role = provider.role(&person)?;
    Ok((person, role))
}

async fn admit(
    app: &Console,
    headers: &HeaderMap,
    (person, role): &(Person, Role),
    return_to: &str,
) -> Result<Response, Trouble> {
    let account = NewAccount {
        name: person.login.clone(),
        display_name: person.display_name.clone(),
        role: *role,
        password_hash: None,
        subject: Some(person.subject.clone()),
    };
    let account = app.store.accounts().sign_in_from_provider(&account).await?;
    if account.disabled {
        app.note(&account.name, "sign_in_failed", &account.name, json!({ "disabled": true }))
            .await?;
        return Err(Trouble::Refused("Your account is disabled".to_owned()));
    }
    open_session(app, headers, &account, return_to).await
}

fn provider(console: &Console) -> Result<&Provider, Trouble> {
    console.provider.as_ref().ok_or(Trouble::NotFound("way of signing in"))
}
