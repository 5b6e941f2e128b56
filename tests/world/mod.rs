//! A world for one story: both vendors simulated, a database and queues of its own, the real
//! binaries as processes, set up by the real command line.

mod cli;
mod console;
mod files;
mod hooks;
mod look;
pub mod node;
mod talk;

pub use cli::Cli;
pub use console::Console;
pub use files::{Shown, WITH_FILES};
pub use look::full_case;
pub use talk::find;

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use lockstep_simulator::control::AdminWebhook;
use lockstep_simulator::{ControlClient, Simulator, SimulatorConfig};
use lockstep_testkit::environment::{free_port, variable};
use lockstep_testkit::{Launch, Process, Proxy, broker, database};

/// Seals the test's secrets.
pub const KEYS: &str = "test:dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q=";
/// What Jira signs webhooks with.
pub const WEBHOOK_SECRET: &str = "It's a Secret to Everybody";

/// How long a story waits for anything before it fails.
pub const PATIENCE: Duration = Duration::from_secs(45);

/// What a story starts with.
#[derive(Clone, Copy)]
pub struct Setting {
    /// Worker processes.
    pub workers: usize,
    /// Whether Jira tells of changes by webhook.
    pub webhooks: bool,
    /// Whether records that exist before the item is applied are left alone (the usual choice).
    pub item: &'static str,
    /// Seconds between sweeps.
    pub sweep_seconds: u32,
    /// Seconds that a lease lasts, and so the longest that a call may take; a dead worker's links wait for it.
    pub lease_seconds: u32,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            workers: 1,
            webhooks: true,
            item: include_str!("../../deploy/examples/support-bugs.yaml"),
            sweep_seconds: 1,
            lease_seconds: 3,
        }
    }
}

/// Everything that a story plays in. What it started ends with it.
pub struct World {
    /// People on both sides, faults, counters.
    pub people: ControlClient,
    /// The running workers.
    pub workers: Vec<Process>,
    /// The running ingress.
    pub ingress: Process,
    /// Between every process and RabbitMQ.
    pub broker_proxy: Proxy,
    /// Where webhooks go.
    pub hook: String,
    variables: BTreeMap<String, String>,
    simulator: Simulator,
    database: database::Fresh,
    /// The fleet's queues. Last: they are deleted after the processes have ended.
    pub queues: broker::Fresh,
}

impl World {
    /// A world with one worker, webhooks, and the example item.
    pub async fn start() -> Result<Self> {
        Self::with(Setting::default()).await
    }

    /// A world as the story needs it.
    pub async fn with(setting: Setting) -> Result<Self> {
        Self::on(broker::Fresh::new().await?, setting).await
    }

    /// A world on another broker than the machine's.
    pub async fn on(queues: broker::Fresh, setting: Setting) -> Result<Self> {
        let database = database::Fresh::create().await?;
        let broker_proxy = Proxy::start(&queues.address()).await?;
        let record = variable("LOCKSTEP_SIM_RECORD", "");
        let config = SimulatorConfig {
            record_dir: (!record.is_empty()).then(|| record.into()),
            ..SimulatorConfig::default()
        };
        let simulator = Simulator::start(config).await?;
        let people = ControlClient::new(simulator.control_url());
        let (listen, admin) = (free_port()?, free_port()?);
        let mut variables = variables(&database, &queues, broker_proxy.address(), listen);
        for name in ["LOCKSTEP_LEASE_SECONDS", "LOCKSTEP_SETTLE_SECONDS"] {
            variables.insert(name.to_owned(), setting.lease_seconds.to_string());
        }
        let vendors = (simulator.salesforce_url(), simulator.jira_url());
        Cli::new(&variables).set_up(&vendors, &setting).await?;
        let hook = format!("http://127.0.0.1:{listen}/hooks/jira/acme-site");
        if setting.webhooks {
            people.jira_webhook(&webhook(&hook)).await?;
        }
        let mut ingress = launch("lockstep-ingress", &variables, admin).start()?;
        ready(&mut ingress, admin).await?;
        let mut world = Self {
            people,
            workers: Vec::new(),
            ingress,
            broker_proxy,
            hook,
            variables,
            simulator,
            database,
            queues,
        };
        for _ in 0..setting.workers {
            world.add_worker().await?;
        }
        world.people.reset_calls().await?;
        Ok(world)
    }

    /// Where the org and the site are.
    pub fn vendors(&self) -> (String, String) {
        (self.simulator.salesforce_url(), self.simulator.jira_url())
    }

    /// Starts one more worker.
    pub async fn add_worker(&mut self) -> Result<()> {
        let admin = free_port()?;
        let mut worker = launch("lockstep-worker", &self.variables, admin).start()?;
        ready(&mut worker, admin).await?;
        self.workers.push(worker);
        Ok(())
    }

    /// Pulls the plug of every worker.
    pub async fn kill_workers(&mut self) -> Result<()> {
        for worker in &mut self.workers {
            worker.kill().await?;
        }
        self.workers.clear();
        Ok(())
    }

