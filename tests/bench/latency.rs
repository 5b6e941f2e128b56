//! From a person's edit in Jira to the case's new value, one edit after another on an idle fleet.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, Utc};
use lockstep_simulator::core::CallFilter;
use serde_json::{Value, json};

use crate::stage::{Linked, Stage};

/// Edits that are measured.
const EDITS: usize = 200;

/// How often the case is looked at.
const LOOK: Duration = Duration::from_millis(2);

const PATIENCE: Duration = Duration::from_secs(10);

/// Milliseconds, sorted.
pub struct Latency {
    /// From the edit's call to the value that a person sees.
    pub seen: Vec<f64>,
    /// From the webhook's leaving Jira to the write's reaching Salesforce.
    pub hook_to_write: Vec<f64>,
}

/// The value below which this share of the sorted values lies.
pub fn percentile(sorted: &[f64], percent: usize) -> f64 {
    let at = (sorted.len() * percent).div_ceil(100).max(1) - 1;
    sorted.get(at).copied().unwrap_or(f64::NAN)
}

/// Measures both.
pub async fn measure(stage: &Stage) -> Result<Latency> {
    let links = stage.links().await?;
    stage.quiet().await?;
    let before = stage.people.jira_deliveries().await?.len();
    stage.people.reset_calls().await?;
    let mut seen = Vec::with_capacity(EDITS);
    for (n, link) in links.iter().cycle().take(EDITS).enumerate() {
        seen.push(edit(stage, link, &format!("Quick {n}")).await?);
    }
    stage.quiet().await?;
    seen.sort_by(f64::total_cmp);
    Ok(Latency { seen, hook_to_write: hook_to_write(stage, before).await? })
}

async fn edit(stage: &Stage, link: &Linked, subject: &str) -> Result<f64> {
    let began = Instant::now();
    stage.people.jira_edit(&link.key, json!({ "summary": subject })).await?;
    loop {
        let case = stage.people.salesforce_record("Case", &link.record).await?;
        if case["Subject"] == subject {
            return Ok(began.elapsed().as_secs_f64() * 1000.0);
        }
        ensure!(began.elapsed() < PATIENCE, "{subject} did not reach the case");
        tokio::time::sleep(LOOK).await;
    }
}

/// Pairs webhooks and writes in their order: there was one of each an edit.
async fn hook_to_write(stage: &Stage, before: usize) -> Result<Vec<f64>> {
    let deliveries = stage.people.jira_deliveries().await?;
    let left: Vec<DateTime<Utc>> =
        deliveries.iter().skip(before).map(|one| stamp(&one["created"])).collect::<Result<_>>()?;
    let composite =
        CallFilter { operation: Some("salesforce.composite".to_owned()), ..CallFilter::default() };
    let calls = stage.people.calls(&composite).await?;
    let writes = calls.iter().filter(|call| call.request_body.contains("PATCH"));
    let written: Vec<DateTime<Utc>> = writes.map(|call| call.at).collect();
    ensure!(
        left.len() == EDITS && written.len() == EDITS,
        "{EDITS} edits made {} webhooks and {} writes",
        left.len(),
        written.len()
    );
    let mut took: Vec<f64> = left
        .iter()
        .zip(written)
        .map(|(left, written)| (written - left).as_seconds_f64() * 1000.0)
        .collect();
    took.sort_by(f64::total_cmp);
    Ok(took)
}

fn stamp(value: &Value) -> Result<DateTime<Utc>> {
    let text = value.as_str().context("a delivery without time")?;
    Ok(DateTime::parse_from_rfc3339(text)?.to_utc())
}
