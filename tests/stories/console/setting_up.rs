//! From nothing to an item at work, by the forms of the console alone.

use anyhow::{Context, Result, ensure};
use lockstep_testkit::eventually;
use serde_json::json;

use crate::world::{Console, PATIENCE, Setting, WEBHOOK_SECRET, World, full_case};

const ORG_SECRET: &str = "salesforce-client-secret";

/// An installation that nobody has set up.
async fn untouched() -> Result<(World, Console)> {
    let world = World::with(Setting { workers: 0, ..Setting::default() }).await?;
    world.lose_database().await?;
    let console = world.console().await?;
    Ok((world, console))
}

async fn connect_org(world: &World, console: &Console) -> Result<()> {
    let (org, _) = world.vendors();
    let fields = [
        ("name", "acme-org"),
        ("login_url", org.as_str()),
        ("client_id", "3MVG9lockstep"),
        ("client_secret", ORG_SECRET),
    ];
    let saved = console.post("/connections/new/salesforce", &fields).await?;
    ensure!(saved.header("location") == Some("/connections/acme-org?did=saved"), "{}", saved.body);
    Ok(())
}

async fn connect_site(world: &World, console: &Console) -> Result<()> {
    let (_, site) = world.vendors();
    let fields = [
        ("name", "acme-site"),
        ("site", site.as_str()),
        ("email", "lockstep@example.com"),
        ("token", "jira-api-token"),
        ("webhook_secret", WEBHOOK_SECRET),
    ];
    let saved = console.post("/connections/new/jira", &fields).await?;
    ensure!(saved.header("location") == Some("/connections/acme-site?did=saved"), "{}", saved.body);
    Ok(())
}

/// F-4, F-6, F-11, F-13, F-14, F-15, F-16, F-22, F-23, F-24, F-25, F-26, F-200: an org is connected by three inputs that are tested first;
/// what is wrong is named with its remedy, and a secret that does not work replaces none.
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_tested_before_it_is_saved_and_says_what_is_wrong() -> Result<()> {
    let (world, console) = untouched().await?;
    let (org, _) = world.vendors();
    let fields = [
        ("name", "acme-org"),
        ("login_url", org.as_str()),
        ("client_id", "3MVG9lockstep"),
        ("client_secret", "wrong-secret"),
    ];
    let refused = console.post("/connections/new/salesforce", &fields).await?;
    assert_eq!(refused.status, 422);
    assert!(
        refused.body.contains("LS-SF-005") && refused.body.contains("What to do:"),
        "{}",
        refused.body
    );
    assert!(refused.body.contains("3MVG9lockstep") && !refused.body.contains("wrong-secret"));
    connect_org(&world, &console).await?;
    let page = console.page("/connections/acme-org").await?;
    assert!(page.contains("Connected") && page.contains("00D"), "{page}");
    let tested = console.post("/connections/acme-org/test", &[]).await?;
    for check in [
        "API Enabled",
        "Read metadata of Case",
        "Read and update cases",
        "Comments: CaseComment",
        "Comments: FeedItem",
        "Comments: FeedComment",
        "Files: ContentVersion",
        "Files: ContentDocumentLink",
    ] {
        assert!(tested.body.contains(check), "{check}: {}", tested.body);
    }
    assert_eq!(tested.status, 200, "{}", tested.body);

    let kept = console.post("/connections/acme-org/secret", &[("secret", "wrong-secret")]).await?;
    assert_eq!(kept.status, 422);
    assert!(kept.body.contains("was not taken"), "{}", kept.body);
    let changed = console.post("/connections/acme-org/secret", &[("secret", ORG_SECRET)]).await?;
    assert_eq!(
        changed.header("location"),
        Some("/connections/acme-org?did=changed"),
        "{}",
        changed.body
    );
    let revoked = console.post("/connections/acme-org/revoke", &[]).await?;
    assert_eq!(revoked.header("location"), Some("/connections?did=revoked"));
    console.end().await?;
    world.end().await
}

