//! Smart Connected Items.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use lockstep_engine::{AppliedItem, ApplyError, Asked, CheckedItem, Found};
use lockstep_model::{ItemDocument, ItemId, JobKind, RecordId};
use lockstep_store::{HeldDeletes, Item, ItemSummary, ItemVersion, VersionLine};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;

use super::caller::Caller;
use super::{Answer, CONFIGURE, Done, OPERATE, Page, SEE, done};
use crate::routes::Routes;
use crate::trouble::Trouble;
use crate::{App, Console};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get(SEE, "/api/v1/items", items)
        .put(CONFIGURE, "/api/v1/items", apply_item)
        .post(CONFIGURE, "/api/v1/items/check", check_item)
        .get(SEE, "/api/v1/items/{name}", item)
        .delete(CONFIGURE, "/api/v1/items/{name}", delete_item)
        .get(SEE, "/api/v1/items/{name}/versions", item_versions)
        .get(SEE, "/api/v1/items/{name}/versions/{version}", item_version)
        .post(CONFIGURE, "/api/v1/items/{name}/pause", pause_item)
        .get(SEE, "/api/v1/items/{name}/held-deletes", held_deletes)
        .post(OPERATE, "/api/v1/items/{name}/let-deletes", let_deletes)
        .post(CONFIGURE, "/api/v1/items/{name}/resume", resume_item)
        .post(OPERATE, "/api/v1/items/{name}/sweep", sweep_item)
        .get(SEE, "/api/v1/items/{name}/records", search_records)
        .post(OPERATE, "/api/v1/items/{name}/records/{record}/refresh", refresh_record)
}

/// All items, with how they stand.
#[utoipa::path(
    get,
    path = "/api/v1/items",
    tag = "items",
    responses((status = 200, body = Vec<ItemSummary>))
)]
pub(super) async fn items(State(app): State<App>) -> Answer<Vec<ItemSummary>> {
    Ok(Json(app.store.items().list().await?))
}

/// One item, as it was applied.
#[utoipa::path(
    get,
    path = "/api/v1/items/{name}",
    tag = "items",
    responses((status = 200, body = Item))
)]
pub(super) async fn item(State(app): State<App>, Path(name): Path<String>) -> Answer<Item> {
    Ok(Json(found(&app, &name).await?))
}

/// The item of this name.
pub(super) async fn found(app: &Console, name: &str) -> Result<Item, Trouble> {
    app.store.items().by_name(name).await?.ok_or(Trouble::NotFound("item"))
}

/// The item that a query narrows down to; none where it names none.
pub(super) async fn narrowed(app: &Console, name: Option<&str>) -> Result<Option<ItemId>, Trouble> {
    match name {
        Some(name) => Ok(Some(found(app, name).await?.id)),
        None => Ok(None),
    }
}

/// Reads the YAML of a body; a mistake is told with its line and column.
fn read(body: &Bytes) -> Result<ItemDocument, Trouble> {
    let text = std::str::from_utf8(body);
    let text =
        text.map_err(|_no_text| Trouble::Refused("The body is no UTF-8 text.".to_owned()))?;
    ItemDocument::read(text).map_err(|problem| Trouble::Problems {
        of: "This is not an item".to_owned(),
        problems: vec![problem],
    })
}

/// The engine's refusal, each problem with its place in what was sent.
fn refused(document: &ItemDocument, mut error: ApplyError, how: &str) -> Trouble {
    if let ApplyError::Problems(problems) = &mut error {
        document.locate(problems);
    }
    Trouble::from_apply(error, format!("Item {} {how}", document.item.name))
}

/// Checks an item against live metadata and applies it.
#[utoipa::path(
    put,
    path = "/api/v1/items",
    tag = "items",
    request_body(
        content = String,
        content_type = "application/yaml",
        description = "The item, as `lockstep item apply` reads it."
    ),
    responses((status = 200, body = AppliedItem))
)]
pub(super) async fn apply_item(
    State(app): State<App>,
    caller: Caller,
    body: Bytes,
) -> Answer<AppliedItem> {
    let document = read(&body)?;
    let applied = Box::pin(app.engine.apply_item(&document.item)).await;
    let mut applied = applied.map_err(|error| refused(&document, error, "was not applied"))?;
    document.locate(&mut applied.problems);
    let after = json!({ "version": applied.applied.version, "changed": applied.applied.changed });
    let (name, id) = (&document.item.name, applied.applied.id);
    app.note_item(caller.actor(), ("item_applied", name), id, after).await?;
    Ok(Json(applied))
}

/// Checks an item as applying it does, and saves nothing.
#[utoipa::path(
    post,
    path = "/api/v1/items/check",
    tag = "items",
    request_body(
        content = String,
        content_type = "application/yaml",
        description = "The item, as `lockstep item check` reads it."
    ),
    responses((status = 200, body = CheckedItem))
)]
pub(super) async fn check_item(State(app): State<App>, body: Bytes) -> Answer<CheckedItem> {
    let document = read(&body)?;
    let checked = Box::pin(app.engine.check_item(&document.item)).await;
    let mut checked = checked.map_err(|error| refused(&document, error, "cannot be applied"))?;
    document.locate(&mut checked.problems);
    Ok(Json(checked))
}

