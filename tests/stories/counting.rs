//! What workers count, and what they tell the store so that people find and see it.

use std::time::Duration;

use anyhow::Result;
use serde_json::json;

use crate::world::{World, full_case};

/// A worker's counts are in the store at the latest when it has ended: changes and how old they were by
/// direction, how long jobs waited, calls by connection, and what the org tells of its daily limit. So is
/// what a link is found by.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_worker_counts_outlives_it() -> Result<()> {
    let mut world = World::start().await?;
    let (case, key) = world.linked_case(&full_case("Counted")).await?;
    world.people.jira_edit(&key, json!({ "summary": "Counted from Jira" })).await?;
    world.case_shows(&case, "Subject", "Counted from Jira").await;
    world.people.salesforce_edit("Case", &case, json!({ "Subject": "Counted back" })).await?;
    world.cli(&["sync", "item", "support-bugs"]).await?;
    world.issue_shows(&key, "summary", "Counted back").await;
    world.let_it_settle().await?;
    for mut worker in std::mem::take(&mut world.workers) {
        worker.terminate().await?;
        assert!(worker.wait(Duration::from_secs(12)).await?.success());
    }
    let database = world.database().await?;
    let counted = "SELECT count(*) FROM measure WHERE series = $1 AND label = $2 AND count > 0 \
        AND ($1 NOT IN ('latency', 'queue_age') OR cardinality(buckets) = 13)";
    for (series, label) in [
        ("latency", "jira_to_salesforce"),
        ("latency", "salesforce_to_jira"),
        ("changes", "jira_to_salesforce"),
        ("changes", "salesforce_to_jira"),
        ("queue_age", "live"),
    ] {
        let rows: i64 = database.query_one(counted, &[&series, &label]).await?.get(0);
        assert!(rows > 0, "{series} {label}");
    }
    let calls = "SELECT count(DISTINCT label) FROM measure JOIN connection ON label = id::text \
        WHERE series = 'calls' AND count > 0";
    assert_eq!(
        database.query_one(calls, &[]).await?.get::<_, i64>(0),
        2,
        "both vendors were called"
    );
    let limit = "SELECT count(*) FROM connection_usage JOIN connection ON connection = id \
        WHERE kind = 'salesforce' AND used > 0 AND max > used";
    assert_eq!(database.query_one(limit, &[]).await?.get::<_, i64>(0), 1);
    let told = "SELECT summary, keys FROM link_text JOIN link ON link = id WHERE record = $1";
    let told = database.query_one(told, &[&case]).await?;
    assert_eq!(told.get::<_, &str>("summary"), "Counted back");
    assert_eq!(told.get::<_, Vec<String>>("keys"), [key]);
    world.end().await
}
