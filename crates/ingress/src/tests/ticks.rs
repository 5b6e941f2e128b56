use std::collections::BTreeSet;

use lockstep_model::job::Cause;
use lockstep_model::{ConnectedItem, CorrelationId, ItemId, JobKind, LinkId};

use super::*;
use crate::Ticker;

const SOON: Duration = Duration::from_secs(10);

fn ticker(house: &House) -> Ticker {
    Ticker {
        store: house.store.clone(),
        publisher: house.broker.publisher(),
        ambient: ambient(),
        every: Duration::from_millis(50),
    }
}

async fn item(house: &House, name: &str) -> ItemId {
    let document: ConnectedItem = serde_json::from_value(json!({
        "name": name,
        "salesforce": {"connection": "salesforce", "object": "Case"},
        "jira": {"connection": "jira", "project": "SUP", "issue_type": "Bug"},
        "mode": "two-way",
        "mappings": [{"salesforce": "Subject", "jira": "summary"}],
    }))
    .expect("an item");
    let (salesforce, jira) = (house.salesforce.id, house.jira.id);
    let applied = house.store.items().apply(&document, salesforce, jira, &json!({})).await;
    applied.expect("applied").id
}

fn promised() -> Job {
    Job {
        id: Uuid::from_u128(7),
        kind: JobKind::Link { link: LinkId(1) },
        lane: Lane::Live,
        attempt: 0,
        first_seen: DateTime::UNIX_EPOCH,
        correlation: CorrelationId("c".into()),
        cause: Cause::Person,
        promise: None,
    }
}

#[tokio::test]
async fn what_is_due_is_published_once_however_many_tick() {
    let house = house().await;
    let items = BTreeSet::from([item(&house, "one").await, item(&house, "two").await]);
    let promise = house.store.promises().make(&promised(), None).await.expect("promised");
    let tickers = [ticker(&house), ticker(&house), ticker(&house)];
    for ticked in futures::future::join_all(tickers.iter().map(Ticker::tick)).await {
        ticked.expect("ticked");
    }
    let depth =
        async |lane| house.broker.depth(&house.broker.names().lane(lane)).await.expect("depth");
    // A sweep finds what people did in Salesforce: it does not queue behind a backfill.
    assert_eq!((depth(Lane::Bulk).await, depth(Lane::Live).await), (0, 3));

    let mut jobs = house.jobs(Lane::Live);
    let (mut swept, mut kept) = (BTreeSet::new(), Vec::new());
    for _ in 0..3 {
        let job = jobs.recv().await.expect("a job");
        match job.kind {
            JobKind::Sweep { item } => {
                assert_eq!(job.cause, Cause::Tick);
                swept.insert(item);
            }
            _ => kept.push(job),
        }
    }
    assert_eq!(swept, items);
    let expected = Job { promise: Some(promise), ..promised() };
    assert_eq!(kept, [expected]);
    house.broker.close().await;
}

#[tokio::test]
async fn what_cannot_be_published_is_still_due() {
    let house = house().await;
    let item = item(&house, "one").await;
    house.store.promises().make(&promised(), None).await.expect("promised");
    house.lose_the_broker().await;
    ticker(&house).tick().await.expect("ticked");
    assert_eq!(house.store.promises().claim_due(10).await.expect("claimed").len(), 1);
    assert_eq!(house.store.items().claim_due_sweeps(10).await.expect("claimed"), [item]);
    house.broker.close().await;
}

#[tokio::test]
async fn it_ticks_until_it_is_told_to_stop() {
    let house = house().await;
    let stop = tokio_util::sync::CancellationToken::new();
    let running = tokio::spawn(ticker(&house).run(stop.clone()));
    house.store.promises().make(&promised(), None).await.expect("promised");
    let mut jobs = house.jobs(Lane::Live);
    let job = tokio::time::timeout(SOON, jobs.recv()).await.expect("in time").expect("a job");
    assert_eq!(job.id, promised().id);
    stop.cancel();
    tokio::time::timeout(SOON, running).await.expect("in time").expect("ended");
    house.broker.close().await;
}
