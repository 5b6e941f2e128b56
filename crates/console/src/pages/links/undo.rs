//! Undo of steps of a link: what it would do first, and a button that asks for it.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect};
use lockstep_engine::LinkUndo;

use super::head::{Head, find};
use crate::App;
use crate::access::Visitor;
use crate::form::Form;
use crate::pages::undo::{Asked, Counts, Undone, counts, either, sent, told};
use crate::trouble::Trouble;
use crate::view::{Answer, Clock, Did, Field, Found, Shell, page as draw};

#[derive(Template)]
#[template(path = "links/undo.html")]
struct Page {
    shell: Shell,
    head: Head,
    fields: [Field; 2],
    plan: Option<Planned>,
    /// Why there is none.
    barred: Option<Found>,
}

/// What the steps that were named come to.
struct Planned {
    span: String,
    counts: Counts,
    undone: Undone,
    /// Whether anything is turned back.
    any: bool,
    /// What the button sends.
    sent: Vec<(&'static str, String)>,
}

pub(super) async fn page(
    State(app): State<App>,
    shell: Shell,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    let known = find(&app, &id).await?;
    let clock = shell.clock();
    let span = asked.span(clock);
    let fields = asked.fields(span.as_ref().err().copied().filter(|_| !asked.is_empty()));
    let (plan, barred) = match span {
        Err(_told) => (None, None),
        Ok(span) => either(Box::pin(app.engine.preview_undo(known.link.id, span)).await)?,
    };
    draw(&Page {
        shell,
        head: known.head,
        fields,
        plan: plan.as_ref().map(|plan| Planned::of(plan, clock)),
        barred,
    })
}

impl Planned {
    fn of(found: &LinkUndo, clock: Clock) -> Self {
        Self {
            span: told(&found.span, clock),
            counts: counts(&found.counts),
            undone: Undone::of(&found.undo),
            any: !found.undo.back.is_empty(),
            sent: sent(&found.span),
        }
    }
}

/// Asks for it. A worker decides on both sides as they are then.
pub(super) async fn undo(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    form: Form,
) -> Answer {
    let link = find(&app, &id).await?.link.id;
    let span = Asked::sent(&form).span(Clock::plain(app.ambient.now()));
    let span = span.map_err(|why| Trouble::Refused(why.to_owned()))?;
    let correlation = app.correlation();
    app.engine.undo_link(link, span, app.ambient.id(), visitor.by(&correlation)).await?;
    Ok(Redirect::to(&Did::Undoing.at(&format!("/links/{link}"))).into_response())
}
