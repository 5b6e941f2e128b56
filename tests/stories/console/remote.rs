//! The command line at a console: an address and a token, and nothing else.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use lockstep_testkit::environment::free_port;
use lockstep_testkit::eventually;
use serde_json::{Value, json};

use crate::world::{Cli, Console, PATIENCE, Setting, World, full_case};

/// A display-only item, so that a link by hand needs no worker.
const LOOKING: &str = "name: looking\nsalesforce: { connection: acme-org, object: Account }\n\
    jira: { connection: acme-site, projects: [SUP, OPS] }\nmode: display-only\nshow: [Name]\n";

/// What is read alike at the machine of the fleet and at its console.
const READS: &[&str] = &[
    "connect list",
    "item list",
    "item show support-bugs",
    "objects --connection acme-org",
    "fields --connection acme-org --object Case",
    "fields --connection acme-site --project SUP --issue-type Bug",
    "link list --search {key}",
    "link show {key}",
    "link show {record}",
    "link search support-bugs fire",
    "explain {key} summary",
    "conflict list",
    "dead list",
    "drift support-bugs",
    // Refused alike, with the same code and the same remedy.
    "link show SUP-99999",
    "item show nobody",
    "plan item nobody",
    "explain {key} nothing",
    "dead show 4711",
    "connect remove acme-org",
    "item delete support-bugs",
    "conflict show {key} summary",
    "link remove {key}",
];

/// The environment of whoever has a console's address and a token.
fn environment(url: &str, token: &str) -> BTreeMap<String, String> {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    BTreeMap::from([pair("LOCKSTEP_CONSOLE_URL", url), pair("LOCKSTEP_TOKEN", token)])
}

/// F-202, F-204, F-336: with an address and a token alone the command line reads, applies, links, plans and
/// replays at a console, and says what it says beside the database.
#[tokio::test(flavor = "multi_thread")]
async fn an_operator_needs_a_console_and_a_token_and_nothing_else() -> Result<()> {
    let mut world = World::with(Setting { webhooks: false, ..Setting::default() }).await?;
    let (case, key) = world.linked_case(&full_case("Printer on fire")).await?;
    world.kill_workers().await?;
    let console = world.console().await?;
    let variables = environment(&console.url(), &console.token("deploy", "configure").await?);
    let there = Cli::new(&variables);
    reads_alike(&world, &there, (&case, &key)).await?;
    works(&world, &there, &key).await?;
    is_refused(&console, &there).await?;
    let local = there.raw(&["migrate"]).await?;
    assert!(local.0 == 1 && local.1.contains("remedy") && local.1.contains("not set"), "{local:?}");
    console.end().await?;
    let (code, said) = there.raw(&["item", "list"]).await?;
    assert!(code == 1 && said.contains("see that the console runs"), "{code} {said}");
    world.end().await
}

async fn reads_alike(world: &World, there: &Cli<'_>, (case, key): (&str, &str)) -> Result<()> {
    for read in READS {
        let typed = read.replace("{key}", key).replace("{record}", case);
        for json in [&["--json"][..], &[]] {
            let arguments: Vec<&str> = json.iter().copied().chain(typed.split(' ')).collect();
            let (here, there) = (world.cli_raw(&arguments).await?, there.raw(&arguments).await?);
            ensure!(here == there, "{typed}:\nhere {here:#?}\nthere {there:#?}");
        }
    }
    for (of, at) in [("item support-bugs", "counts"), ("link {key}", "counts"), ("all", "counts")] {
        let typed = format!("plan {}", of.replace("{key}", key));
        let arguments: Vec<&str> = typed.split(' ').collect();
        let (here, there) = (world.cli(&arguments).await?, there.json(&arguments).await?);
        ensure!(here[at] == there[at] && here[at].is_object(), "{typed}: {here} {there}");
    }
    Ok(())
}

