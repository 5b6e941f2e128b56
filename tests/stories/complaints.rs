//! What users of such systems complain about ([docs/complaints.md](../../docs/complaints.md)), where no other
//! story shows it already.

use std::time::Duration;

use anyhow::{Context, Result};
use chrono::{DateTime, TimeDelta, Utc};
use lockstep_simulator::core::{FaultKind, FaultSpec, Side};
use lockstep_testkit::eventually;
use serde_json::{Value, json};

use crate::world::{PATIENCE, Setting, World, full_case};

/// What a person who waits calls at once.
const SOON: Duration = Duration::from_secs(3);

const ITEM: &str = include_str!("../../deploy/examples/support-bugs.yaml");

/// The issues that the site begins with.
const OLD_ISSUES: usize = 18;

/// The vendor's own 503, as it answers while it is away.
fn away() -> FaultKind {
    FaultKind::Status { code: 503, body: None, headers: [].into(), retry_after: None }
}

async fn no_webhooks(world: &World) -> Result<()> {
    world.people.add_fault(&FaultSpec::new(FaultKind::WebhookLose)).await?;
    Ok(())
}

async fn opened(world: &World, subject: &str) -> Result<String> {
    let case = world.people.salesforce_create("Case", full_case(subject)).await?;
    Ok(case["Id"].as_str().context("Id")?.to_owned())
}

/// F-209; complaint 1: a watermark that moves over a search that lags loses issues for good. Here each sweep
/// looks back further than the index lags, and goes by what was seen of each issue.
#[tokio::test(flavor = "multi_thread")]
async fn complaint_01_a_search_that_lags_loses_no_issue() -> Result<()> {
    let world = World::start().await?;
    let (first, first_key) = world.linked_case(&full_case("First")).await?;
    let (second, second_key) = world.linked_case(&full_case("Second")).await?;
    no_webhooks(&world).await?;
    world.people.jira_settings(json!({ "index_lag_ms": 4_000 })).await?;
    world.people.jira_edit(&first_key, json!({ "summary": "First, later" })).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    world.people.jira_edit(&second_key, json!({ "summary": "Second, later" })).await?;
    world.people.jira_settings(json!({ "index_lag_ms": 0 })).await?;
    world.case_shows(&second, "Subject", "Second, later").await;
    world.case_shows(&first, "Subject", "First, later").await;
    world.end().await
}

/// F-56; complaint 3: a record is synced once, and its later updates are dropped without a word.
#[tokio::test(flavor = "multi_thread")]
async fn complaint_03_each_later_edit_of_a_record_arrives() -> Result<()> {
    let world = World::start().await?;
    let (case, key) = world.linked_case(&full_case("Edit 0")).await?;
    for number in 1..=4 {
        let subject = format!("Edit {number}");
        world.people.salesforce_edit("Case", &case, json!({ "Subject": subject })).await?;
        world.issue_shows(&key, "summary", subject).await;
    }
    world.end().await
}

/// F-61; complaint 4: ... and the remedy made every edit count as a new record.
#[tokio::test(flavor = "multi_thread")]
async fn complaint_04_an_edit_opens_no_second_issue() -> Result<()> {
    let world = World::start().await?;
    let (case, key) = world.linked_case(&full_case("One")).await?;
    for subject in ["One, edited", "One, edited again"] {
        world.people.salesforce_edit("Case", &case, json!({ "Subject": subject })).await?;
        world.issue_shows(&key, "summary", subject).await;
    }
    world.let_it_settle().await?;
    assert_eq!(world.people.jira_issues("SUP").await?.len(), OLD_ISSUES + 1);
    assert_eq!(world.issues_of(&case).await?, [key]);
    world.end().await
}

