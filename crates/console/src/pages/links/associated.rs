//! The records that hang on a link's record.

use askama::Template;
use axum::extract::{Path, State};
use lockstep_engine::Associated;

use super::head::{Head, find};
use crate::App;
use crate::view::{Answer, Shell, page as draw};

#[derive(Template)]
#[template(path = "links/associated.html")]
struct Page {
    shell: Shell,
    head: Head,
    shown: Associated,
}

pub(super) async fn page(State(app): State<App>, shell: Shell, Path(id): Path<String>) -> Answer {
    let known = find(&app, &id).await?;
    let shown = Box::pin(app.engine.associated(&known.link)).await?;
    draw(&Page { shell, head: known.head, shown })
}
