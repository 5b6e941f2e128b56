//! People link records with issues by hand.

use anyhow::{Context, Result};
use lockstep_testkit::eventually;
use serde_json::{Value, json};

use crate::world::{PATIENCE, Setting, World, full_case};

/// A display-only item over two projects.
const DISPLAY: &str = "name: looking\nsalesforce: { connection: acme-org, object: Account }\n\
    jira: { connection: acme-site, projects: [SUP, OPS] }\nmode: display-only\nshow: [Name, Tier__c]\n";

/// The example item without auto-create, in another mode.
fn example(mode: &str) -> String {
    include_str!("../../deploy/examples/support-bugs.yaml")
        .replace("name: support-bugs", &format!("name: by-hand-{mode}"))
        .replace("mode: two-way", &format!("mode: {mode}"))
        .replace("auto_create:\n  enabled: true\n  from: now\n", "")
        .replace("sweep_seconds: 300", "sweep_seconds: 1")
}

async fn case(world: &World, subject: &str) -> Result<String> {
    let case = world.people.salesforce_create("Case", full_case(subject)).await?;
    Ok(case["Id"].as_str().context("Id")?.to_owned())
}

async fn issue(world: &World, fields: Value) -> Result<String> {
    let issue = world.people.jira_create(fields).await?;
    Ok(issue["key"].as_str().context("key")?.to_owned())
}

/// F-82, F-97, F-109: a record and an issue are linked by hand in every mode that syncs, and come in step
/// at once.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_by_hand_comes_in_step_in_every_mode() -> Result<()> {
    let world = World::with(Setting { webhooks: false, ..Setting::default() }).await?;
    world.cli(&["item", "pause", "support-bugs"]).await?;
    world.configuration_has_spread().await;
    for mode in ["one-way", "two-way", "custom"] {
        let (code, printed) = world.apply(&example(mode)).await?;
        assert_eq!(code, 0, "{printed}");
        let subject = format!("Linked {mode}");
        let (case, key) =
            (case(&world, &subject).await?, issue(&world, json!({ "summary": "Old" })).await?);
        world.cli(&["link", "add", &format!("by-hand-{mode}"), &case[..15], &key]).await?;
        world.issue_shows(&key, "summary", subject.as_str()).await;
        let link = world.cli(&["link", "show", &key]).await?;
        assert_eq!((&link["origin"], &link["issue"]), (&json!("manual"), &json!(key)));
        assert_eq!(world.issues_of(&case).await?, [key], "the issue is marked");
    }
    world.end().await
}

/// F-43, F-44, F-45, F-49, F-50, F-51, F-52, F-109: a display-only item over several projects shows the selected
/// fields once a record is linked, and writes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_display_only_item_shows_a_linked_record_and_writes_nothing() -> Result<()> {
    let world = World::start().await?;
    let (code, printed) = world.apply(DISPLAY).await?;
    assert_eq!(code, 0, "{printed}");
    let account = json!({ "Name": "Shown & Sons", "Tier__c": "Gold" });
    let account = world.people.salesforce_create("Account", account).await?;
    let account = account["Id"].as_str().context("Id")?;
    let before = world.people.salesforce_record("Account", account).await?;
    let key =
        issue(&world, json!({ "summary": "Untouched", "project": "OPS", "issuetype": "Task" }))
            .await?;
    assert_eq!(world.cli(&["link", "list", "--item", "looking"]).await?, json!([]));
    world.cli(&["link", "add", "looking", account, &key]).await?;
    let (_, printed) = world.cli_raw(&["link", "show", &key]).await?;
    let shown =
        ["Account Name (Name): \"Shown & Sons\"", "(Tier__c): \"Gold\"", &format!("/{account}")];
    assert!(shown.iter().all(|text| printed.contains(text)), "{printed}");
    world.cli(&["link", "refresh", &key]).await?;
    world.people.jira_edit(&key, json!({ "summary": "Edited" })).await?;
    world.let_it_settle().await?;
    for write in ["jira.issue.edit", "jira.issue_property.set"] {
        assert_eq!(world.calls(write).await?, 0, "{write}");
    }
    assert_eq!(world.people.salesforce_record("Account", account).await?, before);
    let issue = world.people.jira_issue(&key).await?;
    assert_eq!(issue["properties"].get("lockstep.link"), None, "{issue:#}");
    let items = world.cli(&["item", "list"]).await?;
    let listed = items.as_array().context("items")?.iter().find(|item| item["name"] == "looking");
    let listed = listed.context("listed")?;
    assert_eq!(listed["projects"], json!(["SUP", "OPS"]));
    assert_eq!(
        (&listed["issue_type"], &listed["group"]),
        (&json!("manual link only"), &json!("CRM"))
    );
    assert_eq!(listed["latest_sync"]["is"], "display_only");
    world.end().await
}

