//! What an operator sees and does.

use std::time::Duration;

use anyhow::{Context, Result};
use lockstep_testkit::eventually;
use serde_json::{Value, json};

use crate::world::{PATIENCE, Setting, World, full_case};

/// A worker that is asked to end finishes what it has in hand; the other one takes the rest.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_asked_to_end_drains() -> Result<()> {
    let mut world = World::with(Setting { workers: 2, ..Setting::default() }).await?;
    let mut cases = Vec::new();
    for number in 0..8 {
        let case =
            world.people.salesforce_create("Case", full_case(&format!("Drain {number}"))).await?;
        cases.push(case["Id"].as_str().context("Id")?.to_owned());
    }
    let mut worker = world.workers.remove(0);
    worker.terminate().await?;
    let ended = worker.wait(Duration::from_secs(12)).await?;
    assert!(ended.success(), "{}", worker.lines().join("\n"));
    for case in &cases {
        let key = world.issue_of(case).await?;
        assert_eq!(world.issues_of(case).await?, [key]);
    }
    world.end().await
}

/// F-207: a job that nobody can read becomes a dead letter with a remedy; it can be discarded.
#[tokio::test(flavor = "multi_thread")]
async fn complaint_18_a_poison_message_becomes_a_dead_letter_with_a_remedy() -> Result<()> {
    let world = World::start().await?;
    world.publish_raw(b"{\"no\": \"job\"}").await?;
    let dead = || async {
        world.cli(&["dead", "list"]).await.is_ok_and(|rows| rows[0]["code"] == "LS-LS-002")
    };
    eventually(PATIENCE, "the letter is listed", dead).await;
    let letter = world.cli(&["dead", "list"]).await?[0]["letter"].to_string();
    let (_, shown) = world.cli_raw(&["dead", "show", &letter]).await?;
    assert!(shown.contains("remedy:"), "{shown}");
    world.cli(&["dead", "discard", &letter]).await?;
    assert_eq!(world.cli(&["dead", "list"]).await?, json!([]));
    world.end().await
}

/// While the broker is away the ingress says so, and takes hooks again as soon as it is back.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_broker_the_ingress_does_not_take_hooks() -> Result<()> {
    let world = World::start().await?;
    assert_eq!(world.send_hook(b"Hello", None).await?, 401);
    let body = br#"{"webhookEvent":"jira:issue_updated","issue":{"id":"1"}}"#;
    assert_eq!(world.send_hook(body, Some("sha256=00")).await?, 401);
    assert_eq!(world.send_signed(b"no json").await?, 400);
    assert_eq!(world.send_signed(body).await?, 202);
    world.broker_proxy.cut();
    let refused = || async { world.send_signed(body).await.is_ok_and(|status| status == 503) };
    eventually(PATIENCE, "the ingress refuses", refused).await;
    world.broker_proxy.resume();
    let taken = || async { world.send_signed(body).await.is_ok_and(|status| status == 202) };
    eventually(PATIENCE, "the ingress takes hooks again", taken).await;
    world.end().await
}

/// F-308: one correlation id runs from the webhook's answer to the audit row of the last write.
#[tokio::test(flavor = "multi_thread")]
async fn complaint_21_one_correlation_id_runs_from_the_webhook_to_the_last_write() -> Result<()> {
    let world = World::start().await?;
    let (case, key) = world.linked_case(&full_case("Traced")).await?;
    world.people.jira_edit(&key, json!({ "summary": "Traced, renamed" })).await?;
    world.case_shows(&case, "Subject", "Traced, renamed").await;
    let written = || async {
        let link = world.link_of(&case).await.unwrap_or_default();
        link["audit"].as_array().is_some_and(|rows| rows.iter().any(is_webhook_write))
    };
    eventually(PATIENCE, "the write is audited", written).await;
    let link = world.link_of(&case).await?;
    let rows = link["audit"].as_array().cloned().unwrap_or_default();
    let row = rows.iter().find(|row| is_webhook_write(row)).context("no write")?;
    let correlation = row["correlation"].as_str().context("correlation")?;
    assert_eq!(
        (&row["before"]["value"], &row["after"]["value"]),
        (&json!("Traced"), &json!("Traced, renamed"))
    );
    let ingress = world.ingress.lines().join("\n");
    assert!(ingress.contains(correlation), "{correlation} is not in the ingress's log:\n{ingress}");
    world.end().await
}

