//! The panel's first page: the cards.

use askama::Template;
use axum::extract::State;

use super::card::Card;
use super::cards::cards;
use super::frame::Frame;
use crate::App;
use crate::view::{Answer, page as draw};

#[derive(Template)]
#[template(path = "panel/page.html")]
struct Page {
    frame: Frame,
    cards: Vec<Card>,
}

pub(super) async fn page(State(app): State<App>, frame: Frame) -> Answer {
    let cards = cards(&app, &frame).await?;
    draw(&Page { frame, cards })
}