/// F-96, F-97, F-109, F-204: what cannot be linked is refused with what is wrong.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_linked_is_refused_with_the_reason() -> Result<()> {
    let world = World::with(Setting { workers: 0, ..Setting::default() }).await?;
    let (first, second) = (case(&world, "First").await?, case(&world, "Second").await?);
    let key = issue(&world, json!({ "summary": "Wanted twice" })).await?;
    let other = issue(&world, json!({ "summary": "Free" })).await?;
    let task = issue(&world, json!({ "summary": "A task", "issuetype": "Task" })).await?;
    let account =
        world.people.salesforce_create("Account", json!({ "Name": "Not a case" })).await?;
    let account = account["Id"].as_str().context("Id")?;
    world.cli(&["link", "add", "support-bugs", &first, &key]).await?;
    let refused = [
        (first.as_str(), other.as_str(), "LS-LS-018", key.as_str()),
        (second.as_str(), key.as_str(), "LS-LS-018", first.as_str()),
        (second.as_str(), task.as_str(), "LS-LS-019", "is a Task"),
        (second.as_str(), "OPS-1", "LS-LS-019", "is not in SUP"),
        (account, other.as_str(), "LS-LS-019", "is not the id of a Case"),
        (second.as_str(), "SUP-9999", "LS-JR-040", "remedy:"),
        ("500xx00000999zz", other.as_str(), "LS-SF-040", "remedy:"),
    ];
    for (record, issue, code, says) in refused {
        let (exit, printed) =
            world.cli_raw(&["link", "add", "support-bugs", record, issue]).await?;
        assert_eq!(exit, 1, "{printed}");
        assert!(printed.contains(code) && printed.contains(says), "{code}: {printed}");
    }
    let (exit, printed) = world.cli_raw(&["link", "add", "support-bugs", "500", &other]).await?;
    assert_eq!(exit, 2, "{printed}");
    let (exit, printed) = world.cli_raw(&["link", "search", "support-bugs", "zzzzzz"]).await?;
    assert!(exit == 0 && printed.contains("No matching records found"), "{printed}");
    world.end().await
}

/// F-92, F-93, F-94, F-95: type-ahead search over the object's own fields, and by id.
#[tokio::test(flavor = "multi_thread")]
async fn a_record_is_looked_for_by_fragment_and_by_id() -> Result<()> {
    let world = World::with(Setting { workers: 0, ..Setting::default() }).await?;
    let id = case(&world, "Flux capacitor hums").await?;
    let number = world.people.salesforce_record("Case", &id).await?["CaseNumber"].clone();
    let number = number.as_str().context("CaseNumber")?;
    let label = format!("{number} [Flux capacitor hums]");
    for text in ["capaci", "Flux hums", number] {
        let found = world.cli(&["link", "search", "support-bugs", text]).await?;
        assert_eq!(found, json!([{ "record": id, "label": label }]), "{text}");
    }
    for whole in [&id, &id[..15]] {
        let found = world.cli(&["link", "search", "support-bugs", whole]).await?;
        assert_eq!(found[0]["record"], json!(id));
    }
    world.end().await
}

/// F-42, F-82, F-89, F-90, F-91: a manual link is refreshed and taken apart; an auto-managed one is
/// refreshed only. A record whose link was taken apart gets no new issue, and can be linked anew.
#[tokio::test(flavor = "multi_thread")]
async fn manual_links_can_be_taken_apart_and_auto_managed_ones_cannot() -> Result<()> {
    let world = World::start().await?;
    let (auto, auto_key) = world.linked_case(&full_case("Auto-managed")).await?;
    let (exit, printed) = world.cli_raw(&["link", "remove", &auto_key]).await?;
    assert_eq!(exit, 1, "{printed}");
    assert!(printed.contains("LS-LS-020") && printed.contains("remedy:"), "{printed}");
    world.sweep_seldom().await?;
    world.people.salesforce_edit("Case", &auto, json!({ "Subject": "Refreshed" })).await?;
    world.cli(&["link", "refresh", &auto_key]).await?;
    world.issue_shows(&auto_key, "summary", "Refreshed").await;

    let (by_hand, key) =
        (case(&world, "By hand").await?, issue(&world, json!({ "summary": "By hand" })).await?);
    world.cli(&["link", "add", "support-bugs", &by_hand, &key]).await?;
    world.issue_of(&by_hand).await?;
    world.cli(&["link", "remove", &key]).await?;
    assert_eq!(world.issues_of(&by_hand).await?, [""; 0], "the mark is gone");
    let (exit, printed) = world.cli_raw(&["link", "remove", &key]).await?;
    assert!(exit == 1 && printed.contains("apart already"), "{printed}");
    world.people.jira_edit(&key, json!({ "summary": "Alone" })).await?;
    world.let_it_settle().await?;
    let record = world.people.salesforce_record("Case", &by_hand).await?;
    assert_eq!(record["Subject"], "By hand");
    assert_eq!(world.issues_of(&by_hand).await?, [""; 0], "no new issue was made");

    let next = issue(&world, json!({ "summary": "Another" })).await?;
    world.cli(&["link", "add", "support-bugs", &by_hand, &next]).await?;
    world.issue_shows(&next, "summary", "By hand").await;
    let paused = world.cli_raw(&["item", "delete", "support-bugs"]).await?;
    assert!(paused.0 == 1 && paused.1.contains("pause"), "{paused:?}");
    world.cli(&["item", "pause", "support-bugs"]).await?;
    let idle = || async {
        let sql = "SELECT count(*) FROM lease WHERE owner IS NOT NULL";
        let Ok(database) = world.database().await else { return false };
        database.query_one(sql, &[]).await.is_ok_and(|row| row.get::<_, i64>(0) == 0)
    };
    eventually(PATIENCE, "nothing is in hand", idle).await;
    world.cli(&["item", "delete", "support-bugs"]).await?;
    assert_eq!(world.cli(&["link", "list"]).await?, json!([]));
    world.end().await
}
