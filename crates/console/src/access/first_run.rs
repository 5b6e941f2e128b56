//! The first administrator: made with a token that is shown once, where the console was started. There
//! is no default password.

use std::time::Duration;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use lockstep_store::{NewAccount, Role, Store, StoreError};
use secrecy::SecretString;
use serde_json::json;

use super::{ByLink, Passwords, digest, open_session};
use crate::form::Form;
use crate::settings::Settings;
use crate::trouble::Trouble;
use crate::view::{Answer, Shell, page};
use crate::{Ambient, App};

/// How long a link is good.
const VALID: Duration = Duration::from_secs(24 * 60 * 60);

const ANOTHER: &str = "It works once, for a day. Where nobody can sign in yet, start the console again: it shows a new one.";

/// The link to the first run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstRun {
    /// Good once, and for a day.
    pub link: String,
}

/// Offers the first run, if there is no administrator yet. An earlier link is good no longer.
pub async fn first_run_link(
    store: &Store,
    ambient: &Ambient,
    settings: &Settings,
) -> Result<Option<FirstRun>, StoreError> {
    let token = ambient.token();
    let offered = store.setup().offer(&digest(&token), VALID).await?;
    Ok(offered.then(|| FirstRun { link: settings.address(&format!("/first-run?token={token}")) }))
}

#[derive(Template)]
#[template(path = "first_run.html")]
struct Page {
    shell: Shell,
    token: String,
    name: String,
    display_name: String,
    error: Option<String>,
}

pub(super) async fn form(
    State(app): State<App>,
    shell: Shell,
    Query(ByLink { token }): Query<ByLink>,
) -> Answer {
    if !app.store.setup().is_offered(&digest(&token)).await? {
        return Err(Trouble::Spent(ANOTHER));
    }
    let (name, display_name) = (String::new(), String::new());
    page(&Page { shell, token, name, display_name, error: None })
}

pub(super) async fn submit(
    State(app): State<App>,
    shell: Shell,
    headers: HeaderMap,
    form: Form,
) -> Answer {
    let (name, display_name, token) =
        (form.text("name"), form.text("display_name"), form.text("token"));
    let refused = |error: String| {
        let mut response = page(&Page {
            shell: shell.clone(),
            token: token.to_owned(),
            name: name.to_owned(),
            display_name: display_name.to_owned(),
            error: Some(error),
        })?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        Ok(response)
    };
    if name.is_empty() {
        return refused(
            "The name is missing: an e-mail address, or what you like to sign in with.".to_owned(),
        );
    }
    let password = SecretString::from(form.raw("password").to_owned());
    if let Err(weak) = Passwords::check(name, &password) {
        return refused(format!("The password cannot be taken. {weak}"));
    }
    let hash = app.passwords.hash(password, app.ambient.id().into_bytes()).await;
    let account = NewAccount {
        name: name.to_owned(),
        display_name: if display_name.is_empty() { name } else { display_name }.to_owned(),
        role: Role::Admin,
        password_hash: Some(hash),
        subject: None,
    };
    match app.store.setup().first_admin(&digest(token), &account).await? {
        Some(account) => {
            app.note(name, "first_admin", name, json!({ "role": account.role })).await?;
            open_session(&app, &headers, &account, "/setup").await
        }
        None => Err(Trouble::Spent(ANOTHER)),
    }
}
