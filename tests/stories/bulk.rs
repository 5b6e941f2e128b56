//! Many changes at once cost few calls, and one that goes wrong holds back no other.

use anyhow::{Context, Result};
use lockstep_simulator::core::{CallFilter, FaultKind, FaultSpec, Side};
use lockstep_testkit::eventually;
use serde_json::{Value, json};

use crate::world::{PATIENCE, Setting, World, full_case};

/// What a story needs to count calls: hints would make jobs of their own.
pub(super) fn quiet() -> Setting {
    Setting { webhooks: false, sweep_seconds: 3600, ..Setting::default() }
}

/// Opens cases and sweeps once; gives their ids when each has its issue.
pub(super) async fn linked_cases(world: &World, count: usize) -> Result<Vec<String>> {
    first_sweep(world).await?;
    let mut cases = Vec::with_capacity(count);
    for number in 0..count {
        let case = full_case(&format!("Case {number}"));
        let case = world.people.salesforce_create("Case", case).await?;
        cases.push(case["Id"].as_str().context("Id")?.to_owned());
    }
    sweep(world).await?;
    all_linked(world, count).await?;
    Ok(cases)
}

pub(super) async fn sweep(world: &World) -> Result<()> {
    world.cli(&["sync", "item", "support-bugs"]).await.map(drop)
}

/// Waits until the sweep is over that a new item begins with: it would take a part of the batch.
async fn first_sweep(world: &World) -> Result<()> {
    let sql = "SELECT count(*) FROM item WHERE swept_at IS NOT NULL";
    reaches(world, sql, 1, "the item's first sweep").await
}

/// Waits until so many links have a base and nobody is at work.
async fn all_linked(world: &World, count: usize) -> Result<()> {
    let sql = "SELECT count(*) FROM link JOIN lease ON lease.link = link.id \
        WHERE base->'fields' ? 'Subject:summary' AND owner IS NULL";
    reaches(world, sql, i64::try_from(count)?, "every case has its issue").await
}

/// Waits until so many links agree on a title of this kind and nobody is at work.
pub(super) async fn all_agree(world: &World, title: &str, count: usize) -> Result<()> {
    let sql = format!(
        "SELECT count(*) FROM link JOIN lease ON lease.link = link.id WHERE owner IS NULL \
         AND base->'fields'->'Subject:summary'->'jira'->>'value' LIKE '{title} %' \
         AND base->'fields'->'Subject:summary'->'salesforce'->>'value' LIKE '{title} %'"
    );
    reaches(world, &sql, i64::try_from(count)?, "both sides agree").await
}

pub(super) async fn reaches(world: &World, sql: &str, wanted: i64, what: &str) -> Result<()> {
    let database = world.database().await?;
    let holds = || async {
        database.query_one(sql, &[]).await.is_ok_and(|row| row.get::<_, i64>(0) == wanted)
    };
    eventually(PATIENCE, what, holds).await;
    Ok(())
}

pub(super) async fn rename_cases(world: &World, cases: &[String], to: &str) -> Result<()> {
    for (number, case) in cases.iter().enumerate() {
        let subject = json!({ "Subject": format!("{to} {number}") });
        world.people.salesforce_edit("Case", case, subject).await?;
    }
    Ok(())
}

pub(super) async fn rename_issues(world: &World, cases: &[String], to: &str) -> Result<()> {
    let issues = world.people.jira_issues("SUP").await?;
    for (number, case) in cases.iter().enumerate() {
        let ours = |issue: &&Value| issue["properties"]["lockstep.link"]["record"] == **case;
        let key = issues.iter().find(ours).and_then(|issue| issue["key"].as_str());
        let summary = json!({ "summary": format!("{to} {number}") });
        world.people.jira_edit(key.context("no issue")?, summary).await?;
    }
    Ok(())
}

/// Calls of each side since the last reset, logins apart.
pub(super) async fn calls(world: &World) -> Result<(usize, usize)> {
    let calls = world.people.calls(&CallFilter::default()).await?;
    let of = |side| {
        calls
            .iter()
            .filter(|call| call.side == side && call.operation != "salesforce.token")
            .count()
    };
    Ok((of(Side::Salesforce), of(Side::Jira)))
}

/// F-323: a backfill and a hundred changes each way cost at most 0.1 Salesforce calls and 1.2 Jira
/// calls each, and the sweep's own.
#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_changes_in_one_sweep_cost_few_calls() -> Result<()> {
    const MANY: usize = 100;
    let world = World::with(quiet()).await?;
    let cases = linked_cases(&world, MANY).await?;
    let (salesforce, jira) = calls(&world).await?;
    assert!(salesforce <= 10 && jira <= 10, "backfill: {salesforce} and {jira}");
    assert_eq!(world.people.jira_issues("SUP").await?.len(), 18 + MANY);

    rename_cases(&world, &cases, "There").await?;
    world.people.reset_calls().await?;
    sweep(&world).await?;
    all_agree(&world, "There", MANY).await?;
    let (salesforce, jira) = calls(&world).await?;
    assert!(salesforce <= 10 && jira <= 120, "to Jira: {salesforce} and {jira}");

    rename_issues(&world, &cases, "Back").await?;
    world.people.reset_calls().await?;
    sweep(&world).await?;
    all_agree(&world, "Back", MANY).await?;
    let (salesforce, jira) = calls(&world).await?;
    assert!(salesforce <= 10 && jira <= 10, "to Salesforce: {salesforce} and {jira}");
    world.end().await
}

