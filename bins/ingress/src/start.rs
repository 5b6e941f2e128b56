//! How the ingress is put together.

use std::sync::Arc;

use anyhow::Context;
use lockstep_ingress::{Ambient, Ticker, router};
use lockstep_queue::Broker;
use lockstep_service::config::CommonConfig;
use lockstep_service::{Admin, Lifecycle, clock, random};
use lockstep_store::Store;
use tokio::net::TcpListener;

use crate::config::IngressConfig;

/// Connects, listens, and starts the tasks.
pub async fn start(
    config: IngressConfig,
    common: CommonConfig,
    life: Lifecycle,
) -> anyhow::Result<()> {
    let keys = config.keys.context("LOCKSTEP_KEYS")?;
    let store = Store::connect(&config.store, keys).await.context("Postgres")?;
    store.check_version().await.context("the database's schema")?;
    let ambient = lockstep_queue::Ambient::new(clock::now, random::jitter);
    let broker = Arc::new(Broker::connect(config.queue, ambient).await.context("RabbitMQ")?);
    let listener = TcpListener::bind(config.listen).await;
    let listener = listener.with_context(|| format!("listening on {}", config.listen))?;

    let ambient = Ambient::new(clock::now, random::uuid);
    let publisher = broker.publisher();
    let routes = router(store.clone(), publisher.clone(), ambient.clone(), config.max_body);
    let ticker = Ticker { store, publisher, ambient, every: config.tick };
    let probe = Arc::clone(&broker);
    let admin =
        Admin::new(&life).ready_when("broker", move || std::future::ready(connected(&probe)));
    life.spawn("admin", admin.serve(common.admin));
    let (soft, stop) = (life.soft(), life.soft());
    life.spawn("ingress", async move {
        let serve = axum::serve(listener, routes).with_graceful_shutdown(soft.cancelled_owned());
        let (served, ()) = tokio::join!(serve, ticker.run(stop));
        if let Some(broker) = Arc::into_inner(broker) {
            broker.close().await;
        }
        Ok(served?)
    });
    Ok(())
}

fn connected(broker: &Broker) -> Result<(), String> {
    if broker.connected() { Ok(()) } else { Err("not connected".to_owned()) }
}
