//! How the database is reached: address, limits and TLS.

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use rustls::ClientConfig;
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio_postgres::config::SslMode;
use tokio_postgres::{Client, Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::StoreError;

/// How the database is reached.
///
/// TLS follows the address. With `sslmode=require`, `verify-ca` or `verify-full` the connection is
/// encrypted **and** the certificate is verified, name included, against the platform's roots (a
/// private authority: `SSL_CERT_FILE`). Without `sslmode` the connection is plain.
#[derive(Clone)]
pub struct StoreConfig {
    /// `postgres://user:password@host:port/database?sslmode=…`.
    pub url: String,
    /// Pooled connections of this process: its concurrency plus two.
    pub max_connections: usize,
    /// Shown in `pg_stat_activity`: role and pod.
    pub application_name: String,
    /// Postgres cancels a statement that runs longer.
    pub statement_timeout: Duration,
    /// A statement that waits longer for a lock gives way.
    pub lock_timeout: Duration,
    /// How long a caller waits for a pooled connection.
    pub wait_timeout: Duration,
    /// How long a new connection may take.
    pub connect_timeout: Duration,
}

impl std::fmt::Debug for StoreConfig {
    /// Without the address: it may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoreConfig")
            .field("max_connections", &self.max_connections)
            .field("application_name", &self.application_name)
            .finish_non_exhaustive()
    }
}

impl StoreConfig {
    /// The usual limits: 10 connections; statements 10 s, locks 3 s, pool and connect 5 s.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            max_connections: 10,
            application_name: "lockstep".to_owned(),
            statement_timeout: Duration::from_secs(10),
            lock_timeout: Duration::from_secs(3),
            wait_timeout: Duration::from_secs(5),
            connect_timeout: Duration::from_secs(5),
        }
    }

    /// The pool. Opens nothing yet.
    pub(crate) fn pool(&self) -> Result<Pool, StoreError> {
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let driver = self.driver()?;
        let manager = match tls(&driver)? {
            Some(tls) => Manager::from_config(driver, tls, recycling),
            None => Manager::from_config(driver, NoTls, recycling),
        };
        Pool::builder(manager)
            .max_size(self.max_connections)
            .wait_timeout(Some(self.wait_timeout))
            .create_timeout(Some(self.connect_timeout))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| StoreError::Config(error.to_string()))
    }

    /// A connection of its own, outside the pool: for what a session must hold, such as the
    /// migration's advisory lock. It closes when the client is dropped.
    pub(crate) async fn dedicated(&self) -> Result<Client, StoreError> {
        let driver = self.driver()?;
        let client = if let Some(tls) = tls(&driver)? {
            let (client, connection) = driver.connect(tls).await?;
            tokio::spawn(connection);
            client
        } else {
            let (client, connection) = driver.connect(NoTls).await?;
            tokio::spawn(connection);
            client
        };
        Ok(client)
    }

    /// The driver's settings: address, time-outs, `TimeZone` and name of each session.
    fn driver(&self) -> Result<Config, StoreError> {
        let mut driver: Config = known_ssl_mode(&self.url)
            .parse()
            .map_err(|error| StoreError::Config(crate::error::chain(&error)))?;
        let own = format!(
            "-c statement_timeout={} -c lock_timeout={} -c idle_in_transaction_session_timeout=30000 -c TimeZone=UTC",
            self.statement_timeout.as_millis(),
            self.lock_timeout.as_millis(),
        );
        let options = driver.get_options().map_or(own.clone(), |given| format!("{own} {given}"));
        driver
            .options(options)
            .application_name(self.application_name.as_str())
            .connect_timeout(self.connect_timeout)
            .tcp_user_timeout(self.statement_timeout * 2)
            .keepalives_idle(Duration::from_secs(30));
        Ok(driver)
    }
}

/// `verify-ca` and `verify-full` are `require` to the driver; whoever verifies is rustls, always.
fn known_ssl_mode(url: &str) -> String {
    url.replace("sslmode=verify-full", "sslmode=require")
        .replace("sslmode=verify-ca", "sslmode=require")
}

/// The TLS connector where the address asks for one. `prefer` counts as plain: an encryption that
/// an attacker can turn off protects nothing, and one that fails on a private certificate surprises.
fn tls(driver: &Config) -> Result<Option<MakeRustlsConnect>, StoreError> {
    if driver.get_ssl_mode() != SslMode::Require {
        return Ok(None);
    }
    let wrong = |error: rustls::Error| StoreError::Config(format!("TLS: {error}"));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(wrong)?
        .with_platform_verifier()
        .map_err(wrong)?
        .with_no_client_auth();
    Ok(Some(MakeRustlsConnect::new(config)))
}

#[cfg(test)]
mod tests {
    use super::*;

    // F-199
    #[test]
    fn the_address_decides_on_tls() {
        for (query, encrypted) in [
            ("", false),
            ("?sslmode=disable", false),
            ("?sslmode=prefer", false),
            ("?sslmode=require", true),
            ("?sslmode=verify-ca", true),
            ("?sslmode=verify-full&connect_timeout=3", true),
        ] {
            let config = StoreConfig::new(format!("postgres://u:p@db.example/lockstep{query}"));
            let driver = config.driver().expect("settings");
            assert_eq!(tls(&driver).expect("tls").is_some(), encrypted, "{query}");
        }
    }

    #[test]
    fn a_bad_address_is_told_and_a_password_is_not() {
        let error = StoreConfig::new("postgres://u:hunter2@db?sslmode=maybe").pool().err();
        let text = error.expect("refused").to_string();
        assert!(text.contains("sslmode") && !text.contains("hunter2"), "{text}");
        assert!(!format!("{:?}", StoreConfig::new("postgres://u:hunter2@db")).contains("hunter2"));
    }
}
