//! Items: the table of what is kept in step, and each of them with its plan, its YAML, its versions, and
//! what can be done with it.

mod act;
mod deletes;
mod diff;
mod list;
mod look;
mod one;
mod plan;
mod start;
mod undo;
mod versions;
mod yaml;

use lockstep_engine::Creates;
use lockstep_store::{Item, ItemState};

use crate::App;
use crate::access::Right;
use crate::routes::Routes;
use crate::trouble::Trouble;
use crate::view::{Clock, Lozenge, Tone};

pub(super) use diff::{Change, compared};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get(Right::See, "/items", list::page)
        .get(Right::Configure, "/import", yaml::blank)
        .post(Right::Configure, "/import", yaml::import)
        .get(Right::See, "/items/{name}", one::page)
        .get(Right::See, "/items/{name}/plan", plan::page)
        .post(Right::Configure, "/items/{name}/start", start::start)
        .get(Right::See, "/items/{name}/yaml", yaml::page)
        .post(Right::Configure, "/items/{name}/yaml", yaml::change)
        .get(Right::See, "/items/{name}/versions", versions::page)
        .get(Right::See, "/items/{name}/versions/{version}", versions::one)
        .post(Right::Configure, "/items/{name}/versions/{version}/restore", versions::restore)
        .get(Right::Operate, "/items/{name}/undo", undo::page)
        .post(Right::Operate, "/items/{name}/undo", undo::undo)
        .post(Right::Operate, "/items/{name}/sync", act::sync)
        .get(Right::Operate, "/items/{name}/let-deletes", deletes::ask)
        .post(Right::Operate, "/items/{name}/let-deletes", deletes::let_through)
        .post(Right::Configure, "/items/{name}/pause", act::pause)
        .post(Right::Configure, "/items/{name}/resume", act::resume)
        .get(Right::Configure, "/items/{name}/delete", act::ask_delete)
        .post(Right::Configure, "/items/{name}/delete", act::delete)
}

/// What stands above every page of an item.
pub(super) struct Head {
    pub(super) name: String,
    pub(super) state: Lozenge,
    pub(super) paused: bool,
    /// Which of its pages this is.
    pub(super) here: &'static str,
}

impl Head {
    fn of(item: &Item, here: &'static str) -> Self {
        let paused = item.state == ItemState::Paused;
        let state = if paused {
            Lozenge::new(Tone::Idle, "paused")
        } else {
            Lozenge::new(Tone::Good, "active")
        };
        Self { name: item.document.name.clone(), state, paused, here }
    }
}

/// The item of this name.
async fn found(app: &App, name: &str) -> Result<Item, Trouble> {
    app.store.items().by_name(name).await?.ok_or(Trouble::NotFound("item"))
}

/// For how many records an item makes issues, in words.
pub(super) fn counted(creates: &Creates, clock: Clock) -> String {
    let Creates { since, records, linked } = creates;
    let since =
        since.map_or_else(String::new, |at| format!(" created since {}", clock.exactly(at)));
    format!(
        "Auto-create takes {records} records{since}; {linked} of its records are linked so far."
    )
}
