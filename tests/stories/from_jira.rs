//! Issues that match a JQL get a record in Salesforce, once.

use anyhow::Result;
use lockstep_simulator::core::{FaultKind, FaultSpec};
use lockstep_testkit::eventually;
use serde_json::{Value, json};

use crate::world::{PATIENCE, Setting, World};

/// The example item, with records made of issues that carry a label.
const ESCALATED: &str = "name: escalated\nsalesforce: { connection: acme-org, object: Feature_Request__c }\n\
    jira: { connection: acme-site, project: SUP, issue_type: Story }\nmode: two-way\nmappings:\n  \
    - { salesforce: Name, jira: summary }\n  - { salesforce: Details__c, jira: description }\n\
    status:\n  enabled: true\n  field: Status__c\n  map:\n    - { salesforce: Idea, jira: To Do }\n    \
    - { salesforce: In Progress, jira: In Progress }\n\
    auto_create:\n  from_jira: { jql: labels = escalated, external_id: Jira_Key__c }\nsweep_seconds: 1\n";

async fn started(setting: Setting) -> Result<World> {
    let world = World::with(setting).await?;
    let (code, printed) = world.apply(ESCALATED).await?;
    anyhow::ensure!(code == 0, "{printed}");
    Ok(world)
}

async fn story(world: &World, summary: &str, labels: Value) -> Result<Value> {
    let fields = json!({ "summary": summary, "issuetype": "Story", "labels": labels,
        "description": "Told in Jira." });
    Ok(world.people.jira_create(fields).await?)
}

/// The records that hold the issue's id.
async fn records(world: &World, issue: &Value) -> Result<Vec<Value>> {
    let id = issue["id"].as_str().unwrap_or_default();
    let path = format!("/control/salesforce/records/Feature_Request__c?Jira_Key__c={id}");
    let found = world.people.get(&path).await?;
    Ok(found["records"].as_array().cloned().unwrap_or_default())
}

async fn one_record(world: &World, issue: &Value) -> Result<Value> {
    let made = || async { records(world, issue).await.is_ok_and(|all| !all.is_empty()) };
    eventually(PATIENCE, "the issue has a record", made).await;
    let id = records(world, issue).await?[0]["Id"].as_str().unwrap_or_default().to_owned();
    let linked = || async {
        let links = world.cli(&["link", "list", "--search", &id]).await.unwrap_or_default();
        links[0]["issue"] == issue["key"] && links[0]["base"]["fields"]["Name:summary"].is_object()
    };
    eventually(PATIENCE, "they are linked", linked).await;
    world.cli(&["sync", "item", "escalated"]).await?;
    tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
    let all = records(world, issue).await?;
    anyhow::ensure!(all.len() == 1, "{all:#?}");
    Ok(all[0].clone())
}

/// F-314: an issue that fits the JQL gets one record with its fields and status, by webhook or by the
/// sweep; one that does not fit gets none until it does; both sides are kept in step from then on.
#[tokio::test(flavor = "multi_thread")]
async fn an_issue_that_fits_the_jql_gets_a_record() -> Result<()> {
    for webhooks in [true, false] {
        let world = started(Setting { webhooks, ..Setting::default() }).await?;
        let quiet = story(&world, "Quiet", json!([])).await?;
        let loud = story(&world, "Loud", json!(["escalated"])).await?;
        let record = one_record(&world, &loud).await?;
        assert_eq!((&record["Name"], &record["Status__c"]), (&json!("Loud"), &json!("Idea")));
        assert_eq!(record["Details__c"], "Told in Jira.");
        let key = loud["key"].as_str().unwrap_or_default();
        let id = record["Id"].as_str().unwrap_or_default();
        let edit = json!({ "Name": "Loud and clear" });
        world.people.salesforce_edit("Feature_Request__c", id, edit).await?;
        world.issue_shows(key, "summary", "Loud and clear").await;
        assert_eq!(records(&world, &quiet).await?, Vec::<Value>::new());
        let quiet_key = quiet["key"].as_str().unwrap_or_default();
        world.people.jira_edit(quiet_key, json!({ "labels": ["escalated"] })).await?;
        one_record(&world, &quiet).await?;
        world.end().await?;
    }
    Ok(())
}

/// F-306, F-314: killed before or after Salesforce made the record and before anything of it was
/// noted: there is one record.
#[tokio::test(flavor = "multi_thread")]
async fn a_record_whose_create_is_cut_short_is_made_once() -> Result<()> {
    for kind in [FaultKind::HoldBefore, FaultKind::HoldAfter] {
        let mut world = started(Setting { webhooks: false, ..Setting::default() }).await?;
        let fault = FaultSpec::new(kind).operation("salesforce.sobject.upsert").times(1);
        let rule = world.people.add_fault(&fault).await?;
        let issue = story(&world, "Cut short", json!(["escalated"])).await?;
        let held = || async {
            let rules = world.people.get("/control/faults").await.unwrap_or_default();
            rules[0]["fired"].as_u64().unwrap_or_default() > 0
        };
        eventually(PATIENCE, "the create is on its way", held).await;
        world.kill_workers().await?;
        world.people.release_fault(rule).await?;
        world.add_worker().await?;
        one_record(&world, &issue).await?;
        world.end().await?;
    }
    Ok(())
}

/// F-24, F-314: what cannot work is refused when the item is applied.
#[tokio::test(flavor = "multi_thread")]
async fn records_that_cannot_be_made_are_refused_when_the_item_is_applied() -> Result<()> {
    let world = World::with(Setting { workers: 0, ..Setting::default() }).await?;
    let wrong = [
        ("labels = escalated", "no such field = 1", "auto_create.from_jira.jql"),
        ("external_id: Jira_Key__c", "external_id: Votes__c", "It has Jira_Key__c."),
        ("mode: two-way", "mode: one-way", "auto_create.from_jira"),
        ("- { salesforce: Name, jira: summary }\n", "", "Salesforce requires `Name`"),
    ];
    for (right, wrong, says) in wrong {
        let (code, printed) = world.apply(&ESCALATED.replace(right, wrong)).await?;
        assert_eq!(code, 3, "{wrong}: {printed}");
        assert!(printed.contains(says), "{wrong}: {printed}");
    }
    world.people.salesforce_rights("Feature_Request__c", json!({ "create": false })).await?;
    let (code, printed) = world.apply(ESCALATED).await?;
    assert_eq!(code, 3, "{printed}");
    assert!(printed.contains("create rights"), "{printed}");
    world.end().await
}
