//! What waits for somebody: by its cause, whose it is and until when it is put off; and how far items are.

use axum::Json;
use axum::extract::{Path, Query, State};
use chrono::{DateTime, Utc};
use lockstep_store::{Backlog, NeedGroup};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::caller::Caller;
use super::{Answer, Done, OPERATE, SEE, done, items};
use crate::App;
use crate::need_acts::Group;
use crate::routes::Routes;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get(SEE, "/api/v1/needs", needs)
        .put(OPERATE, "/api/v1/needs/{kind}/{code}/snooze", snooze)
        .delete(OPERATE, "/api/v1/needs/{kind}/{code}/snooze", wake)
        .put(OPERATE, "/api/v1/needs/{kind}/{code}/assignee", assign)
        .delete(OPERATE, "/api/v1/needs/{kind}/{code}/assignee", unassign)
        .get(SEE, "/api/v1/backlog", backlog)
}

/// Of which item.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct OfItem {
    /// Name of an item; of all of them unless set.
    item: Option<String>,
}

/// What waits for a person, grouped by cause.
#[utoipa::path(
    get,
    path = "/api/v1/needs",
    tag = "audit",
    params(OfItem),
    responses((status = 200, body = Vec<NeedGroup>))
)]
pub(super) async fn needs(
    State(app): State<App>,
    Query(of): Query<OfItem>,
) -> Answer<Vec<NeedGroup>> {
    let item = items::narrowed(&app, of.item.as_deref()).await?;
    Ok(Json(app.store.needs().groups(item).await?))
}

/// How far each item is: links, those with findings or conflicts, those that were never in step.
#[utoipa::path(
    get,
    path = "/api/v1/backlog",
    tag = "audit",
    params(OfItem),
    responses((status = 200, body = Vec<Backlog>))
)]
pub(super) async fn backlog(
    State(app): State<App>,
    Query(of): Query<OfItem>,
) -> Answer<Vec<Backlog>> {
    let item = items::narrowed(&app, of.item.as_deref()).await?;
    Ok(Json(app.store.items().backlog(item).await?))
}

/// For how long.
#[derive(Deserialize, ToSchema)]
pub(super) struct ForHours {
    /// So many hours; 720 at most.
    #[schema(minimum = 1, maximum = 720)]
    hours: i32,
}

/// Until when a group is put off.
#[derive(Serialize, ToSchema)]
pub(super) struct Snoozed {
    /// Then it is shown again.
    until: DateTime<Utc>,
}

/// Puts a group off for a time: it is not counted and not shown among what needs somebody. Not of
/// connections that are paused, for nothing flows through them.
#[utoipa::path(
    put,
    path = "/api/v1/needs/{kind}/{code}/snooze",
    tag = "audit",
    request_body = ForHours,
    responses((status = 200, body = Snoozed))
)]
pub(super) async fn snooze(
    State(app): State<App>,
    caller: Caller,
    Path((kind, code)): Path<(String, String)>,
    Json(ForHours { hours }): Json<ForHours>,
) -> Answer<Snoozed> {
    let group = Group::named(&kind, &code)?;
    Ok(Json(Snoozed { until: app.snooze(caller.actor(), group, hours).await? }))
}

/// Puts a group off no longer.
#[utoipa::path(
    delete,
    path = "/api/v1/needs/{kind}/{code}/snooze",
    tag = "audit",
    responses((status = 200, body = Done))
)]
pub(super) async fn wake(
    State(app): State<App>,
    caller: Caller,
    Path((kind, code)): Path<(String, String)>,
) -> Answer<Done> {
    app.wake(caller.actor(), Group::named(&kind, &code)?).await?;
    Ok(done("put off no longer"))
}

/// Whose a group is to be.
#[derive(Deserialize, ToSchema)]
pub(super) struct Whose {
    /// Name of an account.
    account: String,
}

/// Says which account looks after a group.
#[utoipa::path(
    put,
    path = "/api/v1/needs/{kind}/{code}/assignee",
    tag = "audit",
    request_body = Whose,
    responses((status = 200, body = Done))
)]
pub(super) async fn assign(
    State(app): State<App>,
    caller: Caller,
    Path((kind, code)): Path<(String, String)>,
    Json(Whose { account }): Json<Whose>,
) -> Answer<Done> {
    app.assign(caller.actor(), Group::named(&kind, &code)?, Some(&account)).await?;
    Ok(done("assigned"))
}

/// Says that nobody in particular looks after a group.
#[utoipa::path(
    delete,
    path = "/api/v1/needs/{kind}/{code}/assignee",
    tag = "audit",
    responses((status = 200, body = Done))
)]
pub(super) async fn unassign(
    State(app): State<App>,
    caller: Caller,
    Path((kind, code)): Path<(String, String)>,
) -> Answer<Done> {
    app.assign(caller.actor(), Group::named(&kind, &code)?, None).await?;
    Ok(done("nobody's"))
}