/// F-144, F-179: what the integration user lacks in Jira is named, one permission a line, until it has it.
#[tokio::test(flavor = "multi_thread")]
async fn a_permission_that_jira_withholds_is_named() -> Result<()> {
    let (world, console) = untouched().await?;
    connect_site(&world, &console).await?;
    world.people.jira_settings(json!({ "lacking": ["TRANSITION_ISSUES"] })).await?;
    let tested = console.post("/connections/acme-site/test", &[]).await?;
    assert_eq!(tested.status, 422);
    assert!(tested.body.contains("lacks Transition issues"), "{}", tested.body);
    assert!(tested.body.contains("LS-JR-041"), "{}", tested.body);
    world.people.jira_settings(json!({ "lacking": [] })).await?;
    let tested = console.post("/connections/acme-site/test", &[]).await?;
    assert_eq!(tested.status, 200, "{}", tested.body);
    assert!(tested.body.contains("SUP"), "{}", tested.body);
    console.end().await?;
    world.end().await
}

/// The fields of the first step, as far as the story fills them in.
fn first_step<'a>(mapped: &[(&'a str, &'a str)], button: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("name", "support"),
        ("mode", "two-way"),
        ("salesforce.connection", "acme-org"),
        ("salesforce.object", "Case"),
        ("jira.connection", "acme-site"),
        ("jira.project", "SUP"),
        ("jira.issue_type", "Bug"),
        ("do", button),
    ];
    fields.extend_from_slice(mapped);
    fields
}