/// F-310: among many, a value that a vendor refuses, a record that is locked and one that a person
/// saves meanwhile hold back no other.
#[tokio::test(flavor = "multi_thread")]
async fn complaint_17_one_bad_link_of_many_holds_back_no_other() -> Result<()> {
    let world = World::with(quiet()).await?;
    let cases = linked_cases(&world, 6).await?;
    let rule = json!({ "object": "Case", "when": "Subject = 'Moved 1'", "message": "Not this one.",
        "field": "Subject" });
    world.people.post("/control/salesforce/validation_rules", &rule).await?;
    let locks = json!({ "ids": [cases[2]], "times": 1 });
    world.people.post("/control/salesforce/locks", &locks).await?;
    world.people.delete(&format!("/control/salesforce/records/Case/{}", cases[3])).await?;
    rename_issues(&world, &cases, "Moved").await?;
    sweep(&world).await?;
    for number in [0, 2, 4, 5] {
        world.case_shows(&cases[number], "Subject", format!("Moved {number}")).await;
    }
    let found = || async {
        let (refused, gone) = (world.link_of(&cases[1]).await, world.link_of(&cases[3]).await);
        refused.is_ok_and(|link| link["findings"].to_string().contains("Not this one"))
            && gone.is_ok_and(|link| link["state"] == "gone")
    };
    eventually(PATIENCE, "the refusal and the loss are findings", found).await;
    world.end().await
}

/// The fault that meets the creates of many issues once.
async fn opened_in_trouble(
    world: &World,
    kind: FaultKind,
    count: usize,
) -> Result<(Vec<String>, u64)> {
    let fault = FaultSpec::new(kind).operation("jira.issue.bulk_create").times(1);
    let rule = world.people.add_fault(&fault).await?;
    first_sweep(world).await?;
    let mut cases = Vec::new();
    for number in 0..count {
        let case = full_case(&format!("In trouble {number}"));
        let case = world.people.salesforce_create("Case", case).await?;
        cases.push(case["Id"].as_str().context("Id")?.to_owned());
    }
    sweep(world).await?;
    Ok((cases, rule))
}

async fn each_has_one_issue(world: &World, cases: &[String]) -> Result<()> {
    for case in cases {
        let key = world.issue_of(case).await?;
        assert_eq!(world.issues_of(case).await?, [key], "case {case}");
    }
    Ok(())
}

/// F-306, F-307: killed after Jira created many issues in one call and before anything of it was
/// noted: each record has one issue.
#[tokio::test(flavor = "multi_thread")]
async fn killed_inside_a_create_of_many() -> Result<()> {
    let mut world = World::with(quiet()).await?;
    let (cases, rule) = opened_in_trouble(&world, FaultKind::HoldAfter, 7).await?;
    for case in &cases {
        world.created(case).await;
    }
    world.kill_workers().await?;
    world.people.release_fault(rule).await?;
    world.add_worker().await?;
    each_has_one_issue(&world, &cases).await?;
    assert_eq!(world.calls("jira.issue.create").await?, 0);
    world.end().await
}

/// F-306: killed before the create of many reached Jira: each record has one issue.
#[tokio::test(flavor = "multi_thread")]
async fn killed_before_a_create_of_many() -> Result<()> {
    let mut world = World::with(quiet()).await?;
    let (cases, rule) = opened_in_trouble(&world, FaultKind::HoldBefore, 7).await?;
    reaches(&world, "SELECT count(*) FROM effect WHERE state = 'intent'", 7, "intents").await?;
    world.kill_workers().await?;
    world.people.release_fault(rule).await?;
    world.add_worker().await?;
    each_has_one_issue(&world, &cases).await?;
    world.end().await
}

/// F-307: the answer to a create of many is lost; nobody is killed.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_a_create_of_many_is_looked_for() -> Result<()> {
    let world = World::with(quiet()).await?;
    let (cases, _) = opened_in_trouble(&world, FaultKind::DropAfter, 5).await?;
    each_has_one_issue(&world, &cases).await?;
    assert_eq!(world.calls("jira.issue.create").await?, 0);
    world.end().await
}

/// F-205, F-306: killed in the middle of a batch whose records were written and not committed: the
/// next worker finds both sides in step and writes nothing again.
#[tokio::test(flavor = "multi_thread")]
async fn killed_after_many_records_were_written() -> Result<()> {
    let mut world = World::with(quiet()).await?;
    let cases = linked_cases(&world, 5).await?;
    let hold =
        FaultSpec::new(FaultKind::HoldAfter).operation("salesforce.composite").after(2).times(1);
    let rule = world.people.add_fault(&hold).await?;
    rename_issues(&world, &cases, "Kept").await?;
    sweep(&world).await?;
    for (number, case) in cases.iter().enumerate() {
        world.case_shows(case, "Subject", format!("Kept {number}")).await;
    }
    world.kill_workers().await?;
    world.people.release_fault(rule).await?;
    let updates = world.calls("salesforce.sobject.update").await?;
    world.add_worker().await?;
    all_agree(&world, "Kept", cases.len()).await?;
    assert_eq!(world.calls("salesforce.sobject.update").await?, updates);
    world.end().await
}

/// F-210: a site that throttles in the middle of a batch is left alone as long as it asks; the batch
/// comes back as one.
#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_throttles_a_batch_is_left_alone() -> Result<()> {
    let world = World::with(quiet()).await?;
    let cases = linked_cases(&world, 12).await?;
    let throttle = FaultKind::Status {
        code: 429,
        body: None,
        headers: std::collections::BTreeMap::new(),
        retry_after: Some(3),
    };
    let fault = FaultSpec::new(throttle).operation("jira.issue.edit").after(4).times(1);
    world.people.add_fault(&fault).await?;
    rename_cases(&world, &cases, "Patient").await?;
    world.people.reset_calls().await?;
    sweep(&world).await?;
    all_agree(&world, "Patient", cases.len()).await?;
    let reads = world.calls("jira.issue.get").await?;
    assert_eq!(reads, 0, "nobody was sent off alone");
    world.end().await
}
