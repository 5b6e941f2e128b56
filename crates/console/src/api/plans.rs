//! Plans: what would be done, while nothing is written.

use axum::Json;
use axum::extract::{Path, Query, State};
use lockstep_engine::{Extent, ItemDrift, ItemPreview, LinkPlan};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{Answer, SEE, items, links};
use crate::App;
use crate::routes::Routes;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get(SEE, "/api/v1/items/{name}/plan", plan_item)
        .get(SEE, "/api/v1/items/{name}/drift", drift_of_item)
        .get(SEE, "/api/v1/links/{link}/plan", plan_link)
}

/// How much is planned and shown.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct HowMuch {
    /// Most links, and most new records, to look at.
    #[serde(default = "a_thousand")]
    #[param(default = 1000)]
    limit: u64,
    /// Most plans of each kind to show; the counts are of all that was looked at.
    #[serde(default = "twenty")]
    #[param(default = 20, maximum = 200)]
    samples: usize,
}

impl HowMuch {
    fn extent(&self) -> Extent {
        let samples = self.samples.min(SAMPLES_MAX);
        Extent { limit: self.limit, samples, new_records: true }
    }
}

/// Most plans of each kind that are shown.
const SAMPLES_MAX: usize = 200;

/// An answer is waited for: more than this takes longer than callers wait.
fn a_thousand() -> u64 {
    1000
}

fn twenty() -> usize {
    20
}

/// What would be done for an item: its links, and the records that would get an issue.
#[utoipa::path(
    get,
    path = "/api/v1/items/{name}/plan",
    tag = "plans",
    params(HowMuch),
    responses((status = 200, body = ItemPreview))
)]
pub(super) async fn plan_item(
    State(app): State<App>,
    Path(name): Path<String>,
    Query(how): Query<HowMuch>,
) -> Answer<ItemPreview> {
    let item = items::found(&app, &name).await?.id;
    Ok(Json(Box::pin(app.engine.preview_item(item, how.extent(), &mut |_| {})).await?))
}

/// What differs between the two sides of an item's links. Nothing is written.
#[utoipa::path(
    get,
    path = "/api/v1/items/{name}/drift",
    tag = "plans",
    params(HowMuch),
    responses((status = 200, body = ItemDrift))
)]
pub(super) async fn drift_of_item(
    State(app): State<App>,
    Path(name): Path<String>,
    Query(how): Query<HowMuch>,
) -> Answer<ItemDrift> {
    let item = items::found(&app, &name).await?.id;
    Ok(Json(Box::pin(app.engine.drift_of_item(item, how.extent(), &mut |_| {})).await?))
}

/// What would be done for a link.
#[utoipa::path(
    get,
    path = "/api/v1/links/{link}/plan",
    tag = "plans",
    responses((status = 200, body = LinkPlan))
)]
pub(super) async fn plan_link(
    State(app): State<App>,
    Path(link): Path<String>,
) -> Answer<LinkPlan> {
    let link = links::found(&app, &link).await?.id;
    Ok(Json(Box::pin(app.engine.preview_link(link)).await?))
}
