//! The records that hang on a linked one: shown, and nothing else.

use askama::Template;
use axum::extract::{Query, State};
use lockstep_engine::Associated;
use serde::Deserialize;

use super::cards::own_link;
use super::frame::Frame;
use crate::App;
use crate::view::{Answer, page as draw};

#[derive(Template)]
#[template(path = "panel/associated.html")]
struct AssociatedPage {
    frame: Frame,
    record: String,
    shown: Associated,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    link: String,
}

pub(super) async fn page(
    State(app): State<App>,
    frame: Frame,
    Query(asked): Query<Asked>,
) -> Answer {
    let (_, link) = own_link(&app, &frame.ticket, &asked.link).await?;
    let shown = app.engine.associated(&link).await?;
    draw(&AssociatedPage { frame, record: link.record.to_string(), shown })
}
