//! Logs: what to log, and as text or JSON. Nothing here knows a secret; the types that hold one do
//! not print it.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::TryInitError;

/// Starts logging to standard error.
///
/// # Errors
/// The filter cannot be read, or logging was started before.
pub fn init(filter: &str, json: bool) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(filter)?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    let started = if json {
        start(builder.json().flatten_event(true).finish())
    } else {
        start(builder.with_ansi(io::stderr().is_terminal()).finish())
    };
    Ok(started?)
}

fn start(subscriber: impl Into<tracing::Dispatch>) -> Result<(), TryInitError> {
    tracing_subscriber::util::SubscriberInitExt::try_init(subscriber)
}
