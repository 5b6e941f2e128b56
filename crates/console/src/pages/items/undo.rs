//! Undo of a time span of an item: what it would do with each link that was written then, and a button
//! that asks for it.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect};
use lockstep_engine::ItemUndo;
use lockstep_model::undo::Span;

use super::{Head, found};
use crate::App;
use crate::access::Visitor;
use crate::form::Form;
use crate::pages::undo::{Asked, Counts, Undone, counts, either, sent, told};
use crate::trouble::Trouble;
use crate::view::{Answer, Clock, Did, Field, Found, Shell, page as draw};

/// Links that a page looks at: beyond, the command line has the patience.
const LOOKED_AT: u64 = 1_000;
/// Links that are shown.
const SAMPLES: usize = 10;

#[derive(Template)]
#[template(path = "item_undo.html")]
struct Page {
    shell: Shell,
    head: Head,
    fields: [Field; 2],
    plan: Option<Planned>,
    /// Why there is none.
    barred: Option<Found>,
}

/// What the time span comes to.
struct Planned {
    span: String,
    links: u64,
    more: bool,
    counts: Counts,
    samples: Vec<Sample>,
    unread: Vec<(String, String)>,
    unread_count: u64,
    /// What the button sends.
    sent: Vec<(&'static str, String)>,
}

/// A link that was written then.
struct Sample {
    id: i64,
    title: String,
    undone: Undone,
}

impl Planned {
    fn of(found: ItemUndo, clock: Clock) -> Self {
        let ItemUndo { since, until, .. } = found;
        let span = Span::Time { since, until };
        let samples = found.links.iter().map(|one| Sample {
            id: one.link.0,
            title: match &one.issue {
                Some(issue) => format!("{} and {issue}", one.title),
                None => one.title.clone(),
            },
            undone: Undone::of(&one.undo),
        });
        Self {
            span: told(&span, clock),
            links: found.counts.links,
            more: found.more,
            counts: counts(&found.counts),
            samples: samples.collect(),
            unread: found.unread.into_iter().map(|(what, why)| (what, why.to_string())).collect(),
            unread_count: found.unread_count,
            sent: sent(&span),
        }
    }
}

pub(super) async fn page(
    State(app): State<App>,
    shell: Shell,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    let item = found(&app, &name).await?;
    let head = Head::of(&item, "undo");
    let clock = shell.clock();
    let time = asked.time(clock);
    let fields = asked.fields(time.err().filter(|_| !asked.is_empty()));
    let much = (LOOKED_AT, SAMPLES);
    let (plan, barred) = match time {
        Err(_told) => (None, None),
        Ok(time) => either(Box::pin(app.engine.preview_undo_item(item.id, time, much)).await)?,
    };
    draw(&Page { shell, head, fields, plan: plan.map(|plan| Planned::of(plan, clock)), barred })
}

/// Asks for it: a job for each link that was written then.
pub(super) async fn undo(
    State(app): State<App>,
    visitor: Visitor,
    Path(name): Path<String>,
    form: Form,
) -> Answer {
    let item = found(&app, &name).await?;
    let time = Asked::sent(&form).time(Clock::plain(app.ambient.now()));
    let time = time.map_err(|why| Trouble::Refused(why.to_owned()))?;
    let correlation = app.correlation();
    app.engine.undo_item(item.id, time, app.ambient.id(), visitor.by(&correlation)).await?;
    Ok(Redirect::to(&Did::Undoing.at(&format!("/items/{name}"))).into_response())
}
