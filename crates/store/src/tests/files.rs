use lockstep_model::files::FilePair;
use lockstep_model::{LinkId, RecordId, Side};

use super::{expire_leases, item, linked, record, taken};
use crate::Store;

fn pair(salesforce: Option<&str>, jira: Option<&str>) -> FilePair {
    FilePair {
        salesforce: salesforce.map(str::to_owned),
        jira: jira.map(str::to_owned),
        origin: Side::Jira,
        name: "trace.log".to_owned(),
        size: 3_000_000_000,
        hash: "900150983cd24fb0d6963f7d28e17f72".to_owned(),
        noted: false,
    }
}

async fn known(store: &Store, link: LinkId) -> Vec<FilePair> {
    store.files().of_link(link).await.expect("read")
}

// F-80
#[tokio::test]
async fn a_file_is_remembered_once_and_noted_once() {
    let (_fresh, store, link) = linked().await;
    let fence = taken(&store, link, "one", 1).await.fence;
    let copied = pair(Some("0681"), Some("10001"));
    let renamed = pair(None, Some("10002"));
    for each in [&copied, &renamed, &copied, &pair(Some("0681"), None)] {
        store.files().add(link, fence, each).await.expect("added");
    }
    assert_eq!(known(&store, link).await, [copied.clone(), renamed.clone()]);
    let named = (Side::Jira, &["10001".to_owned(), "10009".to_owned()][..]);
    store.files().noted(link, fence, named).await.expect("noted");
    assert_eq!(known(&store, link).await, [FilePair { noted: true, ..copied }, renamed]);
}

// F-306
#[tokio::test]
async fn who_lost_the_lease_remembers_nothing() {
    let (fresh, store, link) = linked().await;
    let stale = taken(&store, link, "one", 1).await.fence;
    expire_leases(&fresh).await;
    taken(&store, link, "two", 2).await;
    store.files().add(link, stale, &pair(Some("0681"), None)).await.expect("asked");
    assert_eq!(known(&store, link).await, []);
}

#[tokio::test]
async fn a_sweep_asks_for_linked_records_and_hears_of_unknown_files() {
    let (_fresh, store, link) = linked().await;
    let item = item(&store).await;
    assert_eq!(store.files().linked(item, LinkId(0), 9).await.expect("read"), []);
    let issue = Some(("10001", "SUP-1"));
    let other = store.links().create(item, &record(2), crate::Origin::Auto, issue).await;
    let other = other.expect("link").0.id;
    let page = store.files().linked(item, LinkId(0), 9).await.expect("read");
    assert_eq!(page, [(other, record(2))]);
    assert_eq!(store.files().linked(item, other, 9).await.expect("read"), []);

    let fence = taken(&store, link, "one", 1).await.fence;
    store.files().add(link, fence, &pair(Some("0681"), None)).await.expect("added");
    let (one, two): (RecordId, RecordId) = (record(1), record(2));
    let seen = [(&one, "0681"), (&two, "0682"), (&two, "0683")];
    assert_eq!(store.files().news(item, &seen).await.expect("asked"), [other]);
    assert_eq!(store.files().news(item, &seen[..1]).await.expect("asked"), []);
}
