use lockstep_model::ConnectionId;
use serde_json::json;

use super::{connections, document, item, record, store};
use crate::{Applied, ItemState, Origin, StoreError};

// F-41, F-335
#[tokio::test]
async fn every_version_is_kept_and_the_same_one_changes_nothing() {
    let (_fresh, store) = store().await;
    let (salesforce, jira) = connections(&store).await;
    let items = store.items();
    let mut wanted = document("support");
    let extra = json!({"issue_type_id": "1"});
    let first = items.apply(&wanted, salesforce, jira, &extra).await.expect("applied");
    assert_eq!(first, Applied { id: first.id, version: 1, created: true, changed: true });
    let same = items.apply(&wanted, salesforce, jira, &extra).await.expect("applied");
    assert_eq!(same, Applied { created: false, changed: false, ..first });

    wanted.sweep_seconds = 60;
    let second = items.apply(&wanted, salesforce, jira, &extra).await.expect("applied");
    assert_eq!(second, Applied { version: 2, created: false, ..first });
    let resolved = json!({"issue_type_id": "2"});
    let third = items.apply(&wanted, salesforce, jira, &resolved).await.expect("applied");
    assert_eq!((third.version, third.changed), (3, true));
}

#[tokio::test]
async fn the_latest_version_is_read_and_the_earlier_ones_are_kept() {
    let (fresh, store) = store().await;
    let (salesforce, jira) = connections(&store).await;
    let items = store.items();
    let mut wanted = document("support");
    let extra = json!({"issue_type_id": "2"});
    for seconds in [300, 60, 30] {
        wanted.sweep_seconds = seconds;
        items.apply(&wanted, salesforce, jira, &extra).await.expect("applied");
    }
    let stored = items.by_name("support").await.expect("read").expect("there");
    assert_eq!((stored.version, &stored.document, &stored.extra), (3, &wanted, &extra));
    let id = stored.id;
    assert_eq!(items.get(id).await.expect("read"), Some(stored));
    let client = fresh.client().await.expect("client");
    let rows = client.query("SELECT version FROM item_version ORDER BY version", &[]).await;
    let versions: Vec<i32> = rows.expect("versions").iter().map(|row| row.get(0)).collect();
    assert_eq!(versions, [1, 2, 3]);
}

// F-191
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_people_who_apply_one_name_make_one_item() {
    let (_fresh, store) = store().await;
    let (salesforce, jira) = connections(&store).await;
    let applying: Vec<_> = (1..=6)
        .map(|seconds| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut document = document("support");
                document.sweep_seconds = seconds;
                store.items().apply(&document, salesforce, jira, &json!({})).await
            })
        })
        .collect();
    let mut applied = Vec::new();
    for each in applying {
        applied.push(each.await.expect("joined").expect("applied"));
    }
    assert_eq!(applied.iter().filter(|each| each.created).count(), 1);
    let mut versions: Vec<i32> = applied.iter().map(|each| each.version).collect();
    versions.sort_unstable();
    assert_eq!(versions, [1, 2, 3, 4, 5, 6]);
}

// F-20
#[tokio::test]
async fn an_item_needs_its_connections() {
    let (_fresh, store) = store().await;
    let (salesforce, _) = connections(&store).await;
    let nowhere = ConnectionId(999);
    let refused = store.items().apply(&document("x"), salesforce, nowhere, &json!({})).await;
    match refused {
        Err(StoreError::Conflict { constraint }) => {
            assert_eq!(constraint, "item_connection_missing");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(store.items().by_name("x").await.expect("read"), None);
}

#[tokio::test]
async fn a_document_that_cannot_be_read_names_its_row() {
    let (fresh, store) = store().await;
    let id = item(&store).await;
    let client = fresh.client().await.expect("client");
    client.batch_execute("UPDATE item SET document = '{\"name\": 1}'").await.expect("broken");
    match store.items().get(id).await {
        Err(StoreError::Inconsistency { table: "item", column: "document", row, why }) => {
            assert_eq!(row, id.to_string());
            assert!(why.contains("name") || why.contains("string"), "{why}");
        }
        other => panic!("{other:?}"),
    }
}

// F-42
#[tokio::test]
async fn deleting_an_item_takes_its_links_along() {
    let (_fresh, store, link) = super::linked().await;
    let item = store.links().get(link).await.expect("read").expect("there").item;
    store.links().create(item, &record(2), Origin::Auto, None).await.expect("second");
    let listed = store.items().list().await.expect("list");
    assert_eq!((listed[0].links, listed[0].findings), (2, 0));
    store.items().delete(item).await.expect("deleted");
    assert_eq!(store.links().get(link).await.expect("read"), None);
    assert!(matches!(
        store.items().pause(item).await,
        Err(StoreError::RowsAffected { expected: 1, actual: 0 })
    ));
}

// F-330
#[tokio::test]
async fn an_item_may_begin_paused_and_an_edit_leaves_it_as_it_is() {
    let (_fresh, store) = store().await;
    let (salesforce, jira) = connections(&store).await;
    let items = store.items();
    let mut wanted = document("support");
    let made = items.apply_paused(&wanted, salesforce, jira, &json!({})).await.expect("applied");
    assert!(made.created);
    let state = async || items.get(made.id).await.expect("read").expect("there").state;
    assert_eq!(state().await, ItemState::Paused);
    items.resume(made.id).await.expect("resumed");
    wanted.sweep_seconds = 60;
    items.apply_paused(&wanted, salesforce, jira, &json!({})).await.expect("applied");
    assert_eq!(state().await, ItemState::Active, "only what is new begins paused");
}
