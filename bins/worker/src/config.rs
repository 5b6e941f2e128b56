//! What a worker reads from its environment.

use std::time::Duration;

use lockstep_engine::{Concurrency, Settings};
use lockstep_http::HttpConfig;
use lockstep_queue::QueueConfig;
use lockstep_service::{Reader, Variable, random, variables};
use lockstep_store::{KeyRing, StoreConfig};

/// The variables that it reads beside the common ones.
pub const VARIABLES: &[&Variable] = &[
    &variables::DATABASE_URL,
    &variables::AMQP_URL,
    &variables::QUEUE_PREFIX,
    &variables::QUEUE_DECLARE,
    &variables::KEYS,
    &variables::ALLOW_LOOPBACK,
    &variables::CONCURRENCY_LIVE,
    &variables::CONCURRENCY_BULK,
    &variables::LEASE_SECONDS,
    &variables::SETTLE_SECONDS,
];

/// A worker's configuration.
pub struct Config {
    /// Postgres.
    pub store: StoreConfig,
    /// The keys that open secrets; never `None` once the reader has finished well.
    pub keys: Option<KeyRing>,
    /// RabbitMQ.
    pub queue: QueueConfig,
    /// Calls to the vendors.
    pub http: HttpConfig,
    /// Leases.
    pub settings: Settings,
    /// Jobs at a time.
    pub concurrency: Concurrency,
}

impl Config {
    /// Reads it; what is wrong stays with the reader.
    pub fn read(reader: &mut Reader) -> Self {
        let concurrency = Concurrency {
            live: reader.number(&variables::CONCURRENCY_LIVE, 1),
            bulk: reader.number(&variables::CONCURRENCY_BULK, 1),
        };
        let owner = format!("worker-{}", random::uuid().simple());
        let mut store = StoreConfig::new(reader.text(&variables::DATABASE_URL));
        store.application_name.clone_from(&owner);
        // One for each job in hand, one for leases, one for probes.
        store.max_connections = usize::from(concurrency.live) + usize::from(concurrency.bulk) + 2;
        let mut queue = QueueConfig::new(reader.text(&variables::AMQP_URL))
            .with_prefix(reader.text(&variables::QUEUE_PREFIX))
            .with_name(owner.as_str());
        queue.declare = reader.flag(&variables::QUEUE_DECLARE);
        let keys = reader.text(&variables::KEYS);
        let keys = KeyRing::parse(&keys).map_err(|why| reader.reject(&variables::KEYS, why));
        let lease = reader.seconds(&variables::LEASE_SECONDS);
        Self {
            store,
            keys: keys.ok(),
            queue,
            http: HttpConfig {
                allow_loopback: reader.flag(&variables::ALLOW_LOOPBACK),
                timeout: call_timeout(lease),
                ..HttpConfig::default()
            },
            settings: Settings {
                owner,
                lease,
                settle_after: reader.seconds(&variables::SETTLE_SECONDS),
            },
            concurrency,
        }
    }
}

/// A call ends before the lease that it is made under: what is still under way when another worker
/// takes the link over has been given up by us. At most thirty seconds.
fn call_timeout(lease: Duration) -> Duration {
    (lease * 2 / 3).min(Duration::from_secs(30))
}