/// F-1, F-36, F-37, F-38, F-40, F-62, F-63, F-118, F-124, F-303, F-330: the first run, from the connections
/// to an item at work: fields are chosen from live metadata, a warning clears when its mapping is added, the
/// plan is counted, and the first write takes the number that it counts.
#[tokio::test(flavor = "multi_thread")]
async fn the_first_run_ends_with_an_item_at_work() -> Result<()> {
    let (mut world, console) = untouched().await?;
    assert!(console.page("/setup").await?.contains("/connections/new/salesforce"));
    connect_org(&world, &console).await?;
    connect_site(&world, &console).await?;
    assert!(console.page("/setup").await?.contains("Begin an item"));
    let begun = console.post("/drafts", &[]).await?;
    let draft = begun.header("location").context("a draft")?.to_owned();
    let page = console.page(&draft).await?;
    assert!(page.contains(r#"<optgroup label="Service Cloud">"#), "{page}");
    assert!(page.contains("Case (Case)") && page.contains("Feature_Request__c"), "{page}");
    assert!(page.contains("(SUP)"), "{page}");

    console.post(&draft, &first_step(&[], "keep")).await?;
    let page = console.page(&draft).await?;
    assert!(page.contains("Map Subject with Summary"), "{page}");
    console.post(&draft, &first_step(&[], "suggest:Subject=summary")).await?;
    let page = console.page(&draft).await?;
    assert!(page.contains("Subject (Subject), text 255"), "{page}");
    let mapped = [
        ("mappings[0].salesforce", "Subject"),
        ("mappings[0].jira", "summary"),
        ("mappings[0].policy", "newest"),
        ("mappings[1].salesforce", "Due_Date__c"),
        ("mappings[1].jira", ""),
        ("mappings[1].policy", "newest"),
    ];
    console.post(&draft, &first_step(&mapped, "keep")).await?;
    let page = console.page(&draft).await?;
    assert!(page.contains(" disabled>") && page.contains("do not convert"), "{page}");
    let next = console.post(&draft, &first_step(&mapped[..3], "next")).await?;
    let options = format!("{draft}/options");
    assert_eq!(next.header("location"), Some(options.as_str()), "{}", next.body);

    the_second_step_is_filled_in(&console, &draft).await?;
    let made = console.post(&format!("{draft}/apply"), &[]).await?;
    assert_eq!(made.header("location"), Some("/items/support/plan?did=saved"), "{}", made.body);
    let case = world.people.salesforce_create("Case", full_case("Printer on fire")).await?;
    let case = case["Id"].as_str().context("Id")?.to_owned();
    world.add_worker().await?;
    begins_when_the_count_is_typed(&world, &console, &case).await?;
    assert!(console.page("/setup").await?.contains("All is set up."));
    console.end().await?;
    world.end().await
}

/// The options are chosen, a picklist's values among them, and the whole is checked against both sides.
async fn the_second_step_is_filled_in(console: &Console, draft: &str) -> Result<()> {
    let options = format!("{draft}/options");
    let rule = [
        ("rule.enabled", "true"),
        ("rule.tests[0].field", "Priority"),
        ("rule.tests[0].operator", "equals"),
    ];
    console.post(&options, &[&rule[..], &[("do", "keep")]].concat()).await?;
    let page = console.page(&options).await?;
    assert!(page.contains(r#"<option value="High">High</option>"#), "{page}");
    let chosen = [
        ("auto_create.enabled", "true"),
        ("auto_create.from", "all"),
        ("comments.enabled", "true"),
        ("comments.internal", "copy"),
        ("comments.edits", "mirror"),
        ("comments.edited_copies", "leave"),
        ("comments.deletes", "ignore"),
        ("comments.brake_percent", "20"),
        ("comments.long", "split"),
        ("sweep_seconds", "1"),
    ];
    let checked = console.post(&options, &[&chosen[..], &[("do", "next")]].concat()).await?;
    assert_eq!(
        checked.header("location"),
        Some(format!("{draft}/check").as_str()),
        "{}",
        checked.body
    );
    let page = console.page(&format!("{draft}/check")).await?;
    assert!(page.contains("it can be applied") && page.contains("Auto-create takes"), "{page}");
    assert!(page.contains("What it needs on both sides") && page.contains(" 0 fail."), "{page}");
    Ok(())
}

async fn begins_when_the_count_is_typed(
    world: &World,
    console: &Console,
    case: &str,
) -> Result<()> {
    let plan = console.page("/items/support/plan").await?;
    assert!(plan.contains("Invoice export stops") && plan.contains("create issue"), "{plan}");
    let count =
        plan.split(r#"name="writes" value=""#).nth(1).and_then(|rest| rest.split('"').next());
    let count = count.context("a count")?.to_owned();
    ensure!(count.parse::<u32>()? > 0, "{plan}");
    let slip =
        console.post("/items/support/start", &[("writes", &count), ("typed", "yes")]).await?;
    assert_eq!(slip.status, 422);
    assert!(slip.body.contains("not the number"), "{}", slip.body);
    assert_eq!(world.issues_of(case).await?, [""; 0], "nothing is written before");
    let begun =
        console.post("/items/support/start", &[("writes", &count), ("typed", &count)]).await?;
    assert_eq!(begun.header("location"), Some("/items/support?did=resumed"), "{}", begun.body);
    world.created(case).await;
    let seen =
        || async { console.page("/items").await.is_ok_and(|page| page.contains("looked at")) };
    eventually(PATIENCE, "the table counts the run", seen).await;
    Ok(())
}

/// F-62, F-63: where the issue type requires a field that nothing fills, that is said beside the switch, until
/// a compatible issue type is chosen; and where a record's field may be empty, until the mapping has a default.
#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_jira_requires_is_said_until_something_fills_it() -> Result<()> {
    let (world, console) = untouched().await?;
    connect_org(&world, &console).await?;
    connect_site(&world, &console).await?;
    let begun = console.post("/drafts", &[]).await?;
    let draft = begun.header("location").context("a draft")?.to_owned();
    let options = format!("{draft}/options");
    let mapped = [
        ("mappings[0].salesforce", "Environment__c"),
        ("mappings[0].jira", "summary"),
        ("mappings[0].policy", "newest"),
    ];
    let of_kind = |kind: &'static str, mapped: &[(&'static str, &'static str)]| {
        let fields = first_step(mapped, "keep").into_iter();
        fields
            .map(|(name, value)| (name, if name == "jira.issue_type" { kind } else { value }))
            .collect::<Vec<_>>()
    };
    console.post(&draft, &of_kind("Sub-task", &mapped)).await?;
    let create = [("auto_create.enabled", "true"), ("auto_create.from", "now"), ("do", "keep")];
    console.post(&options, &create).await?;
    let page = console.page(&options).await?;
    assert!(page.contains("(parent) and nothing fills it"), "{page}");
    assert!(page.contains("<code>Environment__c</code> may be empty"), "{page}");
    console.post(&draft, &of_kind("Bug", &mapped)).await?;
    let page = console.page(&options).await?;
    assert!(
        !page.contains("(parent) and nothing fills it") && page.contains("may be empty"),
        "{page}"
    );
    let filled = [&mapped[..], &[("mappings[0].default", "none")]].concat();
    console.post(&draft, &of_kind("Bug", &filled)).await?;
    let page = console.page(&options).await?;
    assert!(!page.contains("Jira requires"), "{page}");
    console.end().await?;
    world.end().await
}
