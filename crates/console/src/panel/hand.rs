//! What a card's buttons ask for.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use lockstep_engine::ByHand;
use lockstep_model::JobKind;

use super::cards::own_link;
use super::frame::Frame;
use crate::App;
use crate::form::Form;
use crate::view::{Answer, Did};

/// Back to the cards, which say what was done.
pub(super) fn back(frame: &Frame, did: Did) -> Response {
    Redirect::to(&did.at(&frame.at("/panel"))).into_response()
}

/// Looks at a link now: fields, comments and files; an auto-managed one too.
pub(super) async fn refresh(State(app): State<App>, frame: Frame, form: Form) -> Answer {
    let (_, link) = own_link(&app, &frame.ticket, form.text("link")).await?;
    let (correlation, actor) = (app.correlation(), frame.ticket.actor());
    let by = ByHand { correlation: &correlation, actor: &actor };
    app.ask(JobKind::Link { link: link.id }, by).await?;
    Ok(back(&frame, Did::Asked))
}

/// Takes a link apart that was made by hand.
pub(super) async fn unlink(State(app): State<App>, frame: Frame, form: Form) -> Answer {
    let (_, link) = own_link(&app, &frame.ticket, form.text("link")).await?;
    let (correlation, actor) = (app.correlation(), frame.ticket.actor());
    let by = ByHand { correlation: &correlation, actor: &actor };
    app.engine.unlink(&link, by).await?;
    Ok(back(&frame, Did::Unlinked))
}
