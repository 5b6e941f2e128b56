use super::{item, record, store};
use crate::{Linked, Origin, Store};
use lockstep_model::ItemId;

async fn link(store: &Store, item: ItemId, number: u32, issue: (&str, &str)) -> Linked {
    store.links().link(item, &record(number), issue).await.expect("asked")
}

// F-97, F-109
#[tokio::test]
async fn complaint_13_a_link_by_hand_is_made_once_for_either_side() {
    let (_fresh, store) = store().await;
    let item = item(&store).await;
    let Linked::Made(made) = link(&store, item, 1, ("101", "SUP-1")).await else {
        panic!("not made");
    };
    assert_eq!((made.origin, made.issue_key.as_deref()), (Origin::Manual, Some("SUP-1")));
    for (number, issue) in [(1, ("102", "SUP-2")), (2, ("101", "SUP-1"))] {
        assert_eq!(link(&store, item, number, issue).await, Linked::Taken(made.clone()));
    }
}

// F-90, F-91
#[tokio::test]
async fn only_manual_links_are_taken_apart_and_the_record_begins_anew() {
    let (_fresh, store) = store().await;
    let item = item(&store).await;
    let issue = Some(("101", "SUP-1"));
    let auto = store.links().create(item, &record(1), Origin::Auto, issue).await.expect("made").0;
    assert!(!store.links().unlink(auto.id).await.expect("asked"));
    let Linked::Made(manual) = link(&store, item, 2, ("102", "SUP-2")).await else {
        panic!("not made");
    };
    assert!(store.links().unlink(manual.id).await.expect("asked"));
    assert!(!store.links().unlink(manual.id).await.expect("asked"), "it is apart already");
    let again = store.links().create(item, &record(2), Origin::Auto, None).await.expect("asked");
    assert!(!again.1, "no sweep links it again");
    let Linked::Made(anew) = link(&store, item, 2, ("102", "SUP-2")).await else {
        panic!("not made");
    };
    assert_ne!(anew.id, manual.id, "with neither pairs nor effects of the link before");
}
