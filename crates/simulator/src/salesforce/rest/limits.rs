//! The org's limits.

use serde_json::{Value, json};

use super::call::Call;
use super::reply::Reply;
use crate::salesforce::error::Refusal;
use crate::salesforce::world::SalesforceWorld;

/// `GET /limits`; needs *View Setup and Configuration*.
pub(super) fn all(world: &SalesforceWorld) -> Result<Reply, Refusal> {
    if !world.permissions.view_setup {
        let text = "You need the View Setup and Configuration permission to read limits.";
        return Err(Refusal::new(403, "INSUFFICIENT_ACCESS", text));
    }
    let whole = |max: u64| json!({"Max": max, "Remaining": max});
    let remaining = world.usage.max.saturating_sub(world.usage.used);
    Ok(Reply::ok(json!({
        "DailyApiRequests": {"Max": world.usage.max, "Remaining": remaining},
        "DailyAsyncApexExecutions": whole(250_000),
        "DailyBulkV2QueryJobs": whole(10_000),
        "DailyDeliveredPlatformEvents": whole(10_000),
        "HourlyPublishedPlatformEvents": whole(50_000),
        "DataStorageMB": whole(5),
        "FileStorageMB": whole(20),
        "SingleEmail": whole(15),
    })))
}

/// `GET /limits/recordCount?sObjects=A,B`.
pub(super) fn record_count(world: &SalesforceWorld, call: &Call<'_>) -> Reply {
    let wanted: Vec<&str> = call
        .param("sObjects")
        .unwrap_or_default()
        .split(',')
        .filter(|name| !name.is_empty())
        .collect();
    let counts = world.counts();
    let shown: Vec<Value> = counts
        .iter()
        .filter(|(name, _)| wanted.is_empty() || wanted.contains(&name.as_str()))
        .map(|(name, count)| json!({"count": count, "name": name}))
        .collect();
    Reply::ok(json!({"sObjects": shown}))
}
