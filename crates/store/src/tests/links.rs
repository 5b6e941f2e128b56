use lockstep_model::{ConnectionId, LinkId};

use super::{item, linked, record, store};
use crate::{Filter, LinkState, Origin};

// F-195
#[tokio::test]
async fn a_record_has_one_link_under_an_item() {
    let (_fresh, store, first) = linked().await;
    let item = store.links().get(first).await.expect("read").expect("there").item;
    let issue = Some(("10001", "SUP-1"));
    let again = store.links().create(item, &record(1), Origin::Auto, issue).await;
    let (link, created) = again.expect("asked");
    assert_eq!((link.id, created), (first, false));
    assert_eq!((link.origin, link.issue_id), (Origin::Manual, None), "as it is");
    assert_eq!(link.state, LinkState::Active);
}

#[tokio::test]
async fn links_are_found_by_either_side() {
    let (_fresh, store) = store().await;
    let item = item(&store).await;
    let links = store.links();
    for (number, issue) in [(1, Some(("101", "SUP-1"))), (2, Some(("102", "SUP-2"))), (3, None)] {
        links.create(item, &record(number), Origin::Manual, issue).await.expect("created");
    }
    let jira = store.connections().by_name("acme-jira").await.expect("read").expect("there").id;
    let found = links.by_issue(jira, "102").await.expect("found");
    assert_eq!(found.iter().map(|link| &link.record).collect::<Vec<_>>(), [&record(2)]);
    assert!(links.by_issue(ConnectionId(jira.0 + 1), "102").await.expect("none").is_empty());

    let ids = ["101", "102", "999"].map(str::to_owned);
    let seen = links.by_issues(item, &ids).await.expect("seen");
    let issues: Vec<_> = seen.iter().map(|seen| seen.issue_id.as_deref()).collect();
    assert_eq!(issues, [Some("101"), Some("102")]);
    let seen = links.by_records(item, &[record(3), record(9)]).await.expect("seen");
    assert_eq!(seen.len(), 1);
    assert_eq!((&seen[0].record, &seen[0].issue_id), (&record(3), &None));
}

#[tokio::test]
async fn lists_are_filtered_and_paged() {
    let (_fresh, store) = store().await;
    let item = item(&store).await;
    for number in 1..=5 {
        let key = format!("SUP-{number}");
        let id = format!("10{number}");
        let issue = Some((id.as_str(), key.as_str()));
        store.links().create(item, &record(number), Origin::Auto, issue).await.expect("created");
    }
    let ids = async |filter: Filter| -> Vec<LinkId> {
        let page = store.links().list(&filter).await.expect("list");
        page.into_iter().map(|link| link.id).collect()
    };
    let all = ids(Filter::default()).await;
    assert_eq!(all.len(), 5);
    let page = Filter { item: Some(item), limit: 2, after: Some(all[1]), ..Filter::default() };
    assert_eq!(ids(page.clone()).await, all[2..4]);
    assert_eq!(store.links().count(&page).await.expect("count"), 5);
    let search = |text: &str| Filter { text: Some(text.to_owned()), ..Filter::default() };
    assert_eq!(ids(search("sup-3")).await, [all[2]]);
    assert_eq!(ids(search(record(4).as_str())).await, [all[3]]);
    assert_eq!(store.links().count(&search("SUP_3")).await.expect("count"), 0, "no wildcard");
}
