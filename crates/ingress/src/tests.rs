//! The routes and the ticks against a real database and a real broker.

mod hooks;
mod housekeeping;
mod ticks;

use std::time::Duration;

use chrono::DateTime;
use lockstep_model::{Job, Lane, Verdict};
use lockstep_queue::{Broker, QueueConfig};
use lockstep_store::{
    Connection, ConnectionKind, KeyRing, Migrator, NewConnection, Store, StoreConfig,
};
use lockstep_testkit::{Proxy, broker, database, eventually};
use secrecy::SecretString;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::Ambient;

const KEYS: &str = "k1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
pub(super) const SECRET: &str = "It's a Secret to Everybody";
pub(super) const MAX_BODY: usize = 10_000;

/// A database, a broker behind a proxy, and two connections: `jira` and `salesforce`.
pub(super) struct House {
    pub(super) store: Store,
    pub(super) broker: Broker,
    pub(super) proxy: Proxy,
    pub(super) jira: Connection,
    pub(super) salesforce: Connection,
    _queues: broker::Fresh,
    pub(super) database: database::Fresh,
}

pub(super) fn ambient() -> Ambient {
    Ambient::new(|| DateTime::UNIX_EPOCH, || Uuid::from_u128(42))
}

pub(super) async fn house() -> House {
    let database = database::Fresh::create().await.expect("a fresh database");
    let config = StoreConfig { max_connections: 4, ..StoreConfig::new(database.url()) };
    Migrator::new(&config).migrate_up(None).await.expect("migrated");
    let keys = KeyRing::parse(KEYS).expect("keys");
    let store = Store::connect(&config, keys).await.expect("connected");
    let jira = save(&store, "jira", ConnectionKind::Jira).await;
    let salesforce = save(&store, "salesforce", ConnectionKind::Salesforce).await;

    let queues = broker::Fresh::new().await.expect("the broker");
    let proxy = Proxy::start(queues.address()).await.expect("proxy");
    let config = QueueConfig::new(queues.url_through(proxy.address())).with_prefix(&queues.prefix);
    let config = QueueConfig { confirm_timeout: Duration::from_secs(1), ..config };
    let ambient = lockstep_queue::Ambient::new(|| DateTime::UNIX_EPOCH, || 0.0);
    let broker = Broker::connect(config, ambient).await.expect("the broker");
    House { store, broker, proxy, jira, salesforce, _queues: queues, database }
}

async fn save(store: &Store, name: &str, kind: ConnectionKind) -> Connection {
    let new = NewConnection {
        name: name.into(),
        kind,
        base_url: format!("https://{name}.example"),
        settings: json!({}),
        secret: SecretString::from("token"),
        webhook_secret: Some(SecretString::from(SECRET)),
    };
    store.connections().save(&new).await.expect("saved")
}

impl House {
    /// Serves the routes; gives the address.
    pub(super) async fn serve(&self) -> String {
        let routes =
            crate::router(self.store.clone(), self.broker.publisher(), ambient(), MAX_BODY);
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        tokio::spawn(async move { axum::serve(listener, routes).await });
        address
    }

    /// The jobs of a lane, as they come.
    pub(super) fn jobs(&self, lane: Lane) -> mpsc::UnboundedReceiver<Job> {
        let (sender, jobs) = mpsc::unbounded_channel();
        let overflow = std::sync::Arc::new(|_, _| {
            let refused: futures::future::BoxFuture<'static, _> =
                Box::pin(async { Err("nothing overflows in this test".to_owned()) });
            refused
        });
        let _consumer = self.broker.consume(lane, 4, overflow, move |job, _| {
            let taken = sender.send(job);
            async move {
                taken.expect("the test listens");
                Verdict::Done
            }
        });
        jobs
    }

    pub(super) async fn lose_the_broker(&self) {
        self.proxy.cut();
        let lost = async || !self.broker.connected();
        eventually(Duration::from_secs(10), "the loss is noticed", lost).await;
    }
}
