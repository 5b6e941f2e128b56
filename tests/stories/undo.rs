//! Undo: what the fleet wrote is turned back, what somebody edited since is kept, and both sides agree to
//! differ until one of them changes.

use std::time::Duration;

use anyhow::{Context, Result};
use lockstep_simulator::core::{FaultKind, FaultSpec};
use lockstep_testkit::eventually;
use serde_json::{Value, json};

use crate::world::{PATIENCE, World, full_case};

/// The link of a case, and the rows of its trail, latest first.
async fn trail(world: &World, case: &str) -> Result<(String, Vec<Value>)> {
    let link = world.link_of(case).await?;
    let rows = link["audit"].as_array().cloned().unwrap_or_default();
    Ok((link["link"].to_string(), rows))
}

/// The latest write of a value: its row of the trail.
async fn written(world: &World, case: &str, subject: &str, after: &str) -> Result<Value> {
    let found = || async {
        let (_, rows) = trail(world, case).await.ok()?;
        rows.into_iter().find(|row| {
            let shows = row["after"]["value"] == after || row["after"] == after;
            row["subject"] == subject && row["outcome"] == "done" && shows
        })
    };
    eventually(PATIENCE, "the write is in the trail", || async { found().await.is_some() }).await;
    found().await.context("no such write")
}

/// Rows of the trail that an undo wrote, of one step.
async fn undone(world: &World, case: &str, step: &str) -> Result<Vec<Value>> {
    let (_, rows) = trail(world, case).await?;
    Ok(rows.into_iter().filter(|row| row["cause"] == "undo" && row["step"] == step).collect())
}

/// Asks for an undo of a link; gives its correlation id.
async fn undo(world: &World, link: &str, of: &[&str]) -> Result<String> {
    let asked = [&["undo", "link", link, "--yes", "--as", "lead"], of].concat();
    let asked = world.cli(&asked).await?;
    Ok(asked["correlation"].as_str().context("no correlation")?.to_owned())
}

/// F-203, F-305: a run is undone; what a person edited since is kept and told; nothing flows again, until a
/// person changes one of the sides; and the undo can itself be undone.
#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_undone_and_what_a_person_edited_since_is_kept() -> Result<()> {
    let world = World::start().await?;
    let (case, key) = world.linked_case(&full_case("Right")).await?;
    let wrong = json!({ "Subject": "Wrong", "Environment__c": "wrong" });
    world.people.salesforce_edit("Case", &case, wrong).await?;
    let row = written(&world, &case, "Subject:summary", "Wrong").await?;
    let run = row["correlation"].as_str().context("no correlation")?.to_owned();
    world.people.jira_edit(&key, json!({ "customfield_10050": "by hand" })).await?;
    world.case_shows(&case, "Environment__c", "by hand").await;
    world.let_it_settle().await?;

    let (link, _) = trail(&world, &case).await?;
    let plan = world.cli(&["undo", "link", &link, "--run", &run]).await?;
    assert_eq!(
        (&plan["counts"]["back"], &plan["counts"]["kept"]),
        (&json!(1), &json!(1)),
        "{plan:#}"
    );
    assert_eq!(plan["undo"]["kept"][0]["now"]["value"], "by hand");
    assert_eq!(plan["undo"]["kept"][0]["back"]["value"], "production");
    let (_, printed) = world.cli_raw(&["undo", "link", &link, "--run", &run]).await?;
    assert!(
        printed.contains("\"Wrong\" -> \"Right\"") && printed.contains("`--yes` does it"),
        "{printed}"
    );
    world.issue_shows(&key, "summary", "Wrong").await;

    let asked = undo(&world, &link, &["--run", &run]).await?;
    world.issue_shows(&key, "summary", "Right").await;
    world.let_it_settle().await?;
    world.issue_shows(&key, "summary", "Right").await;
    world.issue_shows(&key, "customfield_10050", "by hand").await;
    assert_eq!(world.people.salesforce_record("Case", &case).await?["Subject"], "Wrong");
    let rows = undone(&world, &case, "edit_issue").await?;
    assert_eq!(rows.len(), 1, "{rows:#?}");
    assert_eq!((&rows[0]["actor"], &rows[0]["correlation"]), (&json!("lead"), &json!(asked)));
    let kept = undone(&world, &case, "undo_kept").await?;
    assert_eq!((kept.len(), &kept[0]["after"]["value"]), (1, &json!("by hand")), "{kept:#?}");

    undo(&world, &link, &["--run", &asked]).await?;
    world.issue_shows(&key, "summary", "Wrong").await;
    world.let_it_settle().await?;
    world.people.salesforce_edit("Case", &case, json!({ "Subject": "Right again" })).await?;
    world.issue_shows(&key, "summary", "Right again").await;
    world.end().await
}

