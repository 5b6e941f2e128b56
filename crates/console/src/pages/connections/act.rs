//! What can be done with a connection: test it, replace its secrets, revoke it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use secrecy::SecretString;
use serde_json::json;

use super::{Checklist, detail, found};
use crate::App;
use crate::access::Visitor;
use crate::form::Form;
use crate::view::{Answer, Did, Remark, Shell, page};

pub(super) async fn test(
    State(app): State<App>,
    shell: Shell,
    visitor: Visitor,
    Path(name): Path<String>,
) -> Answer {
    let row = found(&app, &name).await?;
    let test = app.engine.test_connection(&row).await?;
    let after = json!({ "checks": test.checks });
    app.note(visitor.actor(), "connection_tested", &name, after).await?;
    detail::with(&app, shell, &name, (Checklist::from(&test), Vec::new())).await
}

/// The secret that was typed into a field, if one was.
fn typed(form: &Form, field: &str) -> Option<SecretString> {
    let secret = form.text(field);
    (!secret.is_empty()).then(|| SecretString::from(secret.to_owned()))
}

/// The page again, where a field says that its secret is missing.
async fn missing(app: &App, shell: Shell, name: &str, field: &'static str) -> Answer {
    let wrong = vec![(field, Remark::error("This is missing.", ""))];
    detail::with(app, shell, name, (Checklist::default(), wrong)).await
}

/// Takes another credential in place of the one that is kept, if it works.
pub(super) async fn replace(
    State(app): State<App>,
    shell: Shell,
    visitor: Visitor,
    Path(name): Path<String>,
    form: Form,
) -> Answer {
    let row = found(&app, &name).await?;
    let Some(secret) = typed(&form, "secret") else {
        return missing(&app, shell, &name, "secret").await;
    };
    let (test, taken) = app.engine.replace_secret(&row, secret).await?;
    if !taken {
        let hint = "The one that is kept stays. Copy the new one again, whole.";
        let wrong = vec![("secret", Remark::error("It does not work, so it was not taken.", hint))];
        return detail::with(&app, shell, &name, (Checklist::from(&test), wrong)).await;
    }
    app.note(visitor.actor(), "connection_secret_replaced", &name, json!(null)).await?;
    if test.ok() {
        return Ok(Redirect::to(&Did::Changed.at(&format!("/connections/{name}"))).into_response());
    }
    detail::after(&app, shell, &name, &test).await
}

pub(super) async fn webhook(
    State(app): State<App>,
    shell: Shell,
    visitor: Visitor,
    Path(name): Path<String>,
    form: Form,
) -> Answer {
    let row = found(&app, &name).await?;
    let Some(secret) = typed(&form, "webhook") else {
        return missing(&app, shell, &name, "webhook").await;
    };
    app.engine.replace_webhook_secret(&row, secret).await?;
    app.note(visitor.actor(), "connection_webhook_secret_replaced", &name, json!(null)).await?;
    Ok(Redirect::to(&Did::Changed.at(&format!("/connections/{name}"))).into_response())
}

#[derive(Template)]
#[template(path = "connection_revoke.html")]
struct Revoke {
    shell: Shell,
    name: String,
    items: Vec<String>,
}

pub(super) async fn ask_revoke(
    State(app): State<App>,
    shell: Shell,
    Path(name): Path<String>,
) -> Answer {
    let row = found(&app, &name).await?;
    let items = app.store.items().list().await?.into_iter().map(|summary| summary.item);
    let uses = items.filter(|item| item.salesforce == row.id || item.jira == row.id);
    let items = uses.map(|item| item.document.name).collect();
    page(&Revoke { shell, name, items })
}

pub(super) async fn revoke(
    State(app): State<App>,
    visitor: Visitor,
    Path(name): Path<String>,
) -> Answer {
    found(&app, &name).await?;
    // While items use it, that is a conflict whose words say so.
    app.store.connections().delete(&name).await?;
    app.note(visitor.actor(), "connection_revoked", &name, json!(null)).await?;
    Ok(Redirect::to(&Did::Revoked.at("/connections")).into_response())
}
