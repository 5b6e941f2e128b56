//! What is there already is found, and what goes away is noticed.

use anyhow::{Context, Result};
use lockstep_simulator::core::{FaultKind, FaultSpec};
use lockstep_testkit::eventually;
use serde_json::{Value, json};

use crate::world::{PATIENCE, Setting, World, full_case};

/// The example item, with this in place of its auto-create.
fn creating(options: &str) -> String {
    include_str!("../../deploy/examples/support-bugs.yaml")
        .replace("  enabled: true\n  from: now\n", &format!("  enabled: true\n{options}"))
        .replace("sweep_seconds: 300", "sweep_seconds: 1")
}

async fn new_case(world: &World, fields: Value) -> Result<String> {
    let case = world.people.salesforce_create("Case", fields).await?;
    Ok(case["Id"].as_str().context("Id")?.to_owned())
}

/// Waits until the link of a record has a finding of this code.
async fn finds(world: &World, record: &str, code: &str) -> Result<Value> {
    let found = || async {
        let link = world.link_of(record).await.unwrap_or_default();
        link["findings"].as_array().is_some_and(|all| all.iter().any(|one| one["code"] == code))
    };
    eventually(PATIENCE, &format!("{record} has the finding {code}"), found).await;
    world.link_of(record).await
}

/// F-195: complaint 11, duplicates after a redeploy: the database is lost and all is set up again from the
/// same file; each record finds its issue by its mark, and none is created.
#[tokio::test(flavor = "multi_thread")]
async fn complaint_11_a_lost_database_does_not_duplicate_the_world() -> Result<()> {
    let mut world = World::start().await?;
    let mut cases = Vec::new();
    for number in 0..3 {
        cases.push(world.linked_case(&full_case(&format!("Kept {number}"))).await?);
    }
    world.kill_workers().await?;
    world.lose_database().await?;
    world.people.reset_calls().await?;
    // Renamed meanwhile, so that nothing but the mark tells whose it is.
    world.people.jira_edit(&cases[0].1, json!({ "summary": "Renamed meanwhile" })).await?;
    let hour_ago = lockstep_service::clock::now() - chrono::TimeDelta::hours(1);
    let since = hour_ago.format("  from: { since: %FT%TZ }\n").to_string();
    world.set_up_again(&creating(&since)).await?;
    world.add_worker().await?;
    let linked = || async {
        let links = world.cli(&["link", "list"]).await.unwrap_or_default();
        cases.iter().all(|(case, key)| {
            let is_ours = |link: &Value| link["record"] == *case && link["issue"] == *key;
            links.as_array().is_some_and(|all| all.iter().any(is_ours))
        })
    };
    eventually(PATIENCE, "each case has its issue again", linked).await;
    world.let_it_settle().await?;
    for (case, key) in &cases {
        assert_eq!(world.issues_of(case).await?, std::slice::from_ref(key));
    }
    world.end().await
}

/// F-61, F-110: complaint 22, the first activation floods: the count is told before anything is
/// saved, and existing records are left alone unless they are asked for.
#[tokio::test(flavor = "multi_thread")]
async fn complaint_22_the_first_activation_tells_how_many_and_does_not_flood() -> Result<()> {
    let world = World::with(Setting { workers: 0, ..Setting::default() }).await?;
    let cases = world.people.get("/control/salesforce/records/Case").await?["total"].clone();
    let mut counts = Vec::new();
    for from in ["", "  from: all\n", "  from: { since: 2100-01-01T00:00:00Z }\n"] {
        let other = creating(from).replace("name: support-bugs", "name: counted");
        let (code, printed) = world.check(&other).await?;
        assert_eq!(code, 0, "{printed}");
        let checked: Value = serde_json::from_str(&printed)?;
        counts.push(checked["creates"]["records"].clone());
    }
    assert_eq!(counts, [json!(0), cases.clone(), json!(0)]);
    let (_, items) = world.cli_raw(&["item", "list"]).await?;
    assert!(!items.contains("counted"), "nothing was saved: {items}");
    let (_, printed) = world.apply(&creating("  from: all\n")).await?;
    assert!(printed.contains(&format!("auto-create takes {cases} records")), "{printed}");
    let (_, printed) = world.cli_raw(&["plan", "item", "support-bugs", "--limit", "1"]).await?;
    assert!(printed.contains(&format!("{cases} records count as new")), "{printed}");
    world.end().await
}

