//! Links that one worker brings in step, against a bare loop that makes the same calls and statements.
//!
//! Worker and floor start cold in each round: new connections, a new token, nothing prepared. Both
//! are timed by the simulators' own record, from the first call that came to the last write.

mod floor;
mod replay;
mod statements;

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use lockstep_simulator::core::{Call, CallFilter};

use crate::hooks::{Throughput, each_of, rate};
use crate::machine;
use crate::stage::{Linked, Stage};

/// The two take turns this often.
const ROUNDS: usize = 5;

/// Worker and floor in turns; each has its own links, so that neither finds the other's writes.
pub async fn measure(stage: &mut Stage) -> Result<Throughput> {
    let links = stage.links().await?.to_vec();
    let (for_worker, for_floor) = links.split_at(links.len() / 2);
    let (mut fleet, mut bare) = (Vec::new(), Vec::new());
    let (mut fleet_cpu, mut floor_cpu) = (Duration::ZERO, Duration::ZERO);
    for round in 0..ROUNDS {
        let (calls, spent) = work(stage, for_worker, round).await?;
        fleet.push(speed(&calls, for_worker.len())?);
        fleet_cpu += spent;
        let replay = replay::Replay::of(&calls, for_worker)?;
        stage.people.reset_calls().await?;
        let before = machine::own_cpu()?;
        floor::run(stage, &replay, for_floor, round).await?;
        floor_cpu += machine::own_cpu()?.saturating_sub(before);
        let calls = stage.people.calls(&CallFilter::default()).await?;
        bare.push(speed(&calls, for_floor.len())?);
    }
    let all = ROUNDS * for_worker.len();
    Ok(Throughput {
        fleet,
        floor: bare,
        fleet_cpu: each_of(all, fleet_cpu),
        floor_cpu: each_of(all, floor_cpu),
        client_cpu: None,
    })
}

/// Lets a new worker find a full queue; gives the calls that it made and the processor time that it
/// took for them.
async fn work(stage: &mut Stage, links: &[Linked], round: usize) -> Result<(Vec<Call>, Duration)> {
    stage.stop_worker().await?;
    stage.rename_issues(links, &format!("Round {round}:")).await?;
    stage.quiet().await?;
    stage.people.reset_calls().await?;
    stage.start_worker().await?;
    let undone = format!(
        "SELECT count(*) FROM link JOIN lease ON lease.link = link.id WHERE owner IS NULL \
         AND base->'fields'->'Subject:summary'->'jira'->>'value' = 'Round {round}: ' || link.id"
    );
    let all = i64::try_from(links.len())?;
    stage.until("links brought in step", &undone, all).await?;
    let calls = stage.people.calls(&CallFilter::default()).await?;
    let spent = stage.worker_cpu()?;
    stage.stop_worker().await?;
    Ok((calls, spent))
}

/// Links a second, from the first call to the last write. Each link must have cost three calls.
fn speed(calls: &[Call], links: usize) -> Result<f64> {
    let of_jobs = |call: &&Call| call.operation != "salesforce.token";
    ensure!(
        calls.iter().filter(of_jobs).count() == 3 * links,
        "{links} links took {} calls",
        calls.len()
    );
    let writes = calls.iter().filter(|call| replay::writes(call));
    let last = writes.map(|call| call.at).max().context("no write")?;
    let first = calls.iter().map(|call| call.at).min().context("no call")?;
    Ok(rate(links, (last - first).to_std()?))
}
