//! A new case appears as an issue, once.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::json;

use crate::world::{World, full_case};

/// F-4, F-32, F-61, F-64, F-110: a new case opens one issue with all its mapped fields; nothing comes twice.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_case_opens_one_issue_with_its_fields() -> Result<()> {
    let world = World::start().await?;
    let (case, key) = world.linked_case(&full_case("Printer on fire")).await?;
    let issue = world.people.jira_issue(&key).await?;
    let fields = &issue["fields"];
    assert_eq!(fields["summary"], "Printer on fire");
    assert_eq!(fields["priority"]["name"], "High");
    assert_eq!(fields["customfield_10055"]["value"], "Critical");
    assert_eq!(fields["customfield_10052"].as_f64(), Some(250.0));
    assert_eq!(fields["customfield_10053"], "2026-12-01");
    assert!(
        fields["customfield_10054"]
            .as_str()
            .is_some_and(|at| at.starts_with("2026-11-21T09:30:00"))
    );
    assert_eq!(fields["labels"], json!(["Mobile", "Reports"]));
    assert_eq!(fields["customfield_10061"], "https://status.example.com/incidents/7");
    assert_eq!(fields["customfield_10050"], "production");
    assert_eq!(fields["description"]["content"].as_array().map(Vec::len), Some(2));
    world.let_it_settle().await?;
    assert_eq!(world.issues_of(&case).await?, std::slice::from_ref(&key));
    assert_eq!(world.calls("jira.issue.create").await?, 1);
    assert_eq!(world.calls("jira.issue.edit").await?, 0, "an echo was written");
    let link = world.link_of(&case).await?;
    assert_eq!(link["findings"], json!([]));
    world.end().await
}

/// F-204, F-211, F-310: a value that Jira does not offer is reported with its remedy; the other fields are synced.
#[tokio::test(flavor = "multi_thread")]
async fn complaint_16_a_value_that_jira_refuses_harms_only_its_own_field() -> Result<()> {
    let world = World::start().await?;
    let mut fields = full_case("Refused value");
    fields["Priority"] = json!("Someday");
    let (case, key) = world.linked_case(&fields).await?;
    let issue = world.people.jira_issue(&key).await?;
    assert_eq!(issue["fields"]["summary"], "Refused value");
    assert_eq!(issue["fields"]["customfield_10052"].as_f64(), Some(250.0));
    let link = world.link_of(&case).await?;
    let finding = &link["findings"][0];
    assert_eq!(finding["code"], "LS-MD-003", "{link:#}");
    assert_eq!(finding["subject"], "Priority:priority");
    let (_, printed) = world.cli_raw(&["link", "show", &key]).await?;
    assert!(printed.contains("remedy: Add the option on the other side"), "{printed}");
    world.people.salesforce_edit("Case", &case, json!({ "Priority": "Low" })).await?;
    world.issue_shows_name(&key, "priority", "Low").await;
    world.end().await
}

/// Jira itself refuses a field (it was taken off the screen after the item was applied).
#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_jira_refuses_is_left_out_of_the_create() -> Result<()> {
    use lockstep_simulator::core::{FaultKind, FaultSpec};
    let world = World::start().await?;
    let body = json!({ "errorMessages": [], "errors": { "customfield_10050":
        "Field 'customfield_10050' cannot be set. It is not on the appropriate screen, or unknown." } });
    let refuse = FaultKind::Status {
        code: 400,
        body: Some(body),
        headers: BTreeMap::default(),
        retry_after: None,
    };
    world.people.add_fault(&FaultSpec::new(refuse).operation("jira.issue.create").times(1)).await?;
    let (case, key) = world.linked_case(&full_case("Off the screen")).await?;
    let issue = world.people.jira_issue(&key).await?;
    assert!(issue["fields"]["customfield_10050"].is_null());
    assert_eq!(issue["fields"]["customfield_10052"].as_f64(), Some(250.0));
    let link = world.link_of(&case).await?;
    assert_eq!(link["findings"][0]["code"], "LS-JR-042", "{link:#}");
    world.end().await
}
