//! Hints may be lost, doubled and out of order: state is the truth.

use anyhow::Result;
use lockstep_simulator::core::{FaultKind, FaultSpec};
use serde_json::json;

use crate::world::{World, full_case};

/// F-193, F-209: a webhook that is lost costs only time; the sweep finds what it meant.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_lost_webhook_meant_is_found_by_the_sweep() -> Result<()> {
    let world = World::start().await?;
    let (case, key) = world.linked_case(&full_case("Lost hint")).await?;
    world.people.add_fault(&FaultSpec::new(FaultKind::WebhookLose)).await?;
    world.people.jira_edit(&key, json!({ "summary": "Found by the sweep" })).await?;
    world.case_shows(&case, "Subject", "Found by the sweep").await;
    world.people.clear_faults().await?;
    world.end().await
}

/// F-205, F-306: webhooks that come three times and out of order have one effect.
#[tokio::test(flavor = "multi_thread")]
async fn webhooks_in_triplicate_and_out_of_order_have_one_effect() -> Result<()> {
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
