use std::collections::BTreeMap;

use lockstep_model::plan::CommentPair;
use lockstep_model::{Base, Code, Finding, ItemId, LinkId, Side};

use super::{item, record, store, taken};
use crate::{Commit, Held, HeldDeletes, LinkState, Origin, Store};

fn pair(number: u32) -> CommentPair {
    CommentPair::new(Side::Jira, &format!("jira-{number}"), &format!("sf-{number}"))
}

async fn commit(
    store: &Store,
    (link, held): (LinkId, Held),
    pairs: &[CommentPair],
    findings: &[Finding],
) {
    let base = Base::default();
    let commit = Commit {
        link,
        fence: held.fence,
        wanted: held.wanted,
        base: &base,
        issue: Some(("101", "SUP-1")),
        told: None,
        record_seen: None,
        issue_seen: None,
        settled: true,
        pairs,
        findings,
        audit: &[],
        state: LinkState::Active,
    };
    store.commit(&commit).await.expect("committed");
}

/// A link with these pairs.
async fn talk(store: &Store, item: ItemId, number: u32, pairs: &[CommentPair]) -> LinkId {
    let made = store.links().create(item, &record(number), Origin::Auto, None).await;
    let link = made.expect("created").0.id;
    commit(store, (link, taken(store, link, "w1", 1).await), pairs, &[]).await;
    link
}

// F-312
#[tokio::test]
async fn the_comments_that_an_item_misses_are_counted_until_an_hour_after_they_were_dealt_with() {
    let (fresh, store) = store().await;
    let item = item(&store).await;
    let part = CommentPair { part: 1, salesforce: "sf-9".to_owned(), ..pair(1) };
    let all = [pair(1), part, pair(2), pair(3)];
    let first = talk(&store, item, 1, &all).await;
    talk(&store, item, 2, &[pair(1), pair(2)]).await;
    let tally = async |number, here| {
        let tally = store.links().gone_of_item(item, &record(number), here).await.expect("counted");
        (tally.gone, tally.of, tally.let_through)
    };
    assert_eq!(tally(2, 1).await, (0, 3, false), "a part is no comment");
    store.links().note_gone(first, &all[..3]).await.expect("noted");
    assert_eq!(tally(2, 1).await, (2, 3, false));
    assert_eq!(store.items().held_deletes(item).await.expect("counted").comments, 2);
    assert_eq!(tally(1, 2).await, (0, 2, false), "its own are counted by who looks at it");
    let held = taken(&store, first, "w1", 2).await;
    let known = store.links().pairs(first).await.expect("pairs");
    let gone: BTreeMap<&str, bool> =
        known.iter().map(|pair| (pair.salesforce.as_str(), pair.gone)).collect();
    assert_eq!(gone, [("sf-1", true), ("sf-2", true), ("sf-3", false), ("sf-9", true)].into());
    let dealt = CommentPair { closed: true, gone: true, ..pair(1) };
    let back = CommentPair { gone: false, ..pair(2) };
    commit(&store, (first, held), &[dealt, back], &[]).await;
    assert_eq!(tally(2, 1).await, (1, 3, false));
    let client = fresh.client().await.expect("client");
    let later = "UPDATE pair SET gone_at = gone_at - interval '61 minutes'";
    client.batch_execute(later).await.expect("an hour later");
    assert_eq!(tally(2, 1).await, (0, 2, false));
}

// F-312
#[tokio::test]
async fn what_a_brake_holds_is_due_while_somebody_lets_it_through() {
    let (_fresh, store) = store().await;
    let item = item(&store).await;
    let mut links = Vec::new();
    for (number, code) in
        [(1, Code::CommentItemBrake), (2, Code::CommentBrake), (3, Code::CommentCut)]
    {
        let link = talk(&store, item, number, &[]).await;
        let found = Finding { code, subject: "comments".to_owned(), detail: String::new() };
        let held = taken(&store, link, "w1", 2).await;
        commit(&store, (link, held), &[], &[found]).await;
        links.push(link);
    }
    let due = async || store.links().no_longer_braked(item, 10).await.expect("asked");
    assert_eq!(due().await, []);
    store.links().note_gone(links[0], &[pair(1)]).await.expect("noted");
    let braked = async || store.items().held_deletes(item).await.expect("counted");
    let held = HeldDeletes { links: 2, comments: 0, let_through_until: None };
    assert_eq!(braked().await, held, "a pair that is not there is not missed");
    store.items().let_deletes(item).await.expect("let through");
    assert!(braked().await.let_through_until.is_some());
    assert_eq!(due().await, links[..2]);
    let tally = store.links().gone_of_item(item, &record(1), 1).await.expect("counted");
    assert!(tally.let_through);
}
