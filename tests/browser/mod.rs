//! The console in a real browser: Debian's Chromium, driven by Playwright, judged by axe-core.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use chrono::DateTime;
use lockstep_model::{CorrelationId, Job, JobKind, LinkId};
use lockstep_testkit::eventually;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::conformance::{foreign::Foreign, settings};
use crate::tree::root;
use crate::world::{Console, PATIENCE, Setting, WEBHOOK_SECRET, World, full_case};

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

/// Runs a script on what it is given; what it printed. Its complaints fail the test.
async fn play(scripts: &Foreign, script: &str, given: &[&str]) -> String {
    let (passed, printed) = scripts.run(script, given).await;
    println!("{printed}");
    assert!(passed, "{script}: see FAIL above");
    printed
}

/// An item that is made by hand only, beside the one of the first run.
const ACCOUNTS: &str = "name: accounts\nsalesforce: { connection: acme-org, object: Account }\n\
    jira: { connection: acme-site, project: SUP, issue_type: Bug }\nmode: display-only\n\
    show: [Name, Tier__c]\nassociated: { enabled: true, limit: 2 }\n";

/// Fills the world so that there is a day's work, and every page has something to show: conflicts, and
/// jobs that were given up.
async fn lively(world: &mut World, console: &Console) -> Result<Value> {
    world.add_worker().await?;
    let (code, printed) = world.apply(ACCOUNTS).await?;
    assert_eq!(code, 0, "{printed}");
    let mut cases = Vec::new();
    for subject in ["Contested", "<b>Quiet</b> & in step"] {
        cases.push(world.linked_case(&full_case(subject)).await?);
    }
    world.kill_workers().await?;
    for (case, key) in &cases {
        let edit = json!({ "Subject": "From Salesforce" });
        world.people.salesforce_edit("Case", case, edit).await?;
        world.people.jira_edit(key, json!({ "summary": "From Jira" })).await?;
    }
    given_up(world, &cases[0].0).await?;
    world.add_worker().await?;
    let held = || async {
        let page = console.page("/needs/conflicts").await.unwrap_or_default();
        page.matches("class=\"conflict\"").count() == 2
    };
    eventually(PATIENCE, "two conflicts are held", held).await;
    let account = json!({ "Name": "Acme <b>& Sons", "Tier__c": "Gold" });
    let account = world.people.salesforce_create("Account", account).await?;
    let mut panels = Vec::new();
    for summary in ["About Acme", "Acme asks", "Acme again"] {
        let issue = world.people.jira_create(json!({ "summary": summary })).await?;
        let key = issue["key"].as_str().context("a key")?;
        panels.push(console.panel(&world.people, key).await?);
    }
    Ok(json!({
        "address": console.url(), "cookie": console.cookie(), "panels": panels,
        "record": { "name": account["Name"], "id": account["Id"] }, "issue": cases[1].1,
    }))
}

/// Two jobs about a link that were given up, as a ladder that is spent leaves them.
async fn given_up(world: &World, case: &str) -> Result<()> {
    let link = world.link_of(case).await?["link"].as_i64().context("a number")?;
    let sql = "INSERT INTO dead_letter (identity, job, raw, code, detail, attempts, correlation) \
        VALUES ($1, $2, $3, 'LS-LS-004', 'Jira was away', 12, $1)";
    let database = world.database().await?;
    for number in 1..=2 {
        let id = Uuid::from_u128(number);
        let of = (id, CorrelationId(format!("given-up-{number}")));
        let job = json!(Job::asked(JobKind::Link { link: LinkId(link) }, of, DateTime::UNIX_EPOCH));
        let raw = serde_json::to_vec(&job)?;
        database.execute(sql, &[&format!("given-up-{number}"), &job, &raw]).await?;
    }
    Ok(())
}

/// F-331, F-332, F-333, F-334: no page has a barrier (WCAG 2.2 AA), breaks its own policy, is wider than
/// its window or leads nowhere; F-86, F-87, F-330, F-338: and people get their work done on them, with a
/// script and without, from the one-time link on.
#[tokio::test(flavor = "multi_thread")]
async fn every_page_can_be_used_by_everybody_wide_and_narrow_light_and_dark() -> Result<()> {
    let Some(scripts) = scripts().await else {
        return Ok(());
    };
    let mut world = World::with(Setting { workers: 0, ..Setting::default() }).await?;
    world.lose_database().await?;
    let (mut console, link) = world.console_with_panel().await?;
    let (org, site) = world.vendors();
    let given = json!({ "link": link, "org": org, "site": site, "webhook_secret": WEBHOOK_SECRET });
    let printed = play(&scripts, "first_run.mjs", &[&given.to_string()]).await;
    let cookie = printed.lines().find_map(|line| line.strip_prefix("COOKIE "));
    console.signed_in(cookie.context("no session")?).await?;
    let given = lively(&mut world, &console).await?;
    let folder = pictures().display().to_string();
    play(&scripts, "crawl.mjs", &[&console.url(), console.cookie(), &folder]).await;
    play(&scripts, "daily.mjs", &[&given.to_string()]).await;
    console.end().await?;
    world.end().await
}