/// An issue that holds the record's key is taken instead of creating one; two of them are reported,
/// and a link by hand settles it.
#[tokio::test(flavor = "multi_thread")]
async fn an_issue_that_holds_the_records_key_is_taken() -> Result<()> {
    let world = World::start().await?;
    let rule = "  match: { salesforce: Environment__c, jira: customfield_10050 }\n";
    let (code, printed) = world.apply(&creating(rule)).await?;
    assert_eq!(code, 0, "{printed}");
    world.configuration_has_spread().await;
    let known = json!({ "summary": "Known", "customfield_10050": "ERP-7" });
    let known = world.people.jira_create(known).await?["key"].as_str().context("key")?.to_owned();
    let near = json!({ "summary": "Near", "customfield_10050": "ERP-7 and more" });
    world.people.jira_create(near).await?;
    world.people.reset_calls().await?;
    let case = new_case(&world, json!({ "Subject": "Matched", "Environment__c": "erp-7" })).await?;
    world.issue_shows(&known, "summary", "Matched").await;
    assert_eq!(world.issues_of(&case).await?, [known]);
    assert_eq!(world.calls("jira.issue.create").await?, 0);

    let mut twins = Vec::new();
    for _ in 0..2 {
        let twin = json!({ "summary": "Twin", "customfield_10050": "ERP-8" });
        let twin = world.people.jira_create(twin).await?;
        twins.push(twin["key"].as_str().context("key")?.to_owned());
    }
    let case = new_case(&world, json!({ "Subject": "Which?", "Environment__c": "ERP-8" })).await?;
    let link = finds(&world, &case, "LS-MD-040").await?;
    assert!(twins.iter().all(|key| link["findings"].to_string().contains(key)), "{link:#}");
    world.cli(&["link", "add", "support-bugs", &case, &twins[1]]).await?;
    world.issue_shows(&twins[1], "summary", "Which?").await;
    world.end().await
}

/// F-311: a deleted record is noticed by the sweep, told, and taken up again when it is restored.
#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_record_is_told_and_comes_back_when_it_is_restored() -> Result<()> {
    let world = World::with(Setting { webhooks: false, ..Setting::default() }).await?;
    let (case, key) = world.linked_case(&full_case("Short-lived")).await?;
    world.people.salesforce_delete("Case", &case).await?;
    let link = finds(&world, &case, "LS-SF-040").await?;
    assert_eq!((&link["state"], &link["issue"]), (&json!("gone"), &json!(key)));
    world.let_it_settle().await?;
    world.people.salesforce_undelete("Case", &case).await?;
    let back = || async { world.link_of(&case).await.is_ok_and(|link| link["state"] == "active") };
    eventually(PATIENCE, "the link is active again", back).await;
    world.people.salesforce_edit("Case", &case, json!({ "Subject": "Restored" })).await?;
    world.issue_shows(&key, "summary", "Restored").await;
    assert_eq!(world.issues_of(&case).await?, [key]);
    world.end().await
}

