//! Links: a record with an issue.

use axum::Json;
use axum::extract::{Path, Query, State};
use lockstep_engine::{Asked, Associated, LinkDetail};
use lockstep_model::explain::Explanation;
use lockstep_model::{Code, JobKind, LinkId};
use lockstep_store::{Link, LinkLine, LinkState, Matter, Search};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::caller::Caller;
use super::{Answer, Done, OPERATE, Page, SEE, done, items};
use crate::routes::Routes;
use crate::trouble::Trouble;
use crate::{App, Console};

/// Most rows of a page.
const ROWS_MAX: u32 = 500;

/// Rows of the trail that a link is shown with, unless others are asked for.
const STEPS: i64 = 20;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get(SEE, "/api/v1/links", links)
        .post(OPERATE, "/api/v1/links", link_by_hand)
        .get(SEE, "/api/v1/links/{link}", link)
        .delete(OPERATE, "/api/v1/links/{link}", unlink)
        .post(OPERATE, "/api/v1/links/{link}/refresh", refresh_link)
        .get(SEE, "/api/v1/links/{link}/explain/{field}", explain)
        .get(SEE, "/api/v1/links/{link}/associated", associated)
}

/// Which links.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichLinks {
    /// Name of an item: its links only.
    item: Option<String>,
    /// A record id, an issue key (an old one too), a number, or beginnings of words.
    #[serde(default)]
    text: String,
    /// `active`, `unlinked` or `gone`.
    #[param(value_type = Option<String>)]
    state: Option<LinkState>,
    /// `findings`, `held` or `never_synced`: those with which something is the matter.
    #[param(value_type = Option<String>)]
    only: Option<What>,
    /// `LS-…`: those with such a finding.
    #[param(value_type = Option<String>)]
    code: Option<Code>,
    /// The page after this one: `next` of the page before.
    after: Option<i64>,
    /// Most rows.
    #[param(default = 100, maximum = 500)]
    limit: Option<u32>,
}

/// What is the matter.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum What {
    Findings,
    Held,
    NeverSynced,
}

impl From<What> for Matter {
    fn from(what: What) -> Self {
        match what {
            What::Findings => Self::Findings,
            What::Held => Self::Held,
            What::NeverSynced => Self::NeverSynced,
        }
    }
}

/// Links, newest first, a page at a time.
#[utoipa::path(
    get,
    path = "/api/v1/links",
    tag = "links",
    params(WhichLinks),
    responses((status = 200, body = Page<LinkLine>))
)]
pub(super) async fn links(
    State(app): State<App>,
    Query(which): Query<WhichLinks>,
) -> Answer<Page<LinkLine>> {
    let item = items::narrowed(&app, which.item.as_deref()).await?;
    let limit = which.limit.unwrap_or(100).clamp(1, ROWS_MAX);
    let search = Search {
        text: which.text,
        item,
        state: which.state,
        only: which.only.map(Matter::from),
        code: which.code,
        after: which.after.map(LinkId),
        limit,
    };
    let rows = app.engine.search_links(&search).await?;
    Ok(Page::new(rows, limit as usize, |line| line.link.id.to_string()))
}

/// How many steps are told.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct HowManySteps {
    /// Most rows of the audit.
    #[param(default = 20, maximum = 500)]
    steps: Option<i64>,
}

/// One link, by its number, its issue's key or its record's id.
#[utoipa::path(
    get,
    path = "/api/v1/links/{link}",
    tag = "links",
    params(HowManySteps),
    responses((status = 200, body = LinkDetail))
)]
pub(super) async fn link(
    State(app): State<App>,
    Path(link): Path<String>,
    Query(HowManySteps { steps }): Query<HowManySteps>,
) -> Answer<LinkDetail> {
    let link = found(&app, &link).await?;
    let steps = steps.unwrap_or(STEPS).clamp(1, ROWS_MAX.into());
    Ok(Json(app.engine.link_detail(link, steps).await?))
}

/// The link of this number, issue key (an old one too) or record id.
pub(super) async fn found(app: &Console, wanted: &str) -> Result<Link, Trouble> {
    app.engine.find_link(wanted).await?.ok_or(Trouble::NotFound("link"))
}

/// What is to be linked.
#[derive(Deserialize, ToSchema)]
pub(super) struct ToLink {
    /// Name of the item.
    item: String,
    /// 15- or 18-character record id.
    record: String,
    /// Key or id of the issue.
    issue: String,
}

/// Links a record with an issue by hand, and looks at them now.
#[utoipa::path(
    post,
    path = "/api/v1/links",
    tag = "links",
    request_body = ToLink,
    responses((status = 200, body = Link))
)]
pub(super) async fn link_by_hand(
    State(app): State<App>,
    caller: Caller,
    Json(new): Json<ToLink>,
) -> Answer<Link> {
    let item = items::found(&app, &new.item).await?.id;
    let record = items::record_id(&new.record)?;
    let link = app.engine.link_by_hand(item, (&record, &new.issue), caller.by()).await?;
    app.ask(JobKind::Link { link: link.id }, caller.by()).await?;
    Ok(Json(link))
}

/// Takes a link apart that was made by hand, or whose record or issue is gone.
#[utoipa::path(
    delete,
    path = "/api/v1/links/{link}",
    tag = "links",
    responses((status = 200, body = Done))
)]
pub(super) async fn unlink(
    State(app): State<App>,
    caller: Caller,
    Path(link): Path<String>,
) -> Answer<Done> {
    let link = found(&app, &link).await?;
    app.engine.unlink(&link, caller.by()).await?;
    Ok(done("unlinked"))
}

/// Looks at a link now: fields, status, comments and files.
#[utoipa::path(
    post,
    path = "/api/v1/links/{link}/refresh",
    tag = "links",
    responses((status = 200, body = Asked))
)]
pub(super) async fn refresh_link(
    State(app): State<App>,
    caller: Caller,
    Path(link): Path<String>,
) -> Answer<Asked> {
    let link = found(&app, &link).await?.id;
    Ok(Json(app.ask(JobKind::Link { link }, caller.by()).await?))
}

/// Why a value of a link is what it is. The field is a mapping's key, its field on either side, or
/// `status`.
#[utoipa::path(
    get,
    path = "/api/v1/links/{link}/explain/{field}",
    tag = "links",
    responses((status = 200, body = Object))
)]
pub(super) async fn explain(
    State(app): State<App>,
    Path((link, field)): Path<(String, String)>,
) -> Answer<Explanation> {
    let link = found(&app, &link).await?.id;
    let explained = app.engine.explain(link, &field).await?;
    Ok(Json(explained.ok_or(Trouble::NotFound("mapping of this field"))?))
}

/// The records that hang on a link's record; nothing is made of them.
#[utoipa::path(
    get,
    path = "/api/v1/links/{link}/associated",
    tag = "links",
    responses((status = 200, body = Associated))
)]
pub(super) async fn associated(
    State(app): State<App>,
    Path(link): Path<String>,
) -> Answer<Associated> {
    let link = found(&app, &link).await?;
    Ok(Json(app.engine.associated(&link).await?))
}
