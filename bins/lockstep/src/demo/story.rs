//! The story: a case arrives, people edit both sides, a worker is killed, and nothing is lost.

use std::collections::BTreeSet;
use std::future::Future;
use std::time::Duration;

use lockstep_simulator::ControlClient;
use lockstep_simulator::core::{FaultKind, FaultSpec};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::stage::Stage;
use super::teller::{Teller, Way};
use crate::output::Failure;

/// How long the fleet may take for anything.
const PATIENCE: Duration = Duration::from_secs(40);

/// The issue fields that the example item maps.
const MAPPED: [&str; 10] = [
    "summary",
    "description",
    "priority",
    "customfield_10055",
    "customfield_10052",
    "customfield_10053",
    "customfield_10054",
    "labels",
    "customfield_10061",
    "customfield_10050",
];

/// Plays it, telling each event in a line.
pub async fn play(stage: &mut Stage) -> Result<(), Failure> {
    println!("\nBoth vendors are simulated; ingress, two workers, RabbitMQ and Postgres are real.");
    println!(
        "Jira tells of changes by webhook; Salesforce is swept every second here (five minutes by default)."
    );
    let mut teller = Teller::new();
    let people = stage.people.clone();
    let (case, key) = a_case_arrives(&mut teller, &people).await?;
    people_edit(&mut teller, &people, &case, &key).await?;
    status_and_comments(&mut teller, &people, &case, &key).await?;
    a_worker_is_killed(&mut teller, stage).await?;
    summary(&teller, stage).await
}

async fn a_case_arrives(
    teller: &mut Teller,
    people: &ControlClient,
) -> Result<(String, String), Failure> {
    Teller::chapter("1. A case arrives");
    let fields = json!({
        "Subject": "Printer on fire",
        "Description": "Smoke from tray 2.\n\nIt started after the firmware update.",
        "Priority": "High", "Severity__c": "Critical", "Affected_Users__c": 250,
        "Due_Date__c": "2026-12-01", "Occurred_At__c": "2026-11-21T09:30:00Z",
        "Product_Areas__c": "Mobile;Reports", "Environment__c": "production",
        "Reference_URL__c": "https://status.example.com/incidents/7",
    });
    let began = Instant::now();
    let case = done(people.salesforce_create("Case", fields).await)?;
    let id = text(&case, "Id");
    teller.act(
        "Salesforce",
        &format!("case {} \"Printer on fire\" is opened", text(&case, "CaseNumber")),
    );
    let key = until("the issue appears", || issue_of(people, &id)).await?;
    let issue = done(people.jira_issue(&key).await)?;
    let filled = |id: &&&str| !issue["fields"][**id].is_null();
    let what = format!(
        "issue {key} \"{}\" appears, {} of {} mapped fields filled",
        text(&issue["fields"], "summary"),
        MAPPED.iter().filter(filled).count(),
        MAPPED.len()
    );
    teller.effect(Way::ToJira, &what, began.elapsed());
    Ok((id, key))
}

async fn people_edit(
    teller: &mut Teller,
    people: &ControlClient,
    case: &str,
    key: &str,
) -> Result<(), Failure> {
    Teller::chapter("2. People edit both sides");
    let began = Instant::now();
    done(people.jira_edit(key, json!({ "summary": "Printer on fire in Utrecht" })).await)?;
    teller.act("Jira", &format!("somebody renames {key}"));
    until("the case is renamed", || {
        case_shows(people, case, "Subject", "Printer on fire in Utrecht")
    })
    .await?;
    teller.effect(Way::ToSalesforce, "the case is renamed", began.elapsed());

    let began = Instant::now();
    done(people.salesforce_edit("Case", case, json!({ "Affected_Users__c": 300 })).await)?;
    teller.act("Salesforce", "somebody counts 300 affected users");
    until("the issue shows 300", || issue_shows(people, key, "customfield_10052", json!(300.0)))
        .await?;
    teller.effect(Way::ToJira, "the issue shows 300", began.elapsed());
    both_edit_at_once(teller, people, case, key).await
}

