//! Hints may be lost, doubled and out of order: state is the truth.

use std::time::Instant;

use anyhow::{Context, Result};
use lockstep_simulator::core::{FaultKind, FaultSpec};
use lockstep_testkit::eventually;
use serde_json::json;

use crate::world::{PATIENCE, Setting, World, full_case};

/// The example item, of which one field waits for the night.
fn hybrid() -> &'static str {
    let item = include_str!("../../deploy/examples/support-bugs.yaml");
    let batch = item.replace("jira: customfield_10050 }", "jira: customfield_10050, when: batch }");
    format!("{batch}batch: nightly\n").leak()
}

/// F-193, F-209: a webhook that is lost costs only time; the sweep finds what it meant. What a webhook told of
/// a field that is written in batches waits for the batch, and is not lost.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_lost_webhook_meant_is_found_by_the_sweep() -> Result<()> {
    let world = World::with(Setting { item: hybrid(), ..Setting::default() }).await?;
    let (case, key) = world.linked_case(&full_case("Lost hint")).await?;
    let edit = json!({ "summary": "At once", "customfield_10050": "staging" });
    world.people.jira_edit(&key, edit).await?;
    world.case_shows(&case, "Subject", "At once").await;
    let link = world.link_of(&case).await?["link"].to_string();
    let waits = || async {
        let explained = world.cli_raw(&["explain", &link, "Environment__c"]).await;
        explained.is_ok_and(|(_, printed)| printed.contains("waits for the batch at 20"))
    };
    eventually(PATIENCE, "it is said until when it waits", waits).await;
    assert_eq!(
        world.people.salesforce_record("Case", &case).await?["Environment__c"],
        "production"
    );
    let due = "UPDATE link SET base = jsonb_set(base, '{batch,Environment__c:customfield_10050}', \
        '\"2026-01-01T02:00:00Z\"')";
    world.database().await?.execute(due, &[]).await?;
    world.case_shows(&case, "Environment__c", "staging").await;
    world.people.add_fault(&FaultSpec::new(FaultKind::WebhookLose)).await?;
    world.people.jira_edit(&key, json!({ "summary": "Found by the sweep" })).await?;
    world.case_shows(&case, "Subject", "Found by the sweep").await;
    world.people.clear_faults().await?;
    world.end().await
}

/// F-205, F-306: webhooks that come three times and out of order have one effect.
#[tokio::test(flavor = "multi_thread")]
async fn complaint_10_webhooks_in_triplicate_and_out_of_order_have_one_effect() -> Result<()> {
    let world = World::start().await?;
    let (case, key) = world.linked_case(&full_case("Echo chamber")).await?;
    world.people.add_fault(&FaultSpec::new(FaultKind::WebhookDuplicate { copies: 2 })).await?;
    world.people.add_fault(&FaultSpec::new(FaultKind::WebhookReorder { window_ms: 300 })).await?;
    world.people.reset_calls().await?;
    world.people.jira_edit(&key, json!({ "summary": "One" })).await?;
    world.people.jira_edit(&key, json!({ "summary": "Two" })).await?;
    world.people.jira_comment(&key, "Once, please.").await?;
    world.case_shows(&case, "Subject", "Two").await;
    world.let_it_settle().await?;
    let comments = world.case_comments(&case).await?;
    assert_eq!(
        comments.iter().filter(|text| text.contains("Once, please.")).count(),
        1,
        "{comments:#?}"
    );
    assert_eq!(world.people.salesforce_record("Case", &case).await?["Subject"], "Two");
    assert_eq!(world.calls("jira.issue.edit").await?, 0);
    assert_eq!(world.issues_of(&case).await?.len(), 1);
    world.people.clear_faults().await?;
    world.end().await
}

/// A burst of hints for one issue is coalesced: hundreds of webhooks make few looks.
#[tokio::test(flavor = "multi_thread")]
async fn a_burst_of_hints_makes_few_looks() -> Result<()> {
    let world = World::start().await?;
    let (case, key) = world.linked_case(&full_case("Burst")).await?;
    world
        .people
        .add_fault(&FaultSpec::new(FaultKind::WebhookDuplicate { copies: 99 }).times(1))
        .await?;
    world.people.reset_calls().await?;
    world.people.jira_edit(&key, json!({ "summary": "Burst, once" })).await?;
    world.case_shows(&case, "Subject", "Burst, once").await;
    world.let_it_settle().await?;
    let looks = world.calls("jira.issue.get").await?;
    assert!(looks <= 6, "{looks} looks for one change");
    world.end().await
}

/// F-193: five hundred webhooks for one issue in a second, half of them without a version, make at
/// most three looks: whoever has the link in hand waits a moment and looks once more for all that
/// came meanwhile. Where this machine needs longer for them, it is a look more for each second.
#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_hooks_in_a_second_make_at_most_three_looks() -> Result<()> {
    const HOOKS: usize = 500;
    let world = World::with(Setting { workers: 2, ..Setting::default() }).await?;
    let (case, key) = world.linked_case(&full_case("Burst")).await?;
    world.sweep_seldom().await?;
    world.let_it_rest().await?;
    // Jira itself says nothing: what comes, comes from here.
    world.people.add_fault(&FaultSpec::new(FaultKind::WebhookLose)).await?;
    world.people.jira_edit(&key, json!({ "summary": "Burst, once" })).await?;
    let issue = world.people.jira_issue(&key).await?;
    let id = issue["id"].as_str().context("id")?.to_owned();
    let updated = issue["fields"]["updated"].as_str().context("updated")?.to_owned();
    world.people.reset_calls().await?;
    let fields = json!({ "id": id, "key": key, "fields": { "updated": updated } });
    let bodies = ["jira:issue_updated", "comment_updated"].map(|event| {
        json!({ "webhookEvent": event, "issue": fields, "comment": { "id": "1" } }).to_string()
    });
    let began = Instant::now();
    let hooks: Vec<String> = bodies.iter().cycle().take(HOOKS).cloned().collect();
    world.send_many(&hooks).await?;
    while world.queues.waiting().await? > 0 {}
    let took = began.elapsed();
    world.case_shows(&case, "Subject", "Burst, once").await;
    world.let_it_rest().await?;
    let looks = world.calls("jira.issue.get").await?;
    println!("{HOOKS} hooks in {took:?}: {looks} looks");
    let most = 2.0 + took.as_secs_f64().ceil();
    assert!(
        f64::from(u32::try_from(looks)?) <= most,
        "{looks} looks for {HOOKS} hooks in {took:?}"
    );
    world.people.clear_faults().await?;
    world.end().await
}
