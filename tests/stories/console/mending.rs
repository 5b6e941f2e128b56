//! A link is looked at, a conflict is decided, and a job that was given up is put back to work.

use anyhow::{Context, Result};
use lockstep_testkit::eventually;
use serde_json::json;

use crate::world::{PATIENCE, Setting, World, full_case};

const ITEM: &str = include_str!("../../../deploy/examples/support-bugs.yaml");

/// F-303, F-334: the page of a link shows both sides as they are now beside what they agreed on, the plan
/// shows what would be done and writes nothing, and a refresh has it done.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_read_planned_and_refreshed_in_the_console() -> Result<()> {
    let mut world = World::with(Setting { webhooks: false, ..Setting::default() }).await?;
    let (case, key) = world.linked_case(&full_case("Printer on fire")).await?;
    let link = world.link_of(&case).await?["link"].to_string();
    let console = world.console().await?;
    let path = format!("/links/{link}");
    let found = console.get(&format!("/links?text={key}")).await?;
    assert_eq!(found.header("location"), Some(path.as_str()), "{}", found.body);

    world.kill_workers().await?;
    world.people.jira_edit(&key, json!({ "summary": "Printer out" })).await?;
    let stored = console.page(&path).await?;
    assert!(stored.contains("Printer on fire") && !stored.contains("Printer out"), "{stored}");
    let now = console.page(&format!("{path}?now=1")).await?;
    assert!(now.contains("Printer out") && now.contains("changed in Jira"), "{now}");
    assert!(now.contains("1 step"), "{now}");
    let plan = console.page(&format!("{path}/plan")).await?;
    assert!(plan.contains("Update record") && plan.contains("<ins>Printer out</ins>"), "{plan}");
    assert_eq!(world.people.salesforce_record("Case", &case).await?["Subject"], "Printer on fire");

    let asked = console.post(&format!("{path}/refresh"), &[]).await?;
    assert_eq!(asked.status, 303, "{}", asked.body);
    world.add_worker().await?;
    world.case_shows(&case, "Subject", "Printer out").await;
    let explained = console.page(&format!("{path}/explain/Subject%3Asummary")).await?;
    assert!(explained.contains("Lockstep wrote it."), "{explained}");
    let page = console.page(&path).await?;
    assert!(page.contains("update record") && page.contains("ann"), "{page}");
    console.end().await?;
    world.end().await
}

/// F-338: a conflict that is held is decided with one button, and the audit says by whom.
#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_is_decided_in_the_console() -> Result<()> {
    let plain = "{ salesforce: Subject, jira: summary }";
    let item = ITEM.replace(plain, "{ salesforce: Subject, jira: summary, policy: hold }");
    let mut world = World::with(Setting { item: item.leak(), ..Setting::default() }).await?;
    let (case, key) = world.linked_case(&full_case("Contested")).await?;
    world.kill_workers().await?;
    world.people.salesforce_edit("Case", &case, json!({ "Subject": "From Salesforce" })).await?;
    world.people.jira_edit(&key, json!({ "summary": "From Jira" })).await?;
    world.add_worker().await?;
    let console = world.console().await?;
    let held = || async {
        let page = console.page("/needs/conflicts").await.unwrap_or_default();
        page.contains("From Salesforce") && page.contains("From Jira")
    };
    eventually(PATIENCE, "the conflict is held", held).await;
    let list = console.page("/needs/conflicts").await?;
    let path =
        list.split("action=\"/needs/conflicts").nth(1).and_then(|rest| rest.split('"').next());
    let path = format!("/needs/conflicts{}", path.context("no form")?);
    assert!(console.page(&path).await?.contains("Contested"));
    let decided = console.post(&path, &[("take", "jira")]).await?;
    assert_eq!(decided.status, 303, "{}", decided.body);
    world.case_shows(&case, "Subject", "From Jira").await;
    // The worker's own row, which tells what lost, is committed a moment after the case is written.
    let told = || async {
        let audit = console.page("/audit?step=decide&actor=ann").await.unwrap_or_default();
        audit.contains("decide") && audit.contains("From Salesforce")
    };
    eventually(PATIENCE, "the audit says who decided and what lost", told).await;
    console.end().await?;
    world.end().await
}
