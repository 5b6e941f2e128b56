//! What the ingress is configured with.

use std::net::SocketAddr;
use std::time::Duration;

use lockstep_queue::QueueConfig;
use lockstep_service::{Reader, Variable, variables};
use lockstep_store::{KeyRing, StoreConfig};

/// Read from the environment.
pub struct IngressConfig {
    pub listen: SocketAddr,
    pub store: StoreConfig,
    pub keys: Option<KeyRing>,
    pub queue: QueueConfig,
    pub max_body: usize,
    pub tick: Duration,
}

impl IngressConfig {
    /// What it reads.
    pub const VARIABLES: &'static [&'static Variable] = &[
        &variables::LISTEN,
        &variables::DATABASE_URL,
        &variables::KEYS,
        &variables::AMQP_URL,
        &variables::QUEUE_PREFIX,
        &variables::QUEUE_DECLARE,
        &variables::MAX_BODY_BYTES,
        &variables::TICK_MILLISECONDS,
    ];

    /// Reads it; what is wrong is noted in the reader.
    pub fn read(reader: &mut Reader) -> Self {
        let url = reader.text(&variables::AMQP_URL);
        let queue = QueueConfig::new(url)
            .with_prefix(reader.text(&variables::QUEUE_PREFIX))
            .with_name("lockstep-ingress");
        let store = StoreConfig {
            application_name: "lockstep-ingress".to_owned(),
            ..StoreConfig::new(reader.text(&variables::DATABASE_URL))
        };
        Self {
            listen: reader.address(&variables::LISTEN),
            store,
            keys: keys(reader),
            queue: QueueConfig { declare: reader.flag(&variables::QUEUE_DECLARE), ..queue },
            max_body: reader.number(&variables::MAX_BODY_BYTES, 1),
            tick: reader.milliseconds(&variables::TICK_MILLISECONDS),
        }
    }
}

fn keys(reader: &mut Reader) -> Option<KeyRing> {
    let text = reader.text(&variables::KEYS);
    if text.is_empty() {
        return None;
    }
    let read = KeyRing::parse(&text);
    read.map_err(|error| reader.reject(&variables::KEYS, error)).ok()
}
