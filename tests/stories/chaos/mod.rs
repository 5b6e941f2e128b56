//! Two hundred links in an unkind minute.

mod dice;
mod fields;
mod people;
mod trouble;
mod verdict;

use std::time::{Duration, SystemTime};

use anyhow::{Result, ensure};
use lockstep_testkit::environment::variable;
use serde_json::Value;
use tokio::time::Instant;

use self::dice::Dice;
use self::people::Pair;
use crate::world::{Setting, WITH_FILES, World, full_case};

const LINKS: usize = 200;

/// People at work at a time.
const PEOPLE: usize = 4;

/// How long the fleet may take to link them, and to come to rest once nothing goes wrong any more. On
/// an idle machine each is a matter of seconds.
const PATIENCE: Duration = Duration::from_secs(90);

/// F-205, F-206, F-209, F-210, F-300, F-306: people edit two hundred links on both sides at random while
/// workers are killed, webhooks are lost, doubled and reordered, and both vendors throttle and hang
/// up. In the end both sides agree on what people wrote, each comment and each file is there once,
/// and there is nothing left to do. `make chaos` plays it for a minute.
#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_links_agree_after_an_unkind_time() -> Result<()> {
    let seed = seed()?;
    let seconds: u64 = variable("LOCKSTEP_CHAOS_SECONDS", "20").parse()?;
    println!("LOCKSTEP_CHAOS_SEED={seed} LOCKSTEP_CHAOS_SECONDS={seconds}");
    let setting = Setting {
        workers: 2,
        item: WITH_FILES,
        sweep_seconds: 2,
        lease_seconds: 8,
        ..Setting::default()
    };
    let mut world = World::with(setting).await?;
    let links = linked(&world).await?;
    let mut dice = Dice::of(seed);
    let (people, deaths) = (world.people.clone(), dice.other());
    trouble::begin(&world).await?;
    let until = Instant::now() + Duration::from_secs(seconds);
    let (done, deaths) = tokio::join!(
        people::work(&people, &links, (PEOPLE, &mut dice), until),
        trouble::kill(&mut world, deaths, until),
    );
    let (done, deaths) = (done?, deaths?);
    world.people.clear_faults().await?;
    let began = Instant::now();
    nothing_is_left_to_do(&world).await?;
    let settled = began.elapsed();
    let verdict = verdict::look(&world, &links, &done).await?;
    println!("{} deeds, {deaths} deaths, settled in {settled:?}: {verdict:?}", done.len());
    assert!(verdict.wrong.is_empty(), "seed {seed}: {:#?}", verdict.wrong);
    world.end().await
}

/// From the environment, or another one each time.
fn seed() -> Result<u64> {
    let given = variable("LOCKSTEP_CHAOS_SEED", "");
    if !given.is_empty() {
        return Ok(given.parse()?);
    }
    #[expect(clippy::disallowed_methods, reason = "another story each time; it tells its seed")]
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    Ok(u64::from(now.subsec_micros()))
}

/// People open cases, and the fleet an issue for each.
async fn linked(world: &World) -> Result<Vec<Pair>> {
    for number in 0..LINKS {
        let case = full_case(&format!("Case {number}"));
        world.people.salesforce_create("Case", case).await?;
    }
    let sql = "SELECT record, issue_key FROM link JOIN lease ON lease.link = link.id \
        WHERE base->'fields' ? 'Subject:summary' AND owner IS NULL ORDER BY record";
    let (database, until) = (world.database().await?, Instant::now() + PATIENCE);
    loop {
        let rows = database.query(sql, &[]).await?;
        if rows.len() == LINKS {
            let pair = |row: &tokio_postgres::Row| Pair { case: row.get(0), key: row.get(1) };
            return Ok(rows.iter().map(pair).collect());
        }
        ensure!(Instant::now() < until, "{} of {LINKS} cases have an issue", rows.len());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// The drift report is zero: a plan over the item finds nothing to write, and nothing to tell.
async fn nothing_is_left_to_do(world: &World) -> Result<()> {
    let nothing = |plan: &Value| {
        let counts = &plan["counts"];
        counts["looked_at"] == LINKS
            && counts["skip"] == LINKS
            && counts["refused"] == 0
            && plan["unread_count"] == 0
    };
    let until = Instant::now() + PATIENCE;
    loop {
        let plan = world.cli(&["plan", "item", "support-bugs"]).await.unwrap_or_default();
        if nothing(&plan) {
            return Ok(());
        }
        ensure!(Instant::now() < until, "there is still something to do: {plan:#}");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