async fn both_edit_at_once(
    teller: &mut Teller,
    people: &ControlClient,
    case: &str,
    key: &str,
) -> Result<(), Failure> {
    let began = Instant::now();
    done(people.jira_edit(key, json!({ "priority": { "name": "Low" } })).await)?;
    done(people.salesforce_edit("Case", case, json!({ "Due_Date__c": "2026-12-24" })).await)?;
    teller.act("both", "priority changes in Jira and the due date in Salesforce, at once");
    until("the case has the priority", || case_shows(people, case, "Priority", "Low")).await?;
    teller.effect(Way::ToSalesforce, "the case has the new priority", began.elapsed());
    until("the issue has the date", || {
        issue_shows(people, key, "customfield_10053", json!("2026-12-24"))
    })
    .await?;
    teller.effect(Way::ToJira, "the issue has the new date: both are kept", began.elapsed());
    Ok(())
}

async fn status_and_comments(
    teller: &mut Teller,
    people: &ControlClient,
    case: &str,
    key: &str,
) -> Result<(), Failure> {
    Teller::chapter("3. Status and comments");
    let began = Instant::now();
    done(people.jira_transition(key, "In Progress").await)?;
    teller.act("Jira", &format!("a developer starts work on {key}"));
    until("the case is worked on", || case_shows(people, case, "Status", "Working")).await?;
    teller.effect(Way::ToSalesforce, "the case is Working", began.elapsed());

    let began = Instant::now();
    done(people.jira_comment(key, "Rolled back the firmware; please check.").await)?;
    teller.act("Jira", "the developer comments");
    until("the comment is copied", || case_has_comment(people, case, "Rolled back")).await?;
    teller.effect(
        Way::ToSalesforce,
        "the case has the comment, with author and time",
        began.elapsed(),
    );

    let began = Instant::now();
    done(people.salesforce_comment(case, "The customer confirms: no more smoke.", false).await)?;
    teller.act("Salesforce", "an agent answers");
    until("the answer is copied", || issue_has_comment(people, key, "no more smoke")).await?;
    teller.effect(Way::ToJira, "the issue has the answer; no echo", began.elapsed());

    let began = Instant::now();
    done(people.salesforce_edit("Case", case, json!({ "Status": "Closed" })).await)?;
    teller.act("Salesforce", "the agent closes the case");
    until("the issue is done", || issue_is(people, key, "Done")).await?;
    teller.effect(Way::ToJira, "the issue is Done, with a resolution", began.elapsed());
    Ok(())
}

/// Kills the worker that waits for Jira's answer to a create: after the call, before the record of it.
async fn a_worker_is_killed(teller: &mut Teller, stage: &mut Stage) -> Result<(), Failure> {
    Teller::chapter("4. Both workers are killed between Jira's create and their own note of it");
    let people = stage.people.clone();
    let hold = FaultSpec::new(FaultKind::HoldAfter).operation("jira.issue.create").times(1);
    let rule = done(people.add_fault(&hold).await)?;
    let began = Instant::now();
    let case = done(
        people
            .salesforce_create("Case", json!({ "Subject": "Lost answer", "Priority": "Low" }))
            .await,
    )?;
    let id = text(&case, "Id");
    teller.act(
        "Salesforce",
        &format!("case {} \"Lost answer\" is opened", text(&case, "CaseNumber")),
    );
    let key = until("Jira creates the issue", || issue_of(&people, &id)).await?;
    teller.act("Jira", &format!("creates {key}, but its answer hangs"));
    let victims: Vec<String> =
        stage.workers.iter().map(|worker| format!("{} ({})", worker.name, worker.id())).collect();
    for worker in &mut stage.workers {
        worker.kill().await;
    }
    stage.workers.clear();
    teller.act("operator", &format!("kill -9 {}", victims.join(", ")));
    done(people.release_fault(rule).await)?;
    for name in ["worker-3", "worker-4"] {
        stage.add_worker(name).await?;
    }
    teller.act("operator", "starts two others");
    until("the link is known", || linked(stage, &id)).await?;
    teller.effect(
        Way::ToJira,
        &format!("{key} is found by its marker and linked: no second issue"),
        began.elapsed(),
    );
    let twins = issues_of(&people, &id).await.len();
    if twins != 1 {
        return Err(Failure::Plain(format!(
            "case {id} has {twins} issues; exactly one was expected"
        )));
    }
    Ok(())
}

