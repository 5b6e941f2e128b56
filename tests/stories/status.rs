//! Status moves both ways.

use anyhow::Result;
use serde_json::json;

use crate::world::{World, full_case};

/// F-32, F-57, F-65: status follows from Jira to the case and back, and a closed case ends the issue.
#[tokio::test(flavor = "multi_thread")]
async fn status_moves_both_ways() -> Result<()> {
    let world = World::start().await?;
    let (case, key) = world.linked_case(&full_case("Status")).await?;
    world.people.jira_transition(&key, "In Progress").await?;
    world.case_shows(&case, "Status", "Working").await;
    world.people.salesforce_edit("Case", &case, json!({ "Status": "Closed" })).await?;
    world.issue_is(&key, "Done").await;
    let issue = world.people.jira_issue(&key).await?;
    assert_eq!(issue["fields"]["resolution"]["name"], "Done");
    world.let_it_settle().await?;
    let case = world.people.salesforce_record("Case", &case).await?;
    assert_eq!((&case["Status"], &case["IsClosed"]), (&json!("Closed"), &json!(true)));
    world.end().await
}

/// F-66: the first link takes its status from Salesforce; a brand-new issue does not overwrite the case.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_link_takes_its_status_from_salesforce() -> Result<()> {
    let world = World::start().await?;
    let mut fields = full_case("Born working");
    fields["Status"] = json!("Working");
    let (case, key) = world.linked_case(&fields).await?;
    world.issue_is(&key, "In Progress").await;
    world.let_it_settle().await?;
    assert_eq!(world.people.salesforce_record("Case", &case).await?["Status"], "Working");
    world.end().await
}
