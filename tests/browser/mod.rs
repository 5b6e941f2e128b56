//! The console in a real browser: Debian's Chromium, driven by Playwright, judged by axe-core.

use std::path::{Path, PathBuf};

use anyhow::Result;
use lockstep_testkit::eventually;
use serde_json::json;

use crate::conformance::{foreign::Foreign, settings};
use crate::tree::root;
use crate::world::{PATIENCE, Setting, World, full_case};

const ITEM: &str = include_str!("../../deploy/examples/support-bugs.yaml");

/// Where the pictures of the last run are.
fn pictures() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages")
}

/// The scripts; `None`, having said why, where they cannot run.
async fn scripts() -> Option<Foreign> {
    let chromium = settings::chromium();
    let scripts = if chromium.exists() {
        Foreign::node_of(&root().join("tests/browser/node"), "browser").await
    } else {
        Err(format!("there is no Chromium at {}", chromium.display()))
    };
    scripts.map_err(|why| settings::skip("the browser", &why)).ok()
}

/// A world in which every page has something to show: links, a finding, a held conflict.
async fn lively() -> Result<World> {
    let plain = "{ salesforce: Subject, jira: summary }";
    let item = ITEM.replace(plain, "{ salesforce: Subject, jira: summary, policy: hold }");
    let mut world = World::with(Setting { item: item.leak(), ..Setting::default() }).await?;
    let (case, key) = world.linked_case(&full_case("Contested")).await?;
    world.linked_case(&full_case("<b>Quiet</b> & in step")).await?;
    world.kill_workers().await?;
    world.people.salesforce_edit("Case", &case, json!({ "Subject": "From Salesforce" })).await?;
    world.people.jira_edit(&key, json!({ "summary": "From Jira" })).await?;
    world.add_worker().await?;
    Ok(world)
}

/// F-331, F-332, F-333, F-334: no page has a barrier (WCAG 2.2 AA), breaks its own policy, is wider than
/// its window or leads nowhere.
#[tokio::test(flavor = "multi_thread")]
async fn every_page_can_be_used_by_everybody_wide_and_narrow_light_and_dark() -> Result<()> {
    let Some(scripts) = scripts().await else {
        return Ok(());
    };
    let world = lively().await?;
    let console = world.console().await?;
    let held = || async {
        console.page("/needs/conflicts").await.is_ok_and(|page| page.contains("From Jira"))
    };
    eventually(PATIENCE, "the conflict is held", held).await;
    let folder = pictures().display().to_string();
    let address = console.url();
    let (passed, printed) = scripts.run("crawl.mjs", &[&address, console.cookie(), &folder]).await;
    println!("{printed}");
    assert!(passed, "a page has a barrier: see FAIL above");
    console.end().await?;
    world.end().await
}
