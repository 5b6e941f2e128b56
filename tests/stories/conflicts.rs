//! Conflicts that wait for a person, and why a value is what it is.

use std::time::Duration;

use anyhow::{Context, Result};
use lockstep_simulator::core::{FaultKind, FaultSpec};
use lockstep_testkit::eventually;
use serde_json::{Value, json};

use crate::world::{PATIENCE, Setting, World, full_case};

const ITEM: &str = include_str!("../../deploy/examples/support-bugs.yaml");

/// The example item, whose subjects wait for a person when both sides changed them.
fn holding() -> &'static str {
    const PLAIN: &str = "{ salesforce: Subject, jira: summary }";
    ITEM.replace(PLAIN, "{ salesforce: Subject, jira: summary, policy: hold }").leak()
}

/// Both sides change the subject while nobody looks.
async fn contested(world: &mut World) -> Result<(String, String, String)> {
    let (case, key) = world.linked_case(&full_case("Contested")).await?;
    world.kill_workers().await?;
    world.people.salesforce_edit("Case", &case, json!({ "Subject": "From Salesforce" })).await?;
    world.people.jira_edit(&key, json!({ "summary": "From Jira" })).await?;
    world.add_worker().await?;
    let held = || async {
        let list = world.cli(&["conflict", "list"]).await.unwrap_or_default();
        list[0]["mapping"] == "Subject:summary"
    };
    eventually(PATIENCE, "the conflict is held", held).await;
    let list = world.cli(&["conflict", "list"]).await?;
    Ok((case, key, list[0]["link"].to_string()))
}

/// F-194, F-300: a conflict under `hold` is written on neither side, other fields go on, and it is written as
/// the person decides; the trail says who decided and what lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_held_conflict_waits_for_a_person_and_goes_as_they_decide() -> Result<()> {
    let mut world = World::with(Setting { item: holding(), ..Setting::default() }).await?;
    let (case, key, link) = contested(&mut world).await?;
    world.people.jira_edit(&key, json!({ "customfield_10050": "warehouse" })).await?;
    world.case_shows(&case, "Environment__c", "warehouse").await;
    world.let_it_settle().await?;
    assert_eq!(world.people.salesforce_record("Case", &case).await?["Subject"], "From Salesforce");
    assert_eq!(world.people.jira_issue(&key).await?["fields"]["summary"], "From Jira");
    let shown = world.cli(&["conflict", "show", &link, "Subject"]).await?;
    assert_eq!(shown["base"]["jira"]["value"], "Contested");
    assert_eq!(shown["held"]["jira"]["value"], "From Jira");
    let (code, printed) =
        world.cli_raw(&["conflict", "resolve", &link, "Priority", "--take", "jira"]).await?;
    assert!(code == 4 && printed.contains("it holds Subject:summary"), "{printed}");
    let take = ["conflict", "resolve", &link, "Subject", "--take", "jira", "--as", "lead"];
    world.cli(&take).await?;
    world.case_shows(&case, "Subject", "From Jira").await;
    assert_eq!(world.cli(&["conflict", "list"]).await?, json!([]));
    let shown = world.link_of(&case).await?;
    let rows = shown["audit"].as_array().cloned().unwrap_or_default();
    let decided = rows.iter().find(|row| row["step"] == "decide").context("no decision")?;
    assert_eq!(
        (&decided["actor"], &decided["reason"]["lost"]["value"]),
        (&json!("lead"), &json!("From Salesforce"))
    );
    assert!(rows.iter().any(|row| row["step"] == "hold"), "{rows:?}");
    world.end().await
}

/// F-300: both sides come to agree by themselves, and nobody is asked any more.
#[tokio::test(flavor = "multi_thread")]
async fn a_held_conflict_ends_when_both_sides_agree_by_themselves() -> Result<()> {
    let mut world = World::with(Setting { item: holding(), ..Setting::default() }).await?;
    let (case, key, _) = contested(&mut world).await?;
    world.people.jira_edit(&key, json!({ "summary": "From Salesforce" })).await?;
    let free =
        || async { world.cli(&["conflict", "list"]).await.is_ok_and(|list| list == json!([])) };
    eventually(PATIENCE, "nothing is held", free).await;
    let link = world.link_of(&case).await?;
    assert_eq!(link["findings"], json!([]), "{link:#}");
    world.end().await
}

/// F-300: of two edits of one field the newest wins by the field's own history, though the record was saved
/// later for another field.
#[tokio::test(flavor = "multi_thread")]
async fn a_later_save_of_another_field_does_not_make_a_field_newer() -> Result<()> {
    let mut world = World::start().await?;
    let track = json!({ "object": "Case", "fields": ["Subject"] });
    world.people.post("/control/salesforce/fields/track", &track).await?;
    let (case, key) = world.linked_case(&full_case("Dated")).await?;
    world.kill_workers().await?;
    let second = || tokio::time::sleep(Duration::from_millis(1_100));
    world.people.salesforce_edit("Case", &case, json!({ "Subject": "First" })).await?;
    second().await;
    world.people.jira_edit(&key, json!({ "summary": "Second" })).await?;
    second().await;
    world.people.salesforce_edit("Case", &case, json!({ "Environment__c": "third" })).await?;
    world.people.reset_calls().await?;
    world.add_worker().await?;
    world.case_shows(&case, "Subject", "Second").await;
    world.issue_shows(&key, "customfield_10050", "third").await;
    let link = world.link_of(&case).await?;
    let rows = link["audit"].as_array().cloned().unwrap_or_default();
    let lost = rows.iter().find(|row| row["reason"]["rule"] == "newest").context("no conflict")?;
    assert_eq!(lost["reason"]["lost"]["value"], "First", "{lost:#}");
    world.end().await
}

