//! `make bench`: the real fleet against bare loops, in one run, on this machine.
//!
//! A figure alone says more about the machine than about the fleet, so each throughput is shown with
//! its floor: the same payloads, calls and statements, sent by a loop that does nothing else. Whether
//! the goals are met is printed and never decides the exit code.

mod calls;
mod hooks;
mod latency;
mod machine;
mod reconcile;
mod report;
mod stage;

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::report::Report;
use crate::stage::Stage;

/// Links for the worker to reconcile, and as many again for the bare loop.
const LINKS: usize = 300;

/// How long a process rests before its memory is read.
const REST: Duration = Duration::from_secs(5);

#[tokio::main]
async fn main() -> Result<()> {
    let began = Instant::now();
    let mut stage = Stage::open().await?;
    let mut report = Report::new(machine::describe(&stage).await?);
    said("a fleet at rest");
    tokio::time::sleep(REST).await;
    report.memory(stage.worker_bytes()?, stage.ingress_bytes()?);
    said("linking cases");
    let links = stage.link_cases(2 * LINKS).await?;
    let (for_worker, for_floor) = links.split_at(LINKS);
    said("calls per change");
    report.calls(&calls::measure(&stage, for_worker).await?);
    said("latency");
    report.latency(&latency::measure(&stage, for_worker).await?);
    said("reconciles");
    report.reconciles(&reconcile::measure(&mut stage, for_worker, for_floor).await?);
    said("webhooks");
    report.hooks(&hooks::measure(&stage).await?);
    report.took(began.elapsed());
    stage.close().await?;
    println!("{report}");
    Ok(())
}

fn said(what: &str) {
    eprintln!("bench: {what} ...");
}
