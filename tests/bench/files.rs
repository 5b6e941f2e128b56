//! One large file each way: how long it takes, and how much the worker grows with it.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use lockstep_tests::world::full_case;

use crate::stage::Stage;

/// Bytes of the file: 500 MB.
const SIZE: u64 = 500_000_000;

/// How long one may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// What was measured.
pub struct Files {
    /// Bytes of each file.
    pub size: u64,
    /// From the sweep that finds it to the whole file on the other side: to Salesforce, to Jira.
    pub took: [Duration; 2],
    /// The worker's resident memory before, in bytes.
    pub before: u64,
    /// The most that it was until the end, in bytes.
    pub peak: u64,
}

/// Measures both ways on a worker that was just started.
pub async fn measure(stage: &mut Stage) -> Result<Files> {
    stage.stop_worker().await?;
    stage.apply("files:\n  enabled: true\n  max_mb: 600\n").await?;
    stage.start_worker().await?;
    let case = stage.people.salesforce_create("Case", full_case("Bench files")).await?;
    let case = case["Id"].as_str().context("Id")?.to_owned();
    stage.sweep().await?;
    let sql =
        format!("SELECT count(*) FROM link WHERE record = '{case}' AND issue_key IS NOT NULL");
    stage.until("the case has its issue", &sql, 1).await?;
    stage.quiet().await?;
    let row = format!("SELECT issue_key FROM link WHERE record = '{case}'");
    let key: String = stage.sql().await?.query_one(&row, &[]).await?.get(0);
    let before = stage.worker_bytes()?;
    stage.people.jira_attach_made_up(&key, "up.bin", SIZE).await?;
    let up = arrived(stage, (&case, &key), 1).await?;
    stage.people.salesforce_attach_made_up(&case, "down.bin", SIZE + 1).await?;
    let down = arrived(stage, (&case, &key), 2).await?;
    let peak = stage.worker_peak()?;
    stage.apply("").await?;
    Ok(Files { size: SIZE, took: [up, down], before, peak })
}

/// Sweeps, and waits until both sides have so many files.
async fn arrived(stage: &Stage, (case, key): (&str, &str), count: usize) -> Result<Duration> {
    let began = Instant::now();
    stage.sweep().await?;
    let path = format!("/control/salesforce/records/ContentDocumentLink?LinkedEntityId={case}");
    loop {
        let issue = stage.people.jira_issue(key).await?;
        let on_issue = issue["attachments"].as_array().map_or(0, Vec::len);
        let on_case = stage.people.get(&path).await?["total"].as_u64().unwrap_or_default();
        if on_issue == count && usize::try_from(on_case)? == count {
            return Ok(began.elapsed());
        }
        ensure!(began.elapsed() < PATIENCE, "{on_case} on the case, {on_issue} on the issue");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
