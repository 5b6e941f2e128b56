//! The record is told which issue it is linked with, once.

use std::time::Duration;

use anyhow::{Context, Result};
use lockstep_simulator::core::{FaultKind, FaultSpec};
use lockstep_testkit::eventually;
use serde_json::{Value, json};

use crate::world::{PATIENCE, Setting, World, full_case};

/// The example item, with link notes.
const NOTING: &str =
    concat!(include_str!("../../deploy/examples/support-bugs.yaml"), "link_note: true\n");

/// An item over an object without comments of its own; its links are made by hand.
const REQUESTS: &str = "name: requests
salesforce: { connection: acme-org, object: Feature_Request__c }
jira: { connection: acme-site, project: SUP, issue_type: Task }
mode: two-way
mappings:
  - { salesforce: Name, jira: summary }
comments: { enabled: true }
link_note: true
sweep_seconds: 1
";

fn noting() -> Setting {
    Setting { item: NOTING, ..Setting::default() }
}

async fn noted(world: &World, case: &str) -> Result<()> {
    let noted = || async { world.case_comments(case).await.is_ok_and(|all| !all.is_empty()) };
    eventually(PATIENCE, "the case has a note", noted).await;
    world.let_it_settle().await
}

/// F-98, F-101: a new case is told its issue, its address and the item, for colleagues only; the note comes
/// back to Jira as no comment, and is not written again.
#[tokio::test(flavor = "multi_thread")]
async fn a_record_is_told_its_issue_once_and_the_note_is_no_comment() -> Result<()> {
    let world = World::with(noting()).await?;
    let (case, key) = world.linked_case(&full_case("Noted")).await?;
    noted(&world, &case).await?;
    world.people.jira_edit(&key, json!({ "summary": "Noted, and edited" })).await?;
    world.case_shows(&case, "Subject", "Noted, and edited").await;
    world.let_it_settle().await?;
    let notes = world.case_comments(&case).await?;
    let [note] = &notes[..] else { panic!("{notes:#?}") };
    let lines: Vec<&str> = note.lines().collect();
    assert_eq!(lines[0], "[Lockstep] Link note");
    assert_eq!(lines[1], format!("Jira issue: {key}"));
    assert!(lines[2].starts_with("http") && lines[2].ends_with(&format!("/browse/{key}")));
    assert_eq!(lines[3..], ["Item: support-bugs", "Linked automatically"]);
    let path = format!("/control/salesforce/records/CaseComment?ParentId={case}");
    let kept = world.people.get(&path).await?;
    assert_eq!(kept["records"][0]["IsPublished"], json!(false));
    assert!(world.issue_comments(&key).await?.is_empty());
    world.end().await
}

/// F-98: a link that was made by hand says so, in the feed where a record has no comments.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_by_hand_is_noted_in_the_feed() -> Result<()> {
    let world = World::with(Setting { item: REQUESTS, ..Setting::default() }).await?;
    let wish = world.people.salesforce_create("Feature_Request__c", json!({ "Name": "Dark mode" }));
    let wish = wish.await?["Id"].as_str().context("Id")?.to_owned();
    let issue = json!({ "summary": "Old", "issuetype": "Task" });
    let key = world.people.jira_create(issue).await?["key"].as_str().context("key")?.to_owned();
    world.cli(&["link", "add", "requests", &wish, &key]).await?;
    let path = format!("/control/salesforce/records/FeedItem?ParentId={wish}");
    let posts = || async { world.people.get(&path).await.unwrap_or_default()["records"].clone() };
    let noted = || async { posts().await.as_array().is_some_and(|all| !all.is_empty()) };
    eventually(PATIENCE, "the wish has a note", noted).await;
    for _ in 0..2 {
        world.cli(&["link", "refresh", &key]).await?;
        world.cli(&["sync", "item", "requests"]).await?;
        tokio::time::sleep(Duration::from_millis(700)).await;
    }
    let posts = posts().await;
    let texts: Vec<&str> = posts
        .as_array()
        .context("posts")?
        .iter()
        .filter_map(|post| post["Body"].as_str())
        .collect();
    let [note] = &texts[..] else { panic!("{texts:#?}") };
    assert!(note.contains(&format!("Jira issue: {key}")), "{note}");
    assert!(note.ends_with("Item: requests\nLinked by hand"), "{note}");
    assert!(world.issue_comments(&key).await?.is_empty());
    world.end().await
}

/// F-98, F-306: killed after Salesforce took the note and before anything of it was noted.
#[tokio::test(flavor = "multi_thread")]
async fn killed_after_the_note_was_written_there_is_one() -> Result<()> {
    let mut world = World::with(noting()).await?;
    let hold = FaultSpec::new(FaultKind::HoldAfter).operation("salesforce.sobject.create").times(1);
    let rule = world.people.add_fault(&hold).await?;
    let made: Value = world.people.salesforce_create("Case", full_case("Killed")).await?;
    let case = made["Id"].as_str().context("Id")?.to_owned();
    let there = || async { world.case_comments(&case).await.is_ok_and(|all| all.len() == 1) };
    eventually(PATIENCE, "the note is there", there).await;
    world.kill_workers().await?;
    world.people.release_fault(rule).await?;
    world.add_worker().await?;
    let settled = || async {
        let link = world.link_of(&case).await.unwrap_or_default();
        link["base"]["noted"]["issue"].is_string()
    };
    eventually(PATIENCE, "the link knows its note", settled).await;
    world.let_it_settle().await?;
    assert_eq!(world.case_comments(&case).await?.len(), 1);
    world.end().await
}

/// F-98, F-310: a record that takes no note is kept in step all the same, and the link says why.
#[tokio::test(flavor = "multi_thread")]
async fn a_note_that_is_refused_is_reported_and_holds_back_nothing() -> Result<()> {
    let world = World::with(noting()).await?;
    world.people.salesforce_rights("CaseComment", json!({ "create": false })).await?;
    let (case, key) = world.linked_case(&full_case("Refused")).await?;
    let reported = || async {
        let findings = world.findings_of(&case).await.unwrap_or_default();
        findings.iter().any(|finding| finding["subject"] == "link note")
    };
    eventually(PATIENCE, "the link tells of its note", reported).await;
    world.people.jira_edit(&key, json!({ "summary": "Still in step" })).await?;
    world.case_shows(&case, "Subject", "Still in step").await;
    world.people.salesforce_rights("CaseComment", json!({ "create": true })).await?;
    world.cli(&["link", "refresh", &key]).await?;
    noted(&world, &case).await?;
    assert!(world.findings_of(&case).await?.is_empty());
    world.end().await
}
