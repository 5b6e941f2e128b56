//! `make bench`: the real fleet against bare loops, in one run, on this machine.
//!
//! A figure alone says more about the machine than about the fleet, so each throughput is shown with
//! its floor: the same payloads, calls and statements, sent by a loop that does nothing else. Whether
//! the goals are met is printed and never decides the exit code.

mod calls;
mod files;
mod hooks;
mod latency;
mod machine;
mod pages;
mod reconcile;
mod report;
mod stage;
mod sweep;

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::report::Report;
use crate::stage::Stage;

/// How long a process rests before its memory is read.
const REST: Duration = Duration::from_secs(5);

#[tokio::main]
async fn main() -> Result<()> {
    let began = Instant::now();
    let chosen: Vec<String> = std::env::args().skip(1).collect();
    let wanted = |phase: &str| {
        let wanted = chosen.is_empty() || chosen.iter().any(|name| name == phase);
        if wanted {
            eprintln!("bench: {phase} ...");
        }
        wanted
    };
    let mut stage = Stage::open().await?;
    let mut report = Report::new(machine::describe(&stage).await?);
    measure(&mut stage, &mut report, wanted).await?;
    stage.close().await?;
    report.took(began.elapsed());
    println!("{report}");
    Ok(())
}

/// The phases, each named for whoever wants only some of them: `lockstep-bench webhooks`.
async fn measure(
    stage: &mut Stage,
    report: &mut Report,
    wanted: impl Fn(&str) -> bool,
) -> Result<()> {
    if wanted("memory") {
        tokio::time::sleep(REST).await;
        report.memory(stage.worker_bytes()?, stage.ingress_bytes()?);
    }
    if wanted("calls") {
        report.calls(&calls::measure(stage).await?);
    }
    if wanted("latency") {
        report.latency(&latency::measure(stage).await?);
    }
    if wanted("reconciles") {
        report.reconciles(&reconcile::measure(stage).await?);
    }
    if wanted("files") {
        report.files(&files::measure(stage).await?);
    }
    if wanted("pages") {
        report.pages(&pages::measure(stage).await?);
    }
    // Late: its links are many, and would be in the way of the others.
    if wanted("sweep") {
        report.sweeps(&sweep::measure(stage).await?);
    }
    // Last: no worker takes what it sends.
    if wanted("webhooks") {
        report.hooks(&hooks::measure(stage).await?);
    }
    Ok(())
}
