//! Dead letters: jobs that were given up.

use axum::Json;
use axum::extract::{Path, Query, State};
use chrono::{DateTime, Utc};
use lockstep_model::{Code, Job};
use lockstep_store::{Burial, DeadLetterState, Letters};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::caller::Caller;
use super::{Answer, Done, OPERATE, Page, SEE, done};
use crate::routes::Routes;
use crate::trouble::Trouble;
use crate::{App, Console};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get(SEE, "/api/v1/dead-letters", dead_letters)
        .get(SEE, "/api/v1/dead-letters/{id}", dead_letter)
        .post(OPERATE, "/api/v1/dead-letters/{id}/replay", replay_dead_letter)
        .post(OPERATE, "/api/v1/dead-letters/{id}/discard", discard_dead_letter)
        .post(OPERATE, "/api/v1/dead-letters/replay", replay_dead_letters)
        .post(OPERATE, "/api/v1/dead-letters/discard", discard_dead_letters)
}

/// Which letters.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichLetters {
    /// Also those that were replayed or discarded.
    #[serde(default)]
    #[param(default = false)]
    all: bool,
    /// `LS-…`: those that died of it.
    #[param(value_type = Option<String>)]
    code: Option<Code>,
    /// The page after this one: `next` of the page before.
    after: Option<i64>,
    /// Most letters.
    #[param(default = 100, maximum = 500)]
    limit: Option<u32>,
}

/// Dead letters, latest first, a page at a time.
#[utoipa::path(
    get,
    path = "/api/v1/dead-letters",
    tag = "dead letters",
    params(WhichLetters),
    responses((status = 200, body = Page<Burial>))
)]
pub(super) async fn dead_letters(
    State(app): State<App>,
    Query(which): Query<WhichLetters>,
) -> Answer<Page<Burial>> {
    let state = (!which.all).then_some(DeadLetterState::Waiting);
    let limit = which.limit.unwrap_or(100).clamp(1, 500);
    let rows = app.store.dead_letters().page(state, which.code, which.after, limit.into()).await?;
    Ok(Page::new(rows, limit as usize, |buried| buried.id.to_string()))
}

/// One dead letter.
#[utoipa::path(
    get,
    path = "/api/v1/dead-letters/{id}",
    tag = "dead letters",
    responses((status = 200, body = Burial))
)]
pub(super) async fn dead_letter(State(app): State<App>, Path(id): Path<i64>) -> Answer<Burial> {
    let found = app.store.dead_letters().get(id).await?;
    Ok(Json(found.ok_or(Trouble::NotFound("dead letter"))?))
}

/// Puts a letter's job back to work, and tells it.
#[utoipa::path(
    post,
    path = "/api/v1/dead-letters/{id}/replay",
    tag = "dead letters",
    responses((status = 200, body = Object))
)]
pub(super) async fn replay_dead_letter(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<i64>,
) -> Answer<Job> {
    let job = app.store.dead_letters().replay(id, caller.actor()).await?;
    let after = json!({ "correlation": job.correlation });
    app.note(caller.actor(), "dead_letter_replayed", &id.to_string(), after).await?;
    Ok(Json(job))
}

/// Gives a letter up.
#[utoipa::path(
    post,
    path = "/api/v1/dead-letters/{id}/discard",
    tag = "dead letters",
    responses((status = 200, body = Done))
)]
pub(super) async fn discard_dead_letter(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<i64>,
) -> Answer<Done> {
    app.store.dead_letters().discard(id, caller.actor()).await?;
    app.note(caller.actor(), "dead_letter_discarded", &id.to_string(), json!(null)).await?;
    Ok(done("discarded"))
}

/// Most letters that one call settles.
const LETTERS_MAX: i64 = 500;

/// Letters that wait, those of one cause or all.
#[derive(Deserialize, ToSchema)]
pub(super) struct SomeLetters {
    /// `LS-…`: those that died of it.
    #[schema(value_type = Option<String>)]
    code: Option<Code>,
    /// Those that died since then.
    since: Option<DateTime<Utc>>,
    /// Most letters at once.
    #[schema(default = 500, maximum = 500)]
    limit: Option<i64>,
}

impl SomeLetters {
    /// Which letters, and how many at once.
    fn meant(&self) -> (Letters, i64) {
        let letters = Letters { code: self.code, since: self.since };
        (letters, self.limit.unwrap_or(LETTERS_MAX).clamp(1, LETTERS_MAX))
    }
}

/// How many letters were settled.
#[derive(Serialize, ToSchema)]
pub(super) struct Settled {
    /// So many. Ask again until it is none.
    settled: u64,
}

/// Puts the jobs of letters back to work, oldest first. Those that hold no readable job are left.
#[utoipa::path(
    post,
    path = "/api/v1/dead-letters/replay",
    tag = "dead letters",
    request_body = SomeLetters,
    responses((status = 200, body = Settled))
)]
pub(super) async fn replay_dead_letters(
    State(app): State<App>,
    caller: Caller,
    Json(some): Json<SomeLetters>,
) -> Answer<Settled> {
    let (letters, limit) = some.meant();
    let settled = app.store.dead_letters().replay_some(letters, caller.actor(), limit).await?;
    noted(&app, &caller, "dead_letters_replayed", (some.code, settled)).await
}

/// Gives letters up, oldest first.
#[utoipa::path(
    post,
    path = "/api/v1/dead-letters/discard",
    tag = "dead letters",
    request_body = SomeLetters,
    responses((status = 200, body = Settled))
)]
pub(super) async fn discard_dead_letters(
    State(app): State<App>,
    caller: Caller,
    Json(some): Json<SomeLetters>,
) -> Answer<Settled> {
    let (letters, limit) = some.meant();
    let settled = app.store.dead_letters().discard_some(letters, caller.actor(), limit).await?;
    noted(&app, &caller, "dead_letters_discarded", (some.code, settled)).await
}

async fn noted(
    app: &Console,
    caller: &Caller,
    step: &str,
    (code, settled): (Option<Code>, u64),
) -> Answer<Settled> {
    let subject = code.map_or("all", Code::id);
    app.note(caller.actor(), step, subject, json!({ "count": settled })).await?;
    Ok(Json(Settled { settled }))
}
