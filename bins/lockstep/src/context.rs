//! What commands work with: configuration from the environment, the store, the engine.

use std::sync::Arc;
use std::time::Duration;

use lockstep_engine::{Engine, Settings};
use lockstep_http::{HttpClient, HttpConfig};
use lockstep_queue::{Ambient, Broker, QueueConfig};
use lockstep_service::{Reader, clock, random, variables};
use lockstep_store::{Item, KeyRing, Migrator, Store, StoreConfig};
use tokio::sync::OnceCell;

use crate::output::Failure;

/// Connections that a command needs at most.
const CONNECTIONS: usize = 4;

/// What a command works with; the database is asked only when a command needs it.
pub struct Context {
    database: String,
    amqp: String,
    prefix: String,
    keys: String,
    allow_loopback: bool,
    store: OnceCell<Store>,
}

impl Context {
    /// Reads the environment; all that is missing is said at once.
    pub fn from_environment() -> Result<Self, Failure> {
        let mut reader = Reader::from_environment();
        let context = Self {
            database: reader.text(&variables::DATABASE_URL),
            amqp: reader.text(&variables::AMQP_URL),
            prefix: reader.text(&variables::QUEUE_PREFIX),
            keys: reader.text(&variables::KEYS),
            allow_loopback: reader.flag(&variables::ALLOW_LOOPBACK),
            store: OnceCell::new(),
        };
        reader.finish().map_err(|errors| Failure::Plain(errors.to_string()))?;
        Ok(context)
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
    pub fn queue_config(&self) -> QueueConfig {
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
            owner: "cli".to_owned(),
            lease: Duration::from_secs(15),
            settle_after: Duration::from_secs(60),
        };
        Ok(Engine::offline(self.store().await?.clone(), http, Arc::new(clock::now), settings))
    }

    /// The item of this name.
    pub async fn item(&self, name: &str) -> Result<Item, Failure> {
        let found = self.store().await?.items().by_name(name).await?;
        found.ok_or_else(|| {
            Failure::Missing(format!(
                "item named `{name}`; `lockstep item list` shows those there are"
            ))
        })
    }
}
