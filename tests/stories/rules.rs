//! Conditional rules: a record's fields say where its issue stands, and whether it gets one.

use anyhow::Result;
use lockstep_testkit::eventually;
use serde_json::json;

use crate::world::{PATIENCE, Setting, World, full_case};

const ITEM: &str = concat!(
    include_str!("../../deploy/examples/support-bugs.yaml"),
    "\
rule:
  when: { any: [ { field: Severity__c, operator: equals, value: Critical },
                 { field: Affected_Users__c, operator: at-least, value: 1000 } ] }
  status_when_met: In Progress
  status_when_not_met: Waiting for customer
"
);

/// F-121, F-125, F-126, F-130, F-131, F-132: the rule moves new and linked issues and nothing but them.
#[tokio::test(flavor = "multi_thread")]
async fn a_rule_moves_the_issue_and_nothing_else() -> Result<()> {
    let world = World::with(Setting { item: ITEM, ..Setting::default() }).await?;
    let (case, key) = world.linked_case(&full_case("Severe")).await?;
    world.issue_is(&key, "In Progress").await;
    world.people.salesforce_edit("Case", &case, json!({ "Severity__c": "Low" })).await?;
    world.issue_is(&key, "Waiting for customer").await;
    world.issue_shows_name(&key, "priority", "High").await;
    world.people.salesforce_edit("Case", &case, json!({ "Affected_Users__c": 1000 })).await?;
    world.issue_is(&key, "In Progress").await;
    world.people.jira_edit(&key, json!({ "summary": "Severe, renamed" })).await?;
    world.case_shows(&case, "Subject", "Severe, renamed").await;
    world.people.jira_transition(&key, "Done").await?;
    world.issue_is(&key, "In Progress").await;
    world.let_it_settle().await?;
    let shown = world.people.salesforce_record("Case", &case).await?;
    assert_eq!(shown["Status"], "New", "generic status sync rests");
    world.end().await
}

/// F-116, F-127, F-128, F-129, F-135: a record that does not meet the condition is skipped, and the reason is
/// to be seen; once it meets it, or once that is no longer asked, it gets its issue.
#[tokio::test(flavor = "multi_thread")]
async fn auto_create_skips_what_does_not_meet_the_rule_and_says_so() -> Result<()> {
    let world = World::with(Setting { item: ITEM, ..Setting::default() }).await?;
    let mut mild = full_case("Mild");
    mild["Severity__c"] = json!("Low");
    let case = world.people.salesforce_create("Case", mild.clone()).await?;
    let case = case["Id"].as_str().unwrap_or_default().to_owned();
    let counted = || async {
        let items = world.cli(&["item", "list"]).await.unwrap_or_default();
        items[0]["sweep_counts"]["skipped_by_rule"].as_u64() == Some(1)
    };
    eventually(PATIENCE, "the sweep counts what it skipped", counted).await;
    let (_, printed) = world.cli_raw(&["plan", "item", "support-bugs"]).await?;
    assert!(printed.contains("auto-create skipped: the record does not meet"), "{printed}");
    assert_eq!(world.issues_of(&case).await?, <[String; 0]>::default());
    world.people.salesforce_edit("Case", &case, json!({ "Severity__c": "Critical" })).await?;
    let key = world.issue_of(&case).await?;
    world.issue_is(&key, "In Progress").await;
    let swept = ITEM.replace("sweep_seconds: 300", "sweep_seconds: 1");
    world.reapply(&format!("{swept}  create_when_not_met: true\n")).await?;
    let (_, key) = world.linked_case(&mild).await?;
    world.issue_is(&key, "Waiting for customer").await;
    world.end().await
}

/// F-124, F-133: a rule is held against live metadata before it is saved, with the place and what would be right.
#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_cannot_work_is_refused_with_its_place() -> Result<()> {
    let world = World::with(Setting { workers: 0, ..Setting::default() }).await?;
    for (right, wrong, place, hint) in [
        ("value: Critical", "value: Dire", "rule.when.any[0].value", "Critical"),
        (
            "status_when_met: In Progress",
            "status_when_met: Doing",
            "rule.status_when_met",
            "In Progress",
        ),
        (
            "field: Severity__c",
            "field: Severety__c",
            "rule.when.any[0].field",
            "Did you mean `Severity__c`?",
        ),
        ("value: 1000", "value: many", "rule.when.any[1].value", "the field's type"),
        ("operator: equals", "operator: is-empty", "take no value", "remove it"),
    ] {
        let (code, printed) = world.apply(&ITEM.replace(right, wrong)).await?;
        assert_eq!(code, 3, "{wrong}: {printed}");
        assert!(printed.contains(place) && printed.contains(hint), "{wrong}: {printed}");
    }
    world.end().await
}
