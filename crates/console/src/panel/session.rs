//! From an invocation token to a ticket.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use lockstep_jira::forge::USER_TOKEN;
use lockstep_model::{Class, Code, Fault};
use secrecy::SecretString;
use serde::Serialize;

use super::ticket::{TERM, Ticket};
use crate::App;
use crate::trouble::Trouble;

/// What the app opens the panel with.
#[derive(Serialize)]
pub(super) struct Session {
    ticket: String,
    /// The address of the page, whole.
    url: String,
    /// In seconds.
    expires_in: i64,
}

pub(super) async fn open(
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Json<Session>, Trouble> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let now = app.ambient.now();
    let invocation = app.panel.verify(text(AUTHORIZATION.as_str()), now).await?;
    let missing = |what: &str| Fault::new(Code::PanelContext, format!("it does not name {what}"));
    let key = invocation.issue_key.clone().ok_or_else(|| missing("the issue's key"))?;
    let of_the_person = text(USER_TOKEN).filter(|token| !token.is_empty()).ok_or_else(|| {
        Fault::new(Code::PanelContext, format!("the call carries no {USER_TOKEN}"))
    })?;
    // The issue is the browser's word; Jira says whether this person sees and may edit it.
    let token = SecretString::from(of_the_person.to_owned());
    let edits = invocation.may_edit(app.engine.http(), token).await;
    let edits = edits.map_err(|fault| match fault.class() {
        // It is no credential of ours that Jira refuses.
        Class::Unauthorized => Fault::new(
            Code::PanelToken,
            format!("Jira refuses the person's token: {}", fault.detail),
        ),
        _ => fault,
    })?;
    let ticket = Ticket {
        site: app.panel.site(&app, &invocation.cloud_id).await?,
        issue: invocation.issue_id,
        key,
        account: invocation.account_id,
        edits,
        ends: now + TERM,
    };
    let word = ticket.seal(app.store.keys()).map_err(|why| Trouble::Defect(why.to_string()))?;
    let url = app.settings.address(&format!("/panel?ticket={word}"));
    Ok(Json(Session { ticket: word, url, expires_in: TERM.num_seconds() }))
}