/// F-305: one step is undone, a move of the issue among them, and either side's next change flows as usual.
#[tokio::test(flavor = "multi_thread")]
async fn a_step_is_undone_a_move_along_the_workflow_too() -> Result<()> {
    let world = World::start().await?;
    let (case, key) = world.linked_case(&full_case("Moved")).await?;
    world.people.salesforce_edit("Case", &case, json!({ "Status": "Working" })).await?;
    let row = written(&world, &case, "status", "In Progress").await?;
    let (link, _) = trail(&world, &case).await?;
    undo(&world, &link, &["--step", &row["id"].to_string()]).await?;
    world.issue_is(&key, "To Do").await;
    world.let_it_settle().await?;
    world.issue_is(&key, "To Do").await;
    assert_eq!(world.people.salesforce_record("Case", &case).await?["Status"], "Working");
    world.people.salesforce_edit("Case", &case, json!({ "Status": "Waiting on Customer" })).await?;
    world.issue_is(&key, "Waiting for customer").await;
    // The way back from there leads elsewhere: it stays, and the reason is told.
    let row = written(&world, &case, "status", "Waiting for customer").await?;
    let step = row["id"].to_string();
    let plan = world.cli(&["undo", "link", &link, "--step", &step]).await?;
    assert_eq!(
        (&plan["counts"]["back"], &plan["counts"]["cannot"]),
        (&json!(0), &json!(1)),
        "{plan:#}"
    );
    assert_eq!(plan["undo"]["cannot"][0]["why"]["code"], "LS-MD-021");
    world.end().await
}

