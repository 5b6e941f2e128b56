//! What an administrator changes of an account.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use lockstep_store::{Account, AccountId};
use secrecy::SecretString;

use super::{role_field, role_of, state, way};
use crate::App;
use crate::access::{PasswordLink, Passwords, Visitor};
use crate::form::Form;
use crate::trouble::Trouble;
use crate::view::{Answer, Did, Field, Kind, Lozenge, Remark, Shell, Time, page};

#[derive(Template)]
#[template(path = "account.html")]
struct One {
    shell: Shell,
    id: i64,
    name: String,
    display_name: String,
    state: Lozenge,
    way: &'static str,
    disabled: bool,
    made: Time,
    signed_in: Option<Time>,
    sessions: usize,
    role: Field,
    /// None where an identity provider vouches.
    password: Option<Field>,
    /// A link that was just made, and until when it is good.
    link: Option<(String, Time)>,
}

/// What came of a form on the page.
#[derive(Default)]
struct Came {
    weak: Option<Remark>,
    made: Option<PasswordLink>,
}

pub(super) async fn form(State(app): State<App>, shell: Shell, Path(id): Path<String>) -> Answer {
    let account = found(&app, &id).await?;
    drawn(&app, shell, account, Came::default()).await
}

async fn found(app: &App, id: &str) -> Result<Account, Trouble> {
    let missing = Trouble::NotFound("account");
    let Ok(id) = id.parse() else {
        return Err(missing);
    };
    app.store.accounts().get(AccountId(id)).await?.ok_or(missing)
}

async fn drawn(app: &App, shell: Shell, account: Account, came: Came) -> Answer {
    let Came { weak, made } = came;
    let failed = weak.is_some();
    let sessions = app.store.sessions().of_account(account.id).await?.len();
    let password = || {
        Field::new("password", "New password", Kind::Secret)
            .required()
            .complete("new-password")
            .hint("Ends every session of this account. Better make a link: then nobody else knows it.")
            .remark(weak)
    };
    let one = One {
        id: account.id.0,
        state: state(&account),
        way: way(&account),
        disabled: account.disabled,
        made: shell.time(&account.created_at),
        signed_in: account.signed_in_at.map(|at| shell.time(&at)),
        sessions,
        role: role_field(account.role),
        password: account.subject.is_none().then(password),
        link: made.map(|made| (made.link, shell.time(&made.until))),
        name: account.name,
        display_name: account.display_name,
        shell,
    };
    let mut response = page(&one)?;
    if failed {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

pub(super) async fn role(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    form: Form,
) -> Answer {
    let account = found(&app, &id).await?;
    app.set_role(visitor.actor(), &account, role_of(&form)).await?;
    Ok(back(&account, Did::Changed))
}

pub(super) async fn disabled(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    form: Form,
) -> Answer {
    let account = found(&app, &id).await?;
    app.set_disabled(visitor.actor(), &account, form.ticked("disabled")).await?;
    Ok(back(&account, Did::Changed))
}

pub(super) async fn password(
    State(app): State<App>,
    shell: Shell,
    visitor: Visitor,
    Path(id): Path<String>,
    form: Form,
) -> Answer {
    let account = found(&app, &id).await?;
    let password = SecretString::from(form.raw("password").to_owned());
    if let Err(weak) = Passwords::check(&account.name, &password)
        && account.subject.is_none()
    {
        let remark = Remark::error(weak.to_string(), "");
        return drawn(&app, shell, account, Came { weak: Some(remark), made: None }).await;
    }
    app.set_password(visitor.actor(), &account, password).await?;
    Ok(back(&account, Did::Changed))
}

/// Makes a link by which the owner sets the password, and shows it this once.
pub(super) async fn password_link(
    State(app): State<App>,
    shell: Shell,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Answer {
    let account = found(&app, &id).await?;
    link_made(&app, shell, &visitor, account).await
}

/// The page of an account for which a link is made: drawn at once, for nowhere is the link kept.
pub(super) async fn link_made(
    app: &App,
    shell: Shell,
    visitor: &Visitor,
    account: Account,
) -> Answer {
    let made = Some(app.password_link(visitor.actor(), &account).await?);
    drawn(app, shell, account, Came { weak: None, made }).await
}

pub(super) async fn sessions(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Answer {
    let account = found(&app, &id).await?;
    app.end_sessions(visitor.actor(), &account).await?;
    Ok(back(&account, Did::Changed))
}

fn back(account: &Account, did: Did) -> axum::response::Response {
    Redirect::to(&did.at(&format!("/accounts/{}", account.id.0))).into_response()
}
