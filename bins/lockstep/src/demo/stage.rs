//! Sets the demo's stage: a database and queues of its own, both simulators, the fleet, an item.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use lockstep_engine::{Engine, NewJira, NewSalesforce, Settings};
use lockstep_http::{HttpClient, HttpConfig};
use lockstep_model::ConnectedItem;
use lockstep_queue::{QueueConfig, topology};
use lockstep_service::clock;
use lockstep_simulator::control::AdminWebhook;
use lockstep_simulator::{ControlClient, Simulator, SimulatorConfig};
use lockstep_store::{KeyRing, Migrator, Store, StoreConfig, admin};
use secrecy::SecretString;
use url::Url;

use super::fleet::{Member, port, post};
use crate::args::DemoArgs;
use crate::output::Failure;

/// The demo's own database and queues; nothing else is touched.
const DATABASE: &str = "lockstep_demo";
const PREFIX: &str = "lockstep-demo";

/// Seals the demo's secrets, which are the simulators' and no secret at all.
const KEYS: &str = "demo:ZGVtb2RlbW9kZW1vZGVtb2RlbW9kZW1vZGVtb2RlbW8=";
const WEBHOOK_SECRET: &str = "demo-webhook-secret";
const ITEM: &str = include_str!("../../../../deploy/examples/support-bugs.yaml");

/// Seconds between two sweeps: the demo does not wait five minutes.
const SWEEP_SECONDS: u32 = 1;

/// Everything that the story plays with.
pub struct Stage {
    /// People on both sides.
    pub people: ControlClient,
    /// What the fleet has noted.
    pub store: Store,
    /// The workers, by name.
    pub workers: Vec<Member>,
    ingress: Member,
    console: Member,
    console_url: String,
    simulator: Simulator,
    variables: BTreeMap<String, String>,
    folder: PathBuf,
}

impl Stage {
    /// Sets it.
    pub async fn set(args: &DemoArgs) -> Result<Self, Failure> {
        println!("Setting the stage: its own database `{DATABASE}`, its own queues `{PREFIX}.*`.");
        let url = admin::fresh_database(&args.database_server, DATABASE).await?;
        let queues = QueueConfig::new(args.amqp.as_str()).with_prefix(PREFIX);
        let emptied = topology::delete_prefix(&queues).await;
        emptied.map_err(|why| {
            Failure::Plain(format!("RabbitMQ: {why}; set LOCKSTEP_TEST_AMQP_URL"))
        })?;
        let config = StoreConfig::new(url.as_str());
        Migrator::new(&config).migrate_up(None).await?;
        let keys = KeyRing::parse(KEYS).map_err(|why| Failure::Plain(why.to_string()))?;
        let store = Store::connect(&config, keys).await?;
        let simulator = simulators().await?;
        let people = ControlClient::new(simulator.control_url());
        let listen = port(8080)?;
        connect(&store, &simulator).await?;
        let hook = format!("http://127.0.0.1:{listen}/hooks/jira/acme-site");
        let hook = AdminWebhook {
            url: &hook,
            secret: Some(WEBHOOK_SECRET),
            jql: "project = SUP",
            ..AdminWebhook::default()
        };
        people.jira_webhook(&hook).await.map_err(|why| Failure::Plain(why.to_string()))?;
        let variables = variables(&url, &args.amqp, listen);
        let folder = folder()?;
        let ingress =
            Member::start(("ingress", "lockstep-ingress"), &folder, &variables, port(9100)?)
                .await?;
        let console_url = format!("http://127.0.0.1:{}", port(8090)?);
        let console = console(&console_url, &folder, &with_panel(&variables, &simulator)).await?;
        let mut stage = Self {
            people,
            store,
            workers: Vec::new(),
            ingress,
            console,
            console_url,
            simulator,
            variables,
            folder,
        };
        for name in ["worker-1", "worker-2"] {
            stage.add_worker(name).await?;
        }
        Ok(stage)
    }

    /// Starts one more worker.
    pub async fn add_worker(&mut self, name: &str) -> Result<(), Failure> {
        let started =
            Member::start((name, "lockstep-worker"), &self.folder, &self.variables, port(9101)?)
                .await?;
        self.workers.push(started);
        Ok(())
    }

    /// Prints where everything is.
    pub async fn addresses(&self) {
        println!("\nEverything keeps running; Ctrl-C ends it.");
        match self.console.said("/first-run?token=") {
            Some(link) => println!(
                "  The console: make its first administrator with this one-time link\n    {link}"
            ),
            None => println!("  The console       {}", self.console_url),
        }
        if let Some((issue, url)) = panel(&self.people, &self.console_url).await {
            println!(
                "  The panel of {issue}, as Jira shows it to an agent, for fifteen minutes\n    {url}"
            );
        }
        println!("  Jira site         {}/browse/SUP-1", self.simulator.jira_url());
        println!("  Salesforce org    {}", self.simulator.salesforce_url());
        println!("  act as a person   {}/control/state", self.simulator.control_url());
        for member in [&self.ingress, &self.console].into_iter().chain(&self.workers) {
            println!("  {:<17} {}   log {}", member.name, member.metrics(), member.log.display());
        }
        println!("The command line works on it too, after:");
        for name in [
            "LOCKSTEP_DATABASE_URL",
            "LOCKSTEP_AMQP_URL",
            "LOCKSTEP_QUEUE_PREFIX",
            "LOCKSTEP_KEYS",
            "LOCKSTEP_ALLOW_LOOPBACK",
        ] {
            println!("  export {name}='{}'", self.variables.get(name).map_or("", String::as_str));
        }
    }

    /// Ends everything that the demo started; its database and queues stay for a look.
    pub async fn strike(self) {
        for worker in self.workers {
            worker.end().await;
        }
        self.console.end().await;
        self.ingress.end().await;
        self.simulator.shutdown().await;
    }
}

