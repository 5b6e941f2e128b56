use std::collections::BTreeSet;

use super::{connections, document, instant, job, store};
use crate::Cursors;
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_due_item_is_claimed_by_one_tick() {
    let (_fresh, store) = store().await;
    let (salesforce, jira) = connections(&store).await;
    for number in 0..20 {
        let document = document(&format!("item-{number}"));
        store.items().apply(&document, salesforce, jira, &json!({})).await.expect("applied");
    }
    let claims = (0..8).map(|_| {
        let store = store.clone();
        tokio::spawn(async move { store.items().claim_due_sweeps(5).await.expect("claimed") })
    });
    let claims: Vec<_> = claims.collect();
    let mut claimed = Vec::new();
    for claim in claims {
        claimed.extend(claim.await.expect("joined"));
    }
    while let [first, rest @ ..] = &store.items().claim_due_sweeps(5).await.expect("claimed")[..] {
        claimed.push(*first);
        claimed.extend(rest);
    }
    assert_eq!(claimed.len(), 20, "each once");
    assert_eq!(claimed.iter().collect::<BTreeSet<_>>().len(), 20);
}

// F-56
#[tokio::test]
async fn sweeps_come_by_interval_or_on_demand_and_not_while_paused() {
    let (_fresh, store) = store().await;
    let id = super::item(&store).await;
    let items = store.items();
    assert_eq!(items.claim_due_sweeps(10).await.expect("claimed"), [id], "a new item is due");
    assert!(items.claim_due_sweeps(10).await.expect("claimed").is_empty());
    items.sweep_soon(id).await.expect("soon");
    items.pause(id).await.expect("paused");
    assert!(items.claim_due_sweeps(10).await.expect("claimed").is_empty());
    items.resume(id).await.expect("resumed");
    assert_eq!(items.claim_due_sweeps(10).await.expect("claimed"), [id]);
}

#[tokio::test]
async fn cursors_are_kept_to_the_microsecond() {
    let (_fresh, store) = store().await;
    let id = super::item(&store).await;
    assert_eq!(store.items().cursors(id).await.expect("cursors"), Cursors::default());
    let cursors = Cursors {
        salesforce: Some((
            instant(5) + chrono::TimeDelta::microseconds(7),
            Some("500xx000000bZbZAAU".to_owned()),
        )),
        jira: Some(instant(9)),
    };
    store.items().save_cursors(id, &cursors).await.expect("saved");
    assert_eq!(store.items().cursors(id).await.expect("cursors"), cursors);
    store.items().swept(id, &json!({"records": 3})).await.expect("swept");
    let listed = store.items().list().await.expect("list");
    assert_eq!(listed[0].sweep_counts, Some(json!({"records": 3})));
    assert!(listed[0].swept_at.is_some());
}

#[tokio::test]
async fn a_promise_is_published_until_it_is_kept() {
    let (fresh, store) = store().await;
    let promises = store.promises();
    let id = promises.make(&job(1), None).await.expect("made");
    promises.make(&job(2), Some(instant(10_000_000_000))).await.expect("made for later");

    let due = promises.claim_due(10).await.expect("claimed");
    assert_eq!(due.len(), 1);
    assert_eq!((due[0].id, due[0].promise), (job(1).id, Some(id)));
    assert!(promises.claim_due(10).await.expect("claimed").is_empty(), "published a moment ago");

    promises.unpublish(id).await.expect("publishing failed");
    assert_eq!(promises.claim_due(10).await.expect("claimed").len(), 1);

    let client = fresh.client().await.expect("client");
    let sql = "UPDATE promise SET published_at = published_at - interval '121 seconds'";
    client.batch_execute(sql).await.expect("two minutes later");
    assert_eq!(promises.claim_due(10).await.expect("claimed").len(), 1, "the message was lost");

    promises.unpublish(id).await.expect("due again");
    promises.kept(id).await.expect("kept");
    promises.kept(id).await.expect("twice");
    assert!(promises.claim_due(10).await.expect("claimed").is_empty());
    assert_eq!(promises.waiting().await.expect("count"), 1);
}

#[tokio::test]
async fn a_postponed_promise_waits() {
    let (_fresh, store) = store().await;
    let promises = store.promises();
    let id = promises.make(&job(1), None).await.expect("made");
    promises.postpone(id, &job(1), instant(10_000_000_000)).await.expect("postponed");
    assert!(promises.claim_due(10).await.expect("claimed").is_empty());
    promises.postpone(id, &job(1), instant(-1_000_000_000)).await.expect("sooner");
    assert_eq!(promises.claim_due(10).await.expect("claimed").len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_due_promise_is_claimed_once() {
    let (_fresh, store) = store().await;
    for number in 0..30 {
        store.promises().make(&job(number), None).await.expect("made");
    }
    let claims = (0..6).map(|_| {
        let store = store.clone();
        tokio::spawn(async move { store.promises().claim_due(30).await.expect("claimed") })
    });
    let claims: Vec<_> = claims.collect();
    let mut claimed = Vec::new();
    for claim in claims {
        claimed.extend(claim.await.expect("joined").into_iter().map(|job| job.id));
    }
    assert_eq!(claimed.len(), claimed.iter().collect::<BTreeSet<_>>().len(), "none twice");
    claimed.extend(store.promises().claim_due(30).await.expect("rest").into_iter().map(|j| j.id));
    assert_eq!(claimed.len(), 30);
}
