//! Here: configuration from the environment, the store, the engine.

use std::sync::Arc;
use std::time::Duration;

use lockstep_engine::{Asked, ByHand, Engine, Settings};
use lockstep_http::{HttpClient, HttpConfig};
use lockstep_model::{CorrelationId, Fault, JobKind};
use lockstep_queue::{Ambient, Broker, QueueConfig};
use lockstep_service::{Reader, clock, random, variables};
use lockstep_store::{
    Connection, Item, KeyRing, Link, Migrator, NewAudit, Store, StoreConfig, StoreError,
};
use serde_json::Value;
use tokio::sync::OnceCell;

use super::Thing;
use crate::output::Failure;

/// Connections to the database that a command needs at most.
const CONNECTIONS: usize = 4;

/// How the audit names whoever types at the machine of the fleet.
pub const ACTOR: &str = "cli";

/// On the store and the vendors; the database is asked only when a command needs it.
pub struct Local {
    database: String,
    amqp: String,
    prefix: String,
    keys: String,
    allow_loopback: bool,
    store: OnceCell<Store>,
}

impl Local {
    /// Reads the environment; all that is missing is said at once.
    pub fn from_environment() -> Result<Self, Failure> {
        let mut reader = Reader::from_environment();
        let local = Self {
            database: reader.text(&variables::DATABASE_URL),
            amqp: reader.text(&variables::AMQP_URL),
            prefix: reader.text(&variables::QUEUE_PREFIX),
            keys: reader.text(&variables::KEYS),
            allow_loopback: reader.flag(&variables::ALLOW_LOOPBACK),
            store: OnceCell::new(),
        };
        reader.finish().map_err(|errors| Failure::Plain(errors.to_string()))?;
        Ok(local)
    }

    fn store_config(&self) -> StoreConfig {
        let mut config = StoreConfig::new(self.database.as_str());
        config.max_connections = CONNECTIONS;
        "lockstep".clone_into(&mut config.application_name);
        config
    }

    /// The migrations' runner.
    pub fn migrator(&self) -> Migrator {
        Migrator::new(&self.store_config())
    }

    /// The database.
    pub async fn store(&self) -> Result<&Store, Failure> {
        let connect = || async {
            let keys = KeyRing::parse(&self.keys)
                .map_err(|why| Failure::Plain(format!("LOCKSTEP_KEYS: {why}")))?;
            Ok(Store::connect(&self.store_config(), keys).await?)
        };
        self.store.get_or_try_init(connect).await
    }

    /// Where the broker is.
    fn queue_config(&self) -> QueueConfig {
        QueueConfig::new(self.amqp.as_str()).with_prefix(self.prefix.as_str()).with_name("lockstep")
    }

    /// Whether the broker answers, without a word declared.
    pub async fn broker(&self) -> Result<(), String> {
        let mut config = self.queue_config();
        config.declare = false;
        let ambient = Ambient::new(clock::now, random::jitter);
        let broker = Broker::connect(config, ambient).await.map_err(|error| error.to_string())?;
        broker.close().await;
        Ok(())
    }

    /// An engine that tests, applies and previews.
    pub async fn engine(&self) -> Result<Engine, Failure> {
        let config = HttpConfig { allow_loopback: self.allow_loopback, ..HttpConfig::default() };
        let http = HttpClient::new(config).map_err(|why| Failure::Plain(why.to_string()))?;
        let settings = Settings {
            owner: ACTOR.to_owned(),
            lease: Duration::from_secs(15),
            settle_after: Duration::from_secs(60),
        };
        Ok(Engine::offline(self.store().await?.clone(), http, Arc::new(clock::now), settings))
    }

    /// The item of this name.
    pub async fn item_named(&self, name: &str) -> Result<Item, Failure> {
        let found = self.store().await?.items().by_name(name).await?;
        found.ok_or_else(|| Thing::Item.missing(name))
    }

    /// The connection of this name.
    pub async fn connection_named(&self, name: &str) -> Result<Connection, Failure> {
        let found = self.store().await?.connections().by_name(name).await?;
        found.ok_or_else(|| Thing::Connection.missing(name))
    }

    /// The link of this number, issue key or record id.
    pub async fn link_named(&self, wanted: &str) -> Result<Link, Failure> {
        let found = self.engine().await?.find_link(wanted).await?;
        found.ok_or_else(|| Thing::Link.missing(wanted))
    }

    /// Promises a job that a person asked for, and notes who.
    pub async fn ask(&self, kind: JobKind, by: ByHand<'_>) -> Result<Asked, Failure> {
        Ok(self.engine().await?.ask(kind, random::uuid(), by).await?)
    }

    /// Notes in the audit what was done.
    pub async fn note(&self, step: &str, subject: &str, after: Value) -> Result<(), Failure> {
        let row = NewAudit { after, ..NewAudit::by_person(ACTOR, correlation(), step, subject) };
        Ok(self.store().await?.audit().append(&[row]).await?)
    }
}

/// A new correlation id.
pub fn correlation() -> CorrelationId {
    CorrelationId(random::uuid().to_string())
}

/// Whoever types here, under a correlation id.
pub fn by_hand(correlation: &CorrelationId) -> ByHand<'_> {
    ByHand { correlation, actor: ACTOR }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            // The name of a constraint is a domain error, and its words say what to do.
            StoreError::Conflict { .. } => Self::refused(error.to_string()),
            other => Self::Fault(other.fault()),
        }
    }
}
