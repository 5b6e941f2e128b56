//! Drafts of items.

use serde_json::json;

use super::accounts::account;
use super::store;
use crate::{NewDraft, Role};

#[tokio::test]
async fn a_draft_is_its_authors_own_and_keeps_what_was_typed() {
    let (_fresh, store) = store().await;
    let (ann, bob) = (
        account(&store, "ann", Role::Admin).await.id,
        account(&store, "bob", Role::Configurator).await.id,
    );
    let drafts = store.drafts();
    let new = |account| NewDraft { account, item: None, base: json!({}), typed: json!({ "a": 1 }) };
    let draft = drafts.create(&new(ann)).await.expect("begun");
    assert_eq!((draft.item, &draft.typed), (None, &json!({ "a": 1 })));
    assert_eq!(drafts.get(draft.id, bob).await.expect("read"), None);
    assert!(!drafts.save(draft.id, bob, &json!({})).await.expect("no row"));
    assert!(drafts.save(draft.id, ann, &json!({ "a": 2 })).await.expect("saved"));
    let read = drafts.get(draft.id, ann).await.expect("read").expect("there");
    assert_eq!(read.typed, json!({ "a": 2 }));
    assert!(!drafts.delete(draft.id, bob).await.expect("no row"));
    assert!(drafts.delete(draft.id, ann).await.expect("deleted"));

    for _ in 0..53 {
        drafts.create(&new(bob)).await.expect("begun");
    }
    let kept = drafts.list(bob).await.expect("listed");
    assert_eq!(kept.len(), 50, "the oldest made room");
    assert!(kept[0].id > kept[49].id, "the latest first");
}
