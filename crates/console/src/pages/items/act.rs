//! What can be done with an item: hurry, pause, resume, delete.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use lockstep_model::JobKind;
use lockstep_store::ItemState;

use super::found;
use crate::App;
use crate::access::Visitor;
use crate::form::Form;
use crate::trouble::Trouble;
use crate::view::{Answer, Did, Field, Remark, Shell, page, words};

fn back(name: &str, did: Did) -> Response {
    Redirect::to(&did.at(&format!("/items/{name}"))).into_response()
}

/// A sweep, now.
pub(super) async fn sync(
    State(app): State<App>,
    visitor: Visitor,
    Path(name): Path<String>,
) -> Answer {
    let item = found(&app, &name).await?;
    if item.state == ItemState::Paused {
        return Err(Trouble::Refused(
            "The item is paused: resume it, and it is swept at once".to_owned(),
        ));
    }
    app.ask(JobKind::Sweep { item: item.id }, visitor.by(&app.correlation())).await?;
    Ok(back(&name, Did::Asked))
}

pub(super) async fn pause(
    State(app): State<App>,
    visitor: Visitor,
    Path(name): Path<String>,
) -> Answer {
    let item = found(&app, &name).await?;
    app.pause_item(visitor.actor(), &item).await?;
    Ok(back(&name, Did::Paused))
}

/// Takes an item up again that was at work before. One that never was begins on its plan's page.
pub(super) async fn resume(
    State(app): State<App>,
    visitor: Visitor,
    Path(name): Path<String>,
) -> Answer {
    let item = found(&app, &name).await?;
    let all = app.store.items().list().await?;
    let swept = all.iter().any(|one| one.item.id == item.id && one.swept_at.is_some());
    if !swept {
        return Ok(Redirect::to(&format!("/items/{name}/plan")).into_response());
    }
    app.resume_item(visitor.actor(), &item).await?;
    Ok(back(&name, Did::Resumed))
}

#[derive(Template)]
#[template(path = "item_delete.html")]
struct Delete {
    shell: Shell,
    name: String,
    active: bool,
    links: i64,
    /// The same in words.
    counted: String,
    typed: Field,
}

pub(super) async fn ask_delete(
    State(app): State<App>,
    shell: Shell,
    Path(name): Path<String>,
) -> Answer {
    asked(&app, shell, &name, None).await
}

async fn asked(app: &App, shell: Shell, name: &str, wrong: Option<(&str, Remark)>) -> Answer {
    let item = found(app, name).await?;
    let links = app.links_of(&item).await?;
    let field = Field::line("typed", format!("Type {name} to delete it")).required();
    let failed = wrong.is_some();
    let typed = match wrong {
        Some((typed, remark)) => field.with(typed).remark([remark]),
        None => field,
    };
    let active = item.state == ItemState::Active;
    let counted =
        format!("{} {}", words::grouped(links), if links == 1 { "link" } else { "links" });
    let delete = Delete { shell, name: name.to_owned(), active, links, counted, typed };
    let mut response = page(&delete)?;
    if failed {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

pub(super) async fn delete(
    State(app): State<App>,
    shell: Shell,
    visitor: Visitor,
    Path(name): Path<String>,
    form: Form,
) -> Answer {
    let item = found(&app, &name).await?;
    let typed = form.text("typed");
    if item.state == ItemState::Paused && typed != name {
        let remark = Remark::error("This is not the item's name.", "Nothing was deleted.");
        return asked(&app, shell, &name, Some((typed, remark))).await;
    }
    app.delete_item(visitor.actor(), &item).await?;
    Ok(Redirect::to(&Did::Deleted.at("/items")).into_response())
}
