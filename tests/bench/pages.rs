//! Every page of the console over much data, one request after another, as whoever asks on this machine
//! waits for it. In a database of its own, which is dropped afterwards.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use lockstep_testkit::{database, fill};
use lockstep_tests::world::{Cli, Console, Setting};
use tokio_postgres::Client;

use crate::stage::Stage;

/// Links that there are.
pub const LINKS: i64 = 100_000;
/// Rows of the trail.
pub const ROWS: i64 = 1_000_000;
/// Minutes of which something was counted: five weeks are kept.
const MINUTES: i32 = 35 * 1440;
/// Jobs that were given up.
const LETTERS: i64 = 2_000;
/// Requests before those that count.
const WARM: usize = 3;
/// Requests that count; fewer where the vendors are asked.
const ASKED: usize = 40;
const ASKED_OF_VENDORS: usize = 5;

/// A page by its route, and as it is asked for; names in braces become ids. A test holds that no route
/// is forgotten.
const PAGES: &[(&str, &str)] = &[
    ("/", "/"),
    ("/", "/?of=hour"),
    ("/setup", "/setup"),
    ("/needs", "/needs"),
    ("/needs", "/needs?code=LS-JR-043"),
    ("/needs", "/needs?show=mine"),
    ("/needs", "/needs?show=snoozed"),
    ("/needs/conflicts", "/needs/conflicts"),
    ("/needs/conflicts/{link}/{mapping}", "/needs/conflicts/{held}/Subject%3Asummary"),
    ("/needs/dead", "/needs/dead"),
    ("/needs/dead", "/needs/dead?code=LS-LS-002"),
    ("/needs/dead/{id}", "/needs/dead/{letter}"),
    ("/items", "/items"),
    ("/import", "/import"),
    ("/items/{name}", "/items/support-bugs"),
    ("/items/{name}/undo", "/items/support-bugs/undo"),
    ("/items/{name}/yaml", "/items/support-bugs/yaml"),
    ("/items/{name}/versions", "/items/support-bugs/versions"),
    ("/items/{name}/versions/{version}", "/items/support-bugs/versions/1"),
    ("/items/{name}/let-deletes", "/items/support-bugs/let-deletes"),
    ("/items/{name}/delete", "/items/support-bugs/delete"),
    ("/drafts/{id}", "{draft}"),
    ("/drafts/{id}/options", "{draft}/options"),
    ("/drafts/{id}/check", "{draft}/check"),
    ("/links", "/links"),
    ("/links", "/links?item=support-bugs&after={link}"),
    ("/links", "/links?state=findings"),
    ("/links", "/links?state=held"),
    ("/links", "/links?state=not-started"),
    ("/links", "/links?state=unlinked"),
    ("/links", "/links?code=LS-JR-045"),
    ("/links", "/links?text=pump"),
    ("/links", "/links?text=pump+hall+17"),
    ("/links", "/links?text=fil-77123"),
    ("/links", "/links?text=nothing"),
    ("/links/{id}", "/links/{link}"),
    ("/links/{id}/undo", "/links/{link}/undo"),
    ("/links/{id}/explain/{field}", "/links/{link}/explain/Subject%3Asummary"),
    ("/connections", "/connections"),
    ("/connections/new/salesforce", "/connections/new/salesforce"),
    ("/connections/new/jira", "/connections/new/jira"),
    ("/connections/{name}", "/connections/acme-org"),
    ("/connections/{name}/revoke", "/connections/acme-org/revoke"),
    ("/audit", "/audit"),
    ("/audit", "/audit?after={row}"),
    ("/audit", "/audit?by=people"),
    ("/audit", "/audit?item=support-bugs"),
    ("/audit", "/audit?outcome=refused"),
    ("/audit", "/audit?code=LS-JR-045"),
    ("/audit", "/audit?step=unlink"),
    ("/audit", "/audit?step=edit+issue&actor=nobody"),
    ("/audit", "/audit?link={link}"),
    ("/audit", "/audit?correlation=fill-100000"),
    ("/audit.csv", "/audit.csv?link={link}"),
    ("/audit.jsonl", "/audit.jsonl?link={link}"),
    ("/errors", "/errors"),
    ("/errors/{code}", "/errors/LS-JR-045"),
    ("/accounts", "/accounts"),
    ("/accounts/{id}", "/accounts/{account}"),
    ("/me", "/me"),
];