/// A linked issue, and the address of its panel: what Forge would send along, exchanged for a ticket as the app does it.
async fn panel(people: &ControlClient, console: &str) -> Option<(String, String)> {
    let issues = people.jira_issues("SUP").await.ok()?;
    let linked = issues.iter().find(|issue| issue["properties"]["lockstep.link"].is_object())?;
    let key = linked["key"].as_str()?;
    let sent = people.jira_panel(key, &serde_json::Value::Null).await.ok()?;
    let headers = [("authorization", &sent.authorization), ("x-forge-oauth-user", &sent.user)];
    let answer = post(console, "/panel/session", &headers).await?;
    let session: serde_json::Value = serde_json::from_str(&answer).ok()?;
    Some((key.to_owned(), session["url"].as_str()?.to_owned()))
}

/// With the app whose panel the simulated site shows.
fn with_panel(
    variables: &BTreeMap<String, String>,
    simulator: &Simulator,
) -> BTreeMap<String, String> {
    let keys = format!("{}/.well-known/jwks.json", simulator.jira_url());
    let app = lockstep_simulator::jira::FORGE_APP.to_owned();
    let mut variables = variables.clone();
    variables
        .extend([("LOCKSTEP_FORGE_APP".to_owned(), app), ("LOCKSTEP_FORGE_KEYS".to_owned(), keys)]);
    variables
}

/// Starts the console, where it is reached at this address.
async fn console(
    url: &str,
    folder: &Path,
    variables: &BTreeMap<String, String>,
) -> Result<Member, Failure> {
    let mut variables = variables.clone();
    let listen = url.trim_start_matches("http://").to_owned();
    variables.extend([
        ("LOCKSTEP_LISTEN".to_owned(), listen),
        ("LOCKSTEP_PUBLIC_URL".to_owned(), url.to_owned()),
    ]);
    Member::start(("console", "lockstep-console"), folder, &variables, port(9103)?).await
}

async fn simulators() -> Result<Simulator, Failure> {
    let config = SimulatorConfig {
        control_addr: ([127, 0, 0, 1], port(8180)?).into(),
        jira_addr: ([127, 0, 0, 1], port(8181)?).into(),
        salesforce_addr: ([127, 0, 0, 1], port(8182)?).into(),
        ..SimulatorConfig::default()
    };
    Simulator::start(config)
        .await
        .map_err(|why| Failure::Plain(format!("the simulators did not start: {why}")))
}

/// Connects both simulators and applies the example item, as an administrator would.
async fn connect(store: &Store, simulator: &Simulator) -> Result<(), Failure> {
    let config = HttpConfig { allow_loopback: true, ..HttpConfig::default() };
    let http = HttpClient::new(config).map_err(|why| Failure::Plain(why.to_string()))?;
    let settings = Settings {
        owner: "demo".to_owned(),
        lease: Duration::from_secs(15),
        settle_after: Duration::from_secs(60),
    };
    let engine = Engine::offline(store.clone(), http, Arc::new(clock::now), settings);
    let org = NewSalesforce {
        login_url: address(&simulator.salesforce_url())?,
        client_id: "3MVG9lockstep".to_owned(),
        client_secret: SecretString::from("salesforce-client-secret"),
    };
    let site = NewJira {
        site: address(&simulator.jira_url())?,
        email: "lockstep@example.com".to_owned(),
        token: SecretString::from("jira-api-token"),
        webhook_secret: Some(SecretString::from(WEBHOOK_SECRET)),
    };
    for test in [
        engine.connect_salesforce("acme-org", org).await?,
        engine.connect_jira("acme-site", site).await?,
    ] {
        let failed = test.checks.iter().find(|check| !check.ok);
        if let Some(check) = failed {
            return Err(Failure::Plain(format!(
                "{}: {}: {}",
                test.connection, check.name, check.detail
            )));
        }
    }
    let mut item: ConnectedItem =
        serde_saphyr::from_str(ITEM).map_err(|why| Failure::Plain(why.to_string()))?;
    item.sweep_seconds = SWEEP_SECONDS;
    match engine.apply_item(&item).await {
        Ok(_) => Ok(()),
        Err(lockstep_engine::ApplyError::Fault(fault)) => Err(fault.into()),
        Err(lockstep_engine::ApplyError::Problems(problems)) => {
            Err(Failure::Problems { of: "the demo's item".to_owned(), problems })
        }
    }
}

fn address(text: &str) -> Result<Url, Failure> {
    Url::parse(text).map_err(|why| Failure::Plain(format!("{text}: {why}")))
}

fn variables(database: &str, amqp: &str, listen: u16) -> BTreeMap<String, String> {
    [
        ("LOCKSTEP_DATABASE_URL", database),
        ("LOCKSTEP_AMQP_URL", amqp),
        ("LOCKSTEP_QUEUE_PREFIX", PREFIX),
        ("LOCKSTEP_KEYS", KEYS),
        ("LOCKSTEP_ALLOW_LOOPBACK", "true"),
        ("LOCKSTEP_LISTEN", &format!("127.0.0.1:{listen}")),
        ("LOCKSTEP_LEASE_SECONDS", "3"),
        ("LOCKSTEP_SETTLE_SECONDS", "3"),
        ("LOCKSTEP_TICK_MILLISECONDS", "100"),
        ("LOCKSTEP_GRACE_SECONDS", "8"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

/// A folder for the processes' logs.
fn folder() -> Result<PathBuf, Failure> {
    let folder = std::env::temp_dir().join("lockstep-demo");
    std::fs::create_dir_all(&folder)
        .map_err(|why| Failure::Plain(format!("{}: {why}", folder.display())))?;
    Ok(folder)
}