/// F-311: a merge takes the link along to the record that stays; where that one has an issue of its
/// own, the link is kept and told.
#[tokio::test(flavor = "multi_thread")]
async fn a_merged_record_takes_its_link_along() -> Result<()> {
    let world = World::start().await?;
    let (lost, key) = world.linked_case(&full_case("Lost")).await?;
    let (kept, kept_key) = world.linked_case(&full_case("Kept")).await?;
    world.people.salesforce_merge("Case", &lost, &kept).await?;
    let link = finds(&world, &lost, "LS-SF-053").await?;
    assert_eq!((&link["state"], &link["issue"]), (&json!("gone"), &json!(key)));
    assert!(link["findings"].to_string().contains(&kept), "{link:#}");
    assert_eq!(world.issues_of(&kept).await?, [kept_key]);

    world.cli(&["item", "pause", "support-bugs"]).await?;
    world.configuration_has_spread().await;
    // One from before the item, which would open no issue by itself.
    let samples = world.people.get("/control/salesforce/records/Case?Status=New").await?;
    let master = samples["records"][0]["Id"].as_str().context("Id")?.to_owned();
    world.people.salesforce_edit("Case", &master, json!({ "Subject": "The master" })).await?;
    let loser = new_case(&world, json!({ "Subject": "The loser" })).await?;
    let issue = world.people.jira_create(json!({ "summary": "One issue" })).await?;
    let key = issue["key"].as_str().context("key")?;
    world.cli(&["link", "add", "support-bugs", &loser, key]).await?;
    world.people.salesforce_merge("Case", &loser, &master).await?;
    world.cli(&["item", "resume", "support-bugs"]).await?;
    world.issue_shows(key, "summary", "The master").await;
    let link = world.link_of(&master).await?;
    assert_eq!((&link["state"], &link["issue"]), (&json!("active"), &json!(key)));
    assert_eq!(world.issues_of(&master).await?, [key], "the mark names the master");
    world.end().await
}

/// F-311: a converted lead is told, and nothing is written to it any more; where its item says so, its issue
/// goes on with the contact.
#[tokio::test(flavor = "multi_thread")]
async fn a_converted_lead_is_told_and_left_alone() -> Result<()> {
    let world = World::start().await?;
    let leads = "name: leads\nsalesforce: { connection: acme-org, object: Lead }\n\
        jira: { connection: acme-site, project: SUP, issue_type: Task }\nmode: two-way\n\
        mappings: [{ salesforce: Company, jira: summary }]\nauto_create: { enabled: true }\n\
        sweep_seconds: 1\n";
    let (code, printed) = world.apply(leads).await?;
    assert_eq!(code, 0, "{printed}");
    let lead = json!({ "LastName": "Somebody", "Company": "Some company" });
    let lead = world.people.salesforce_create("Lead", lead).await?;
    let lead = lead["Id"].as_str().context("Id")?;
    let made = || async { world.issues_of(lead).await.is_ok_and(|keys| keys.len() == 1) };
    eventually(PATIENCE, "the lead has an issue", made).await;
    let key = world.issues_of(lead).await?[0].clone();
    let converted = world.people.salesforce_convert(lead).await?;
    world.people.jira_edit(&key, json!({ "summary": "Too late" })).await?;
    let link = finds(&world, lead, "LS-SF-052").await?;
    let contact = converted["ConvertedContactId"].as_str().context("contact")?;
    assert!(link["findings"].to_string().contains(contact), "{link:#}");
    let record = world.people.salesforce_record("Lead", lead).await?;
    assert_eq!(record["Company"], "Some company");
    follows(&world, leads, (lead, &key), &converted).await?;
    world.end().await
}

/// The same item comes to want that conversions are followed: nobody can take the issue, until there is an item
/// of contacts.
async fn follows(
    world: &World,
    leads: &str,
    (lead, key): (&str, &str),
    converted: &Value,
) -> Result<()> {
    let link = world.link_of(lead).await?["link"].to_string();
    world.reapply(&format!("{leads}converted: follow\n")).await?;
    world.cli(&["sync", "link", &link]).await?;
    finds(world, lead, "LS-SF-054").await?;
    let heirs = leads.replace("leads", "people").replace("Lead", "Contact");
    let heirs =
        heirs.replace("Company", "LastName").replace("auto_create: { enabled: true }\n", "");
    world.reapply(&heirs).await?;
    world.cli(&["sync", "link", &link]).await?;
    let contact = converted["ConvertedContactId"].as_str().context("contact")?;
    let marked = || async { world.issues_of(contact).await.is_ok_and(|keys| keys == [key]) };
    eventually(PATIENCE, "the issue names the contact", marked).await;
    assert_eq!(world.link_of(lead).await?["state"], "unlinked");
    world.people.salesforce_edit("Contact", contact, json!({ "LastName": "Customer" })).await?;
    world.issue_shows(key, "summary", "Customer").await;
    Ok(())
}

