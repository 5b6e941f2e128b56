//! Setting a password by a link that somebody was given: it is good once, and for a day. So nobody but
//! its owner ever knows a password.

use std::time::Duration;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use chrono::{DateTime, Utc};
use lockstep_store::Account;
use secrecy::SecretString;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::people::signs_in_here;
use super::{ByLink, Passwords, digest, open_session};
use crate::form::Form;
use crate::trouble::Trouble;
use crate::view::{Answer, Field, Kind, Remark, Shell, page};
use crate::{App, Console};

/// How long a link is good.
const VALID: Duration = Duration::from_secs(24 * 60 * 60);

const ANOTHER: &str =
    "It works once, for a day, and a later one takes its place. Ask an administrator for another.";

/// A link by which the owner of an account sets its password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct PasswordLink {
    /// Whoever has it sets the password: hand it to the account's owner alone.
    pub(crate) link: String,
    /// It is good until then, and once.
    pub(crate) until: DateTime<Utc>,
}

impl Console {
    /// Makes a link by which the owner of an account sets its password. An earlier one of the account
    /// is good no longer. Refused where an identity provider vouches, or the account is disabled.
    pub(crate) async fn password_link(
        &self,
        actor: &str,
        account: &Account,
    ) -> Result<PasswordLink, Trouble> {
        signs_in_here(account)?;
        if account.disabled {
            let why = "The account is disabled: let it in again first";
            return Err(Trouble::Refused(why.to_owned()));
        }
        let token = self.ambient.token();
        let until = self.store.invitations().offer(account.id, &digest(&token), VALID).await?;
        self.note(actor, "account_password_link", &account.name, json!({ "until": until })).await?;
        Ok(PasswordLink { link: self.settings.address(&format!("/welcome?token={token}")), until })
    }
}

#[derive(Template)]
#[template(path = "welcome.html")]
struct Page {
    shell: Shell,
    token: String,
    account: Account,
    password: Field,
}

pub(super) async fn form(
    State(app): State<App>,
    shell: Shell,
    Query(ByLink { token }): Query<ByLink>,
) -> Answer {
    drawn(&app, shell, token, None).await
}

async fn drawn(app: &App, shell: Shell, token: String, weak: Option<Remark>) -> Answer {
    let account = app.store.invitations().offered(&digest(&token)).await?;
    let account = account.ok_or(Trouble::Spent(ANOTHER))?;
    let failed = weak.is_some();
    let password = Field::new("password", "Password", Kind::Secret)
        .required()
        .complete("new-password")
        .hint("Twelve characters or more; several words make a good one.")
        .remark(weak);
    let mut response = page(&Page { shell, token, account, password })?;
    if failed {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

pub(super) async fn submit(
    State(app): State<App>,
    shell: Shell,
    headers: HeaderMap,
    form: Form,
) -> Answer {
    let token = form.text("token");
    let account = app.store.invitations().offered(&digest(token)).await?;
    let name = account.ok_or(Trouble::Spent(ANOTHER))?.name;
    let password = SecretString::from(form.raw("password").to_owned());
    if let Err(weak) = Passwords::check(&name, &password) {
        let remark = Remark::error(weak.to_string(), "");
        return drawn(&app, shell, token.to_owned(), Some(remark)).await;
    }
    let hash = app.passwords.hash(password, app.ambient.id().into_bytes()).await;
    let account = app.store.invitations().take(&digest(token), &hash).await?;
    let account = account.ok_or(Trouble::Spent(ANOTHER))?;
    app.store.logins().clear(&name).await?;
    app.note(&name, "own_password", &name, json!({ "by": "link" })).await?;
    open_session(&app, &headers, &account, "/").await
}