/// F-119, F-202, F-308: who wrote a value, when, from which event, by which version of the item, and what lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_value_is_explained_with_its_event_its_version_and_what_lost() -> Result<()> {
    let mut world = World::with(Setting { item: holding(), ..Setting::default() }).await?;
    let (case, _, link) = contested(&mut world).await?;
    let explain = async |field: &str| world.cli(&["explain", &link, field]).await;
    let waiting = explain("summary").await?;
    assert_eq!(waiting["held"]["salesforce"]["value"], "From Salesforce");
    world
        .cli(&["conflict", "resolve", &link, "summary", "--take", "salesforce", "--as", "lead"])
        .await?;
    let written = || async {
        let now: Value = explain("Subject").await.unwrap_or_default();
        now["origin"]["deed"]["after"]["value"] == "From Salesforce"
    };
    eventually(PATIENCE, "the decision is written", written).await;
    let now = explain("Subject:summary").await?;
    let deed = &now["origin"]["deed"];
    assert_eq!((&now["origin"]["came"], &deed["side"]), (&json!("written"), &json!("jira")));
    assert_eq!((&deed["cause"], &deed["item_version"]), (&json!("person"), &json!(1)));
    assert!(deed["correlation"].is_string() && deed["at"].is_string(), "{deed}");
    let lost = now["lost"].as_array().cloned().unwrap_or_default();
    assert_eq!(lost.len(), 1, "{lost:?}");
    assert_eq!(
        (&lost[0]["value"]["value"], &lost[0]["actor"]),
        (&json!("From Jira"), &json!("lead"))
    );
    assert_eq!(now["flows"], json!({ "owner": "both", "unwritable": [] }), "{now:#}");
    let (_, printed) = world.cli_raw(&["explain", &link, "Subject"]).await?;
    assert!(printed.contains("both own it: changes flow both ways"), "{printed}");
    for part in ["written to Jira", "version 1 of the item", "\"From Jira\"", "person (lead)"] {
        assert!(printed.contains(part), "{part}: {printed}");
    }
    world.people.salesforce_edit("Case", &case, json!({ "Status": "Working" })).await?;
    let moved = || async {
        explain("status").await.is_ok_and(|now| now["origin"]["deed"]["after"] == "In Progress")
    };
    eventually(PATIENCE, "the move is explained", moved).await;
    let (code, printed) = world.cli_raw(&["explain", &link, "Nothing__c"]).await?;
    assert!(code == 4 && printed.contains("Nothing__c"), "{printed}");
    world.end().await
}

/// F-300: what the fleet itself wrote is no rival of the person who went on editing while it wrote,
/// though it is the newer one; not even where the worker died before it could note its write.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_fleet_wrote_is_no_rival_of_who_went_on_editing() -> Result<()> {
    let mut world = World::start().await?;
    let (case, key) = world.linked_case(&full_case("Draft")).await?;
    let [before, after] = held(&world, "jira.issue.edit", 0).await?;
    world.people.salesforce_edit("Case", &case, json!({ "Subject": "First" })).await?;
    called(&world, before).await;
    world.people.salesforce_edit("Case", &case, json!({ "Subject": "Second" })).await?;
    tokio::time::sleep(Duration::from_millis(200)).await;
    world.people.release_fault(before).await?;
    world.issue_shows(&key, "summary", "First").await;
    world.kill_workers().await?;
    world.people.release_fault(after).await?;
    world.add_worker().await?;
    world.issue_shows(&key, "summary", "Second").await;
    world.let_it_settle().await?;
    world.case_shows(&case, "Subject", "Second").await;

    // The other way round. The first call of a look reads the record, the second one writes it.
    world.sweep_seldom().await?;
    world.let_it_rest().await?;
    let [before, after] = held(&world, "salesforce.composite", 1).await?;
    world.people.jira_edit(&key, json!({ "summary": "Third" })).await?;
    called(&world, before).await;
    world.people.jira_edit(&key, json!({ "summary": "Fourth" })).await?;
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    world.people.release_fault(before).await?;
    world.case_shows(&case, "Subject", "Third").await;
    world.kill_workers().await?;
    world.people.release_fault(after).await?;
    world.add_worker().await?;
    world.case_shows(&case, "Subject", "Fourth").await;
    world.let_it_settle().await?;
    world.issue_shows(&key, "summary", "Fourth").await;
    world.end().await
}

/// A call of this operation, after so many others, is held before it is applied, and its answer after that.
async fn held(world: &World, operation: &str, others: u64) -> Result<[u64; 2]> {
    let hold = |kind| FaultSpec::new(kind).operation(operation).after(others).times(1);
    let before = world.people.add_fault(&hold(FaultKind::HoldBefore)).await?;
    Ok([before, world.people.add_fault(&hold(FaultKind::HoldAfter)).await?])
}

/// Waits until a call has met a rule.
async fn called(world: &World, rule: u64) {
    let met = || async {
        let rules = world.people.get("/control/faults").await.unwrap_or_default();
        let rules = rules.as_array().cloned().unwrap_or_default();
        rules.iter().any(|one| one["id"] == rule && one["fired"] == 1)
    };
    eventually(PATIENCE, "a call is held", met).await;
}
