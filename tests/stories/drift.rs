//! What differs between the two sides is told with a number, and dealt with as the item says.

use anyhow::{Context, Result};
use lockstep_testkit::eventually;
use serde_json::{Value, json};

use crate::world::{PATIENCE, Setting, World, full_case};

const ITEM: &str = include_str!("../../deploy/examples/support-bugs.yaml");

/// The example item, one-way, with a choice for what strays.
fn one_way(drift: &str) -> String {
    format!("{}drift: {drift}\n", ITEM.replace("mode: two-way", "mode: one-way"))
}

async fn drift(world: &World) -> Result<Value> {
    world.cli(&["drift", "support-bugs"]).await
}

/// F-209, F-309: a change on the side that does not own a field is counted while it stands, healed once the
/// item says so, and put before a person where the item asks.
#[tokio::test(flavor = "multi_thread")]
async fn what_strayed_is_counted_healed_or_put_before_a_person() -> Result<()> {
    let setting = Setting { item: one_way("report").leak(), ..Setting::default() };
    let world = World::with(setting).await?;
    let (case, key) = world.linked_case(&full_case("Owned")).await?;
    world.let_it_settle().await?;
    assert_eq!(drift(&world).await?["differences"], 0);
    world.people.jira_edit(&key, json!({ "summary": "Strayed" })).await?;
    let let_stand = || async { drift(&world).await.is_ok_and(|now| now["left"] == 1) };
    eventually(PATIENCE, "the difference is counted", let_stand).await;
    let told = drift(&world).await?;
    let sample = &told["items"][0]["samples"][0];
    assert_eq!(sample["issue"], json!(key), "{told:#}");
    let one = &sample["differences"][0];
    assert_eq!((&one["subject"], &one["cause"]), (&json!("Subject:summary"), &json!("left")));
    assert_eq!(one["jira"]["value"], "Strayed");
    let (code, printed) = world.cli_raw(&["drift", "all"]).await?;
    assert!(code == 0 && printed.contains("1 differences on 1 of 1 links"), "{printed}");

    world.reapply(&one_way("heal")).await?;
    world.cli(&["link", "refresh", &key]).await?;
    world.issue_shows(&key, "summary", "Owned").await;
    let healed = || async { drift(&world).await.is_ok_and(|now| now["differences"] == 0) };
    eventually(PATIENCE, "nothing differs", healed).await;
    let link = world.link_of(&case).await?;
    let rows = link["audit"].as_array().cloned().unwrap_or_default();
    let row = rows.iter().find(|row| row["reason"]["rule"] == "heal").context("no healing")?;
    assert_eq!(row["reason"]["lost"]["value"], "Strayed", "{row:#}");
    world.people.jira_edit(&key, json!({ "summary": "Strayed again" })).await?;
    world.issue_shows(&key, "summary", "Owned").await;

    world.reapply(&one_way("ask")).await?;
    world.people.jira_edit(&key, json!({ "summary": "Kept" })).await?;
    let held = || async { drift(&world).await.is_ok_and(|now| now["held"] == 1) };
    eventually(PATIENCE, "it waits for a person", held).await;
    let link = link["link"].to_string();
    world.cli(&["conflict", "resolve", &link, "Subject", "--take", "jira", "--as", "lead"]).await?;
    let decided = || async { drift(&world).await.is_ok_and(|now| now["differences"] == 0) };
    eventually(PATIENCE, "a person let it stand", decided).await;
    world.let_it_settle().await?;
    assert_eq!(world.people.jira_issue(&key).await?["fields"]["summary"], "Kept");
    assert_eq!(world.people.salesforce_record("Case", &case).await?["Subject"], "Owned");
    world.end().await
}