    /// Runs the command line; gives its JSON.
    pub async fn cli(&self, arguments: &[&str]) -> Result<serde_json::Value> {
        Cli::new(&self.variables).json(arguments).await
    }

    /// Applies an item, and waits until every worker goes by it.
    pub async fn reapply(&self, item: &str) -> Result<serde_json::Value> {
        let applied = Cli::new(&self.variables).fed(&["item", "apply", "-f", "-"], item).await?;
        tokio::time::sleep(Duration::from_millis(2500)).await;
        Ok(applied)
    }

    /// Runs the command line; gives its exit code and what it printed.
    pub async fn cli_raw(&self, arguments: &[&str]) -> Result<(i32, String)> {
        Cli::new(&self.variables).raw(arguments).await
    }

    /// A connection to the fleet's database, for what no command shows.
    pub async fn database(&self) -> Result<tokio_postgres::Client> {
        self.database.client().await
    }

    /// Loses the fleet's database: everything that it knew is gone.
    pub async fn lose_database(&self) -> Result<()> {
        let sql = "TRUNCATE connection, audit, promise, dead_letter RESTART IDENTITY CASCADE";
        Ok(self.database().await?.batch_execute(sql).await?)
    }

    /// Connects an org and a site, as `<name>-org` and `<name>-site`.
    pub async fn connect(&self, name: &str, vendors: &(String, String)) -> Result<()> {
        Cli::new(&self.variables).connect(name, vendors).await
    }

    /// Sets the fleet up again, with both vendors as before and this item.
    pub async fn set_up_again(&self, item: &str) -> Result<()> {
        self.connect("acme", &self.vendors()).await?;
        let (code, printed) = self.apply(item).await?;
        ensure!(code == 0, "{printed}");
        Ok(())
    }

    /// Breaks every connection to the fleet's database, as a restart of Postgres does.
    pub async fn break_database_connections(&self) -> Result<()> {
        self.database.disconnect_all().await
    }

    /// Ends the fleet as an operator does, and checks that nothing is left over: it drained, no job
    /// was given up, every effect is settled, and all leases were let go.
    pub async fn end(mut self) -> Result<()> {
        let dead = self.cli(&["dead", "list"]).await?;
        ensure!(dead == serde_json::json!([]), "dead letters: {dead:#}");
        self.settled().await?;
        for process in self.workers.iter_mut().chain([&mut self.ingress]) {
            process.terminate().await?;
            let ended = process.wait(Duration::from_secs(15)).await?;
            ensure!(ended.success(), "ended with {ended}: {}", process.lines().join("\n"));
        }
        self.simulator.shutdown().await;
        Ok(())
    }

    async fn settled(&self) -> Result<()> {
        let database = self.database().await?;
        let end = tokio::time::Instant::now() + PATIENCE;
        loop {
            let sql = "SELECT (SELECT count(*) FROM effect WHERE state = 'intent') \
                + (SELECT count(*) FROM lease WHERE owner IS NOT NULL)";
            let open: i64 = database.query_one(sql, &[]).await?.get(0);
            if open == 0 {
                return Ok(());
            }
            ensure!(tokio::time::Instant::now() < end, "{open} effects or leases are still open");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// The webhook that an administrator adds to the site.
pub fn webhook(url: &str) -> AdminWebhook<'_> {
    AdminWebhook {
        url,
        secret: Some(WEBHOOK_SECRET),
        jql: "project = SUP",
        ..AdminWebhook::default()
    }
}

/// A binary of the workspace with the fleet's environment.
pub fn launch(name: &str, variables: &BTreeMap<String, String>, admin: u16) -> Launch {
    let launch =
        variables.iter().fold(Launch::new(name), |launch, (name, value)| launch.env(name, value));
    launch.env("LOCKSTEP_ADMIN_LISTEN", format!("127.0.0.1:{admin}"))
}

/// Waits until a process answers that it is ready.
pub async fn ready(process: &mut Process, admin: u16) -> Result<()> {
    let address = format!("127.0.0.1:{admin}");
    process.wait_ready(&address, "/readyz", Duration::from_secs(30)).await.context("not ready")
}

fn variables(
    database: &database::Fresh,
    queues: &broker::Fresh,
    broker: std::net::SocketAddr,
    listen: u16,
) -> BTreeMap<String, String> {
    [
        ("LOCKSTEP_DATABASE_URL", database.url().to_owned()),
        ("LOCKSTEP_AMQP_URL", queues.url_through(broker)),
        ("LOCKSTEP_QUEUE_PREFIX", queues.prefix.clone()),
        ("LOCKSTEP_KEYS", KEYS.to_owned()),
        ("LOCKSTEP_ALLOW_LOOPBACK", "true".to_owned()),
        ("LOCKSTEP_LISTEN", format!("127.0.0.1:{listen}")),
        ("LOCKSTEP_TICK_MILLISECONDS", "100".to_owned()),
        ("LOCKSTEP_GRACE_SECONDS", "8".to_owned()),
        ("LOCKSTEP_LOG", "info".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}
