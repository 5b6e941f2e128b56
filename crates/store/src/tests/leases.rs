use std::time::Duration;

use lockstep_model::LinkId;
use uuid::Uuid;

use super::{TERM, expire_leases, linked, taken};
use crate::{Lease, Store};

async fn ask(store: &Store, link: LinkId, job: u128) -> Lease {
    store.leases().take(link, "other", Uuid::from_u128(job), TERM).await.expect("asked")
}

#[tokio::test]
async fn the_second_is_told_and_the_first_is_wanted() {
    let (_fresh, store, link) = linked().await;
    let held = taken(&store, link, "one", 1).await;
    assert_eq!((held.fence, held.wanted), (1, 0));

    let Lease::Busy { same_job: false, left } = ask(&store, link, 2).await else { panic!("free") };
    assert!(left <= TERM && left > TERM / 2, "{left:?}");
    ask(&store, link, 3).await;
    let again = ask(&store, link, 1).await;
    assert!(matches!(again, Lease::Busy { same_job: true, .. }), "{again:?}");

    assert!(store.leases().release(link, held.fence).await.expect("released"));
    let next = taken(&store, link, "two", 4).await;
    assert_eq!((next.fence, next.wanted), (2, 2), "the same job's redelivery does not count");
}

#[tokio::test]
async fn a_dead_holder_is_followed_and_fenced() {
    let (fresh, store, link) = linked().await;
    let dead = taken(&store, link, "one", 1).await;
    expire_leases(&fresh).await;
    let next = taken(&store, link, "two", 2).await;
    assert!(next.fence > dead.fence);
    assert!(!store.leases().renew(link, dead.fence, TERM).await.expect("asked"));
    assert!(!store.leases().release(link, dead.fence).await.expect("asked"));
    assert!(store.leases().renew(link, next.fence, TERM).await.expect("asked"));
}

#[tokio::test]
async fn a_renewed_lease_outlives_its_first_term() {
    let (_fresh, store, link) = linked().await;
    let short = Duration::from_millis(150);
    let job = Uuid::from_u128(1);
    let Lease::Taken(held) = store.leases().take(link, "one", job, short).await.expect("asked")
    else {
        panic!("busy")
    };
    assert!(store.leases().renew(link, held.fence, TERM).await.expect("renewed"));
    tokio::time::sleep(short * 2).await;
    let Lease::Busy { left, .. } = ask(&store, link, 2).await else { panic!("it ran out") };
    assert!(left > short);
}

#[tokio::test]
async fn a_term_ends_by_itself() {
    let (_fresh, store, link) = linked().await;
    let short = Duration::from_millis(50);
    store.leases().take(link, "one", Uuid::from_u128(1), short).await.expect("taken");
    tokio::time::sleep(short * 2).await;
    assert_eq!(taken(&store, link, "two", 2).await.fence, 2);
}

/// Many at once, over and over: no two hold it together, and no hint is forgotten.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_one_holds_it() {
    const ROUNDS: u128 = 30;
    let (_fresh, store, link) = linked().await;
    let mut fence = 0;
    for round in 0..ROUNDS {
        let asked = (0..6).map(|each| {
            let store = store.clone();
            tokio::spawn(async move { ask(&store, link, round * 10 + each).await })
        });
        let asked: Vec<_> = asked.collect();
        let mut holders = Vec::new();
        for each in asked {
            if let Lease::Taken(held) = each.await.expect("joined") {
                holders.push(held);
            }
        }
        let [held] = holders[..] else { panic!("{} holders", holders.len()) };
        assert!(held.fence > fence);
        fence = held.fence;
        assert!(store.leases().release(link, fence).await.expect("released"));
    }
    let wanted = i64::try_from(ROUNDS * 5).expect("small");
    assert_eq!(taken(&store, link, "last", 999).await.wanted, wanted);
}

/// Whoever has nothing to look at lets go only while nobody has asked for more.
#[tokio::test]
async fn a_link_that_somebody_asked_for_is_not_let_go_unlooked_at() {
    let (_fresh, store, link) = linked().await;
    let seen = chrono::DateTime::UNIX_EPOCH;
    let held = taken(&store, link, "one", 1).await;
    assert!(store.leases().release_unwanted(link, &held, seen).await.expect("let go"));
    let held = taken(&store, link, "one", 3).await;
    let busy = store.leases().take(link, "two", Uuid::from_u128(4), TERM).await.expect("asked");
    assert!(matches!(busy, Lease::Busy { same_job: false, .. }), "{busy:?}");
    assert!(!store.leases().release_unwanted(link, &held, seen).await.expect("kept"));
}
