//! What the figures were measured on.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::stage::Stage;

/// A clock tick of `/proc`: Linux has shown hundredths of a second on every architecture.
const TICK: Duration = Duration::from_millis(10);

/// Processor time that this process has taken.
pub fn own_cpu() -> Result<Duration> {
    cpu(std::process::id())
}

/// Processor time that a process has taken, in user and kernel together.
pub fn cpu(process: u32) -> Result<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    let (_, fields) = stat.rsplit_once(") ").context("no name in stat")?;
    let times = fields.split(' ').skip(11).take(2);
    let ticks: u32 = times.filter_map(|ticks| ticks.parse::<u32>().ok()).sum();
    Ok(TICK * ticks)
}

/// Cores, processor, and the versions of what took part.
pub async fn describe(stage: &Stage) -> Result<Value> {
    let cores = std::thread::available_parallelism()?.get();
    let postgres: String = stage.sql().await?.query_one("SHOW server_version", &[]).await?.get(0);
    Ok(json!({
        "cores": cores,
        "processor": processor(),
        "lockstep": env!("CARGO_PKG_VERSION"),
        "postgres": postgres.split(' ').next(),
        "rabbitmq": rabbitmq(&stage.queues.address()).await?,
    }))
}

fn processor() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text.lines().find(|line| line.starts_with("model name"));
    let name = model.and_then(|line| line.split_once(": "));
    name.map_or("unknown", |(_, name)| name).to_owned()
}

/// The broker's version, from the greeting that it sends before any login.
async fn rabbitmq(address: &str) -> Result<String> {
    let mut socket = TcpStream::connect(address).await?;
    socket.write_all(b"AMQP\x00\x00\x09\x01").await?;
    let mut greeting = vec![0; 4096];
    let read = socket.read(&mut greeting).await?;
    let name = b"\x07versionS";
    let found = greeting[..read].windows(name.len()).position(|part| part == name);
    let at = found.context("a greeting without version")? + name.len();
    let length = usize::from(greeting[at + 3]);
    Ok(String::from_utf8_lossy(&greeting[at + 4..at + 4 + length]).into_owned())
}
