//! What the console is configured with.

use std::net::SocketAddr;

use lockstep_console::{Forge, OidcSettings, RoleMap, Settings};
use lockstep_http::{HttpConfig, Peer};
use lockstep_service::{Reader, Variable, variables};
use lockstep_store::{KeyRing, StoreConfig};
use secrecy::SecretString;
use url::Url;

/// Read from the environment.
pub struct ConsoleConfig {
    pub listen: SocketAddr,
    pub store: StoreConfig,
    pub keys: Option<KeyRing>,
    pub http: HttpConfig,
    /// `None` once the reader has noted what is wrong with it.
    pub settings: Option<Settings>,
    /// `None` where nobody signs in by a provider.
    pub oidc: Option<OidcSettings>,
}

impl ConsoleConfig {
    /// What it reads.
    pub const VARIABLES: &'static [&'static Variable] = &[
        &variables::LISTEN,
        &variables::PUBLIC_URL,
        &variables::DATABASE_URL,
        &variables::KEYS,
        &variables::ALLOW_LOOPBACK,
        &variables::OIDC_ISSUER,
        &variables::OIDC_CLIENT_ID,
        &variables::OIDC_CLIENT_SECRET,
        &variables::OIDC_ROLES,
        &variables::OIDC_GROUPS_CLAIM,
        &variables::OIDC_SCOPES,
        &variables::OIDC_HOSTS,
        &variables::FORGE_APP,
        &variables::FORGE_KEYS,
        &variables::PANEL_FRAMES,
        &variables::API_A_MINUTE,
    ];

    /// Reads it; what is wrong is noted in the reader.
    pub fn read(reader: &mut Reader) -> Self {
        let store = StoreConfig {
            application_name: "lockstep-console".to_owned(),
            ..StoreConfig::new(reader.text(&variables::DATABASE_URL))
        };
        let keys = reader.text(&variables::KEYS);
        let keys = KeyRing::parse(&keys).map_err(|why| reader.reject(&variables::KEYS, why));
        let oidc = oidc(reader);
        let http = HttpConfig {
            allow_loopback: reader.flag(&variables::ALLOW_LOOPBACK),
            named_hosts: oidc.as_ref().map(|oidc| hosts(reader, oidc)).unwrap_or_default(),
            ..HttpConfig::default()
        };
        Self {
            listen: reader.address(&variables::LISTEN),
            store,
            keys: keys.ok(),
            http,
            settings: settings(reader),
            oidc,
        }
    }
}

fn settings(reader: &mut Reader) -> Option<Settings> {
    let url: Url = reader.parsed(&variables::PUBLIC_URL, "an address")?;
    let settings = Settings::new(url).map_err(|why| reader.reject(&variables::PUBLIC_URL, why));
    let frames = reader.text(&variables::PANEL_FRAMES);
    let api_a_minute = reader.parsed(&variables::API_A_MINUTE, "a whole number from 1 up")?;
    let mut settings = settings.ok()?;
    settings.forge = forge(reader);
    settings.frames = frames;
    settings.api_a_minute = api_a_minute;
    Some(settings)
}

fn forge(reader: &mut Reader) -> Option<Forge> {
    let app = reader.text(&variables::FORGE_APP);
    let keys = reader.parsed(&variables::FORGE_KEYS, "an address")?;
    (!app.is_empty()).then_some(Forge { app, keys })
}

/// The identity provider, where one is named.
fn oidc(reader: &mut Reader) -> Option<OidcSettings> {
    let issuer = reader.text(&variables::OIDC_ISSUER);
    if issuer.is_empty() {
        return None;
    }
    let (id, secret) =
        (reader.text(&variables::OIDC_CLIENT_ID), reader.text(&variables::OIDC_CLIENT_SECRET));
    for (variable, value) in
        [(&variables::OIDC_CLIENT_ID, &id), (&variables::OIDC_CLIENT_SECRET, &secret)]
    {
        if value.is_empty() {
            reader.reject(variable, "an issuer is set, so this must be too");
        }
    }
    let roles: Result<RoleMap, _> = reader.text(&variables::OIDC_ROLES).parse();
    let roles = roles.map_err(|why| reader.reject(&variables::OIDC_ROLES, why));
    // What is wrong with the issuer is said beside what is wrong with the roles.
    let known = roles.clone().unwrap_or_default();
    let settings = OidcSettings::new(&issuer, &id, SecretString::from(secret), known);
    let settings = settings.map_err(|why| reader.reject(&variables::OIDC_ISSUER, why));
    let (Ok(_), Ok(mut settings)) = (roles, settings) else {
        return None;
    };
    settings.groups_claim = reader.text(&variables::OIDC_GROUPS_CLAIM);
    settings.scopes = reader.text(&variables::OIDC_SCOPES);
    Some(settings)
}

/// The hosts that the provider is called at.
fn hosts(reader: &mut Reader, oidc: &OidcSettings) -> Vec<(Peer, String)> {
    let more = reader.text(&variables::OIDC_HOSTS);
    let more = more.split(',').map(str::trim).filter(|host| !host.is_empty()).map(str::to_owned);
    let hosts = std::iter::once(oidc.host().to_owned()).chain(more);
    hosts.map(|host| (Peer::Identity, host)).collect()
}
