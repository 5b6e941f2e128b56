//! Conflicts that wait for a person.

use axum::Json;
use axum::extract::{Path, Query, State};
use lockstep_engine::Asked;
use lockstep_model::item::Mapping;
use lockstep_model::{JobKind, Side};
use lockstep_store::Link;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::caller::Caller;
use super::{Answer, OPERATE, SEE, items, links};
use crate::App;
use crate::routes::Routes;
use crate::trouble::Trouble;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get(SEE, "/api/v1/conflicts", conflicts).post(
        OPERATE,
        "/api/v1/links/{link}/conflicts/{field}",
        decide_conflict,
    )
}

/// Whose conflicts.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WhoseConflicts {
    /// Name of an item: its conflicts only.
    item: Option<String>,
    /// Most links.
    #[param(default = 200, maximum = 500)]
    limit: Option<i64>,
}

/// The links with a conflict that waits for a person. Under `base.held` stands what each side shows
/// of each mapping that is held.
#[utoipa::path(
    get,
    path = "/api/v1/conflicts",
    tag = "conflicts",
    params(WhoseConflicts),
    responses((status = 200, body = Vec<Link>))
)]
pub(super) async fn conflicts(
    State(app): State<App>,
    Query(whose): Query<WhoseConflicts>,
) -> Answer<Vec<Link>> {
    let item = items::narrowed(&app, whose.item.as_deref()).await?;
    let limit = whose.limit.unwrap_or(200).clamp(1, 500);
    Ok(Json(app.store.links().held(item, limit).await?))
}

/// The side whose value is taken.
#[derive(Deserialize, ToSchema)]
pub(super) struct Decision {
    /// `salesforce` or `jira`.
    #[schema(value_type = String)]
    take: Side,
}

/// Decides a conflict: the value of one side is written to the other. The field is a mapping's key, or
/// its field on either side.
#[utoipa::path(
    post,
    path = "/api/v1/links/{link}/conflicts/{field}",
    tag = "conflicts",
    request_body = Decision,
    responses((status = 200, body = Asked))
)]
pub(super) async fn decide_conflict(
    State(app): State<App>,
    caller: Caller,
    Path((link, field)): Path<(String, String)>,
    Json(Decision { take }): Json<Decision>,
) -> Answer<Asked> {
    let link = links::found(&app, &link).await?;
    let item = app.store.items().get(link.item).await?;
    let named = item.as_ref().and_then(|item| item.document.mapping_named(&field));
    let mapping = named.map_or(field, Mapping::key);
    if !link.base.held.contains_key(&mapping) {
        return Err(Trouble::NotFound("held conflict of this field"));
    }
    let actor = caller.actor().to_owned();
    let kind = JobKind::Decide { link: link.id, mapping, take, actor };
    Ok(Json(app.ask(kind, caller.by()).await?))
}
