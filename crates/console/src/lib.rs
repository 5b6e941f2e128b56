//! The console: where an administrator sees how things stand, sets them up and mends them; and the
//! panel that a Jira issue shows.
//!
//! Pages are made on the server and work without JavaScript. A page reads the store, asks the engine
//! where it must know what a vendor says now, and changes nothing by itself: what a person asks for is
//! a call of the engine or a promise, so that the command line and the HTTP API do the very same.
//!
//! - `routes` is the one list of what can be asked for, each with the right that it takes.
//! - `access` says who is asking: sessions, roles, tokens, sign-in, and the guard before every route.
//! - `oidc` is signing in by an identity provider.
//! - `pages` has a file for each page, and its template beside it under `templates`.
//! - `api` is the same for programs: JSON, tokens, and an OpenAPI document made from the code.
//! - `panel` is what a Jira issue shows, in a frame of its own, with tickets in place of sessions.
//! - `view` is what pages share: the shell around them, times, words, paging.

mod access;
mod ambient;
mod api;
mod asks;
mod assets;
mod form;
mod item_acts;
mod metadata;
mod need_acts;
mod oidc;
mod pages;
mod panel;
mod problem;
mod routes;
mod settings;
mod trouble;
mod view;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::Router;
use lockstep_engine::Engine;
use lockstep_http::HttpClient;
use lockstep_store::Store;

pub use access::{FirstRun, first_run_link};
pub use ambient::Ambient;
pub use oidc::{OidcRefused, OidcSettings, Provider, RoleMap, RolesRefused};
pub use settings::{Forge, PublicUrlRefused, Settings};

/// What the routes work with.
pub struct Console {
    store: Store,
    engine: Engine,
    ambient: Ambient,
    settings: Settings,
    passwords: access::Passwords,
    provider: Option<Provider>,
    metadata: metadata::Metadata,
    panel: panel::Door,
    limits: api::Limits,
}

/// The state of every handler.
pub(crate) type App = Arc<Console>;

impl Console {
    /// From the store, an engine without a broker, time and chance, and its settings.
    pub fn new(store: Store, engine: Engine, ambient: Ambient, settings: Settings) -> Self {
        let panel = panel::Door::new(engine.http(), settings.forge.as_ref());
        let limits = api::Limits::new(settings.api_a_minute);
        let (passwords, metadata) = (access::Passwords::default(), metadata::Metadata::default());
        Self {
            store,
            engine,
            ambient,
            settings,
            passwords,
            provider: None,
            metadata,
            panel,
            limits,
        }
    }

    /// The same console, where people may sign in by an identity provider too.
    #[must_use]
    pub fn with_provider(self, provider: Provider) -> Self {
        Self { provider: Some(provider), ..self }
    }

    /// Everything that it serves.
    pub fn router(self) -> Router {
        routes::all(Arc::new(self)).router()
    }
}