/// F-311: complaint 29, a moved issue silently loses its link: the link goes on under the new key, is
/// told that the issue has left the project, and sweeps go on asking for it, by its id.
#[tokio::test(flavor = "multi_thread")]
async fn complaint_29_a_moved_issue_keeps_its_link() -> Result<()> {
    let world = World::start().await?;
    let (case, key) = world.linked_case(&full_case("On the move")).await?;
    let moved = world.people.jira_move(&key, "OPS").await?;
    let moved = moved["key"].as_str().context("key")?;
    world.people.salesforce_edit("Case", &case, json!({ "Subject": "Moved along" })).await?;
    world.issue_shows(moved, "summary", "Moved along").await;
    let link = finds(&world, &case, "LS-JR-050").await?;
    assert_eq!((&link["state"], &link["issue"]), (&json!("active"), &json!(moved)));
    world.people.jira_edit(moved, json!({ "summary": "Edited there" })).await?;
    world.case_shows(&case, "Subject", "Edited there").await;

    // Nobody tells of this one, and its record rests: the daily round finds it.
    world.people.add_fault(&FaultSpec::new(FaultKind::WebhookLose)).await?;
    let (case, key) = world.linked_case(&full_case("Unnoticed")).await?;
    let moved = world.people.jira_move(&key, "OPS").await?;
    let moved = moved["key"].as_str().context("key")?;
    world.people.jira_edit(moved, json!({ "summary": "Found again" })).await?;
    let day = "UPDATE item SET created_at = created_at - interval '25 hours'";
    world.database().await?.execute(day, &[]).await?;
    world.case_shows(&case, "Subject", "Found again").await;
    world.end().await
}

/// F-311: a deleted issue is told, by webhook, and the link can be taken apart then.
#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_issue_is_told_and_the_link_can_be_taken_apart() -> Result<()> {
    let world = World::start().await?;
    let (case, key) = world.linked_case(&full_case("Without an issue")).await?;
    world.sweep_seldom().await?;
    world.people.jira_delete(&key).await?;
    let link = finds(&world, &case, "LS-JR-040").await?;
    assert_eq!(link["state"], "gone");
    let next = world.people.jira_create(json!({ "summary": "The next one" })).await?;
    let next = next["key"].as_str().context("key")?;
    world.cli(&["link", "remove", &link["link"].to_string()]).await?;
    world.cli(&["link", "add", "support-bugs", &case, next]).await?;
    world.issue_shows(next, "summary", "Without an issue").await;
    world.end().await
}

/// F-56: an idle item costs one call a side a sweep, with the deletions among them.
#[tokio::test(flavor = "multi_thread")]
async fn complaint_35_an_idle_item_costs_one_call_a_side_a_sweep() -> Result<()> {
    let world = World::start().await?;
    world.linked_case(&full_case("Idle")).await?;
    world.let_it_settle().await?;
    world.sweep_seldom().await?;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    world.people.reset_calls().await?;
    let swept = || async {
        let items = world.cli(&["item", "list"]).await.unwrap_or_default();
        items[0]["last_sweep"].clone()
    };
    let before = swept().await;
    world.cli(&["sync", "item", "support-bugs"]).await?;
    let again = || async { swept().await != before };
    eventually(PATIENCE, "the item is swept", again).await;
    let counters = world.people.counters().await?;
    let calls: Vec<(&str, u64)> = counters
        .iter()
        .filter(|(name, _)| name.strip_suffix(".sub").is_none())
        .map(|(name, count)| (name.as_str(), *count))
        .collect();
    assert_eq!(calls, [("jira.search", 1), ("salesforce.composite", 1)]);
    world.end().await
}
