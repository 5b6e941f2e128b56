//! Epics and sub-tasks: an issue stands under the issue of the record that its record looks up.

use anyhow::{Context, Result};
use lockstep_testkit::eventually;
use serde_json::{Value, json};

use crate::world::{PATIENCE, World, full_case};

/// Opportunities are epics.
const EPICS: &str = "name: epics
salesforce: { connection: acme-org, object: Opportunity }
jira: { connection: acme-site, project: SUP, issue_type: Epic }
mode: one-way
mappings:
  - { salesforce: Name, jira: summary }
auto_create: { enabled: true }
sweep_seconds: 1
";

/// What is to be done for them are the stories under them.
const TASKS: &str = "name: tasks
salesforce: { connection: acme-org, object: Task }
jira: { connection: acme-site, project: SUP, issue_type: Story }
mode: two-way
mappings:
  - { salesforce: Subject, jira: summary }
parent: { salesforce: WhatId, item: epics }
auto_create: { enabled: true }
sweep_seconds: 1
";

/// The wishes of a case are sub-tasks of its bug.
const WISHES: &str = "name: wishes
salesforce: { connection: acme-org, object: Feature_Request__c }
jira: { connection: acme-site, project: SUP, issue_type: Sub-task }
mode: one-way
mappings:
  - { salesforce: Name, jira: summary }
parent: { salesforce: Case__c, item: support-bugs }
auto_create: { enabled: true }
sweep_seconds: 1
";

async fn made(world: &World, object: &str, fields: Value) -> Result<String> {
    let record = world.people.salesforce_create(object, fields).await?;
    Ok(record["Id"].as_str().context("Id")?.to_owned())
}

async fn opportunity(world: &World, name: &str) -> Result<String> {
    let fields = json!({ "Name": name, "StageName": "Prospecting", "CloseDate": "2027-01-31" });
    made(world, "Opportunity", fields).await
}

/// Waits until the record has its one issue; gives its key.
async fn issue_of(world: &World, record: &str) -> Result<String> {
    world.created(record).await;
    world.issues_of(record).await?.pop().context("an issue")
}

/// Waits until the issue stands under this one.
async fn stands_under(world: &World, key: &str, parent: &str) {
    let under = || async {
        let issue = world.people.jira_issue(key).await.unwrap_or_default();
        issue["fields"]["parent"]["key"] == parent
    };
    eventually(PATIENCE, &format!("{key} stands under {parent}"), under).await;
}

async fn apply(world: &World, item: &str) -> Result<()> {
    let (code, printed) = world.apply(item).await?;
    assert_eq!(code, 0, "{printed}");
    Ok(())
}

/// F-185, F-318: an opportunity is an epic, its tasks are the stories under it, and they move along with their
/// record.
#[tokio::test(flavor = "multi_thread")]
async fn tasks_are_stories_under_the_epic_of_their_opportunity() -> Result<()> {
    let world = World::start().await?;
    apply(&world, EPICS).await?;
    apply(&world, TASKS).await?;
    let (first, second) =
        (opportunity(&world, "First").await?, opportunity(&world, "Second").await?);
    let task = json!({ "Subject": "Send an offer", "WhatId": first });
    let task = made(&world, "Task", task).await?;
    let (epic, other) = (issue_of(&world, &first).await?, issue_of(&world, &second).await?);
    let story = issue_of(&world, &task).await?;
    stands_under(&world, &story, &epic).await;
    let kind = &world.people.jira_issue(&epic).await?["fields"]["issuetype"]["name"];
    assert_eq!(kind, "Epic");
    world.people.salesforce_edit("Task", &task, json!({ "WhatId": second })).await?;
    stands_under(&world, &story, &other).await;
    // A person's move in Jira stands, and is told.
    world.people.jira_edit(&story, json!({ "parent": { "key": epic } })).await?;
    let told = || async {
        let drift = world.cli(&["drift", "tasks"]).await.unwrap_or_default();
        drift["left"] == 1
    };
    eventually(PATIENCE, "the change in Jira is counted", told).await;
    stands_under(&world, &story, &epic).await;
    world.end().await
}

/// F-318: a sub-task cannot be before its parent is: it waits, says so, and comes once the parent is linked.
#[tokio::test(flavor = "multi_thread")]
async fn a_sub_task_waits_for_the_issue_above_it() -> Result<()> {
    let world = World::start().await?;
    apply(&world, WISHES).await?;
    world.cli(&["item", "pause", "support-bugs"]).await?;
    world.configuration_has_spread().await;
    let case = made(&world, "Case", full_case("Above")).await?;
    let wish =
        made(&world, "Feature_Request__c", json!({ "Name": "Below", "Case__c": case })).await?;
    let waits = || async {
        let link = world.link_of(&wish).await.unwrap_or_default();
        link["base"]["waits_for"] == json!(case)
    };
    eventually(PATIENCE, "the wish waits", waits).await;
    let findings = world.findings_of(&wish).await?;
    let detail = findings[0]["detail"].as_str().unwrap_or_default();
    assert!(detail.contains("no issue under `support-bugs` yet"), "{findings:#?}");
    assert!(world.issues_of(&wish).await?.is_empty());
    world.cli(&["item", "resume", "support-bugs"]).await?;
    let bug = world.issue_of(&case).await?;
    let task = issue_of(&world, &wish).await?;
    stands_under(&world, &task, &bug).await;
    world.end().await
}

/// F-204, F-318: parents that cannot be are refused when the item is applied, with what would be right.
#[tokio::test(flavor = "multi_thread")]
async fn parents_that_cannot_be_are_refused() -> Result<()> {
    let world = World::start().await?;
    let refused = [
        (TASKS.to_owned(), "there is no item `epics`"),
        (
            WISHES.replace("salesforce: Case__c", "salesforce: Account__c"),
            "never leads to a record of `Case`",
        ),
        (WISHES.replace("Sub-task", "Task"), "in Jira a `Task` is no child of a `Bug`"),
        (
            WISHES.replace("salesforce: Case__c", "salesforce: Votes__c"),
            "no lookup field `Votes__c`",
        ),
    ];
    for (item, why) in refused {
        let (code, printed) = world.apply(&item).await?;
        assert_eq!(code, 3, "{printed}");
        assert!(printed.contains(why), "{why}: {printed}");
    }
    world.end().await
}
