use super::{document, item, record, store, taken};
use crate::{HandedOn, Heir, LinkState, Linked, Origin, Store};
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

// F-311
#[tokio::test]
async fn an_issue_is_handed_on_once_and_its_old_link_is_apart() {
    let (_fresh, store) = store().await;
    let leads = item(&store).await;
    let known = store.items().get(leads).await.expect("read").expect("there");
    let (salesforce, jira) = (known.salesforce, known.jira);
    let mut document = document("opportunities");
    "Opportunity".clone_into(&mut document.salesforce.object);
    let heirs = store.items().apply(&document, salesforce, jira, &known.extra).await;
    let heirs = heirs.expect("applied").id;
    let of_object =
        async |object| store.items().of_object((salesforce, jira), object).await.expect("asked");
    assert_eq!(of_object("Opportunity").await, [heirs]);
    assert_eq!(of_object("Contact").await, []);

    let issue = Some(("101", "SUP-1"));
    let lead = store.links().create(leads, &record(1), Origin::Auto, issue).await.expect("made").0;
    let held = taken(&store, lead.id, "w1", 1).await;
    let became = record(9);
    let heir = Heir { item: heirs, record: &became };
    let outdated = store.links().hand_on(lead.id, held.fence - 1, heir).await.expect("asked");
    assert_eq!(outdated, HandedOn::Stale);
    let Linked::Made(other) = link(&store, heirs, 9, ("102", "SUP-2")).await else {
        panic!("not made");
    };
    let taken = store.links().hand_on(lead.id, held.fence, heir).await.expect("asked");
    assert_eq!(taken, HandedOn::Taken);
    let state = async || store.links().get(lead.id).await.expect("read").expect("there").state;
    assert_eq!(state().await, LinkState::Active, "nothing is changed");
    assert!(store.links().unlink(other.id).await.expect("asked"));
    let made = store.links().hand_on(lead.id, held.fence, heir).await.expect("asked");
    let HandedOn::Made(new) = made else {
        panic!("{made:?}");
    };
    assert_eq!((&new.record, new.item, new.origin), (&became, heirs, Origin::Auto));
    assert_eq!(new.issue_key.as_deref(), Some("SUP-1"));
    assert_eq!(state().await, LinkState::Unlinked);
}
