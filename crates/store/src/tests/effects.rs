use lockstep_model::LinkId;

use super::{expire_leases, linked, taken};
use crate::{Intent, NewEffect, Store};

const KEY: &str = "link-1:create_issue";

async fn intend(store: &Store, link: LinkId, hash: &str, fence: i64) -> Intent {
    let new = NewEffect { key: KEY, link, kind: "create_issue", request_hash: hash, fence };
    store.effects().intend(&new).await.expect("asked")
}

#[tokio::test]
async fn an_effect_is_done_once() {
    let (_fresh, store, link) = linked().await;
    let fence = taken(&store, link, "one", 1).await.fence;
    assert_eq!(intend(&store, link, "h1", fence).await, Intent::Fresh);
    assert!(store.effects().done(KEY, "10001", Some("SUP-1"), fence).await.expect("done"));
    let done =
        Intent::Done { external_id: "10001".to_owned(), external_key: Some("SUP-1".to_owned()) };
    assert_eq!(intend(&store, link, "h1", fence).await, done);
    assert_eq!(intend(&store, link, "another", fence).await, done, "whatever its hash");
}

#[tokio::test]
async fn an_intent_without_result_is_unsettled_since_it_was_made() {
    let (fresh, store, link) = linked().await;
    let first = taken(&store, link, "one", 1).await.fence;
    assert_eq!(intend(&store, link, "h1", first).await, Intent::Fresh);
    let Intent::Unsettled { since, .. } = intend(&store, link, "h1", first).await else {
        panic!("settled")
    };
    expire_leases(&fresh).await;
    let second = taken(&store, link, "two", 2).await.fence;
    let Intent::Unsettled { since: same, .. } = intend(&store, link, "h1", second).await else {
        panic!("settled")
    };
    assert_eq!(same, since);
    assert!(store.effects().reopen(KEY, second).await.expect("reopened"));
    let Intent::Unsettled { since: later, .. } = intend(&store, link, "h1", second).await else {
        panic!("settled")
    };
    assert!(later > since, "its clock began anew");
}

#[tokio::test]
async fn a_failed_effect_begins_afresh() {
    let (_fresh, store, link) = linked().await;
    let fence = taken(&store, link, "one", 1).await.fence;
    assert_eq!(intend(&store, link, "h1", fence).await, Intent::Fresh);
    assert!(store.effects().failed(KEY, "summary is required", fence).await.expect("failed"));
    assert_eq!(intend(&store, link, "h2", fence).await, Intent::Fresh);
    assert!(matches!(intend(&store, link, "h2", fence).await, Intent::Unsettled { .. }));
}

#[tokio::test]
async fn who_lost_the_lease_neither_intends_nor_settles() {
    let (fresh, store, link) = linked().await;
    let stale = taken(&store, link, "one", 1).await.fence;
    assert_eq!(intend(&store, link, "h1", stale).await, Intent::Fresh);
    expire_leases(&fresh).await;
    let holder = taken(&store, link, "two", 2).await.fence;

    assert_eq!(intend(&store, link, "h1", stale).await, Intent::Stale);
    assert!(matches!(intend(&store, link, "h1", holder).await, Intent::Unsettled { .. }));
    let effects = store.effects();
    assert!(!effects.done(KEY, "stale", None, stale).await.expect("asked"));
    assert!(!effects.failed(KEY, "stale", stale).await.expect("asked"));
    assert!(!effects.reopen(KEY, stale).await.expect("asked"));
    assert!(effects.done(KEY, "10002", None, holder).await.expect("done"));
    let done = Intent::Done { external_id: "10002".to_owned(), external_key: None };
    assert_eq!(intend(&store, link, "h1", holder).await, done);
}

#[tokio::test]
async fn a_result_may_be_written_late_while_nobody_has_taken_over() {
    let (fresh, store, link) = linked().await;
    let fence = taken(&store, link, "one", 1).await.fence;
    assert_eq!(intend(&store, link, "h1", fence).await, Intent::Fresh);
    expire_leases(&fresh).await;
    let next = taken(&store, link, "two", 2).await.fence;
    assert!(
        store.effects().done(KEY, "10001", None, fence).await.expect("known better than probed")
    );
    assert!(matches!(intend(&store, link, "h1", next).await, Intent::Done { .. }));
}
