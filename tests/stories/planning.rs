//! A plan tells beforehand what would be done, and what that takes.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::bulk::{calls, linked_cases, quiet, rename_cases, rename_issues, sweep};
use crate::world::{World, full_case};

/// F-303: a plan over everything counts what would be done, shows samples, and tells the calls that
/// it takes; then exactly these are made.
#[tokio::test(flavor = "multi_thread")]
async fn a_plan_over_everything_tells_what_it_takes() -> Result<()> {
    let world = World::with(quiet()).await?;
    let cases = linked_cases(&world, 12).await?;
    // The sweep after new links still looks at them.
    sweep(&world).await?;
    world.let_it_rest().await?;
    rename_cases(&world, &cases[..5], "There").await?;
    rename_issues(&world, &cases[5..7], "Back").await?;
    rename_cases(&world, &cases[7..8], "Both").await?;
    rename_issues(&world, &cases[7..8], "Newest").await?;
    for number in 0..4 {
        let case = full_case(&format!("New {number}"));
        world.people.salesforce_create("Case", case).await?;
    }
    world.people.reset_calls().await?;
    let plan = world.cli(&["plan", "all", "--samples", "2"]).await?;
    let counts = json!({
        "looked_at": 16, "create": 4, "update": 8, "skip": 4, "conflict": 1, "refused": 0,
    });
    assert_eq!(plan["counts"], counts, "{plan:#}");
    let shown = |kind: &str| plan["items"][0][kind].as_array().map(Vec::len);
    assert_eq!((shown("links"), shown("new")), (Some(2), Some(2)));
    let planning = calls(&world).await?;
    // One of them reads the history of the record whose conflict it dates.
    assert!(planning.0 <= 4 && planning.1 <= 2, "a plan itself took {planning:?}");
    assert_eq!(world.calls("jira.issue.edit").await?, 0);

    world.people.reset_calls().await?;
    sweep(&world).await?;
    world.let_it_rest().await?;
    let (salesforce, jira) = calls(&world).await?;
    let told = |side: &str| {
        let calls = &plan["calls"][side];
        calls["together"].as_u64().zip(calls["apart"].as_u64()).map(|(both, one)| both + one)
    };
    let own = 1;
    assert_eq!(told("salesforce"), Some(salesforce as u64 - own), "{plan:#}");
    assert_eq!(told("jira"), Some(jira as u64 - own), "{plan:#}");

    let after = world.cli(&["plan", "item", "support-bugs"]).await?;
    assert_eq!(after["counts"]["skip"], after["counts"]["looked_at"], "{after:#}");
    assert_eq!(after["estimate"]["calls"]["jira"], json!({ "together": 0, "apart": 0 }));
    world.end().await
}

/// F-303: a plan of one link says the same in words.
#[tokio::test(flavor = "multi_thread")]
async fn a_plan_of_one_link_tells_its_calls() -> Result<()> {
    let world = World::with(quiet()).await?;
    let cases = linked_cases(&world, 1).await?;
    rename_cases(&world, &cases, "Alone").await?;
    let link = world.link_of(&cases[0]).await?["link"].to_string();
    let (code, printed) = world.cli_raw(&["plan", "link", &link]).await?;
    assert_eq!(code, 0, "{printed}");
    let told = "it would take 1 Salesforce calls and 2 Jira calls";
    assert!(printed.contains(told) && printed.contains("Alone 0"), "{printed}");
    let plan: Value = world.cli(&["plan", "link", &link]).await?;
    assert_eq!(plan["counts"]["update"], 1, "{plan:#}");
    plan["estimate"]["salesforce_left"].as_u64().context("the org tells its budget")?;
    world.end().await
}
