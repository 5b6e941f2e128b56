//! What the console is configured with.

use std::net::SocketAddr;

use lockstep_console::Settings;
use lockstep_http::HttpConfig;
use lockstep_service::{Reader, Variable, variables};
use lockstep_store::{KeyRing, StoreConfig};
use url::Url;

/// Read from the environment.
pub struct ConsoleConfig {
    pub listen: SocketAddr,
    pub store: StoreConfig,
    pub keys: Option<KeyRing>,
    pub http: HttpConfig,
    /// `None` once the reader has noted what is wrong with it.
    pub settings: Option<Settings>,
}

impl ConsoleConfig {
    /// What it reads.
    pub const VARIABLES: &'static [&'static Variable] = &[
        &variables::LISTEN,
        &variables::PUBLIC_URL,
        &variables::DATABASE_URL,
        &variables::KEYS,
        &variables::ALLOW_LOOPBACK,
    ];

    /// Reads it; what is wrong is noted in the reader.
    pub fn read(reader: &mut Reader) -> Self {
        let store = StoreConfig {
            application_name: "lockstep-console".to_owned(),
            ..StoreConfig::new(reader.text(&variables::DATABASE_URL))
        };
        let keys = reader.text(&variables::KEYS);
        let keys = KeyRing::parse(&keys).map_err(|why| reader.reject(&variables::KEYS, why));
        let http = HttpConfig {
            allow_loopback: reader.flag(&variables::ALLOW_LOOPBACK),
            ..HttpConfig::default()
        };
        Self {
            listen: reader.address(&variables::LISTEN),
            store,
            keys: keys.ok(),
            http,
            settings: settings(reader),
        }
    }
}

fn settings(reader: &mut Reader) -> Option<Settings> {
    let url: Url = reader.parsed(&variables::PUBLIC_URL, "an address")?;
    Settings::new(url).map_err(|why| reader.reject(&variables::PUBLIC_URL, why)).ok()
}
