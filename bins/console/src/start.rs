//! How the console is put together.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use lockstep_console::{Ambient, Console, Provider, first_run_link};
use lockstep_engine::{Engine, Settings};
use lockstep_http::HttpClient;
use lockstep_service::config::CommonConfig;
use lockstep_service::{Admin, Lifecycle, clock, random};
use lockstep_store::Store;
use tokio::net::TcpListener;

use crate::config::ConsoleConfig;

/// Connects, listens, and offers the first run where nobody can sign in yet.
pub async fn start(
    config: ConsoleConfig,
    common: CommonConfig,
    life: Lifecycle,
) -> anyhow::Result<()> {
    let keys = config.keys.context("LOCKSTEP_KEYS")?;
    let settings = config.settings.context("LOCKSTEP_PUBLIC_URL")?;
    let store = Store::connect(&config.store, keys).await.context("Postgres")?;
    store.check_version().await.context("the database's schema")?;
    let ambient = Ambient::new(clock::now, random::uuid, random::secret);
    // On standard output alone: whoever reads the log later shall not find a way in.
    if let Some(first) = first_run_link(&store, &ambient, &settings).await? {
        println!(
            "Nobody can sign in yet. Make the first administrator here, within a day:\n  {}",
            first.link
        );
    }
    let http = HttpClient::new(config.http)?;
    let engine = engine(store.clone(), http.clone());
    life.spawn("measures", store_measures(engine.clone(), life.clone()));
    let mut console = Console::new(store.clone(), engine, ambient, settings);
    if let Some(oidc) = config.oidc {
        console = console.with_provider(Provider::new(http, oidc));
    }
    let routes = console.router();
    let listener = TcpListener::bind(config.listen).await;
    let listener = listener.with_context(|| format!("listening on {}", config.listen))?;

    let admin = Admin::new(&life).ready_when("database", move || {
        let store = store.clone();
        async move { store.ping().await.map_err(|error| error.to_string()) }
    });
    life.spawn("admin", admin.serve(common.admin));
    let soft = life.soft();
    life.spawn("console", async move {
        let service = routes.into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, service).with_graceful_shutdown(soft.cancelled_owned()).await?;
        Ok(())
    });
    Ok(())
}

/// What it asks the vendors counts as a worker's calls do.
async fn store_measures(engine: Engine, life: Lifecycle) -> anyhow::Result<()> {
    let stop = life.soft();
    tokio::select! {
        () = stop.cancelled() => engine.store_measures().await,
        () = engine.keep_storing_measures() => {}
    }
    Ok(())
}

/// It reads and previews; what it is asked to change is promised, and a worker does it.
fn engine(store: Store, http: HttpClient) -> Engine {
    let settings = Settings {
        owner: "console".to_owned(),
        lease: Duration::from_secs(15),
        settle_after: Duration::from_secs(60),
    };
    Engine::offline(store, http, Arc::new(clock::now), settings)
}
