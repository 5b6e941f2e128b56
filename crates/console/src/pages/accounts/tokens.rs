//! API tokens: what programs sign in with. A token is shown once, when it is made.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use chrono::TimeDelta;
use lockstep_store::{ApiToken, NewApiToken, Role};
use serde_json::json;

use super::me::{self, Came};
use crate::App;
use crate::access::{Visitor, digest};
use crate::api::{Scope, new_token};
use crate::form::Form;
use crate::trouble::Trouble;
use crate::view::{Answer, Choice, Choices, Did, Field, Kind, Lozenge, Remark, Shell, Time, Tone};

/// The days that a token may live.
const DAYS: [(&str, &str); 4] =
    [("30", "30 days"), ("90", "90 days"), ("365", "a year"), ("", "until it is revoked")];

/// A token that was just made.
pub(super) struct Made {
    pub(super) name: String,
    pub(super) token: String,
}

/// A token in the list.
pub(super) struct Token {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) scopes: String,
    pub(super) state: Lozenge,
    pub(super) live: bool,
    pub(super) made: Time,
    pub(super) used: Option<Time>,
    pub(super) ends: Option<Time>,
}

impl Token {
    pub(super) fn of(shell: &Shell, token: ApiToken) -> Self {
        let over = token.expires_at.is_some_and(|at| at <= shell.now);
        let (state, live) = match token.revoked_at {
            Some(_) => (Lozenge::new(Tone::Idle, "revoked"), false),
            None if over => (Lozenge::new(Tone::Idle, "ended"), false),
            None => (Lozenge::new(Tone::Good, "active"), true),
        };
        Self {
            id: token.id,
            name: token.name,
            scopes: token.scopes.join(", "),
            state,
            live,
            made: shell.time(&token.created_at),
            used: token.last_used_at.map(|at| shell.time(&at)),
            ends: token.expires_at.map(|at| shell.time(&at)),
        }
    }
}

/// What a new token is asked for.
pub(super) fn fields(form: &Form, role: Role) -> Vec<Field> {
    let scopes = Scope::ALL.into_iter().map(|scope| {
        let (barred, what) = (!scope.suits(role), scope.words());
        let label =
            if barred { format!("{what} (your role does not allow it)") } else { what.to_owned() };
        Choice { barred, ..Choice::new(scope.name(), label) }
    });
    let chosen: Vec<String> = form.all("scopes").map(str::to_owned).collect();
    let chosen = if chosen.is_empty() { vec!["read".to_owned()] } else { chosen };
    let scopes = vec![Choices { heading: String::new(), all: scopes.collect() }];
    let days = DAYS.iter().map(|(days, what)| Choice::new(*days, *what)).collect();
    let days = Kind::Choice(vec![Choices { heading: String::new(), all: days }]);
    let lives = if form.pairs().next().is_none() { "90" } else { form.text("days") };
    vec![
        Field::line("token_name", "What the token is for").required().with(form.text("token_name")),
        Field::new("scopes", "What it may do", Kind::Several(scopes)).with_all(&chosen),
        Field::new("days", "How long it lives", days).with(lives),
    ]
}

pub(super) async fn create(
    State(app): State<App>,
    shell: Shell,
    visitor: Visitor,
    form: Form,
) -> Answer {
    let (name, role) = (form.text("token_name"), visitor.account.role);
    let allowed = |scope: &&str| Scope::from_name(scope).is_some_and(|scope| scope.suits(role));
    let scopes: Vec<String> = form.all("scopes").filter(allowed).map(str::to_owned).collect();
    let mut wrong = Vec::new();
    if name.is_empty() {
        wrong.push(("token_name", Remark::error("This is missing.", "")));
    }
    if scopes.is_empty() {
        wrong.push(("scopes", Remark::error("Choose what it may do.", "")));
    }
    if !wrong.is_empty() {
        return me::drawn(&app, shell, &visitor, (&form, Came { wrong, made: None })).await;
    }
    let token = new_token(&app.ambient.token());
    let days = DAYS.iter().find(|(days, _)| *days == form.text("days"));
    let days = days.and_then(|(days, _)| days.parse().ok());
    let new = NewApiToken {
        name: name.to_owned(),
        token_hash: digest(&token),
        account: visitor.account.id,
        scopes,
        expires_at: days.map(|days| shell.now + TimeDelta::days(days)),
    };
    let kept = app.store.api_tokens().create(&new).await?;
    let after = json!({ "scopes": kept.scopes, "expires_at": kept.expires_at });
    app.note(visitor.actor(), "token_made", name, after).await?;
    // Drawn at once, for nowhere is it kept.
    let made = Some(Made { name: name.to_owned(), token });
    me::drawn(&app, shell, &visitor, (&Form::default(), Came { wrong: Vec::new(), made })).await
}

pub(super) async fn revoke(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Answer {
    let Ok(number) = id.parse() else {
        return Err(Trouble::NotFound("token"));
    };
    if !app.store.api_tokens().revoke(number, Some(visitor.account.id)).await? {
        return Err(Trouble::NotFound("token"));
    }
    app.note(visitor.actor(), "token_revoked", &id, json!(null)).await?;
    Ok(Redirect::to(&Did::Revoked.at("/me")).into_response())
}
