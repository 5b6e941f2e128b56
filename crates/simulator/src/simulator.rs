//! Starts the products and the control API on their listeners.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::core::{CallLog, Cut, CuttableListener, Faults, Gate, Recorder, Side, SimClock, gate};
use crate::{control, jira, oidc, salesforce};

/// Where the simulator listens and what it starts with.
#[derive(Clone, Debug)]
pub struct SimulatorConfig {
    /// Address of the Jira site.
    pub jira_addr: SocketAddr,
    /// Address of the Salesforce org.
    pub salesforce_addr: SocketAddr,
    /// Address of the identity provider.
    pub oidc_addr: SocketAddr,
    /// Where the identity provider may send people back to, each address to the letter.
    pub oidc_redirects: Vec<String>,
    /// Address of the control API.
    pub control_addr: SocketAddr,
    /// Directory for the record of exchanges; none when absent.
    pub record_dir: Option<PathBuf>,
    /// Whether the worlds start with sample issues and records.
    pub seed: bool,
}

impl Default for SimulatorConfig {
    fn default() -> Self {
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self {
            jira_addr: any,
            salesforce_addr: any,
            oidc_addr: any,
            oidc_redirects: Vec::new(),
            control_addr: any,
            record_dir: None,
            seed: true,
        }
    }
}

/// Where everything listens.
#[derive(Clone, Copy, Debug)]
struct Addrs {
    jira: SocketAddr,
    salesforce: SocketAddr,
    oidc: SocketAddr,
    control: SocketAddr,
}

/// A running simulator. Dropping it stops it.
#[derive(Debug)]
pub struct Simulator {
    addrs: Addrs,
    stop: CancellationToken,
    tasks: JoinSet<()>,
}

impl Simulator {
    /// Binds the listeners and serves.
    ///
    /// # Errors
    /// An address cannot be bound, or the record directory cannot be made.
    pub async fn start(config: SimulatorConfig) -> io::Result<Self> {
        let jira_listener = TcpListener::bind(config.jira_addr).await?;
        let salesforce_listener = TcpListener::bind(config.salesforce_addr).await?;
        let oidc_listener = TcpListener::bind(config.oidc_addr).await?;
        let control_listener = TcpListener::bind(config.control_addr).await?;
        let addrs = Addrs {
            jira: jira_listener.local_addr()?,
            salesforce: salesforce_listener.local_addr()?,
            oidc: oidc_listener.local_addr()?,
            control: control_listener.local_addr()?,
        };
        let stop = CancellationToken::new();
        let world = World::new(&config, &addrs, &stop);
        let jira_gate = world.gate(Side::Jira, &config, addrs.jira.port())?;
        let salesforce_gate = world.gate(Side::Salesforce, &config, addrs.salesforce.port())?;
        let oidc_gate = world.gate(Side::Identity, &config, addrs.oidc.port())?;

        let mut tasks = JoinSet::new();
        let jira = gated(jira::router(world.shared.jira.clone()), jira_gate);
        tasks.spawn(serve(jira_listener, jira, stop.clone()));
        let salesforce =
            gated(salesforce::router(world.shared.salesforce.clone()), salesforce_gate);
        tasks.spawn(serve(salesforce_listener, salesforce, stop.clone()));
        let oidc = gated(oidc::router(world.shared.oidc.clone()), oidc_gate);
        tasks.spawn(serve(oidc_listener, oidc, stop.clone()));
        tasks.spawn(serve(control_listener, control::router(world.shared), stop.clone()));
        Ok(Self { addrs, stop, tasks })
    }

    /// Base URL of the Jira site, without a trailing slash.
    pub fn jira_url(&self) -> String {
        url_of(self.addrs.jira)
    }

    /// Base URL of the Salesforce org, without a trailing slash.
    pub fn salesforce_url(&self) -> String {
        url_of(self.addrs.salesforce)
    }

    /// Base URL of the control API, without a trailing slash.
    pub fn control_url(&self) -> String {
        url_of(self.addrs.control)
    }

    /// The issuer of the identity provider: its base URL, without a trailing slash.
    pub fn oidc_url(&self) -> String {
        url_of(self.addrs.oidc)
    }

    /// Cuts all connections and stops.
    pub async fn shutdown(mut self) {
        self.stop.cancel();
        while self.tasks.join_next().await.is_some() {}
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// The products and what they share.
struct World {
    shared: control::Shared,
}

impl World {
    fn new(config: &SimulatorConfig, addrs: &Addrs, stop: &CancellationToken) -> Self {
        let (clock, calls, faults) = (SimClock::new(), CallLog::new(), Faults::new());
        let jira = jira::State::new(
            clock.clone(),
            faults.clone(),
            config.seed,
            url_of(addrs.jira),
            stop.clone(),
        );
        let salesforce = salesforce::State::new(
            clock.clone(),
            calls.clone(),
            faults.clone(),
            config.seed,
            url_of(addrs.salesforce),
        );
        let redirects = config.oidc_redirects.clone();
        let oidc = oidc::State::new(clock.clone(), url_of(addrs.oidc), redirects);
        let (jira, salesforce, oidc) = (Arc::new(jira), Arc::new(salesforce), Arc::new(oidc));
        Self { shared: control::Shared { clock, calls, faults, jira, salesforce, oidc } }
    }

    fn gate(&self, side: Side, config: &SimulatorConfig, port: u16) -> io::Result<Arc<Gate>> {
        let record = |dir: &PathBuf| Recorder::open(dir, side, port);
        Ok(Arc::new(Gate {
            side,
            operation: match side {
                Side::Jira => jira::operation,
                Side::Salesforce => salesforce::operation,
                Side::Identity => oidc::operation,
            },
            clock: self.shared.clock.clone(),
            calls: self.shared.calls.clone(),
            faults: self.shared.faults.clone(),
            recorder: config.record_dir.as_ref().map(record).transpose()?,
        }))
    }
}

fn url_of(addr: SocketAddr) -> String {
    format!("http://{addr}")
}

fn gated(router: Router, state: Arc<Gate>) -> Router {
    router.layer(DefaultBodyLimit::disable()).layer(from_fn_with_state(state, gate))
}

async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) {
    let listener = CuttableListener::new(listener, stop.clone());
    let service = router.into_make_service_with_connect_info::<Cut>();
    let served =
        axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned()).await;
    if let Err(error) = served {
        tracing::error!(%error, "listener ended");
    }
}
