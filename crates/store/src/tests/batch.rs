use std::collections::BTreeMap;

use lockstep_model::LinkId;
use uuid::Uuid;

use super::{TERM, expire_leases, item, record, store, taken};
use crate::{Held, Origin, Store};

async fn links(store: &Store, count: u32) -> Vec<LinkId> {
    let item = item(store).await;
    let mut links = Vec::new();
    for number in 0..count {
        let made = store.links().create(item, &record(number), Origin::Auto, None).await;
        links.push(made.expect("link").0.id);
    }
    links
}

async fn take(store: &Store, links: &[LinkId], job: u128) -> BTreeMap<LinkId, Held> {
    let taken = store.leases().take_free(links, "batch", Uuid::from_u128(job), TERM).await;
    taken.expect("taken")
}

fn fences(held: &BTreeMap<LinkId, Held>) -> Vec<(LinkId, i64)> {
    held.iter().map(|(link, held)| (*link, held.fence)).collect()
}

// F-323
#[tokio::test]
async fn a_batch_takes_what_is_free_and_leaves_the_rest_to_its_holder() {
    let (_fresh, store) = store().await;
    let links = links(&store, 4).await;
    let alone = taken(&store, links[1], "one", 1).await;
    let mut asked = links.clone();
    asked.push(LinkId(9_999));
    let held = take(&store, &asked, 2).await;
    assert_eq!(held.keys().copied().collect::<Vec<_>>(), [links[0], links[2], links[3]]);
    assert!(held.values().all(|held| held.fence == 1));
    assert!(store.leases().renew(links[1], alone.fence, TERM).await.expect("still held"));
    assert!(take(&store, &links, 3).await.is_empty());

    store.leases().release_all(&fences(&held)).await.expect("released");
    let again = take(&store, &links, 4).await;
    assert_eq!(again.len(), 3);
    assert!(again.values().all(|held| held.fence == 2));
}

#[tokio::test]
async fn a_batch_that_lost_one_lease_renews_the_others_and_says_so() {
    let (fresh, store) = store().await;
    let links = links(&store, 3).await;
    let held = fences(&take(&store, &links, 1).await);
    assert!(store.leases().renew_all(&held, TERM).await.expect("renewed"));
    expire_leases(&fresh).await;
    let thief = taken(&store, links[0], "thief", 2).await;
    assert!(!store.leases().renew_all(&held, TERM).await.expect("asked"));
    store.leases().release_all(&held).await.expect("released");
    assert!(store.leases().renew(links[0], thief.fence, TERM).await.expect("the thief's stays"));
    assert_eq!(take(&store, &links, 3).await.len(), 2);
}

/// Batches that overlap, each in another order, neither wait for each other nor share a link.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn batches_that_overlap_never_share_a_link() {
    let (_fresh, store) = store().await;
    let links = links(&store, 30).await;
    for round in 0..20_u128 {
        let asked = (0..3).map(|each| {
            let (store, mut links) = (store.clone(), links.clone());
            tokio::spawn(async move {
                links.rotate_left(each * 7);
                take(&store, &links, round * 10 + each as u128).await
            })
        });
        let asked: Vec<_> = asked.collect();
        let mut held = Vec::new();
        for each in asked {
            held.extend(fences(&each.await.expect("joined")));
        }
        held.sort_unstable();
        held.dedup_by_key(|(link, _)| *link);
        assert_eq!(held.len(), links.len(), "round {round}");
        store.leases().release_all(&held).await.expect("released");
    }
}

#[tokio::test]
async fn rows_of_a_batch_are_those_of_its_item() {
    let (_fresh, store) = store().await;
    let links = links(&store, 3).await;
    let row = store.links().get(links[0]).await.expect("asked").expect("link");
    let rows = store.links().of_item(row.item, &links).await.expect("rows");
    assert_eq!(rows.iter().map(|link| link.id).collect::<Vec<_>>(), links);
    assert_eq!(rows[0], row);
    let other = lockstep_model::ItemId(row.item.0 + 1);
    assert!(store.links().of_item(other, &links).await.expect("rows").is_empty());
    assert!(store.links().pairs_of(&links).await.expect("pairs").is_empty());
}
