//! The floor of the worker: one shared HTTP client, one pool of the same size, as many in flight.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, ensure};
use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use lockstep_service::clock;
use lockstep_simulator::core::Side;
use serde_json::Value;
use tokio::sync::OnceCell;
use tokio::task::JoinSet;
use tokio_postgres::NoTls;

use super::replay::{Replay, Request};
use super::statements;
use crate::stage::{Linked, Stage};

/// Jobs at a time, as many as a worker's live lane has.
const IN_FLIGHT: usize = 16;

/// Connections, as many as that worker may open.
const POOL: usize = 26;

/// One link's share of the work, prepared.
struct Turn {
    link: Linked,
    subject: String,
    calls: [Request; 3],
}

struct Floor {
    pool: Pool,
    http: reqwest::Client,
    org: String,
    site: String,
    site_id: i64,
    token: OnceCell<String>,
    turns: Vec<Turn>,
    next: AtomicUsize,
}

/// Goes through all links once.
pub async fn run(stage: &Stage, replay: &Replay, links: &[Linked], round: usize) -> Result<()> {
    let floor = Arc::new(Floor::new(stage, replay, links, round).await?);
    let mut hands = JoinSet::new();
    for _ in 0..IN_FLIGHT {
        hands.spawn(Arc::clone(&floor).hand());
    }
    while let Some(done) = hands.join_next().await {
        done??;
    }
    Ok(())
}

impl Floor {
    async fn new(stage: &Stage, replay: &Replay, links: &[Linked], round: usize) -> Result<Self> {
        let now = clock::now();
        let turn = |link: &Linked| {
            let subject = format!("Floor {round}: {}", link.link);
            let calls = replay.of_link(link, &subject, now)?;
            Ok(Turn { link: link.clone(), subject, calls })
        };
        let sql = "SELECT id FROM connection WHERE kind = 'jira'";
        let site_id = stage.sql().await?.query_one(sql, &[]).await?.get(0);
        let (org, site) = stage.vendors.clone();
        Ok(Self {
            pool: pool(stage.database.url())?,
            http: http()?,
            org,
            site,
            site_id,
            token: OnceCell::new(),
            turns: links.iter().map(turn).collect::<Result<_>>()?,
            next: AtomicUsize::new(0),
        })
    }

    async fn hand(self: Arc<Self>) -> Result<()> {
        while let Some(turn) = self.turns.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            let opened = statements::before(&self.pool, self.site_id, &turn.link).await?;
            let [read_record, read_issue, write_record] = &turn.calls;
            tokio::try_join!(self.send(read_record), self.send(read_issue))?;
            let written = self.send(write_record).await?;
            ensure!(written.contains("\"httpStatusCode\":204"), "not written: {written}");
            statements::after(&self.pool, &turn.link, &turn.subject, &opened).await?;
        }
        Ok(())
    }

    async fn send(&self, request: &Request) -> Result<String> {
        let base = match request.side {
            Side::Salesforce => &self.org,
            Side::Jira | Side::Identity => &self.site,
        };
        let url = format!("{base}{}", request.target);
        let call = self.http.request(request.method.clone(), url);
        let call = match request.side {
            Side::Salesforce => call.bearer_auth(self.token().await?),
            Side::Jira | Side::Identity => {
                call.basic_auth("lockstep@example.com", Some("jira-api-token"))
            }
        };
        let call = call.headers(request.headers.clone()).body(request.body.clone());
        Ok(call.send().await?.error_for_status()?.text().await?)
    }

    async fn token(&self) -> Result<&String> {
        let login = || async {
            let url = format!("{}/services/oauth2/token", self.org);
            let form = [
                ("grant_type", "client_credentials"),
                ("client_id", "3MVG9lockstep"),
                ("client_secret", "salesforce-client-secret"),
            ];
            let answer = self.http.post(url).form(&form).send().await?;
            let answer: Value = answer.error_for_status()?.json().await?;
            let token = answer["access_token"].as_str();
            token.map(str::to_owned).context("no token")
        };
        self.token.get_or_try_init(login).await
    }
}

fn pool(url: &str) -> Result<Pool> {
    let config = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = Manager::from_config(url.parse()?, NoTls, config);
    let pool = Pool::builder(manager).max_size(POOL);
    Ok(pool.runtime(Runtime::Tokio1).build()?)
}

#[expect(clippy::disallowed_methods, reason = "the floor is reqwest without our transport")]
fn http() -> Result<reqwest::Client> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(reqwest::Client::builder().build()?)
}