/// Deletes a paused item with its links; records and issues stay as they are.
#[utoipa::path(
    delete,
    path = "/api/v1/items/{name}",
    tag = "items",
    responses((status = 200, body = Done))
)]
pub(super) async fn delete_item(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
) -> Answer<Done> {
    app.delete_item(caller.actor(), &found(&app, &name).await?).await?;
    Ok(done("deleted"))
}

/// Which versions.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichVersions {
    /// The page after this one: `next` of the page before.
    after: Option<i32>,
    /// Most versions.
    #[param(default = 100, maximum = 500)]
    limit: Option<u32>,
}

/// The versions of an item, latest first, a page at a time.
#[utoipa::path(
    get,
    path = "/api/v1/items/{name}/versions",
    tag = "items",
    params(WhichVersions),
    responses((status = 200, body = Page<VersionLine>))
)]
pub(super) async fn item_versions(
    State(app): State<App>,
    Path(name): Path<String>,
    Query(which): Query<WhichVersions>,
) -> Answer<Page<VersionLine>> {
    let id = found(&app, &name).await?.id;
    let limit = which.limit.unwrap_or(100).clamp(1, 500);
    let rows = app.store.items().versions(id, which.after, limit.into()).await?;
    Ok(Page::new(rows, limit as usize, |line| line.version.to_string()))
}

/// One version of an item, as it was applied. Apply its document again to go back to it.
#[utoipa::path(
    get,
    path = "/api/v1/items/{name}/versions/{version}",
    tag = "items",
    responses((status = 200, body = ItemVersion))
)]
pub(super) async fn item_version(
    State(app): State<App>,
    Path((name, version)): Path<(String, i32)>,
) -> Answer<ItemVersion> {
    let id = found(&app, &name).await?.id;
    let found = app.store.items().version(id, version).await?;
    Ok(Json(found.ok_or(Trouble::NotFound("version of this item"))?))
}

/// Stops syncing an item; nothing is lost.
#[utoipa::path(
    post,
    path = "/api/v1/items/{name}/pause",
    tag = "items",
    responses((status = 200, body = Done))
)]
pub(super) async fn pause_item(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
) -> Answer<Done> {
    app.pause_item(caller.actor(), &found(&app, &name).await?).await?;
    Ok(done("paused"))
}

/// What the brakes of an item hold back now: the deletes of comments.
#[utoipa::path(
    get,
    path = "/api/v1/items/{name}/held-deletes",
    tag = "items",
    responses((status = 200, body = HeldDeletes))
)]
pub(super) async fn held_deletes(
    State(app): State<App>,
    Path(name): Path<String>,
) -> Answer<HeldDeletes> {
    let id = found(&app, &name).await?.id;
    Ok(Json(app.store.items().held_deletes(id).await?))
}

/// Lets the deletes of comments through that a brake holds, for an hour.
#[utoipa::path(
    post,
    path = "/api/v1/items/{name}/let-deletes",
    tag = "items",
    responses((status = 200, body = Done))
)]
pub(super) async fn let_deletes(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
) -> Answer<Done> {
    app.let_deletes(caller.actor(), &found(&app, &name).await?).await?;
    Ok(done("let through for an hour"))
}

/// Goes on syncing a paused item.
#[utoipa::path(
    post,
    path = "/api/v1/items/{name}/resume",
    tag = "items",
    responses((status = 200, body = Done))
)]
pub(super) async fn resume_item(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
) -> Answer<Done> {
    app.resume_item(caller.actor(), &found(&app, &name).await?).await?;
    Ok(done("resumed"))
}

/// Sweeps an item now.
#[utoipa::path(
    post,
    path = "/api/v1/items/{name}/sweep",
    tag = "items",
    responses((status = 200, body = Asked))
)]
pub(super) async fn sweep_item(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
) -> Answer<Asked> {
    let item = found(&app, &name).await?.id;
    Ok(Json(app.ask(JobKind::Sweep { item }, caller.by()).await?))
}

/// What is looked for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct LookedFor {
    /// A fragment of a number, a name or an address; or a whole record id.
    text: String,
}

/// The records of an item's object that fit a text, to be linked by hand.
#[utoipa::path(
    get,
    path = "/api/v1/items/{name}/records",
    tag = "items",
    params(LookedFor),
    responses((status = 200, body = Vec<Found>))
)]
pub(super) async fn search_records(
    State(app): State<App>,
    Path(name): Path<String>,
    Query(LookedFor { text }): Query<LookedFor>,
) -> Answer<Vec<Found>> {
    let item = found(&app, &name).await?.id;
    Ok(Json(app.engine.search_records(item, &text).await?))
}

/// Looks at one record now; it is linked if the item creates issues.
#[utoipa::path(
    post,
    path = "/api/v1/items/{name}/records/{record}/refresh",
    tag = "items",
    responses((status = 200, body = Asked))
)]
pub(super) async fn refresh_record(
    State(app): State<App>,
    caller: Caller,
    Path((name, record)): Path<(String, String)>,
) -> Answer<Asked> {
    let item = found(&app, &name).await?.id;
    let record = record_id(&record)?;
    let kind = JobKind::Record { item, record };
    Ok(Json(app.ask(kind, caller.by()).await?))
}

/// Reads a record id.
pub(super) fn record_id(text: &str) -> Result<RecordId, Trouble> {
    RecordId::parse(text).map_err(|why| Trouble::Refused(why.to_string()))
}
