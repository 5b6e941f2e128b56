//! The registered webhooks and which events they want.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::CancellationToken;

use super::delivery::{self, Courier, Deliveries, Parcel};
use super::payload;
use crate::core::{Faults, SimClock};
use crate::jira::jql::{self, Reader};
use crate::jira::model::{Event, EventKind, Site, catalog};
use crate::jira::settings::Settings;

/// How a webhook was registered, which decides how its messages are signed.
#[derive(Clone, Debug)]
pub enum HookKind {
    /// By an administrator; signed with HMAC when there is a secret.
    Admin {
        /// Name.
        name: String,
        /// Secret of the signature.
        secret: Option<String>,
    },
    /// By an app; carries a JWT and ends on its own.
    Dynamic {
        /// The app's client secret.
        client_secret: String,
        /// When it ends unless refreshed.
        expires: DateTime<Utc>,
        /// Only changes of these fields, when not empty.
        fields: Vec<String>,
    },
}

/// A registered webhook.
#[derive(Clone, Debug)]
pub struct Hook {
    /// Identity.
    pub id: u64,
    /// Kind.
    pub kind: HookKind,
    /// Where messages go.
    pub url: String,
    /// Events wanted.
    pub events: Vec<String>,
    /// JQL filter; empty for all issues.
    pub jql: String,
}

#[derive(Debug)]
struct Registered {
    hook: Hook,
    parcels: UnboundedSender<Parcel>,
}

/// All webhooks of the site.
#[derive(Debug)]
pub struct Webhooks {
    hooks: BTreeMap<u64, Registered>,
    id_last: u64,
    message_last: u64,
    courier: Arc<Courier>,
}

impl Webhooks {
    /// No webhooks yet.
    pub fn new(clock: SimClock, faults: Faults, stop: CancellationToken) -> Self {
        let courier = Arc::new(Courier::new(clock, faults, stop));
        Self { hooks: BTreeMap::new(), id_last: 999, message_last: 0, courier }
    }

    /// Registers a webhook and returns its id.
    pub fn add(&mut self, kind: HookKind, url: String, events: Vec<String>, jql: String) -> u64 {
        self.id_last += 1;
        let id = self.id_last;
        let hook = Hook { id, kind, url, events, jql };
        let parcels = delivery::start(self.courier.clone());
        self.hooks.insert(id, Registered { hook, parcels });
        id
    }

    /// Removes a webhook; false when there is none. Messages on their way still arrive.
    pub fn remove(&mut self, id: u64) -> bool {
        self.hooks.remove(&id).is_some()
    }

    /// Lets a dynamic webhook live until `until`.
    pub fn refresh(&mut self, id: u64, until: DateTime<Utc>) {
        if let Some(Registered {
            hook: Hook { kind: HookKind::Dynamic { expires, .. }, .. }, ..
        }) = self.hooks.get_mut(&id)
        {
            *expires = until;
        }
    }

    /// The webhooks that have not ended by `now`.
    pub fn alive(&mut self, now: DateTime<Utc>) -> impl Iterator<Item = &Hook> {
        self.hooks.retain(|_, registered| !registered.hook.is_over(now));
        self.hooks.values().map(|registered| &registered.hook)
    }

    /// All webhooks as the control API shows them.
    pub fn list(&self) -> Vec<Value> {
        let shown = self.hooks.values().map(|registered| &registered.hook);
        shown
            .map(|hook| {
                let kind = match &hook.kind {
                    HookKind::Admin { .. } => "admin",
                    HookKind::Dynamic { .. } => "dynamic",
                };
                json!({ "id": hook.id, "kind": kind, "url": hook.url, "events": hook.events, "jql": hook.jql })
            })
            .collect()
    }

    /// What was sent, oldest first.
    pub fn deliveries(&self) -> Vec<Value> {
        self.courier.deliveries.list()
    }

    /// The record of what was sent.
    pub fn record(&self) -> &Deliveries {
        &self.courier.deliveries
    }

    /// Sends an event to everybody who wants it.
    pub fn publish(&mut self, event: &Event, site: &Site, (base_url, settings): (&str, &Settings)) {
        let wanted: Vec<u64> = {
            let alive = self.alive(event.at);
            alive.filter(|hook| hook.wants(event, site)).map(|hook| hook.id).collect()
        };
        // One message an app, for all of its webhooks that match; one a webhook for administrators.
        let mut dynamic_done = false;
        let is_dynamic = |hook: &Hook| matches!(hook.kind, HookKind::Dynamic { .. });
        let matched: Vec<u64> = wanted
            .iter()
            .copied()
            .filter(|id| self.hooks.get(id).is_some_and(|found| is_dynamic(&found.hook)))
            .collect();
        for id in wanted {
            let Some(registered) = self.hooks.get(&id) else {
                continue;
            };
            let dynamic = is_dynamic(&registered.hook);
            if dynamic && std::mem::replace(&mut dynamic_done, true) {
                continue;
            }
            self.message_last += 1;
            let body = payload::body(event, site, base_url, if dynamic { &matched } else { &[] });
            let parcel = Parcel {
                identifier: format!(
                    "{:032x}",
                    (u128::from(self.message_last) << 64) | u128::from(id)
                ),
                hook: registered.hook.clone(),
                event: event.name(),
                issue_key: event.issue.key.clone(),
                body: body.to_string(),
                is_secondary: matches!(event.kind, EventKind::Comment("comment_deleted", _))
                    && site.issue(event.issue.id).is_none(),
                backoff_ms: settings.webhook_backoff_ms,
                retries_max: settings.webhook_retries_max,
            };
            self.courier.deliveries.begin(&parcel, event.at);
            if registered.parcels.send(parcel).is_err() {
                tracing::warn!(id, "webhook without a courier");
            }
        }
    }
}

impl Hook {
    fn is_over(&self, now: DateTime<Utc>) -> bool {
        matches!(&self.kind, HookKind::Dynamic { expires, .. } if *expires <= now)
    }

    fn wants(&self, event: &Event, site: &Site) -> bool {
        self.events.iter().any(|name| name == event.name())
            && self.wants_fields(event)
            && self.filter_admits(event, site)
    }

    fn wants_fields(&self, event: &Event) -> bool {
        match (&self.kind, &event.kind) {
            (HookKind::Dynamic { fields, .. }, EventKind::Updated(_, change))
                if !fields.is_empty() =>
            {
                let items = change.iter().flat_map(|change| &change.items);
                items.into_iter().any(|item| fields.contains(&item.field_id))
            }
            _ => true,
        }
    }

    fn filter_admits(&self, event: &Event, site: &Site) -> bool {
        let reader =
            Reader { site, now: event.at, zone: chrono_tz::UTC, account: catalog::INTEGRATION };
        let Ok(query) = jql::parse(&self.jql) else {
            return false;
        };
        query.condition.is_none_or(|condition| {
            jql::compile(&condition, &reader).is_ok_and(|admits| admits(&event.issue))
        })
    }
}
