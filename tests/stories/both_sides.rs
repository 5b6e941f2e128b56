//! People edit both sides.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::json;

use crate::world::{PATIENCE, World, full_case};

/// F-27, F-55, F-58, F-193, F-320: an edit in Jira reaches the case within a second, by webhook; what is
/// written bears the integration user's name on both sides.
#[tokio::test(flavor = "multi_thread")]
async fn an_edit_in_jira_reaches_the_case_within_a_second() -> Result<()> {
    let world = World::start().await?;
    let (case, key) = world.linked_case(&full_case("Slow printer")).await?;
    world.people.jira_edit(&key, json!({ "summary": "Very slow printer" })).await?;
    let took = world.case_shows(&case, "Subject", "Very slow printer").await;
    assert!(took < Duration::from_secs(1), "it took {took:?}");
    world.let_it_settle().await?;
    assert_eq!(world.calls("jira.issue.edit").await?, 0, "the case's new value was written back");
    let written = world.people.salesforce_record("Case", &case).await?;
    let by = written["LastModifiedById"].as_str().context("nobody")?;
    let user = world.people.salesforce_record("User", by).await?;
    assert_eq!(user["Name"], "Lockstep Integration", "{user}");
    let issue = world.people.jira_issue(&key).await?;
    assert_eq!(issue["fields"]["creator"]["displayName"], "Lockstep Integration");
    world.end().await
}

/// F-55, F-57: an edit in Salesforce reaches the issue by the sweep.
#[tokio::test(flavor = "multi_thread")]
async fn an_edit_in_salesforce_reaches_the_issue_by_the_sweep() -> Result<()> {
    let world = World::start().await?;
    let (case, key) = world.linked_case(&full_case("Paper jam")).await?;
    let edit =
        json!({ "Affected_Users__c": 12, "Product_Areas__c": "Billing", "Severity__c": "Low" });
    world.people.salesforce_edit("Case", &case, edit).await?;
    world.issue_shows(&key, "customfield_10052", 12.0).await;
    let issue = world.people.jira_issue(&key).await?;
    assert_eq!(issue["fields"]["labels"], json!(["Billing"]));
    assert_eq!(issue["fields"]["customfield_10055"]["value"], "Low");
    world.let_it_settle().await?;
    assert_eq!(world.calls("jira.issue.edit").await?, 1, "one edit for three fields");
    world.end().await
}

/// F-300: both sides edit different fields at once; both are kept.
#[tokio::test(flavor = "multi_thread")]
async fn edits_of_different_fields_on_both_sides_are_both_kept() -> Result<()> {
    let world = World::start().await?;
    let (case, key) = world.linked_case(&full_case("Both")).await?;
    let (issue_edit, case_edit) =
        (json!({ "summary": "Both, renamed" }), json!({ "Due_Date__c": "2026-12-24" }));
    let (one, two) = tokio::join!(
        world.people.jira_edit(&key, issue_edit),
        world.people.salesforce_edit("Case", &case, case_edit),
    );
    one?;
    two?;
    world.case_shows(&case, "Subject", "Both, renamed").await;
    world.issue_shows(&key, "customfield_10053", "2026-12-24").await;
    let case = world.people.salesforce_record("Case", &case).await?;
    assert_eq!(case["Due_Date__c"], "2026-12-24");
    world.end().await
}

/// F-194, F-300: both sides edit the same field; the newer wins, and the audit says what lost.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_edits_of_one_field_the_newest_wins_and_the_audit_says_what_lost() -> Result<()> {
    let mut world = World::start().await?;
    let (case, key) = world.linked_case(&full_case("Contested")).await?;
    world.kill_workers().await?;
    world.people.salesforce_edit("Case", &case, json!({ "Subject": "From Salesforce" })).await?;
    tokio::time::sleep(Duration::from_millis(2100)).await;
    world.people.jira_edit(&key, json!({ "summary": "From Jira, later" })).await?;
    world.add_worker().await?;
    world.case_shows(&case, "Subject", "From Jira, later").await;
    world.let_it_settle().await?;
    assert_eq!(world.people.jira_issue(&key).await?["fields"]["summary"], "From Jira, later");
    let link = world.link_of(&case).await?;
    let rows = link["audit"].as_array().cloned().unwrap_or_default();
    let conflict = rows.iter().find(|row| row["reason"]["because"] == "conflict");
    let conflict = conflict.unwrap_or_else(|| panic!("no conflict in {link:#}"));
    assert_eq!(conflict["reason"]["winner"], "jira");
    assert_eq!(conflict["reason"]["lost"]["value"], "From Salesforce");
    assert_eq!(conflict["before"]["value"], "From Salesforce");
    world.end().await
}

/// F-303: the plan of a link tells what would be done, and writes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn complaint_39_a_plan_tells_what_would_be_done_and_writes_nothing() -> Result<()> {
    let mut world = World::start().await?;
    let (case, key) = world.linked_case(&full_case("Planned")).await?;
    world.kill_workers().await?;
    world.people.jira_edit(&key, json!({ "summary": "Planned, renamed" })).await?;
    let link = world.link_of(&case).await?["link"].to_string();
    let (code, printed) = world.cli_raw(&["plan", "link", &link]).await?;
    assert_eq!(code, 0, "{printed}");
    let expected = "Subject: \"Planned\" -> \"Planned, renamed\"  (changed in Jira)";
    assert!(printed.contains(expected), "{printed}");
    assert_eq!(world.people.salesforce_record("Case", &case).await?["Subject"], "Planned");
    world.add_worker().await?;
    world.case_shows(&case, "Subject", "Planned, renamed").await;
    let in_step = || async {
        world
            .cli_raw(&["plan", "link", &link])
            .await
            .is_ok_and(|(_, printed)| printed.contains("in step"))
    };
    lockstep_testkit::eventually(PATIENCE, "the plan is empty", in_step).await;
    world.end().await
}