/// F-56, F-61; complaint 5: polling misses records that come close together, or late: a long transaction shows
/// its save with the stamp of when it was made.
#[tokio::test(flavor = "multi_thread")]
async fn complaint_05_close_and_late_records_are_all_found() -> Result<()> {
    let world = World::with(Setting { webhooks: false, ..Setting::default() }).await?;
    let mut cases = Vec::new();
    for number in 0..24 {
        cases.push(opened(&world, &format!("Close {number}")).await?);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    for case in &cases {
        world.issue_of(case).await?;
    }
    let clock = world.people.get("/control/clock").await?;
    let now: DateTime<Utc> = clock["now"].as_str().context("now")?.parse()?;
    tokio::time::sleep(Duration::from_secs(4)).await;
    // The sweep goes on to a later record before the earlier one shows.
    let (early, later) = (&cases[0], &cases[1]);
    world.people.salesforce_edit("Case", later, json!({ "Subject": "On time" })).await?;
    let key = world.issue_of(later).await?;
    world.issue_shows(&key, "summary", "On time").await;
    let stamp = (now + TimeDelta::seconds(1)).format("%Y-%m-%dT%H:%M:%S%.3f+0000").to_string();
    let path = format!("/control/salesforce/records/Case/{early}");
    let edit = json!({ "fields": { "Subject": "Late" }, "stamp": stamp });
    world.people.patch(&path, &edit).await?;
    let key = world.issue_of(early).await?;
    world.issue_shows(&key, "summary", "Late").await;
    world.end().await
}

/// F-206; complaint 14: one failed event blocks a record for hours. Here what failed waits on the ladder, and the
/// next edit does not wait for it.
#[tokio::test(flavor = "multi_thread")]
async fn complaint_14_what_failed_blocks_no_later_edit() -> Result<()> {
    let world = World::start().await?;
    let (case, key) = world.linked_case(&full_case("Unlucky")).await?;
    world.let_it_settle().await?;
    world.sweep_seldom().await?;
    let rule = world.people.add_fault(&FaultSpec::new(away()).operation("jira.issue.get")).await?;
    world.people.reset_calls().await?;
    world.people.jira_edit(&key, json!({ "summary": "It fails" })).await?;
    // Three looks with three tries each: the fourth would be half a minute from now.
    let climbed = || async { world.calls("jira.issue.get").await.is_ok_and(|calls| calls >= 9) };
    eventually(PATIENCE, "it is up on the ladder", climbed).await;
    world.people.release_fault(rule).await?;
    world.people.jira_edit(&key, json!({ "summary": "It goes on" })).await?;
    let took = world.case_shows(&case, "Subject", "It goes on").await;
    assert!(took < SOON, "it took {took:?}");
    world.end().await
}

/// F-209; complaint 19: what happens while a vendor is in maintenance is lost. Nobody need send it again; who
/// wants to, may.
#[tokio::test(flavor = "multi_thread")]
async fn complaint_19_what_happens_during_maintenance_is_not_lost() -> Result<()> {
    let world = World::start().await?;
    let (case, key) = world.linked_case(&full_case("Before")).await?;
    no_webhooks(&world).await?;
    let fault = FaultSpec::new(away()).side(Side::Jira);
    let rule = world.people.add_fault(&fault).await?;
    world.people.jira_edit(&key, json!({ "summary": "Meanwhile" })).await?;
    world.people.salesforce_edit("Case", &case, json!({ "Affected_Users__c": 41 })).await?;
    let opened = opened(&world, "Opened meanwhile").await?;
    tokio::time::sleep(Duration::from_secs(4)).await;
    world.people.release_fault(rule).await?;
    let link = world.link_of(&case).await?["link"].to_string();
    world.cli(&["sync", "link", &link]).await?;
    world.case_shows(&case, "Subject", "Meanwhile").await;
    world.issue_shows(&key, "customfield_10052", 41.0).await;
    world.issue_of(&opened).await?;
    world.end().await
}

/// F-61, F-303; complaint 20: a backfill takes weeks, nobody can see how far it is, and a restart begins again.
#[tokio::test(flavor = "multi_thread")]
async fn complaint_20_a_backfill_shows_how_far_it_is_and_goes_on_after_a_restart() -> Result<()> {
    let item = ITEM.replace("from: now", "from: all").leak();
    let setting = Setting { workers: 0, webhooks: false, item, ..Setting::default() };
    let mut world = World::with(setting).await?;
    let total = world.people.get("/control/salesforce/records/Case").await?["total"].clone();
    let total = usize::try_from(total.as_u64().context("total")?)?;
    assert_eq!(left_to_create(&world).await?, total);
    // Some are created, and the rest is held back.
    let hold = FaultSpec::new(FaultKind::HoldBefore).operation("jira.issue.bulk_create").after(1);
    let rule = world.people.add_fault(&hold).await?;
    world.add_worker().await?;
    let some = || async { created(&world).await.is_ok_and(|created| created > 0) };
    eventually(PATIENCE, "some issues are there", some).await;
    world.kill_workers().await?;
    let made = created(&world).await?;
    assert!(made < total, "{made} of {total}");
    let left = left_to_create(&world).await?;
    assert!(left >= total - made && left <= total, "{left} left after {made} of {total}");
    world.people.release_fault(rule).await?;
    world.add_worker().await?;
    let all = || async { left_to_create(&world).await.is_ok_and(|left| left == 0) };
    eventually(PATIENCE, "nothing is left to create", all).await;
    world.let_it_settle().await?;
    assert_eq!(created(&world).await?, total, "each once");
    world.end().await
}

async fn created(world: &World) -> Result<usize> {
    Ok(world.people.jira_issues("SUP").await?.len() - OLD_ISSUES)
}

/// What a plan says is still to be created.
async fn left_to_create(world: &World) -> Result<usize> {
    let plan = world.cli(&["plan", "item", "support-bugs", "--samples", "1"]).await?;
    Ok(usize::try_from(plan["counts"]["create"].as_u64().context("create")?)?)
}

/// F-192, F-211, F-310; complaint 33: a restricted picklist or a length refuses a value with no useful word. Here the
/// field is named before anything is written, and the others go.
#[tokio::test(flavor = "multi_thread")]
async fn complaint_33_what_a_picklist_or_a_length_does_not_take_is_named() -> Result<()> {
    let world = World::start().await?;
    let (case, key) = world.linked_case(&full_case("Within")).await?;
    let edit = json!({
        "summary": "Beyond",
        "labels": ["Nonsense"],
        "customfield_10050": "x".repeat(81),
    });
    world.people.jira_edit(&key, edit).await?;
    world.case_shows(&case, "Subject", "Beyond").await;
    let told = || async {
        let findings = world.findings_of(&case).await.unwrap_or_default();
        ["Product_Areas__c:labels", "Environment__c:customfield_10050"]
            .iter()
            .all(|subject| findings.iter().any(|finding| finding["subject"] == *subject))
    };
    eventually(PATIENCE, "both fields are named", told).await;
    let findings = Value::Array(world.findings_of(&case).await?).to_string();
    assert!(findings.contains("Nonsense") && findings.contains("80"), "{findings}");
    let record = world.people.salesforce_record("Case", &case).await?;
    let kept = (&record["Product_Areas__c"], &record["Environment__c"]);
    assert_eq!(kept, (&json!("Reports;Mobile"), &json!("production")));
    world.end().await
}

/// F-193; complaint 42: one large job delays all others by hours. Here what a person waits for passes a backfill.
#[tokio::test(flavor = "multi_thread")]
async fn complaint_42_a_backfill_delays_nobody_who_waits() -> Result<()> {
    const MANY: usize = 150;
    let world = World::with(Setting { lease_seconds: 10, ..Setting::default() }).await?;
    let (case, key) = world.linked_case(&full_case("Waited for")).await?;
    world.let_it_settle().await?;
    world.sweep_seldom().await?;
    for number in 0..MANY {
        opened(&world, &format!("Many {number}")).await?;
    }
    let slow = FaultSpec::new(FaultKind::Latency { ms: 4_000 }).operation("jira.issue.bulk_create");
    world.people.add_fault(&slow).await?;
    world.cli(&["sync", "item", "support-bugs"]).await?;
    let (database, sql) =
        (world.database().await?, "SELECT count(*) FROM effect WHERE state = 'intent'");
    let busy =
        || async { database.query_one(sql, &[]).await.is_ok_and(|row| row.get::<_, i64>(0) > 0) };
    eventually(PATIENCE, "the backfill is at it", busy).await;
    world.people.jira_edit(&key, json!({ "summary": "At once" })).await?;
    let took = world.case_shows(&case, "Subject", "At once").await;
    assert!(took < SOON, "it took {took:?}");
    assert!(created(&world).await? < 1 + MANY, "the backfill was over before");
    world.people.clear_faults().await?;
    let all = || async { created(&world).await.is_ok_and(|created| created == 1 + MANY) };
    eventually(PATIENCE, "the backfill is done", all).await;
    world.let_it_rest().await?;
    world.end().await
}
