//! What the fleet stands on falls away and comes back; a worker sleeps through its lease.

use std::time::Duration;

use anyhow::{Context, Result};
use lockstep_simulator::core::{FaultKind, FaultSpec};
use lockstep_testkit::eventually;
use serde_json::{Value, json};

use crate::world::node::Node;
use crate::world::{PATIENCE, Setting, World, full_case};

const TWO_WORKERS: fn() -> Setting = || Setting { workers: 2, ..Setting::default() };

async fn opened(world: &World, subject: &str) -> Result<String> {
    let case = full_case(subject);
    let case = world.people.salesforce_create("Case", case).await?;
    Ok(case["Id"].as_str().context("Id")?.to_owned())
}

/// Every case has one issue, and no create was made that was not needed.
async fn each_has_one_issue(world: &World, cases: &[String]) -> Result<()> {
    for case in cases {
        world.issue_of(case).await?;
    }
    world.let_it_settle().await?;
    for case in cases {
        assert_eq!(world.issues_of(case).await?.len(), 1, "case {case}");
    }
    // Several that a sweep finds together are created together.
    let creates =
        world.calls("jira.issue.create").await? + world.calls("jira.issue.bulk_create").await?;
    assert!(creates <= cases.len() as u64, "{creates} creates for {} cases", cases.len());
    Ok(())
}

/// F-205, F-306: the broker is killed while people work and jobs are in hand, and starts again: nothing is lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_is_killed_and_started_again_loses_nothing() -> Result<()> {
    let Some(mut node) = Node::start().await? else {
        return Ok(());
    };
    let world = World::on(node.queues(), TWO_WORKERS()).await?;
    let (one, one_key) = world.linked_case(&full_case("One")).await?;
    let (two, two_key) = world.linked_case(&full_case("Two")).await?;
    let mut cases = vec![one.clone(), two.clone()];
    // One create is in hand when the broker dies, and two more cases have just been opened.
    let fault = FaultSpec::new(FaultKind::HoldBefore).operation("jira.issue.create");
    let held = world.people.add_fault(&fault.times(1)).await?;
    cases.push(opened(&world, "In hand").await?);
    an_intent_is_open(&world).await?;
    for subject in ["In the queue", "Next in the queue"] {
        cases.push(opened(&world, subject).await?);
    }
    node.crash()?;
    world.people.release_fault(held).await?;
    let edit = json!({ "summary": "One, edited without a broker" });
    world.people.jira_edit(&one_key, edit).await?;
    let edit = json!({ "Affected_Users__c": 77 });
    world.people.salesforce_edit("Case", &two, edit).await?;
    world.people.jira_comment(&two_key, "Is anybody there?").await?;
    cases.push(opened(&world, "Without a broker").await?);
    node.boot().await?;
    cases.push(opened(&world, "After the broker").await?);

    let renamed = "One, edited without a broker";
    world.case_shows(&one, "Subject", renamed).await;
    world.issue_shows(&two_key, "customfield_10052", 77.0).await;
    each_has_one_issue(&world, &cases).await?;
    let comments = world.case_comments(&two).await?;
    assert_eq!(comments.len(), 1, "{comments:#?}");
    world.end().await?;
    node.end()
}

/// F-205, F-306: the database's connections break again and again while people work: nothing is lost.
#[tokio::test(flavor = "multi_thread")]
async fn database_connections_that_break_lose_nothing() -> Result<()> {
    let world = World::with(TWO_WORKERS()).await?;
    let (first, key) = world.linked_case(&full_case("First")).await?;
    let mut cases = vec![first.clone()];
    for number in 0..6 {
        cases.push(opened(&world, &format!("Case {number}")).await?);
        let edit = json!({ "summary": format!("First, edit {number}") });
        world.people.jira_edit(&key, edit).await?;
        tokio::time::sleep(Duration::from_millis(150)).await;
        world.break_database_connections().await?;
    }
    world.case_shows(&first, "Subject", "First, edit 5").await;
    each_has_one_issue(&world, &cases).await?;
    world.end().await
}

