//! Letting the deletes of comments through that a brake holds: with the count of what goes, after a
//! question.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use lockstep_store::HeldDeletes;

use super::found;
use crate::App;
use crate::access::Visitor;
use crate::trouble::Trouble;
use crate::view::{Answer, Did, Shell, Time, page, words};

/// What the brakes of an item hold, in words.
pub(super) struct Braked {
    /// `3 links`; none where nothing is held.
    pub(super) links: Option<String>,
    /// `12 comments`.
    pub(super) comments: String,
    /// Until when somebody lets deletes through.
    pub(super) until: Option<Time>,
}

impl Braked {
    pub(super) fn of(shell: &Shell, held: HeldDeletes) -> Self {
        Self {
            links: (held.links > 0).then(|| words::many(held.links, "link")),
            comments: words::many(held.comments, "comment"),
            until: held.let_through_until.map(|at| shell.time(&at)),
        }
    }
}

#[derive(Template)]
#[template(path = "item_deletes.html")]
struct Ask {
    shell: Shell,
    name: String,
    braked: Braked,
}

pub(super) async fn ask(State(app): State<App>, shell: Shell, Path(name): Path<String>) -> Answer {
    let item = found(&app, &name).await?;
    let braked = Braked::of(&shell, app.store.items().held_deletes(item.id).await?);
    page(&Ask { shell, name, braked })
}

pub(super) async fn let_through(
    State(app): State<App>,
    visitor: Visitor,
    Path(name): Path<String>,
) -> Answer {
    let item = found(&app, &name).await?;
    let held = app.store.items().held_deletes(item.id).await?;
    if held.links == 0 {
        return Err(Trouble::Refused("No brake holds deletes of this item now".to_owned()));
    }
    app.let_deletes(visitor.actor(), &item).await?;
    Ok(Redirect::to(&Did::LetThrough.at(&format!("/items/{name}"))).into_response())
}