async fn summary(teller: &Teller, stage: &Stage) -> Result<(), Failure> {
    let dead = stage.store.dead_letters().waiting().await?;
    let counters = done(stage.people.counters().await)?;
    let issues = done(stage.people.jira_issues("SUP").await)?;
    let marks: Vec<&Value> = issues
        .iter()
        .map(|issue| &issue["properties"]["lockstep.link"]["record"])
        .filter(|record| record.is_string())
        .collect();
    let cases: BTreeSet<&str> = marks.iter().filter_map(|record| record.as_str()).collect();
    let twice = marks.len() - cases.len();
    println!("\nIn short");
    for (name, way) in
        [("Salesforce -> Jira", Way::ToJira), ("Jira -> Salesforce", Way::ToSalesforce)]
    {
        if let Some((count, median, longest)) = teller.latencies(way) {
            println!(
                "  {name}: {count} changes, median {} ms, longest {} ms",
                median.as_millis(),
                longest.as_millis()
            );
        }
    }
    println!(
        "  {} cases, {} issues, {twice} of them twice; dead letters: {dead}",
        cases.len(),
        marks.len()
    );
    let calls: u64 = counters.values().sum();
    println!("  {calls} API calls in all, sweeps included");
    Ok(())
}

fn done<T>(result: Result<T, impl std::fmt::Display>) -> Result<T, Failure> {
    result.map_err(|why| Failure::Plain(why.to_string()))
}

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_default().to_owned()
}

/// Looks until there is something to see.
async fn until<T, F>(what: &str, mut look: impl FnMut() -> F) -> Result<T, Failure>
where
    F: Future<Output = Option<T>>,
{
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        if let Some(seen) = look().await {
            return Ok(seen);
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Err(Failure::Plain(format!(
        "not within {} seconds: {what}; the logs say why",
        PATIENCE.as_secs()
    )))
}

async fn issues_of(people: &ControlClient, case: &str) -> Vec<String> {
    let issues = people.jira_issues("SUP").await.unwrap_or_default();
    let ours = |issue: &&Value| issue["properties"]["lockstep.link"]["record"] == case;
    issues.iter().filter(ours).map(|issue| text(issue, "key")).collect()
}

async fn issue_of(people: &ControlClient, case: &str) -> Option<String> {
    issues_of(people, case).await.into_iter().next()
}

async fn case_shows(people: &ControlClient, case: &str, field: &str, value: &str) -> Option<()> {
    (people.salesforce_record("Case", case).await.ok()?[field] == value).then_some(())
}

async fn issue_shows(people: &ControlClient, key: &str, field: &str, value: Value) -> Option<()> {
    (people.jira_issue(key).await.ok()?["fields"][field] == value).then_some(())
}

async fn issue_is(people: &ControlClient, key: &str, status: &str) -> Option<()> {
    (people.jira_issue(key).await.ok()?["fields"]["status"]["name"] == status).then_some(())
}

async fn case_has_comment(people: &ControlClient, case: &str, part: &str) -> Option<()> {
    let path = format!("/control/salesforce/records/CaseComment?ParentId={case}");
    let found = people.get(&path).await.ok()?;
    let has =
        |comment: &Value| comment["CommentBody"].as_str().is_some_and(|text| text.contains(part));
    found["records"].as_array()?.iter().any(has).then_some(())
}

async fn issue_has_comment(people: &ControlClient, key: &str, part: &str) -> Option<()> {
    let issue = people.jira_issue(key).await.ok()?;
    let has = |comment: &Value| comment["text"].as_str().is_some_and(|text| text.contains(part));
    issue["comments"].as_array()?.iter().any(has).then_some(())
}

async fn linked(stage: &Stage, case: &str) -> Option<()> {
    let item = stage.store.items().by_name("support-bugs").await.ok()??;
    let record = lockstep_model::RecordId::parse(case).ok()?;
    let link = stage.store.links().by_record(item.id, &record).await.ok()??;
    link.issue_id.is_some().then_some(())
}
