use std::collections::BTreeMap;

use lockstep_model::{Base, FieldValue};
use serde_json::json;

use super::{expire_leases, instant, linked, taken};
use crate::Writing;

// F-300
#[tokio::test]
async fn what_is_about_to_be_written_is_kept_by_the_links_last_holder_only() {
    let (fresh, store, link) = linked().await;
    let first = taken(&store, link, "w1", 1).await;
    expire_leases(&fresh).await;
    let second = taken(&store, link, "w2", 2).await;
    let about = async |fence, text: &str| {
        let writing: BTreeMap<&str, FieldValue> =
            [("Subject:summary", FieldValue::text(text))].into();
        let one = Writing { link, fence, fields: json!(writing) };
        store.links().about_to_write(&[one]).await.expect("asked")
    };
    assert!(about(second.fence, "ours").await);
    assert!(!about(first.fence, "too late").await);
    let base = store.links().get(link).await.expect("read").expect("there").base;
    let writing = [("Subject:summary".to_owned(), FieldValue::text("ours"))].into();
    assert_eq!(base, Base { writing, ..Base::default() });
}

// F-193
#[tokio::test]
async fn what_waits_for_a_batch_is_due_when_it_comes() {
    let (fresh, store, link) = linked().await;
    let item = store.links().get(link).await.expect("read").expect("there").item;
    let due =
        async |seconds| store.links().batch_due(item, instant(seconds), 10).await.expect("asked");
    assert_eq!(due(9_000).await, [], "nothing waits");
    let batch = [("Subject:summary", instant(3_600)), ("Priority:priority", instant(7_200))];
    let base = json!({ "batch": BTreeMap::from(batch) });
    let client = fresh.client().await.expect("client");
    client.execute("UPDATE link SET base = $1", &[&base]).await.expect("waits");
    assert_eq!(due(3_599).await, []);
    assert_eq!(due(3_600).await, [link]);
}
