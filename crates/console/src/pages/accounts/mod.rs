//! Accounts: who may use the console and as what; and everybody's own account.

mod change;
mod me;
mod tokens;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use lockstep_store::{Account, Role};
use secrecy::SecretString;

use crate::App;
use crate::access::{Needs, Passwords, Right, ToAdd, Visitor};
use crate::form::Form;
use crate::routes::Routes;
use crate::trouble::Trouble;
use crate::view::{
    Answer, Choice, Choices, Did, Field, Kind, Lozenge, Remark, Shell, Time, Tone, page,
};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get(Right::Administer, "/accounts", list)
        .post(Right::Administer, "/accounts", add)
        .get(Right::Administer, "/accounts/{id}", change::form)
        .post(Right::Administer, "/accounts/{id}/role", change::role)
        .post(Right::Administer, "/accounts/{id}/disabled", change::disabled)
        .post(Right::Administer, "/accounts/{id}/password", change::password)
        .post(Right::Administer, "/accounts/{id}/password-link", change::password_link)
        .post(Right::Administer, "/accounts/{id}/sessions", change::sessions)
        .get(Right::See, "/me", me::page)
        .post(Right::See, "/me/password", me::password)
        .post(Right::See, "/me/sessions", me::end_others)
        .post(Needs::Nothing, "/theme", me::theme)
        .post(Right::See, "/me/times", me::times)
        .post(Right::See, "/me/tokens", tokens::create)
        .post(Right::See, "/me/tokens/{id}/revoke", tokens::revoke)
}

/// The roles, least first, each with what it may do.
const ROLES: [(Role, &str); 4] = [
    (Role::Viewer, "viewer: looks at everything but secrets"),
    (Role::Operator, "operator: also mends and hurries things"),
    (Role::Configurator, "configurator: also changes connections and items"),
    (Role::Admin, "admin: also says who may do what"),
];

/// A choice of a role.
fn role_field(chosen: Role) -> Field {
    let all = ROLES.iter().map(|(role, what)| Choice::new(role.name(), *what)).collect();
    let kind = Kind::Choice(vec![Choices { heading: String::new(), all }]);
    Field::new("role", "Role", kind).with(chosen.name())
}

/// The role that a form names; the least where it names none that there is.
fn role_of(form: &Form) -> Role {
    let named = ROLES.iter().find(|(role, _)| role.name() == form.text("role"));
    named.map_or(Role::Viewer, |(role, _)| *role)
}

#[derive(Template)]
#[template(path = "accounts.html")]
struct List {
    shell: Shell,
    rows: Vec<Row>,
    fields: Vec<Field>,
}

struct Row {
    id: i64,
    name: String,
    display_name: String,
    role: &'static str,
    state: Lozenge,
    way: &'static str,
    signed_in: Option<Time>,
}

async fn list(State(app): State<App>, shell: Shell) -> Answer {
    drawn(&app, shell, &Form::default(), None).await
}

async fn drawn(app: &App, shell: Shell, form: &Form, wrong: Option<(&str, Remark)>) -> Answer {
    let all = app.store.accounts().list().await?;
    let rows = all.into_iter().map(|account| Row {
        id: account.id.0,
        state: state(&account),
        way: way(&account),
        role: account.role.name(),
        signed_in: account.signed_in_at.map(|at| shell.time(&at)),
        name: account.name,
        display_name: account.display_name,
    });
    let rows = rows.collect();
    let failed = wrong.is_some();
    let fields = fields(form).into_iter().map(|field| match &wrong {
        Some((name, remark)) if *name == field.name => field.remark([remark.clone()]),
        _ => field,
    });
    let mut response = page(&List { shell, rows, fields: fields.collect() })?;
    if failed {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn state(account: &Account) -> Lozenge {
    if account.disabled {
        Lozenge::new(Tone::Idle, "disabled")
    } else {
        Lozenge::new(Tone::Good, "active")
    }
}

/// How somebody signs in.
fn way(account: &Account) -> &'static str {
    match (&account.subject, account.has_password) {
        (Some(_), _) => "identity provider",
        (None, true) => "password",
        (None, false) => "not yet: it has no password",
    }
}

fn fields(form: &Form) -> Vec<Field> {
    let name = "An e-mail address is a good one. Upper and lower case do not count.";
    vec![
        Field::line("name", "Name to sign in with").required().hint(name).with(form.text("name")),
        Field::line("display_name", "What people call them").with(form.text("display_name")),
        role_field(role_of(form)),
        Field::new("password", "First password", Kind::Secret).complete("new-password").hint(
            "Leave it empty, and you get a link by which they set one themselves. Else twelve characters or more.",
        ),
    ]
}

async fn add(State(app): State<App>, shell: Shell, visitor: Visitor, form: Form) -> Answer {
    let (name, display_name) = (form.text("name"), form.text("display_name"));
    if name.is_empty() {
        let wrong = Some(("name", Remark::error("This is missing.", "")));
        return drawn(&app, shell, &form, wrong).await;
    }
    let password = Some(form.raw("password")).filter(|typed| !typed.is_empty());
    let password = password.map(|typed| SecretString::from(typed.to_owned()));
    if let Some(Err(weak)) = password.as_ref().map(|typed| Passwords::check(name, typed)) {
        let wrong = Some(("password", Remark::error(weak.to_string(), "")));
        return drawn(&app, shell, &form, wrong).await;
    }
    let by_link = password.is_none();
    let new = ToAdd { name, display_name, role: role_of(&form), password };
    match app.add_account(visitor.actor(), new).await {
        Ok(account) if by_link => change::link_made(&app, shell, &visitor, account).await,
        Ok(_) => Ok(Redirect::to(&Did::Saved.at("/accounts")).into_response()),
        Err(Trouble::Refused(why)) => {
            let remark = Remark::error(why, "Choose another one.");
            drawn(&app, shell, &form, Some(("name", remark))).await
        }
        Err(trouble) => Err(trouble),
    }
}
