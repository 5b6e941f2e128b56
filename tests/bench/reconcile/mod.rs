//! Links that one worker brings in step, against a bare loop that makes the same calls and statements.
//!
//! Worker and floor start cold in each round: new connections, a new token, nothing prepared. Both
//! are timed by the simulators' own record, from the first call that came to the last write.

mod floor;
mod replay;
mod statements;

use anyhow::{Context, Result, ensure};
use lockstep_simulator::core::{Call, CallFilter};

use crate::hooks::{Throughput, rate};
use crate::stage::{Linked, Stage};

/// The two take turns this often.
const ROUNDS: usize = 3;

/// Worker and floor in turns; each has its own links, so that neither finds the other's writes.
pub async fn measure(stage: &mut Stage) -> Result<Throughput> {
    let links = stage.links().await?.to_vec();
    let (for_worker, for_floor) = links.split_at(links.len() / 2);
    let (mut fleet, mut bare) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let calls = work(stage, for_worker, round).await?;
        fleet.push(speed(&calls, for_worker.len())?);
        let replay = replay::Replay::of(&calls, for_worker)?;
        stage.people.reset_calls().await?;
        floor::run(stage, &replay, for_floor, round).await?;
        let calls = stage.people.calls(&CallFilter::default()).await?;
        bare.push(speed(&calls, for_floor.len())?);
    }
    Ok(Throughput { fleet, floor: bare })
}

/// Lets a new worker find a full queue; gives the calls that it made.
async fn work(stage: &mut Stage, links: &[Linked], round: usize) -> Result<Vec<Call>> {
    stage.stop_worker().await?;
    stage
        .rename_issues(links, &format!("Round {round}:"))
        .await?;
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
    stage.stop_worker().await?;
    Ok(calls)
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