fn is_webhook_write(row: &Value) -> bool {
    row["step"] == "update_record"
        && row["cause"] == "webhook"
        && row["subject"] == "Subject:summary"
}

/// F-330, F-335: `doctor` and `item apply` say what is wrong and what would be right.
#[tokio::test(flavor = "multi_thread")]
async fn bad_input_is_refused_with_its_place_and_a_remedy() -> Result<()> {
    let world = World::with(Setting { workers: 0, ..Setting::default() }).await?;
    let (code, printed) = world.cli_raw(&["doctor"]).await?;
    assert_eq!(code, 0, "{printed}");
    let wrong = include_str!("../../deploy/examples/support-bugs.yaml")
        .replace("mode: two-way", "mode: two-way\nspeed: fast");
    let (code, printed) = world.apply(&wrong).await?;
    assert_eq!(code, 3, "{printed}");
    assert!(printed.contains("speed") && printed.contains("line"), "{printed}");
    let wrong = include_str!("../../deploy/examples/support-bugs.yaml")
        .replace("jira: summary", "jira: customfield_99999");
    let (code, printed) = world.apply(&wrong).await?;
    assert_eq!(code, 3, "{printed}");
    assert!(
        printed.contains("mappings[0].jira") && printed.contains("customfield_99999"),
        "{printed}"
    );
    let (code, printed) = world.cli_raw(&["plan", "item", "nobody"]).await?;
    assert_eq!(code, 4, "{printed}");
    world.end().await
}

/// A job about something that was deleted meanwhile is done, not dead.
#[tokio::test(flavor = "multi_thread")]
async fn a_job_about_a_link_that_is_gone_is_done() -> Result<()> {
    let world = World::start().await?;
    let job = json!({
        "id": "6f6e6c79-2061-4a74-8573-74206a6f6221", "kind": { "look_at": "link", "link": 4711 },
        "lane": "live", "attempt": 0, "first_seen": "2026-11-22T10:00:00Z",
        "correlation": "test", "cause": "person",
    });
    world.publish_raw(job.to_string().as_bytes()).await?;
    let (_, key) = world.linked_case(&full_case("After it")).await?;
    assert!(key.starts_with("SUP-"));
    world.end().await
}

/// F-46, F-47, F-48, F-117: the table of items says what each does and how its latest sweep went; what needs
/// somebody is told there.
#[tokio::test(flavor = "multi_thread")]
async fn the_table_of_items_shows_how_each_stands() -> Result<()> {
    let world = World::start().await?;
    let (case, _) = world.linked_case(&full_case("Listed")).await?;
    stands(&world, "swept").await;
    let (_, printed) = world.cli_raw(&["item", "list"]).await?;
    for part in ["two-way", "Service Cloud", "<->", "enabled", "off", "with news"] {
        assert!(printed.contains(part), "{part}: {printed}");
    }
    let glance = world.cli(&["item", "list"]).await?[0]["glance"].clone();
    assert_eq!(glance["mappings"][0], "Subject <-> summary");
    assert_eq!((&glance["comments"], &glance["attachments"]), (&json!(true), &json!(false)));
    world.people.salesforce_edit("Case", &case, json!({ "Priority": "Unheard of" })).await?;
    stands(&world, "attention_required").await;
    world.cli(&["item", "pause", "support-bugs"]).await?;
    stands(&world, "paused").await;
    world.end().await
}

/// Waits until the table says this of the item's latest sweep.
async fn stands(world: &World, what: &str) {
    let listed = || async {
        let items = world.cli(&["item", "list"]).await.unwrap_or_default();
        items[0]["latest_sync"]["is"] == what
    };
    eventually(PATIENCE, what, listed).await;
}
