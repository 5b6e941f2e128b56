//! The fleet that is measured: simulators, ingress and worker, each a process of its own, with no
//! proxy between them and production's settings.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures::stream::{self, StreamExt, TryStreamExt};
use lockstep_simulator::ControlClient;
use lockstep_testkit::environment::free_port;
use lockstep_testkit::{Launch, Process, broker, database};
use lockstep_tests::world::{self, Cli, Setting};
use serde_json::{Value, json};
use tokio::sync::OnceCell;
use tokio::time::{Instant, sleep};
use tokio_postgres::Client;

use crate::machine;

/// Links that all phases share: half for the worker to reconcile, half for the bare loop.
const LINKS: usize = 600;

/// How long a phase may take to come to an end.
const PATIENCE: Duration = Duration::from_secs(60);

/// The fleet is quiet when no vendor was called for this long.
const QUIET: Duration = Duration::from_millis(1200);

/// Calls that people make at a time.
const PEOPLE: usize = 8;

/// A case with its issue.
#[derive(Debug, Clone)]
pub struct Linked {
    /// Of the link.
    pub link: i64,
    /// Of the case.
    pub record: String,
    /// Of the issue.
    pub issue: String,
    /// Of the issue.
    pub key: String,
}

/// What is measured. What it started ends with it.
pub struct Stage {
    /// People on both sides, and what the vendors saw.
    pub people: ControlClient,
    /// Where Jira's webhooks go: host, port and path.
    pub hook: (String, String),
    /// Addresses of org and site.
    pub vendors: (String, String),
    worker: Option<Process>,
    ingress: Process,
    _simulators: Process,
    variables: BTreeMap<String, String>,
    links: OnceCell<Vec<Linked>>,
    /// The fleet's database.
    pub database: database::Fresh,
    /// The fleet's queues. Last: they are deleted after the processes have ended.
    pub queues: broker::Fresh,
}

impl Stage {
    /// Starts everything; webhooks are not registered yet.
    pub async fn open() -> Result<Self> {
        let (database, queues) = (database::Fresh::create().await?, broker::Fresh::new().await?);
        let (simulators, [site, org, control]) = simulators().await?;
        let (listen, admin) = (format!("127.0.0.1:{}", free_port()?), free_port()?);
        let variables = variables(&database, &queues, &listen);
        let vendors = (format!("http://{org}"), format!("http://{site}"));
        let setting = Setting { sweep_seconds: 3600, ..Setting::default() };
        Cli::new(&variables).set_up(&vendors, &setting).await?;
        let mut ingress = world::launch("lockstep-ingress", &variables, admin).unread().start()?;
        world::ready(&mut ingress, admin).await?;
        let mut stage = Self {
            people: ControlClient::new(format!("http://{control}")),
            hook: (listen, "/hooks/jira/acme-site".to_owned()),
            vendors,
            worker: None,
            ingress,
            _simulators: simulators,
            variables,
            links: OnceCell::new(),
            database,
            queues,
        };
        stage.start_worker().await?;
        Ok(stage)
    }

    /// Starts the worker and waits until it is ready.
    pub async fn start_worker(&mut self) -> Result<()> {
        let admin = free_port()?;
        let worker = world::launch("lockstep-worker", &self.variables, admin).start()?;
        let worker = self.worker.insert(worker);
        world::ready(worker, admin).await
    }

    /// Ends the worker as an operator does.
    pub async fn stop_worker(&mut self) -> Result<()> {
        let Some(mut worker) = self.worker.take() else {
            return Ok(());
        };
        end(&mut worker).await
    }

    /// Processor time that the worker has taken.
    pub fn worker_cpu(&self) -> Result<Duration> {
        let worker = self.worker.as_ref().and_then(Process::id);
        machine::cpu(worker.context("no worker runs")?)
    }

    /// Processor time that the ingress has taken.
    pub fn ingress_cpu(&self) -> Result<Duration> {
        machine::cpu(self.ingress.id().context("the ingress has ended")?)
    }

    /// Ends the fleet.
    pub async fn close(mut self) -> Result<()> {
        self.stop_worker().await?;
        end(&mut self.ingress).await
    }

    /// Resident memory of the worker.
    pub fn worker_bytes(&self) -> Result<u64> {
        let worker = self.worker.as_ref().context("no worker runs")?;
        worker.resident_bytes().context("the worker's memory")
    }

    /// The most that the worker's resident memory ever was.
    pub fn worker_peak(&self) -> Result<u64> {
        let worker = self.worker.as_ref().context("no worker runs")?;
        worker.peak_bytes().context("the worker's memory")
    }

    /// Applies the item with these lines more.
    pub async fn apply(&self, more: &str) -> Result<()> {
        let item = Setting::default().item.replace("sweep_seconds: 300", "sweep_seconds: 3600");
        let cli = Cli::new(&self.variables);
        let (code, printed) =
            cli.fed_raw(&["item", "apply", "-f", "-"], &format!("{item}{more}")).await?;
        ensure!(code == 0, "{printed}");
        Ok(())
    }

    /// Resident memory of the ingress.
    pub fn ingress_bytes(&self) -> Result<u64> {
        self.ingress.resident_bytes().context("the ingress's memory")
    }

    /// The links that all phases share: the first caller opens their cases, waits for the issues,
    /// and registers the webhook.
    pub async fn links(&self) -> Result<&[Linked]> {
        let links = self.links.get_or_try_init(|| self.link_cases(LINKS)).await?;
        Ok(links)
    }

