//! What the queue needs to know and what it is given: addresses, limits, time and chance.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

/// Where the broker is and how it is used.
#[derive(Clone)]
pub struct QueueConfig {
    /// `amqp://user:password@host:5672/vhost`, or `amqps://`. One address: use a service name, for a
    /// new connection is made to this same address.
    pub url: String,
    /// What every exchange and queue name begins with.
    pub prefix: String,
    /// What the connections are called in the broker's listings.
    pub name: String,
    /// How long a publish may wait for its confirm. Afterwards its outcome is unknown.
    pub confirm_timeout: Duration,
    /// Whether each new connection declares the topology. Off where the user may not configure;
    /// then somebody else declares it and start-up checks it.
    pub declare: bool,
}

impl QueueConfig {
    /// The defaults: prefix `ls`, ten seconds for a confirm, declaring.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            prefix: "ls".into(),
            name: "lockstep".into(),
            confirm_timeout: Duration::from_secs(10),
            declare: true,
        }
    }

    /// The same, under another name prefix.
    #[must_use]
    pub fn with_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// The same, with this connection name.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }
}

impl fmt::Debug for QueueConfig {
    /// Without the address: it holds a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QueueConfig")
            .field("prefix", &self.prefix)
            .field("name", &self.name)
            .field("confirm_timeout", &self.confirm_timeout)
            .field("declare", &self.declare)
            .finish_non_exhaustive()
    }
}

/// Time and chance, given from outside.
#[derive(Clone)]
pub struct Ambient {
    /// What time it is.
    pub now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    /// A number in `[0, 1)`, another one each time.
    pub jitter: Arc<dyn Fn() -> f64 + Send + Sync>,
}

impl Ambient {
    /// From a clock and a source of jitter.
    pub fn new(
        now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static,
        jitter: impl Fn() -> f64 + Send + Sync + 'static,
    ) -> Self {
        Self { now: Arc::new(now), jitter: Arc::new(jitter) }
    }
}

impl fmt::Debug for Ambient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ambient")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_not_printed() {
        let shown = format!("{:?}", QueueConfig::new("amqp://user:hunter2@broker"));
        assert!(!shown.contains("hunter2") && shown.contains("prefix"), "{shown}");
    }
}