/// F-306: a worker sleeps for longer than its lease with the answer of a create before it; another one finds the
/// issue, and the sleeper may not commit.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_sleeps_through_its_lease_does_not_create_twice() -> Result<()> {
    let mut world = World::start().await?;
    let fault = FaultSpec::new(FaultKind::HoldAfter).operation("jira.issue.create");
    let held = world.people.add_fault(&fault.times(1)).await?;
    let case = opened(&world, "Asleep").await?;
    let created = || async { world.issues_of(&case).await.is_ok_and(|keys| keys.len() == 1) };
    eventually(PATIENCE, "Jira has the issue", created).await;
    world.workers[0].signal("STOP").await?;
    world.add_worker().await?;
    let key = world.issue_of(&case).await?;
    world.people.release_fault(held).await?;
    world.workers[0].signal("CONT").await?;
    each_has_one_issue(&world, std::slice::from_ref(&case)).await?;
    // The sleeper is as good as new.
    world.workers[1].kill().await?;
    world.workers.truncate(1);
    world.people.jira_edit(&key, json!({ "summary": "Awake" })).await?;
    world.case_shows(&case, "Subject", "Awake").await;
    world.end().await
}

/// What was read before the sleep is not written after it: neither to the record, nor to the issue.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_sleeps_through_its_lease_does_not_write_what_is_stale() -> Result<()> {
    for (stale, fresh) in
        [(Edit::Issue("Stale"), Edit::Issue("Fresh")), (Edit::Case("Stale"), Edit::Case("Fresh"))]
    {
        let mut world = World::start().await?;
        let (case, key) = world.linked_case(&full_case("Before")).await?;
        let fault = FaultSpec::new(FaultKind::HoldAfter).operation("jira.issue.get");
        let held = world.people.add_fault(&fault.times(1)).await?;
        stale.make(&world, &case, &key).await?;
        a_lease_is_held(&world).await?;
        world.workers[0].signal("STOP").await?;
        fresh.make(&world, &case, &key).await?;
        world.people.release_fault(held).await?;
        world.add_worker().await?;
        world.case_shows(&case, "Subject", "Fresh").await;
        world.issue_shows(&key, "summary", "Fresh").await;
        world.workers[0].signal("CONT").await?;
        world.let_it_settle().await?;
        let (case, issue) = (
            world.people.salesforce_record("Case", &case).await?,
            world.people.jira_issue(&key).await?,
        );
        let shown = (&case["Subject"], &issue["fields"]["summary"]);
        assert_eq!(shown, (&json!("Fresh"), &json!("Fresh")));
        // Jira has no conditional write: only the lease keeps a stale value from it.
        let edits = world.calls("jira.issue.edit").await?;
        assert_eq!(edits, u64::from(matches!(fresh, Edit::Case(_))));
        world.end().await?;
    }
    Ok(())
}

/// A person's edit of the title on one side.
enum Edit {
    Issue(&'static str),
    Case(&'static str),
}

impl Edit {
    async fn make(&self, world: &World, case: &str, key: &str) -> Result<Value> {
        Ok(match self {
            Self::Issue(title) => world.people.jira_edit(key, json!({ "summary": title })).await?,
            Self::Case(title) => {
                let edit = json!({ "Subject": title });
                world.people.salesforce_edit("Case", case, edit).await?
            }
        })
    }
}

/// Waits until a worker has been at work on a link for so long that it must be held up.
async fn a_lease_is_held(world: &World) -> Result<()> {
    let sql = "SELECT count(*) FROM lease WHERE owner IS NOT NULL";
    counted(world, sql, "a lease is held").await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    counted(world, sql, "it is still held").await
}

async fn an_intent_is_open(world: &World) -> Result<()> {
    let sql = "SELECT count(*) FROM effect WHERE state = 'intent'";
    counted(world, sql, "an intent is open").await
}

async fn counted(world: &World, sql: &str, what: &str) -> Result<()> {
    let database = world.database().await?;
    let some = || async {
        let row = database.query_one(sql, &[]).await;
        row.is_ok_and(|row| row.get::<_, i64>(0) > 0)
    };
    eventually(PATIENCE, what, some).await;
    Ok(())
}
