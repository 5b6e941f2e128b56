//! Undo: what Lockstep wrote is turned back, as far as nobody edited it since.

use axum::Json;
use axum::extract::{Path, Query, State};
use chrono::{DateTime, Utc};
use lockstep_engine::{Asked, ItemUndo, LinkUndo};
use lockstep_model::CorrelationId;
use lockstep_model::undo::Span;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::caller::Caller;
use super::{Answer, OPERATE, SEE, items, links};
use crate::App;
use crate::routes::Routes;
use crate::trouble::Trouble;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get(SEE, "/api/v1/links/{link}/undo", plan_undo)
        .post(OPERATE, "/api/v1/links/{link}/undo", undo_link)
        .get(SEE, "/api/v1/items/{name}/undo", plan_undo_of_item)
        .post(OPERATE, "/api/v1/items/{name}/undo", undo_item)
}

/// Which steps of a link: one, those of one run, or those within a time.
#[derive(Deserialize, IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichSteps {
    /// Id of a row of the audit.
    step: Option<i64>,
    /// A correlation id: what was done of the link under it.
    run: Option<String>,
    /// What was done from then on.
    since: Option<DateTime<Utc>>,
    /// What was done before then; until now, if it is not said.
    until: Option<DateTime<Utc>>,
}

impl WhichSteps {
    fn span(self, now: DateTime<Utc>) -> Result<Span, Trouble> {
        let run = self.run.map(CorrelationId);
        let span = Span::asked((self.step, run), (self.since, self.until), now);
        span.map_err(|why| Trouble::Refused(why.to_owned()))
    }
}

/// Which time.
#[derive(Deserialize, ToSchema)]
pub(super) struct WhichTime {
    /// From then on.
    since: DateTime<Utc>,
    /// Before then; until now, if it is not said.
    until: Option<DateTime<Utc>>,
}

/// Which time, and how much is shown of it.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct HowMuch {
    /// From then on.
    since: DateTime<Utc>,
    /// Before then; until now, if it is not said.
    until: Option<DateTime<Utc>>,
    /// Most links to look at.
    #[serde(default = "a_thousand")]
    #[param(default = 1000)]
    limit: u64,
    /// Most links to show; the counts are of all that was looked at.
    #[serde(default = "twenty")]
    #[param(default = 20, maximum = 200)]
    samples: usize,
}

/// Most links that are shown.
const SAMPLES_MAX: usize = 200;

/// An answer is waited for: more than this takes longer than callers wait.
fn a_thousand() -> u64 {
    1000
}

fn twenty() -> usize {
    20
}

/// From when to when, which is not the future and not nothing.
fn time(
    (since, until): (DateTime<Utc>, Option<DateTime<Utc>>),
    now: DateTime<Utc>,
) -> Result<(DateTime<Utc>, DateTime<Utc>), Trouble> {
    let span = Span::within(since, until, now);
    span.map_err(|why| Trouble::Refused(why.to_owned()))
}

/// What undoing steps of a link would do now: what is turned back, what is kept because somebody edited
/// it since, and what cannot be turned back. Nothing is written.
#[utoipa::path(
    get,
    path = "/api/v1/links/{link}/undo",
    tag = "undo",
    params(WhichSteps),
    responses((status = 200, body = LinkUndo))
)]
pub(super) async fn plan_undo(
    State(app): State<App>,
    Path(link): Path<String>,
    Query(steps): Query<WhichSteps>,
) -> Answer<LinkUndo> {
    let link = links::found(&app, &link).await?.id;
    let span = steps.span(app.ambient.now())?;
    Ok(Json(Box::pin(app.engine.preview_undo(link, span)).await?))
}

/// Undoes steps of a link. It is decided on both sides as they are then; afterwards the two agree to
/// differ, until one of them changes.
#[utoipa::path(
    post,
    path = "/api/v1/links/{link}/undo",
    tag = "undo",
    request_body = WhichSteps,
    responses((status = 200, body = Asked))
)]
pub(super) async fn undo_link(
    State(app): State<App>,
    caller: Caller,
    Path(link): Path<String>,
    Json(steps): Json<WhichSteps>,
) -> Answer<Asked> {
    let link = links::found(&app, &link).await?.id;
    let span = steps.span(app.ambient.now())?;
    Ok(Json(app.engine.undo_link(link, span, app.ambient.id(), caller.by()).await?))
}

/// What undoing a time span of an item would do now: each link that was written then. Nothing is
/// written.
#[utoipa::path(
    get,
    path = "/api/v1/items/{name}/undo",
    tag = "undo",
    params(HowMuch),
    responses((status = 200, body = ItemUndo))
)]
pub(super) async fn plan_undo_of_item(
    State(app): State<App>,
    Path(name): Path<String>,
    Query(how): Query<HowMuch>,
) -> Answer<ItemUndo> {
    let item = items::found(&app, &name).await?.id;
    let time = time((how.since, how.until), app.ambient.now())?;
    let much = (how.limit, how.samples.min(SAMPLES_MAX));
    Ok(Json(Box::pin(app.engine.preview_undo_item(item, time, much)).await?))
}

/// Undoes a time span of an item: a job for each link that was written then, in the bulk lane.
#[utoipa::path(
    post,
    path = "/api/v1/items/{name}/undo",
    tag = "undo",
    request_body = WhichTime,
    responses((status = 200, body = Asked))
)]
pub(super) async fn undo_item(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    Json(asked): Json<WhichTime>,
) -> Answer<Asked> {
    let item = items::found(&app, &name).await?.id;
    let time = time((asked.since, asked.until), app.ambient.now())?;
    Ok(Json(app.engine.undo_item(item, time, app.ambient.id(), caller.by()).await?))
}
