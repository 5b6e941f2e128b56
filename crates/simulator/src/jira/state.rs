//! What the site's handlers share.

use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::http::OAuth;
use super::index::Index;
use super::limits::Limits;
use super::model::{Actor, Issue, Refusal, Site, catalog};
use super::seed;
use super::settings::Settings;
use super::view::{Expand, View, Wanted};
use super::webhooks::Webhooks;
use crate::core::{Faults, SimClock};

/// The site behind a lock, with its index, settings and webhooks.
#[derive(Debug)]
pub(super) struct World {
    pub(super) site: Site,
    pub(super) index: Index,
    pub(super) settings: Settings,
    pub(super) webhooks: Webhooks,
    pub(super) limits: Limits,
    pub(super) oauth: OAuth,
}

/// The site.
#[derive(Debug)]
pub struct State {
    pub(super) clock: SimClock,
    pub(super) base_url: String,
    world: Mutex<World>,
}

impl State {
    /// A site at `base_url`, with sample issues when `seed`. Webhooks stop with `stop`.
    pub fn new(
        clock: SimClock,
        faults: Faults,
        seed: bool,
        base_url: String,
        stop: CancellationToken,
    ) -> Self {
        let world = World {
            site: Site::new(),
            index: Index::default(),
            settings: Settings::default(),
            webhooks: Webhooks::new(clock.clone(), faults, stop),
            limits: Limits::default(),
            oauth: OAuth::default(),
        };
        let state = Self { clock, base_url, world: Mutex::new(world) };
        if seed {
            state.sow();
        }
        state
    }

    fn sow(&self) {
        let now = self.clock.now();
        let sown = self.act(|site| seed::sow(site, now));
        if let Err(refusal) = sown {
            tracing::error!(?refusal, "seed refused");
        }
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Acts on the site, then tells the index and the webhooks what happened.
    pub(super) fn act<T>(&self, act: impl FnOnce(&mut Site) -> T) -> T {
        let mut guard = self.lock();
        let world = &mut *guard;
        let result = act(&mut world.site);
        let lag_ms = world.settings.index_lag_ms;
        for event in world.site.take_events() {
            world.index.note(&event, lag_ms);
            world.webhooks.publish(&event, &world.site, (&self.base_url, &world.settings));
        }
        result
    }

    /// Acts on one issue for a caller of the REST API, within the write limit.
    pub(super) fn write<T>(
        &self,
        account: &str,
        id_or_key: &str,
        act: impl FnOnce(&mut Site, Actor<'_>, u64) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let now = self.now();
        let id = {
            let mut guard = self.lock();
            let world = &mut *guard;
            let id = world.site.get(id_or_key)?.id;
            if world.settings.lookers.contains(account) {
                return Err(Refusal::no_permission());
            }
            world.limits.admit_write(id, now.timestamp_millis(), &world.settings)?;
            id
        };
        self.act(|site| act(site, Actor { account, now }, id))
    }

    /// Whether a caller of the REST API sees an issue.
    pub(super) fn seen_by(&self, account: &str, id_or_key: &str) -> Result<(), Refusal> {
        let world = self.lock();
        let issue = world.site.get(id_or_key)?;
        if world.settings.restricted.contains(&issue.key) && account != catalog::INTEGRATION {
            return Err(Refusal::no_issue());
        }
        Ok(())
    }

    /// Shows something of the site in API version 3.
    pub(super) fn show<T>(&self, zone: chrono_tz::Tz, show: impl FnOnce(&View<'_>) -> T) -> T {
        let guard = self.lock();
        let view = View { base_url: &self.base_url, version: 3, zone, site: &guard.site };
        show(&view)
    }

    /// The whole of one issue, for the control API.
    pub(super) fn issue_in_full(&self, id_or_key: &str) -> Result<Value, Refusal> {
        self.show(chrono_tz::UTC, |view| Ok(in_full(view, view.site.get(id_or_key)?)))
    }

    /// The whole site as JSON.
    pub fn dump(&self) -> Value {
        let issues: Vec<Value> = self.show(chrono_tz::UTC, |view| {
            view.site.issues().map(|issue| in_full(view, issue)).collect()
        });
        let guard = self.lock();
        json!({
            "base_url": self.base_url,
            "users": catalog::USERS.iter().map(|user| user.account_id).collect::<Vec<_>>(),
            "settings": guard.settings,
            "issues": issues,
            "webhooks": guard.webhooks.list(),
            "deliveries": guard.webhooks.deliveries(),
        })
    }
}

/// Fields, comments with properties, the whole history, properties and remote links of an issue.
fn in_full(view: &View<'_>, issue: &Issue) -> Value {
    let all = Wanted::new([], "*all");
    let mut shown = view.issue(issue, &all, &Expand::default(), &["*all".to_owned()]);
    let comments: Vec<Value> = issue
        .comments
        .iter()
        .map(|comment| {
            let mut shown = view.comment(issue.id, comment);
            shown["properties"] = json!(comment.properties);
            shown["text"] = json!(super::adf::plain(&comment.body));
            shown
        })
        .collect();
    shown["comments"] = json!(comments);
    shown["changelog"] = issue.history.iter().map(|change| view.change(change)).collect();
    shown["remote_links"] = issue
        .remote_links
        .iter()
        .map(|link| json!({ "id": link.id, "globalId": link.global_id, "body": link.body }))
        .collect();
    shown["attachments"] = issue.attachments.iter().map(super::control_files::summary).collect();
    shown["watchers"] = json!(issue.watchers);
    shown
}
