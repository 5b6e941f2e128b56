//! Records that hang on a linked record are shown, and nothing is made of them.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use lockstep_simulator::core::{FaultKind, FaultSpec};
use serde_json::{Value, json};

use crate::world::{Setting, World};

const ACCOUNTS: &str = "name: accounts\nsalesforce: { connection: acme-org, object: Account }\n\
    jira: { connection: acme-site, project: SUP, issue_type: Task }\nmode: display-only\n\
    show: [Name]\nassociated: { enabled: true, limit: 2 }\n";

/// F-114, F-136, F-137, F-138, F-139, F-140, F-141: groups by record type with a compact line and an address each,
/// bounded, useful ones first; a missing group is explained; nothing is linked or created.
#[tokio::test(flavor = "multi_thread")]
async fn associated_records_are_shown_in_groups_and_nothing_is_made_of_them() -> Result<()> {
    let world = World::with(Setting { workers: 0, ..Setting::default() }).await?;
    let (code, printed) = world.apply(ACCOUNTS).await?;
    assert_eq!(code, 0, "{printed}");
    let account = world.people.salesforce_create("Account", json!({ "Name": "Acme" })).await?;
    let account = account["Id"].as_str().context("Id")?;
    for number in 0..3 {
        let contact = json!({ "LastName": format!("Contact {number}"), "AccountId": account,
            "Email": format!("c{number}@example.com") });
        world.people.salesforce_create("Contact", contact).await?;
    }
    let case = json!({ "Subject": "Broken", "AccountId": account });
    let case = world.people.salesforce_create("Case", case).await?;
    let wish = json!({ "Name": "A wish", "Account__c": account });
    world.people.salesforce_create("Feature_Request__c", wish).await?;
    let issue = world.people.jira_create(json!({ "summary": "About Acme" })).await?;
    let key = issue["key"].as_str().context("key")?;
    world.cli(&["link", "add", "accounts", account, key]).await?;
    world.people.reset_calls().await?;

    let shown = world.cli(&["link", "associated", key]).await?;
    let groups = shown["groups"].as_array().context("groups")?;
    let names: Vec<&str> = groups.iter().filter_map(|group| group["object"].as_str()).collect();
    assert_eq!(names, ["Case", "Contact", "Feature_Request__c"], "{shown:#}");
    let number = case["CaseNumber"].as_str().context("CaseNumber")?;
    assert_eq!(groups[0]["records"][0]["label"], format!("{number} [Broken]"));
    let url = groups[0]["records"][0]["url"].as_str().context("url")?;
    assert!(url.ends_with(case["Id"].as_str().context("Id")?), "{url}");
    let contacts = groups[1]["records"].as_array().context("contacts")?;
    assert_eq!((contacts.len(), &groups[1]["more"]), (2, &json!(true)));
    let counters = world.people.counters().await?;
    let calls: u64 = ["salesforce.composite", "salesforce.sobject.describe"]
        .iter()
        .filter_map(|name| counters.get(*name))
        .sum();
    assert!(calls <= 3, "{counters:?}");
    assert_eq!(world.cli(&["link", "list"]).await?.as_array().map(Vec::len), Some(1));

    world.people.salesforce_rights("Contact", json!({ "read": false })).await?;
    let (_, printed) = world.cli_raw(&["link", "associated", key]).await?;
    assert!(printed.contains("Contact: the Run As user may not read it"), "{printed}");
    let off = ACCOUNTS.replace("enabled: true", "enabled: false");
    world.apply(&off).await?;
    world.configuration_has_spread().await;
    let shown: Value = world.cli(&["link", "associated", key]).await?;
    assert!(shown["missing"][0]["reason"].to_string().contains("associated.enabled"), "{shown:#}");
    world.end().await
}

/// F-140, F-141: nobody waits for an org that takes its time: after eight seconds what is missing is said.
#[tokio::test(flavor = "multi_thread")]
async fn associated_records_stop_when_their_time_is_up() -> Result<()> {
    let world = World::with(Setting { workers: 0, ..Setting::default() }).await?;
    let (code, printed) = world.apply(ACCOUNTS).await?;
    assert_eq!(code, 0, "{printed}");
    let account = world.people.salesforce_create("Account", json!({ "Name": "Slow" })).await?;
    let account = account["Id"].as_str().context("Id")?;
    let issue = world.people.jira_create(json!({ "summary": "About Slow" })).await?;
    let key = issue["key"].as_str().context("key")?;
    world.cli(&["link", "add", "accounts", account, key]).await?;
    let slow = FaultSpec::new(FaultKind::Latency { ms: 9_500 }).operation("salesforce.composite");
    world.people.add_fault(&slow).await?;
    let began = Instant::now();
    let shown = world.cli(&["link", "associated", key]).await?;
    assert!(began.elapsed() < Duration::from_secs(12), "took {:?}", began.elapsed());
    assert_eq!(shown["groups"], json!([]), "{shown:#}");
    let missing = shown["missing"].as_array().context("missing")?;
    assert!(missing.iter().any(|one| one["object"] == "Contact"), "{shown:#}");
    assert!(missing[0]["reason"].to_string().contains("took too long"), "{shown:#}");
    world.end().await
}
