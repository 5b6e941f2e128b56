//! Activities of a record reach Jira: what took time as a work log, once, whatever crashes.

use anyhow::{Context, Result};
use lockstep_simulator::core::{FaultKind, FaultSpec};
use lockstep_testkit::eventually;
use serde_json::{Value, json};

use crate::world::{PATIENCE, Setting, World, full_case};

const ITEM: &str = concat!(
    include_str!("../../deploy/examples/support-bugs.yaml"),
    "activities: { as: worklog }\n"
);

async fn work_logs(world: &World, key: &str) -> Result<Vec<Value>> {
    let issue = world.people.jira_issue(key).await?;
    let logs = issue["fields"]["worklog"]["worklogs"].as_array();
    Ok(logs.context("work logs")?.clone())
}

/// Waits until the issue has one work log, of so many seconds; gives its text.
async fn logged(world: &World, key: &str, seconds: u64) -> Result<String> {
    let logged = || async {
        let logs = work_logs(world, key).await.unwrap_or_default();
        logs.len() == 1 && logs[0]["timeSpentSeconds"] == seconds
    };
    eventually(PATIENCE, &format!("{seconds} seconds are logged"), logged).await;
    Ok(work_logs(world, key).await?[0]["comment"].to_string())
}

/// Waits until the fleet knows the work log that it was killed over.
async fn taken_over(world: &World) -> Result<()> {
    let database = world.database().await?;
    let known = || async {
        let row = database.query_one("SELECT count(*) FROM pair", &[]).await;
        row.is_ok_and(|row| row.get::<_, i64>(0) == 1)
    };
    eventually(PATIENCE, "the work log is taken over", known).await;
    Ok(())
}

/// F-187, F-318: a completed call becomes one work log, although its worker dies before it could say
/// so; its edit changes that work log. What took no time becomes a comment, and what is not done waits.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_becomes_one_work_log_although_its_worker_dies() -> Result<()> {
    let mut world = World::with(Setting { item: ITEM, ..Setting::default() }).await?;
    let (case, key) = world.linked_case(&full_case("Called")).await?;
    let held = FaultSpec::new(FaultKind::HoldAfter).operation("jira.worklog.add").times(1);
    let held = world.people.add_fault(&held).await?;
    let call = json!({ "WhatId": case, "Subject": "Call Ada", "Status": "Completed",
        "CallDurationInSeconds": 600, "Description": "She will send the log." });
    let call = world.people.salesforce_create("Task", call).await?;
    let call = call["Id"].as_str().context("Id")?;
    logged(&world, &key, 600).await?;
    world.kill_workers().await?;
    world.people.release_fault(held).await?;
    world.add_worker().await?;
    taken_over(&world).await?;
    world.let_it_settle().await?;

    let edit = json!({ "Subject": "Call Ada again", "CallDurationInSeconds": 1_170 });
    world.people.salesforce_edit("Task", call, edit).await?;
    let text = logged(&world, &key, 1_200).await?;
    assert!(text.contains("Call Ada again") && text.contains("send the log"), "{text}");
    assert!(text.contains(&format!("({call})")), "{text}");
    for (subject, status) in [("Mail Ada", "Completed"), ("Visit Ada", "Not Started")] {
        let task = json!({ "WhatId": case, "Subject": subject, "Status": status });
        world.people.salesforce_create("Task", task).await?;
    }
    world.issue_says(&key, &["[Lockstep]", "in Salesforce", "Task: Mail Ada\nCompleted"]).await?;
    world.let_it_settle().await?;
    assert_eq!(world.calls("jira.worklog.add").await?, 1);
    assert_eq!(
        (work_logs(&world, &key).await?.len(), world.issue_comments(&key).await?.len()),
        (1, 1)
    );
    assert_eq!(world.case_comments(&case).await?.len(), 0, "nothing comes back");
    world.end().await
}
