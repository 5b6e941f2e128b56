//! The console as a browser meets it: its real router over a fresh database. What needs a vendor is a
//! story in the tests package.

mod accounts;
mod api;
mod audit;
mod connections;
mod drafts;
mod guard;
mod home;
mod items;
mod links;
mod needs;
mod oidc;
mod panel;
mod setup;
mod signing_in;
mod stage;
mod undo;
mod vendors;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use chrono::{DateTime, Utc};
use lockstep_engine::{Engine, Settings as EngineSettings};
use lockstep_http::{HttpClient, HttpConfig};
use lockstep_store::{Account, KeyRing, Migrator, NewAccount, Role, Store, StoreConfig};
use lockstep_testkit::database::Fresh;
use tower::ServiceExt;
use url::Url;
use url::form_urlencoded::Serializer;
use uuid::Uuid;

use crate::access::digest;
use crate::{Ambient, App, Console, Settings, routes};

/// Where these consoles are reached.
pub(crate) const HERE: &str = "http://127.0.0.1:8080";

const KEYS: &str = "test:dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q=";

/// A console with its database.
pub(crate) struct Desk {
    pub(crate) app: App,
    pub(crate) store: Store,
    router: Router,
    fresh: Fresh,
}

/// An answer, read to its end.
pub(crate) struct Seen {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Seen {
    /// Where it leads.
    pub(crate) fn location(&self) -> &str {
        self.headers.get(LOCATION).and_then(|at| at.to_str().ok()).unwrap_or_default()
    }

    /// The cookie that it sets, as a browser sends it back.
    pub(crate) fn cookie(&self) -> Option<String> {
        let set = self.headers.get(SET_COOKIE)?.to_str().ok()?;
        Some(set.split(';').next()?.to_owned())
    }
}

/// A browser: its cookie, and the token of its forms.
#[derive(Debug, Clone, Default)]
pub(crate) struct Browser {
    pub(crate) cookie: String,
    pub(crate) csrf: String,
}

/// The time of the tests: the process's, for the store goes by Postgres's clock.
fn now() -> DateTime<Utc> {
    DateTime::from(std::time::UNIX_EPOCH + unix())
}

#[expect(clippy::disallowed_methods, reason = "a test's clock is the real one")]
fn unix() -> Duration {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970")
}

fn chance() -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[..16].copy_from_slice(id().as_bytes());
    bytes[16..].copy_from_slice(id().as_bytes());
    bytes
}

/// From the address of a counter and the time: unlike any other of this process.
fn id() -> Uuid {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(1);
    Uuid::from_u64_pair(u64::from(unix().subsec_nanos()), NEXT.fetch_add(1, Ordering::Relaxed))
}

impl Desk {
    pub(crate) async fn set() -> Self {
        Self::with(|console| console).await
    }

    /// A console that is finished otherwise.
    pub(crate) async fn with(finish: impl FnOnce(Console) -> Console) -> Self {
        Self::made(|_| {}, finish).await
    }

    /// A console whose settings differ.
    pub(crate) async fn configured(change: impl FnOnce(&mut Settings)) -> Self {
        Self::made(change, |console| console).await
    }

    async fn made(
        change: impl FnOnce(&mut Settings),
        finish: impl FnOnce(Console) -> Console,
    ) -> Self {
        let fresh = Fresh::create().await.expect("a fresh database");
        let config = StoreConfig::new(fresh.url());
        Migrator::new(&config).migrate_up(None).await.expect("migrated");
        let keys = KeyRing::parse(KEYS).expect("keys");
        let store = Store::connect(&config, keys).await.expect("connected");
        let http = HttpClient::new(HttpConfig { allow_loopback: true, ..HttpConfig::default() });
        let settings = EngineSettings {
            owner: "test".to_owned(),
            lease: Duration::from_secs(15),
            settle_after: Duration::from_secs(60),
        };
        let http = http.expect("a client");
        let engine = Engine::offline(store.clone(), http, Arc::new(now), settings);
        let mut settings = Settings::new(Url::parse(HERE).expect("an address")).expect("settings");
        change(&mut settings);
        let console = Console::new(store.clone(), engine, Ambient::new(now, id, chance), settings);
        let app = Arc::new(finish(console));
        let router = routes::all(Arc::clone(&app)).router();
        Self { app, store, router, fresh }
    }

    /// Sends a request as it is.
    pub(crate) async fn send(&self, request: Request<Body>) -> Seen {
        let answer = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = answer.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("a body");
        let body = String::from_utf8_lossy(&body).into_owned();
        Seen { status: parts.status, headers: parts.headers, body }
    }

    /// Asks for a page.
    pub(crate) async fn get(&self, browser: &Browser, path: &str) -> Seen {
        let request = Request::get(path).header(COOKIE, &browser.cookie);
        self.send(request.body(Body::empty()).expect("a request")).await
    }

    /// Sends a form of a page.
    pub(crate) async fn post(
        &self,
        browser: &Browser,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Seen {
        let body = Serializer::new(String::new())
            .append_pair("csrf", &browser.csrf)
            .extend_pairs(fields)
            .finish();
        self.send(form(browser, path, Some(HERE), body)).await
    }

    /// An account of this role.
    pub(crate) async fn account(&self, name: &str, role: Role) -> Account {
        let account = NewAccount {
            name: name.to_owned(),
            display_name: name.to_owned(),
            role,
            password_hash: None,
            subject: None,
        };
        self.store.accounts().create(&account).await.expect("an account")
    }

    /// A browser in which somebody of this role is signed in.
    pub(crate) async fn signed_in(&self, role: Role) -> Browser {
        let account = self.account(&format!("{}@example.com", role.name()), role).await;
        self.browser_of(&account).await
    }

    pub(crate) async fn browser_of(&self, account: &Account) -> Browser {
        let token = self.app.ambient.token();
        let term = self.app.settings.absolute;
        let opened = self.store.sessions().open(&digest(&token), account.id, term, "test").await;
        opened.expect("a session");
        let cookie = format!("lockstep={token}");
        let page = self.get(&Browser { cookie: cookie.clone(), csrf: String::new() }, "/").await;
        let csrf = page.body.split(r#"name="csrf" value=""#).nth(1).expect("a form of the page");
        let csrf = csrf.split('"').next().expect("a token").to_owned();
        Browser { cookie, csrf }
    }
}

/// A form as a browser sends it from a page of this origin.
pub(crate) fn form(
    browser: &Browser,
    path: &str,
    origin: Option<&str>,
    body: String,
) -> Request<Body> {
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(COOKIE, &browser.cookie)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    if let Some(origin) = origin {
        request = request.header(ORIGIN, origin);
    }
    request.body(Body::from(body)).expect("a request")
}