async fn works(world: &World, there: &Cli<'_>, key: &str) -> Result<()> {
    let applied = there.fed(&["item", "apply", "-f", "-"], LOOKING).await?;
    assert_eq!((&applied["item"], &applied["created"]), (&json!("looking"), &json!(true)));
    let wrong = LOOKING.replace("show: [Name]", "show: [Nmae]");
    let (code, said) = there.fed_raw(&["item", "apply", "-f", "-"], &wrong).await?;
    assert!(code == 3 && said.contains("line 5") && said.contains("was not applied"), "{said}");
    let checked = there.fed(&["item", "check", "-f", "-"], LOOKING).await?;
    assert_eq!(checked["item"], "looking", "{checked}");

    let account = world.people.salesforce_create("Account", json!({ "Name": "Acme" })).await?;
    let account = account["Id"].as_str().context("Id")?;
    let issue = world.people.jira_create(json!({ "summary": "By hand" })).await?;
    let issue = issue["key"].as_str().context("key")?;
    let link = there.json(&["link", "add", "looking", account, issue]).await?;
    let found = there.json(&["link", "list", "--search", issue]).await?;
    assert_eq!(found[0]["link"], link["link"], "nobody has looked at it yet: {found}");
    let (_, shown) = there.raw(&["link", "show", issue]).await?;
    assert!(
        shown.contains("Account Name (Name): \"Acme\"") && shown.contains("by hand"),
        "{shown}"
    );
    let removed = there.json(&["link", "remove", issue]).await?;
    assert_eq!(removed["removed"], link["link"]);
    let asked = there.json(&["link", "refresh", key]).await?;
    assert!(asked["correlation"].is_string(), "{asked}");
    for done in [["item", "pause", "looking"], ["item", "delete", "looking"]] {
        there.json(&done).await?;
    }
    let letter = dead_letter(world).await?;
    let replayed = there.json(&["dead", "replay", &letter]).await?;
    assert_eq!(replayed["replayed"].to_string(), letter);
    assert_eq!(there.json(&["dead", "list"]).await?, json!([]));
    let (code, printed) = there.raw(&["doctor"]).await?;
    assert!(code == 0 && printed.contains("ok   console"), "{printed}");
    let trail = there_by(world, "ann/deploy").await?;
    for step in
        ["item_applied", "link", "unlink", "refresh", "item_deleted", "dead_letter_replayed"]
    {
        assert!(trail.contains(&step.to_owned()), "{step}: {trail:?}");
    }
    Ok(())
}

/// A job that was given up and can be done now.
async fn dead_letter(world: &World) -> Result<String> {
    let job = json!({
        "id": "6f6e6c79-2061-4a74-8573-74206a6f6221", "kind": { "look_at": "link", "link": 4711 },
        "lane": "live", "attempt": 0, "first_seen": "2026-11-22T10:00:00Z",
        "correlation": "test", "cause": "person",
    });
    let sql = "INSERT INTO dead_letter (identity, job, raw, code, detail, attempts) \
        VALUES ('made up', $1, '', 'LS-LS-001', 'made up', 1) \
        RETURNING id";
    let row = world.database().await?.query_one(sql, &[&job]).await?;
    Ok(row.get::<_, i64>("id").to_string())
}

/// The steps that somebody took.
async fn there_by(world: &World, actor: &str) -> Result<Vec<String>> {
    let sql = "SELECT step FROM audit WHERE actor = $1";
    let rows = world.database().await?.query(sql, &[&actor]).await?;
    Ok(rows.iter().map(|row| row.get("step")).collect())
}

async fn is_refused(console: &Console, there: &Cli<'_>) -> Result<()> {
    let refused = async |url: &str, token: &str| {
        let variables = environment(url, token);
        Cli::new(&variables).raw(&["dead", "replay", "1"]).await
    };
    let url = console.url();
    let read = console.token("reads", "read").await?;
    let nobody = format!("http://127.0.0.1:{}", free_port()?);
    for (url, token, says) in [
        (url.as_str(), read.as_str(), "a token with the scope operate"),
        (&url, "", "LOCKSTEP_TOKEN is not set"),
        (&url, "lsk_made-up", "does not take the token"),
        ("not-an-address", &read, "no address of a console"),
        ("http://lockstep.example.com", &read, "no address of a console"),
        (&nobody, &read, "see that the console runs"),
    ] {
        let (code, said) = refused(url, token).await?;
        assert!(code == 1 && said.contains(says) && said.contains("remedy: "), "{url} {said}");
    }
    // A typed address goes before the environment's.
    let (code, said) = there.raw(&["--console", &nobody, "--json", "item", "list"]).await?;
    let said: Value = serde_json::from_str(&said)?;
    assert!(code == 1 && said["error"]["remedy"].is_string(), "{said}");
    let alive = || async { there.json(&["item", "list"]).await.is_ok() };
    eventually(PATIENCE, "the console still answers", alive).await;
    Ok(())
}