    /// People open so many cases, several at a time.
    pub async fn open_cases(&self, count: usize) -> Result<()> {
        let cases: Vec<Value> =
            (0..count).map(|n| world::full_case(&format!("Bench {n}"))).collect();
        together(cases, |case| async move {
            self.people.salesforce_create("Case", case).await?;
            Ok(())
        })
        .await
    }

    /// Waits until so many cases have their issue and nobody is at work.
    pub async fn until_linked(&self, count: usize) -> Result<()> {
        let sql = "SELECT count(*) FROM link JOIN lease ON lease.link = link.id \
            WHERE base->'fields' ? 'Subject:summary' AND owner IS NULL";
        self.until("every case has its issue", sql, i64::try_from(count)?).await
    }

    async fn link_cases(&self, count: usize) -> Result<Vec<Linked>> {
        self.open_cases(count).await?;
        self.sweep().await?;
        self.until_linked(count).await?;
        self.quiet().await?;
        let (listen, path) = &self.hook;
        let hook = format!("http://{listen}{path}");
        self.people.jira_webhook(&world::webhook(&hook)).await?;
        self.linked().await
    }

    /// All links that there are.
    pub async fn linked(&self) -> Result<Vec<Linked>> {
        let sql = "SELECT id, record, issue_id, issue_key FROM link ORDER BY id";
        let rows = self.sql().await?.query(sql, &[]).await?;
        Ok(rows
            .iter()
            .map(|row| Linked {
                link: row.get(0),
                record: row.get(1),
                issue: row.get(2),
                key: row.get(3),
            })
            .collect())
    }

    /// People rename these issues in Jira, several at a time.
    pub async fn rename_issues(&self, links: &[Linked], to: &str) -> Result<()> {
        together(links.to_vec(), |link| async move {
            let summary = json!({ "summary": format!("{to} {}", link.link) });
            self.people.jira_edit(&link.key, summary).await?;
            Ok(())
        })
        .await
    }

    /// Asks for a sweep of the item.
    pub async fn sweep(&self) -> Result<()> {
        let cli = Cli::new(&self.variables);
        cli.json(&["sync", "item", "support-bugs"]).await.map(drop)
    }

    /// The environment of a process on another database.
    pub fn on_database(&self, url: &str) -> BTreeMap<String, String> {
        let mut variables = self.variables.clone();
        variables.insert("LOCKSTEP_DATABASE_URL".to_owned(), url.to_owned());
        variables
    }

    /// A connection to the fleet's database.
    pub async fn sql(&self) -> Result<Client> {
        self.database.client().await
    }

    /// Waits until a query gives this number.
    pub async fn until(&self, what: &str, sql: &str, number: i64) -> Result<()> {
        let (client, end) = (self.sql().await?, Instant::now() + PATIENCE);
        loop {
            let now: i64 = client.query_one(sql, &[]).await?.get(0);
            if now == number {
                return Ok(());
            }
            ensure!(Instant::now() < end, "{what}: {now} of {number}");
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// Waits until nobody calls a vendor any more, and every webhook has been taken.
    pub async fn quiet(&self) -> Result<()> {
        let (mut last, mut since) = (0, Instant::now());
        let end = since + PATIENCE;
        while since.elapsed() < QUIET {
            ensure!(Instant::now() < end, "the fleet does not come to rest");
            sleep(Duration::from_millis(100)).await;
            let calls: u64 = self.people.counters().await?.values().sum();
            if calls != last || self.undelivered().await? > 0 {
                (last, since) = (calls, Instant::now());
            }
        }
        Ok(())
    }

    /// Webhooks that Jira has not got rid of yet.
    pub async fn undelivered(&self) -> Result<usize> {
        let all = self.people.jira_deliveries().await?;
        Ok(all.iter().filter(|one| one["state"] == "pending").count())
    }
}

async fn end(process: &mut Process) -> Result<()> {
    process.terminate().await?;
    let status = process.wait(Duration::from_secs(30)).await?;
    ensure!(status.success(), "ended with {status}: {:?}", process.lines());
    Ok(())
}

/// Does the same to many things, several at a time.
async fn together<T, F>(things: Vec<T>, act: impl Fn(T) -> F) -> Result<()>
where
    F: Future<Output = Result<()>>,
{
    let acts = stream::iter(things).map(act).buffer_unordered(PEOPLE);
    acts.try_collect().await
}

/// Starts `lockstep sim`; gives the addresses of site, org and control.
async fn simulators() -> Result<(Process, [String; 3])> {
    let mut addresses = [const { String::new() }; 3];
    for address in &mut addresses {
        *address = format!("127.0.0.1:{}", free_port()?);
    }
    let [site, org, control] = &addresses;
    let launch = Launch::new("lockstep").arg("sim");
    let mut process = [("--jira", site), ("--salesforce", org), ("--control", control)]
        .into_iter()
        .fold(launch, |launch, (name, address)| launch.arg(name).arg(address))
        .start()?;
    process.wait_ready(control, "/control/clock", Duration::from_secs(30)).await?;
    Ok((process, addresses))
}

fn variables(
    database: &database::Fresh,
    queues: &broker::Fresh,
    listen: &str,
) -> BTreeMap<String, String> {
    [
        ("LOCKSTEP_DATABASE_URL", database.url()),
        ("LOCKSTEP_AMQP_URL", &queues.url),
        ("LOCKSTEP_QUEUE_PREFIX", &queues.prefix),
        ("LOCKSTEP_KEYS", world::KEYS),
        ("LOCKSTEP_ALLOW_LOOPBACK", "true"),
        ("LOCKSTEP_LISTEN", listen),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}
