use lockstep_model::{Base, Code, Finding, ItemId, LinkId};

use super::{item, record, store, taken};
use crate::{Asked, Commit, LinkState, Origin, Store};

/// Three links of `support`, each with an issue.
async fn three(store: &Store) -> (ItemId, Vec<LinkId>) {
    let item = item(store).await;
    let mut links = Vec::new();
    for number in 1..=3 {
        let (id, key) = (format!("10{number}"), format!("SUP-{number}"));
        let issue = Some((id.as_str(), key.as_str()));
        let made = store.links().create(item, &record(number), Origin::Auto, issue).await;
        links.push(made.expect("created").0.id);
    }
    (item, links)
}

async fn left(store: &Store, item: ItemId) -> Vec<LinkId> {
    let page = store.links().left_scope(item, LinkId(0), 10).await.expect("a page");
    page.into_iter().map(|seen| seen.link).collect()
}

// F-311
#[tokio::test]
async fn a_look_that_finds_its_issue_moved_has_the_sweep_ask_for_it() {
    let (_fresh, store) = store().await;
    let (item, links) = three(&store).await;
    assert!(left(&store, item).await.is_empty());
    let moved = |code| Finding { code, subject: "issue".to_owned(), detail: String::new() };
    for (link, code) in links.iter().zip([Code::IssueMoved, Code::ConflictHeld]) {
        let held = taken(&store, *link, "w1", 1).await;
        let (base, findings) = (Base::default(), [moved(code)]);
        let commit = Commit {
            link: *link,
            fence: held.fence,
            wanted: held.wanted,
            base: &base,
            issue: None,
            told: None,
            record_seen: None,
            issue_seen: None,
            settled: true,
            pairs: &[],
            findings: &findings,
            audit: &[],
            state: LinkState::Active,
        };
        store.commit(&commit).await.expect("committed");
    }
    assert_eq!(left(&store, item).await, [links[0]]);
    let page = store.links().within_scope(item, links[0], 1).await.expect("a page");
    assert_eq!(page.iter().map(|seen| seen.link).collect::<Vec<_>>(), [links[1]]);
    let now = [(links[0], false), (links[2], true)];
    store.links().note_left(&now).await.expect("noted");
    assert_eq!(left(&store, item).await, [links[2]]);
}

// F-311
#[tokio::test]
async fn a_round_of_all_links_is_due_once_a_day_and_goes_on_where_it_was() {
    let (fresh, store) = store().await;
    let (item, links) = three(&store).await;
    let asked = async || store.items().asked(item).await.expect("asked");
    let nowhere = Asked { left: LinkId(0), round: None };
    assert_eq!(asked().await, nowhere, "not on the first day");
    let client = fresh.client().await.expect("client");
    let older = "UPDATE item SET created_at = created_at - interval '25 hours'";
    client.batch_execute(older).await.expect("a day later");
    assert_eq!(asked().await.round, Some(LinkId(0)));
    let on = Asked { left: links[1], round: Some(links[2]) };
    store.items().save_asked(item, on, true).await.expect("saved");
    assert_eq!(asked().await, on);
    let over = Asked { round: None, ..on };
    store.items().save_asked(item, over, true).await.expect("saved");
    assert_eq!(asked().await, over, "the next one is due a day after this one began");
}