/// Those that ask a vendor on the way: how long it takes is for the vendor to say.
const ASKING: &[(&str, &str)] = &[
    ("/items/{name}/plan", "/items/support-bugs/plan"),
    ("/links/{id}/plan", "/links/{link}/plan"),
    ("/links/{id}/associated", "/links/{link}/associated"),
];

/// What was found.
pub struct Pages {
    /// How long the filling took.
    pub filled: Duration,
    /// Each page.
    pub timed: Vec<Timed>,
}

/// How long a page took.
pub struct Timed {
    /// As it is asked for.
    pub path: &'static str,
    /// Whether vendors are asked on the way.
    pub asking: bool,
    /// Milliseconds from the request to the end of its answer, sorted.
    pub took: Vec<f64>,
}

/// Fills a database, starts a console on it, and asks for each page.
pub async fn measure(stage: &Stage) -> Result<Pages> {
    let fresh = database::Fresh::create().await?;
    let variables = stage.on_database(fresh.url());
    let cli = Cli::new(&variables);
    cli.set_up(&stage.vendors, &Setting { sweep_seconds: 3600, ..Setting::default() }).await?;
    let client = fresh.client().await?;
    let began = Instant::now();
    filled(&client).await?;
    let filled = began.elapsed();
    let console = Console::start(&variables).await?;
    let names = names(&client, &console).await?;
    let mut timed = Vec::new();
    for (asking, pages) in [(false, PAGES), (true, ASKING)] {
        for (_, path) in pages {
            timed.push(Timed {
                path,
                asking,
                took: timings(&console, &names, path, asking).await?,
            });
        }
    }
    console.end().await?;
    Ok(Pages { filled, timed })
}

async fn filled(client: &Client) -> Result<()> {
    let item: i64 = client.query_one("SELECT id FROM item", &[]).await?.get(0);
    fill::links(client, item, LINKS).await?;
    fill::audit(client, item, ROWS).await?;
    fill::measures(client, MINUTES).await?;
    fill::letters(client, LETTERS).await?;
    // As Postgres would soon by itself, in the middle of what is measured.
    client.batch_execute("VACUUM (ANALYZE)").await?;
    Ok(())
}

/// What the names in addresses stand for.
async fn names(client: &Client, console: &Console) -> Result<Vec<(&'static str, String)>> {
    let sql = "SELECT \
        (SELECT id::text FROM link WHERE findings = '[]' AND state = 'active' AND base <> '{}' \
            ORDER BY id OFFSET 50000 LIMIT 1) AS link, \
        (SELECT min(id)::text FROM link WHERE base ? 'held' AND state = 'active') AS held, \
        (SELECT min(id)::text FROM dead_letter) AS letter, \
        (SELECT min(id)::text FROM account) AS account, \
        (SELECT (extract(epoch FROM at) * 1000000)::bigint || '-' || id FROM audit \
            ORDER BY at DESC, id DESC OFFSET 500000 LIMIT 1) AS row";
    let found = client.query_one(sql, &[]).await?;
    let known = ["link", "held", "letter", "account", "row"];
    let mut names: Vec<_> = known.map(|name| (name, found.get::<_, String>(name))).into();
    let begun = console.post("/drafts", &[("item", "support-bugs")]).await?;
    let draft = begun.header("location").context("no draft")?;
    names.push(("draft", draft.to_owned()));
    Ok(names)
}

async fn timings(
    console: &Console,
    names: &[(&str, String)],
    path: &str,
    asking: bool,
) -> Result<Vec<f64>> {
    let path = names
        .iter()
        .fold(path.to_owned(), |path, (name, value)| path.replace(&format!("{{{name}}}"), value));
    let asked = if asking { ASKED_OF_VENDORS } else { ASKED };
    let mut took = Vec::with_capacity(asked);
    for request in 0..WARM + asked {
        let began = Instant::now();
        let answer = console.get(&path).await?;
        let each = began.elapsed().as_secs_f64() * 1000.0;
        // A search that finds just one link leads to it. The vendors know nothing of links that were made
        // up: a page that asks them says so.
        let fine = [200, 303].contains(&answer.status) || (asking && answer.status == 422);
        ensure!(fine, "{path}: {} {}", answer.status, answer.body);
        if request >= WARM {
            took.push(each);
        }
    }
    took.sort_by(f64::total_cmp);
    Ok(took)
}
