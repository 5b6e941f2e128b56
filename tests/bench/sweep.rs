//! Many links: what a backfill costs, what a sweep costs where one link in a hundred changed, and
//! whether a worker's memory grows with their number.

use std::time::{Duration, Instant};

use anyhow::Result;
use lockstep_simulator::core::{FaultKind, FaultSpec};
use lockstep_testkit::environment::variable;
use serde_json::json;

use crate::calls::{Cost, Tally, counted};
use crate::stage::{Linked, Stage};

/// New records of a backfill.
const BACKFILL: usize = 1_000;

/// Links of the great sweep, unless `LOCKSTEP_BENCH_LINKS` says otherwise.
const LINKS: &str = "10000";

/// One link in so many changes.
const ONE_IN: usize = 100;

/// What was measured.
pub struct Sweeps {
    /// A backfill of new records.
    pub backfill: Cost,
    /// How long it took.
    pub backfill_took: Duration,
    /// Links of the sweeps that follow.
    pub links: usize,
    /// A sweep that finds nothing.
    pub idle: Tally,
    /// How long it took.
    pub idle_took: Duration,
    /// A sweep that finds one link in a hundred changed, the sweep's own calls included.
    pub changed: Cost,
    /// From its beginning to the last link in step.
    pub changed_took: Duration,
    /// The most memory that a worker took for a sweep that listed so many links, in bytes.
    pub memory: [(usize, u64); 2],
}

/// Measures all of it; the links stay.
pub async fn measure(stage: &mut Stage) -> Result<Sweeps> {
    // Here sweeps alone are measured.
    let rule = stage.people.add_fault(&FaultSpec::new(FaultKind::WebhookLose)).await?;
    let mut backfill_took = Duration::ZERO;
    let tally = counted(stage, backfill(stage, &mut backfill_took)).await?;
    let backfill_cost = Cost::in_bulk("1,000 new records in a backfill", BACKFILL, tally);
    // More than a page, so that what one page takes is not counted for each link.
    backfill(stage, &mut Duration::default()).await?;
    let few = memory_of_a_sweep(stage).await?;
    let wanted: usize = variable("LOCKSTEP_BENCH_LINKS", LINKS).parse()?;
    while stage.linked().await?.len() < wanted {
        backfill(stage, &mut Duration::default()).await?;
    }
    let many = memory_of_a_sweep(stage).await?;
    let links = stage.linked().await?;
    an_hour_later(stage, &links[0]).await?;
    let mut idle_took = Duration::ZERO;
    let idle = counted(stage, swept(stage, &mut idle_took)).await?;
    let some: Vec<Linked> = links.iter().step_by(ONE_IN).cloned().collect();
    let mut changed_took = Duration::ZERO;
    let tally = counted(stage, changed(stage, &some, &mut changed_took)).await?;
    stage.people.release_fault(rule).await?;
    Ok(Sweeps {
        backfill: backfill_cost,
        backfill_took,
        links: links.len(),
        idle,
        idle_took,
        changed: Cost::in_bulk("1 % of them changed, sweep's own included", some.len(), tally),
        changed_took,
        memory: [few, many],
    })
}

/// People open cases, and the fleet sweeps until each has its issue.
async fn backfill(stage: &Stage, took: &mut Duration) -> Result<()> {
    let total = stage.linked().await?.len() + BACKFILL;
    stage.open_cases(BACKFILL).await?;
    let began = Instant::now();
    stage.sweep().await?;
    stage.until_linked(total).await?;
    *took = began.elapsed();
    Ok(())
}

/// How many links there are, and the most memory that a new worker takes for a sweep that lists all
/// of them: they all changed within the time that a sweep looks back.
async fn memory_of_a_sweep(stage: &mut Stage) -> Result<(usize, u64)> {
    stage.quiet().await?;
    stage.stop_worker().await?;
    stage.start_worker().await?;
    swept(stage, &mut Duration::default()).await?;
    stage.quiet().await?;
    Ok((stage.linked().await?.len(), stage.worker_peak()?))
}

/// Sweeps, and waits until it is over.
async fn swept(stage: &Stage, took: &mut Duration) -> Result<()> {
    let sql = "SELECT coalesce(max(swept_at), '-infinity')::text FROM item";
    let before: String = stage.sql().await?.query_one(sql, &[]).await?.get(0);
    let began = Instant::now();
    stage.sweep().await?;
    let sql = format!("SELECT count(*) FROM item WHERE swept_at > '{before}'");
    stage.until("the item is swept", &sql, 1).await?;
    *took = began.elapsed();
    Ok(())
}

/// Both vendors' clocks go on by an hour: what has changed until now is no longer recent.
async fn an_hour_later(stage: &Stage, link: &Linked) -> Result<()> {
    stage.people.post("/control/clock", &json!({ "advance_ms": 3_600_000 })).await?;
    let subject = json!({ "Subject": "An hour later" });
    stage.people.salesforce_edit("Case", &link.record, subject).await?;
    for _ in 0..2 {
        swept(stage, &mut Duration::default()).await?;
        stage.quiet().await?;
    }
    Ok(())
}

/// People rename these cases, and the fleet sweeps until their issues show it.
async fn changed(stage: &Stage, links: &[Linked], took: &mut Duration) -> Result<()> {
    for link in links {
        let subject = json!({ "Subject": format!("One in a hundred {}", link.link) });
        stage.people.salesforce_edit("Case", &link.record, subject).await?;
    }
    let began = Instant::now();
    stage.sweep().await?;
    let sql = "SELECT count(*) FROM link JOIN lease ON lease.link = link.id WHERE owner IS NULL \
        AND base->'fields'->'Subject:summary'->'jira'->>'value' = 'One in a hundred ' || link.id";
    stage.until("links brought in step", sql, i64::try_from(links.len())?).await?;
    *took = began.elapsed();
    Ok(())
}
