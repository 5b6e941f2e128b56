//! Status moves both ways.

use anyhow::Result;
use serde_json::json;

use crate::world::{Setting, World, full_case};

const ITEM: &str = include_str!("../../deploy/examples/support-bugs.yaml");

/// The example item, swept every second, with another block of status options.
fn item_with_status(options: &str) -> String {
    let item = ITEM.replace("sweep_seconds: 300", "sweep_seconds: 1");
    item.replace("  resolution: Done\n", &format!("  resolution: Done\n{options}"))
}

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

/// F-316, F-27: a case that is closed at once ends its issue over two transitions, for the workflow has no
/// straight way; the screen of the second one gets its resolution. Declining, one step away, would have
/// said that nothing was done.
#[tokio::test(flavor = "multi_thread")]
async fn a_status_that_one_transition_does_not_reach_is_reached_over_two() -> Result<()> {
    let world = World::start().await?;
    let (case, key) = world.linked_case(&full_case("Closed at once")).await?;
    world.issue_is(&key, "To Do").await;
    world.people.salesforce_edit("Case", &case, json!({ "Status": "Closed" })).await?;
    world.issue_is(&key, "Done").await;
    world.let_it_settle().await?;
    let issue = world.people.jira_issue(&key).await?;
    assert_eq!(issue["fields"]["resolution"]["name"], "Done");
    let changes = issue["changelog"].as_array().cloned().unwrap_or_default();
    let items =
        changes.iter().flat_map(|change| change["items"].as_array().cloned().unwrap_or_default());
    let way: Vec<_> = items
        .filter(|item| item["field"] == "status")
        .map(|item| item["toString"].clone())
        .collect();
    assert_eq!(way, ["In Progress", "Done"]);
    let case = world.people.salesforce_record("Case", &case).await?;
    assert_eq!(case["Status"], "Closed", "the step between did not come back");
    world.end().await
}

/// F-71, F-316: complaint 27, a transition that requires a field which nothing fills is reported with a remedy;
/// once the item fills it, the issue goes on.
#[tokio::test(flavor = "multi_thread")]
async fn complaint_27_a_required_field_of_a_transition_is_reported_and_filled_from_the_item()
-> Result<()> {
    let world = World::start().await?;
    let (case, key) = world.linked_case(&full_case("Asked at the end")).await?;
    world.people.jira_settings(json!({ "resolve_screen": ["customfield_10060"] })).await?;
    world.people.salesforce_edit("Case", &case, json!({ "Status": "Closed" })).await?;
    let reported = || async {
        let link = world.link_of(&case).await.unwrap_or_default();
        link["findings"][0]["code"] == "LS-MD-022"
    };
    lockstep_testkit::eventually(crate::world::PATIENCE, "the screen is reported", reported).await;
    let link = world.link_of(&case).await?;
    let detail = link["findings"][0]["detail"].as_str().unwrap_or_default();
    assert!(detail.contains("customfield_10060") && detail.contains("Gold"), "{detail}");
    world.reapply(&item_with_status("  fields: { customfield_10060: Gold }\n")).await?;
    world.cli(&["sync", "link", &link["link"].to_string()]).await?;
    world.issue_is(&key, "Done").await;
    let issue = world.people.jira_issue(&key).await?;
    assert_eq!(issue["fields"]["customfield_10060"]["value"], "Gold");
    world.end().await
}

/// F-70: what an org demands at closing is written along with the closing where it is mapped; while it is
/// missing the closing is refused in the org's own words, and made up for once the field is filled.
#[tokio::test(flavor = "multi_thread")]
async fn what_an_org_demands_at_closing_comes_from_the_mapping() -> Result<()> {
    let world = World::start().await?;
    let rule = json!({
        "when": "Status = 'Closed' AND Environment__c = null",
        "message": "Say where it happened before you close.", "field": "Environment__c",
    });
    world.people.post("/control/salesforce/validation_rules", &rule).await?;
    let mut fields = full_case("Demanding");
    fields["Environment__c"] = json!(null);
    let (case, key) = world.linked_case(&fields).await?;
    world.people.jira_transition(&key, "In Progress").await?;
    world.case_shows(&case, "Status", "Working").await;
    world.people.jira_transition(&key, "Done").await?;
    let reported = || async {
        let link = world.link_of(&case).await.unwrap_or_default();
        link["findings"].as_array().is_some_and(|findings| {
            findings.iter().any(|f| f["code"] == "LS-SF-047" && f["subject"] == "status")
        })
    };
    lockstep_testkit::eventually(crate::world::PATIENCE, "the refusal is reported", reported).await;
    assert_eq!(world.people.salesforce_record("Case", &case).await?["Status"], "Working");
    world.people.jira_edit(&key, json!({ "customfield_10050": "warehouse" })).await?;
    world.case_shows(&case, "Status", "Closed").await;
    let case = world.people.salesforce_record("Case", &case).await?;
    assert_eq!((&case["IsClosed"], &case["Environment__c"]), (&json!(true), &json!("warehouse")));
    world.end().await
}

/// F-189, F-133: a pair of the map may name a resolution; it goes along, and on the way back it tells which
/// of two record statuses is meant. A status that the workflow lacks is refused before anything is saved.
#[tokio::test(flavor = "multi_thread")]
async fn a_status_and_a_resolution_belong_together_both_ways() -> Result<()> {
    const ENDS: &str = "    - { salesforce: Closed, jira: Done, resolution: Done }
    - { salesforce: Escalated, jira: Done, resolution: Duplicate }\n";
    let item = ITEM.replace("    - { salesforce: Closed, jira: Done }\n", ENDS);
    let world = World::with(Setting { item: item.leak(), ..Setting::default() }).await?;
    let (case, key) = world.linked_case(&full_case("A duplicate")).await?;
    world.people.salesforce_edit("Case", &case, json!({ "Status": "Escalated" })).await?;
    world.issue_is(&key, "Done").await;
    world.issue_shows_name(&key, "resolution", "Duplicate").await;
    let (other, key) = world.linked_case(&full_case("Found in Jira")).await?;
    world.people.jira_transition(&key, "In Progress").await?;
    world.case_shows(&other, "Status", "Working").await;
    let resolve = json!({ "status": "Done", "resolution": "Duplicate" });
    world.people.post(&format!("/control/jira/issues/{key}/transition"), &resolve).await?;
    world.case_shows(&other, "Status", "Escalated").await;
    let wrong = item_with_status("").replace("jira: In Progress", "jira: Doing");
    let (code, printed) = world.apply(&wrong).await?;
    assert_eq!(code, 3, "{printed}");
    assert!(printed.contains("status.map[1].jira") && printed.contains("In Progress"), "{printed}");
    world.end().await
}
