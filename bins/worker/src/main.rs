//! The worker: takes jobs and keeps links in step.

mod config;
mod probes;

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use lockstep_engine::{Engine, Worker};
use lockstep_http::HttpClient;
use lockstep_queue::{Ambient, Broker};
use lockstep_service::config::CommonConfig;
use lockstep_service::{Lifecycle, Program, clock, random};
use lockstep_store::Store;

use crate::config::Config;

const PROGRAM: Program = Program {
    name: "lockstep-worker",
    about: "takes jobs from both lanes and keeps links in step. Run as many as you like.",
    variables: config::VARIABLES,
};

#[tokio::main]
async fn main() -> ExitCode {
    PROGRAM.run(Config::read, start).await
}

async fn start(config: Config, common: CommonConfig, life: Lifecycle) -> anyhow::Result<()> {
    let keys = config.keys.context("LOCKSTEP_KEYS")?;
    let store = Store::connect(&config.store, keys).await.context("Postgres")?;
    store.check_version().await.context("the database's schema")?;
    let broker = Broker::connect(config.queue, Ambient::new(clock::now, random::jitter))
        .await
        .context("RabbitMQ")?;
    let http = HttpClient::new(config.http)?;
    let engine =
        Engine::new(store.clone(), broker.publisher(), http, Arc::new(clock::now), config.settings);
    let worker = Worker::start(&engine, &broker, config.concurrency);
    let broker = Arc::new(broker);
    let admin = probes::admin(&life, store, Arc::downgrade(&broker));
    life.spawn("admin", admin.serve(common.admin));
    let (soft, grace) = (life.soft(), life.grace());
    life.spawn("worker", async move {
        worker.run(soft, grace).await?;
        if let Some(broker) = Arc::into_inner(broker) {
            broker.close().await;
        }
        Ok(())
    });
    Ok(())
}