/// A rule that holds the first call of an operation, after so many others.
async fn hold(world: &World, kind: FaultKind, operation: &str, others: u64) -> Result<u64> {
    let fault = FaultSpec::new(kind).operation(operation).after(others).times(1);
    Ok(world.people.add_fault(&fault).await?)
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

/// F-305, F-306: a worker is killed in the midst of an undo of the issue, before its write and after it: one
/// effect, told once, and what it wrote is not taken for a person's edit.
#[tokio::test(flavor = "multi_thread")]
async fn killed_in_the_midst_of_an_undo_it_has_one_effect() -> Result<()> {
    let mut world = World::start().await?;
    let (case, key) = world.linked_case(&full_case("Right")).await?;
    for (round, kind) in [FaultKind::HoldBefore, FaultKind::HoldAfter].into_iter().enumerate() {
        let wrong = format!("Wrong {round}");
        world.people.salesforce_edit("Case", &case, json!({ "Subject": wrong })).await?;
        let row = written(&world, &case, "Subject:summary", &wrong).await?;
        let before = row["before"]["value"].as_str().context("no value")?.to_owned();
        let (link, _) = trail(&world, &case).await?;
        let rule = hold(&world, kind, "jira.issue.edit", 0).await?;
        undo(&world, &link, &["--step", &row["id"].to_string()]).await?;
        called(&world, rule).await;
        world.kill_workers().await?;
        world.people.release_fault(rule).await?;
        world.add_worker().await?;
        let told = || async {
            let rows = undone(&world, &case, "edit_issue").await;
            rows.is_ok_and(|rows| rows.len() > round)
        };
        eventually(PATIENCE, "the undo is told", told).await;
        world.let_it_settle().await?;
        world.issue_shows(&key, "summary", before.as_str()).await;
        let subject = world.people.salesforce_record("Case", &case).await?["Subject"].clone();
        assert_eq!(subject, wrong, "it did not flow");
        let rows = undone(&world, &case, "edit_issue").await?;
        assert_eq!(rows.len(), round + 1, "each undo is told once: {rows:#?}");
        assert_eq!(rows[0]["actor"], "lead");
    }
    world.end().await
}

/// F-305, F-306: the same with an undo of the record, whose write's answer nobody heard.
#[tokio::test(flavor = "multi_thread")]
async fn killed_after_it_turned_a_record_back_it_has_one_effect() -> Result<()> {
    let mut world = World::start().await?;
    let (case, key) = world.linked_case(&full_case("Right")).await?;
    world.people.jira_edit(&key, json!({ "summary": "Wrong" })).await?;
    let row = written(&world, &case, "Subject:summary", "Wrong").await?;
    world.sweep_seldom().await?;
    world.let_it_rest().await?;
    let (link, _) = trail(&world, &case).await?;
    // The first call reads the record, the second one writes it.
    let rule = hold(&world, FaultKind::HoldAfter, "salesforce.composite", 1).await?;
    undo(&world, &link, &["--step", &row["id"].to_string()]).await?;
    called(&world, rule).await;
    world.case_shows(&case, "Subject", "Right").await;
    world.kill_workers().await?;
    world.people.release_fault(rule).await?;
    world.add_worker().await?;
    let told =
        || async { undone(&world, &case, "update_record").await.is_ok_and(|rows| rows.len() == 1) };
    eventually(PATIENCE, "the undo is told", told).await;
    world.let_it_settle().await?;
    assert!(told().await, "and told once");
    assert_eq!(world.people.jira_issue(&key).await?["fields"]["summary"], "Wrong");
    world.case_shows(&case, "Subject", "Right").await;
    world.end().await
}

/// F-203, F-305: a time span of an item is undone, a job for each link that was written then; what was written
/// before and what a person edited since is not touched.
#[tokio::test(flavor = "multi_thread")]
async fn a_time_span_of_an_item_is_undone_link_by_link() -> Result<()> {
    let world = World::start().await?;
    let mut linked = Vec::new();
    for name in ["One", "Two", "Three"] {
        linked.push(world.linked_case(&full_case(name)).await?);
    }
    world.let_it_settle().await?;
    let clock =
        "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')";
    let since: String = world.database().await?.query_one(clock, &[]).await?.get(0);
    for (case, _) in &linked[..2] {
        world.people.salesforce_edit("Case", case, json!({ "Subject": "Wrong" })).await?;
    }
    for (case, _) in &linked[..2] {
        written(&world, case, "Subject:summary", "Wrong").await?;
    }
    world.people.jira_edit(&linked[1].1, json!({ "summary": "By hand" })).await?;
    world.case_shows(&linked[1].0, "Subject", "By hand").await;
    world.let_it_settle().await?;

    let item = ["undo", "item", "support-bugs", "--since", &since];
    let plan = world.cli(&item).await?;
    assert_eq!(plan["counts"]["links"], 2, "the third was not written: {plan:#}");
    // Of the second link Jira's value is kept; Salesforce's, which followed it, goes back.
    assert_eq!(
        (&plan["counts"]["back"], &plan["counts"]["kept"]),
        (&json!(2), &json!(1)),
        "{plan:#}"
    );
    let asked = world.cli(&[&item[..], &["--yes", "--as", "lead"]].concat()).await?;
    assert!(asked["promise"].is_i64(), "{asked}");
    world.issue_shows(&linked[0].1, "summary", "One").await;
    world.case_shows(&linked[1].0, "Subject", "Wrong").await;
    world.let_it_settle().await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let shown = async |number: usize| -> Result<(Value, Value)> {
        let (case, key) = &linked[number];
        let issue = world.people.jira_issue(key).await?["fields"]["summary"].clone();
        Ok((world.people.salesforce_record("Case", case).await?["Subject"].clone(), issue))
    };
    assert_eq!(shown(0).await?, (json!("Wrong"), json!("One")));
    assert_eq!(shown(1).await?, (json!("Wrong"), json!("By hand")));
    assert_eq!(shown(2).await?, (json!("Three"), json!("Three")));
    for (case, _) in &linked[..2] {
        let rows = undone(&world, case, "undo").await?;
        let noted: Vec<_> = rows.iter().filter(|row| row["outcome"] == "noted").collect();
        assert_eq!(noted.len(), 1, "taken up once: {rows:#?}");
    }
    world.end().await
}

/// F-305: a copied comment is not turned back, which is said; while the item is paused nothing is.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_undone_is_said_with_what_to_do() -> Result<()> {
    let world = World::start().await?;
    let (case, key) = world.linked_case(&full_case("Said")).await?;
    world.people.jira_comment(&key, "From Jira.").await?;
    let copied = || async { world.case_comments(&case).await.is_ok_and(|texts| !texts.is_empty()) };
    eventually(PATIENCE, "the comment is copied", copied).await;
    world.let_it_settle().await?;
    let (link, _) = trail(&world, &case).await?;
    let all = ["undo", "link", &link, "--since", "2020-01-01T00:00:00Z"];
    let (code, printed) = world.cli_raw(&all).await?;
    assert_eq!(code, 0, "{printed}");
    for said in
        ["comments are not turned back", "what was created is not deleted", "0 to turn back"]
    {
        assert!(printed.contains(said), "{said}: {printed}");
    }
    let (code, printed) = world.cli_raw(&["undo", "link", &link]).await?;
    assert_eq!(code, 2, "{printed}");
    world.cli(&["item", "pause", "support-bugs"]).await?;
    let (code, printed) = world.cli_raw(&all).await?;
    assert!(code == 1 && printed.contains("LS-LS-021"), "{printed}");
    world.end().await
}
