//! One's own account: password, sessions, theme, times and API tokens.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect};
use chrono_tz::Tz;
use lockstep_store::Session;
use secrecy::SecretString;
use serde_json::json;

use super::tokens::{self, Made, Token};
use crate::App;
use crate::access::{Passwords, Visitor, local_path};
use crate::form::Form;
use crate::trouble::Trouble;
use crate::view::{
    Answer, Choice, Choices, Clock, Did, Field, Kind, Remark, Shell, Time, page as draw, zones,
};

#[derive(Template)]
#[template(path = "me.html")]
struct Me {
    shell: Shell,
    name: String,
    display_name: String,
    role: &'static str,
    /// None where an identity provider vouches.
    password: Option<[Field; 2]>,
    theme: Field,
    times: [Field; 2],
    sessions: Vec<Row>,
    tokens: Vec<Token>,
    token_fields: Vec<Field>,
    made: Option<Made>,
}

struct Row {
    agent: String,
    began: Time,
    seen: Time,
    here: bool,
}

/// What came of a form on the page.
#[derive(Default)]
pub(super) struct Came {
    pub(super) wrong: Vec<(&'static str, Remark)>,
    pub(super) made: Option<Made>,
}

pub(super) async fn page(State(app): State<App>, shell: Shell, visitor: Visitor) -> Answer {
    drawn(&app, shell, &visitor, (&Form::default(), Came::default())).await
}

pub(super) async fn drawn(
    app: &App,
    shell: Shell,
    visitor: &Visitor,
    (form, came): (&Form, Came),
) -> Answer {
    let account = &visitor.account;
    let sessions = app.store.sessions().of_account(account.id).await?;
    let kept = app.store.api_tokens().list(Some(account.id)).await?;
    let failed = !came.wrong.is_empty();
    let remarked = |field: Field| {
        let of = came.wrong.iter().filter(|(name, _)| *name == field.name);
        let remarks: Vec<Remark> = of.map(|(_, remark)| remark.clone()).collect();
        field.remark(remarks)
    };
    let me = Me {
        name: account.name.clone(),
        display_name: account.display_name.clone(),
        role: account.role.name(),
        password: account.has_password.then(|| password_fields().map(&remarked)),
        theme: theme_field(shell.theme),
        times: time_fields(shell.clock()).map(&remarked),
        sessions: sessions.iter().map(|session| row(&shell, visitor, session)).collect(),
        tokens: kept.into_iter().map(|token| Token::of(&shell, token)).collect(),
        token_fields: tokens::fields(form, account.role).into_iter().map(&remarked).collect(),
        made: came.made,
        shell,
    };
    let mut response = draw(&me)?;
    if failed {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn row(shell: &Shell, visitor: &Visitor, session: &Session) -> Row {
    let agent = session.user_agent.trim();
    Row {
        agent: if agent.is_empty() { "a browser without a name" } else { agent }.to_owned(),
        began: shell.time(&session.created_at),
        seen: shell.time(&session.seen_at),
        here: session.token_hash == visitor.session(),
    }
}

fn password_fields() -> [Field; 2] {
    [
        Field::new("old", "Password now", Kind::Secret).required().complete("current-password"),
        Field::new("password", "New password", Kind::Secret)
            .required()
            .complete("new-password")
            .hint("Twelve characters or more; several words make a good one."),
    ]
}

fn theme_field(theme: Option<&'static str>) -> Field {
    let all = vec![
        Choice::new("system", "as the system has it"),
        Choice::new("light", "light"),
        Choice::new("dark", "dark"),
    ];
    let kind = Kind::Choice(vec![Choices { heading: String::new(), all }]);
    Field::new("theme", "Colours", kind).with(theme.unwrap_or("system"))
}

/// In which zone times are read, and how.
fn time_fields(clock: Clock) -> [Field; 2] {
    let own = |heading: &str, all| Choices { heading: heading.to_owned(), all };
    let named = |name: &'static str| Choice::new(name, name.replace('_', " "));
    let areas =
        zones().into_iter().map(|(area, all)| own(area, all.into_iter().map(named).collect()));
    let all = [own("", vec![named("UTC")])].into_iter().chain(areas).collect();
    let ways = vec![
        Choice::new("relative", "from now: 3 min ago"),
        Choice::new("exact", "exact: 2026-11-25 09:30:00"),
    ];
    let shown = if clock.exact { "exact" } else { "relative" };
    [
        Field::new("zone", "Time zone", Kind::Choice(all)).with(clock.zone.name()),
        Field::new("shown", "Times are told", Kind::Choice(vec![own("", ways)]))
            .with(shown)
            .hint("The key t shows the other way on any page; so does pointing at a time."),
    ]
}

/// Remembers how somebody reads times.
pub(super) async fn times(State(app): State<App>, visitor: Visitor, form: Form) -> Answer {
    let Ok(zone) = form.text("zone").parse::<Tz>() else {
        return Err(Trouble::Refused(
            "There is no such time zone: choose one of the list".to_owned(),
        ));
    };
    let named = Some(zone.name()).filter(|_| zone != Tz::UTC);
    let exact = form.text("shown") == "exact";
    app.store.accounts().set_times(visitor.account.id, named, exact).await?;
    Ok(Redirect::to(&Did::Saved.at("/me")).into_response())
}

pub(super) async fn password(
    State(app): State<App>,
    shell: Shell,
    visitor: Visitor,
    form: Form,
) -> Answer {
    let accounts = app.store.accounts();
    let account = &visitor.account;
    let again = async |name, remark| {
        let came = Came { wrong: vec![(name, remark)], made: None };
        drawn(&app, shell.clone(), &visitor, (&Form::default(), came)).await
    };
    let kept = accounts.password_hash(account.id).await?;
    let old = SecretString::from(form.raw("old").to_owned());
    if !app.passwords.verify(kept, old).await {
        return again("old", Remark::error("This is not your password.", "")).await;
    }
    let new = SecretString::from(form.raw("password").to_owned());
    if let Err(weak) = Passwords::check(&account.name, &new) {
        return again("password", Remark::error(weak.to_string(), "")).await;
    }
    let hash = app.passwords.hash(new, app.ambient.id().into_bytes()).await;
    // Ends every session, this one too: whoever knew the old password is out.
    accounts.set_password(account.id, &hash).await?;
    app.note(visitor.actor(), "own_password", visitor.actor(), json!(null)).await?;
    Ok(Redirect::to("/login?next=%2Fme").into_response())
}

pub(super) async fn end_others(State(app): State<App>, visitor: Visitor) -> Answer {
    let sessions = app.store.sessions();
    let ended = sessions.end_all(visitor.account.id, Some(visitor.session())).await?;
    let after = json!({ "sessions": ended });
    app.note(visitor.actor(), "own_sessions_ended", visitor.actor(), after).await?;
    Ok(Redirect::to(&Did::SignedOut.at("/me")).into_response())
}

/// Remembers the theme in this browser.
pub(super) async fn theme(State(app): State<App>, form: Form) -> Answer {
    let (theme, age) = match form.text("theme") {
        "light" => ("light", YEAR),
        "dark" => ("dark", YEAR),
        _ => ("", 0),
    };
    let secure = if app.settings.is_secure() { "; Secure" } else { "" };
    let cookie = format!("theme={theme}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}");
    let next = local_path(form.raw("next")).to_owned();
    Ok(([(SET_COOKIE, cookie)], Redirect::to(&next)).into_response())
}

/// In seconds.
const YEAR: u32 = 365 * 24 * 60 * 60;
