//! A service project: everything that an item does, where customers look on.

use anyhow::Result;
use serde_json::json;

use crate::world::{Setting, World, full_case};

/// The example item with an owner for each side, files, and comments that customers may see.
fn with_owners() -> &'static str {
    include_str!("../../deploy/examples/support-bugs.yaml")
        .replace("mode: two-way", "mode: custom")
        .replace("jira: summary }", "jira: summary, owner: salesforce }")
        .replace("jira: customfield_10050 }", "jira: customfield_10050, owner: jira }")
        .replace("comments:\n  enabled: true\n", "comments:\n  enabled: true\n  publish: true\n")
        .leak()
}

/// F-102, F-103, F-104, F-105, F-120: in a service project fields flow by their owners, statuses both ways, and
/// what agents say among themselves no customer sees.
#[tokio::test(flavor = "multi_thread")]
async fn a_service_project_is_kept_in_step() -> Result<()> {
    let world = World::with(Setting { item: with_owners(), ..Setting::default() }).await?;
    world.people.jira_settings(json!({ "service_desks": ["SUP"] })).await?;
    let (case, key) = world.linked_case(&full_case("A request")).await?;
    let project = world.people.jira_issue(&key).await?["fields"]["summary"].clone();
    assert_eq!(project, "A request");
    world.people.jira_edit(&key, json!({ "customfield_10050": "warehouse" })).await?;
    world.case_shows(&case, "Environment__c", "warehouse").await;
    world.people.salesforce_edit("Case", &case, json!({ "Subject": "Renamed" })).await?;
    world.issue_shows(&key, "summary", "Renamed").await;
    world.people.jira_edit(&key, json!({ "summary": "Not mine to name" })).await?;
    world.people.jira_edit(&key, json!({ "customfield_10053": "2027-02-01" })).await?;
    world.case_shows(&case, "Due_Date__c", "2027-02-01").await;
    assert_eq!(world.people.salesforce_record("Case", &case).await?["Subject"], "Renamed");

    world.people.salesforce_edit("Case", &case, json!({ "Status": "Waiting on Customer" })).await?;
    world.issue_is(&key, "Waiting for customer").await;
    world.people.jira_transition(&key, "In Progress").await?;
    world.case_shows(&case, "Status", "Working").await;

    world.people.salesforce_comment(&case, "They have not paid.", false).await?;
    let secret = world.issue_says(&key, &["They have not paid."]).await?;
    world.people.jira_comment(&key, "We look into it.").await?;
    let open = world.case_says(&case, &["We look into it."]).await?;
    assert_eq!((&secret["jsdPublic"], &open["IsPublished"]), (&json!(false), &json!(true)));
    world.let_it_settle().await?;
    world.end().await
}
