use lockstep_model::Code;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use super::{K1, K2, broken_rule, config, connections, instant, keys, new_connection, store};
use crate::{ConnectionKind, ConnectionState, NewConnection, Store, StoreError};

#[tokio::test]
async fn saving_again_replaces_and_wakes() {
    let (_fresh, store) = store().await;
    let all = store.connections();
    let signed = NewConnection {
        webhook_secret: Some(SecretString::from("signature")),
        ..new_connection("acme-jira", ConnectionKind::Jira)
    };
    let first = all.save(&signed).await.expect("saved");
    assert!(first.has_webhook_secret);
    let late = first.updated_at - chrono::TimeDelta::seconds(1);
    all.pause(first.id, late, Code::JiraUnauthorized, "401").await.expect("a late refusal");
    let untouched = all.by_id(first.id).await.expect("read").expect("there");
    assert_eq!(untouched.state, ConnectionState::Active);
    all.pause(first.id, first.updated_at, Code::JiraUnauthorized, "401").await.expect("paused");
    let paused = all.by_id(first.id).await.expect("read").expect("there");
    let state = ConnectionState::Paused { code: Code::JiraUnauthorized, detail: "401".to_owned() };
    assert_eq!(paused.state, state);

    let mended = NewConnection {
        secret: SecretString::from("swordfish"),
        settings: json!({"email": "new@acme.example"}),
        ..new_connection("acme-jira", ConnectionKind::Jira)
    };
    let second = all.save(&mended).await.expect("saved");
    assert_eq!((second.id, &second.state), (first.id, &ConnectionState::Active));
    assert_eq!(second.settings, mended.settings);
    assert_eq!(all.secret(first.id).await.expect("secret").expose_secret(), "swordfish");
    let signature = all.webhook_secret(first.id).await.expect("read").expect("kept");
    assert_eq!(signature.expose_secret(), "signature");
    assert!(!format!("{mended:?}").contains("swordfish"));
}

// F-341
#[tokio::test]
async fn a_name_never_changes_its_vendor() {
    let (_fresh, store) = store().await;
    connections(&store).await;
    let other = new_connection("acme-jira", ConnectionKind::Salesforce);
    assert_eq!(broken_rule(store.connections().save(&other).await), "connection_kind_fixed");
}

#[tokio::test]
async fn the_later_hold_stays_until_somebody_resumes() {
    let (_fresh, store) = store().await;
    let (id, _) = connections(&store).await;
    let all = store.connections();
    for (until, expected) in [(10, 10), (5, 10), (20, 20)] {
        all.hold_until(id, instant(until)).await.expect("held");
        let held = all.by_id(id).await.expect("read").expect("there");
        assert_eq!(held.hold_until, Some(instant(expected)));
    }
    all.resume(id).await.expect("resumed");
    assert_eq!(all.by_name("acme-sf").await.expect("read").expect("there").hold_until, None);
}

#[tokio::test]
async fn a_connection_in_use_is_not_deleted() {
    let (_fresh, store) = store().await;
    let item = super::item(&store).await;
    let all = store.connections();
    let refused = all.delete("acme-jira").await;
    assert!(refused.as_ref().is_err_and(|error| error.to_string().contains("delete them first")));
    assert_eq!(broken_rule(refused), "item_uses_jira_connection");
    store.items().delete(item).await.expect("deleted");
    all.delete("acme-jira").await.expect("deleted");
    assert_eq!(broken_rule(all.delete("acme-jira").await), "connection_missing");
    assert_eq!(all.list().await.expect("list").len(), 1);
}

#[tokio::test]
async fn rotation_seals_everything_with_the_new_key() {
    let (fresh, store) = store().await;
    let (salesforce, jira) = connections(&store).await;
    let signed = NewConnection {
        webhook_secret: Some(SecretString::from("signature")),
        ..new_connection("acme-jira", ConnectionKind::Jira)
    };
    store.connections().save(&signed).await.expect("saved");

    let only_new = Store::connect(&config(&fresh), keys(K2)).await.expect("connected");
    let unreadable = only_new.connections().secret(salesforce).await.expect_err("no key");
    assert_eq!(unreadable.fault().code, Code::SecretUnreadable);

    let ring = keys(&format!("{K2},{K1}"));
    let both = Store::connect(&config(&fresh), ring).await.expect("connected");
    assert_eq!(both.connections().rotate_secrets().await.expect("rotated"), 3);
    assert_eq!(both.connections().rotate_secrets().await.expect("again"), 0);
    let after = only_new.connections();
    assert_eq!(after.secret(salesforce).await.expect("open").expose_secret(), "hunter2");
    let signature = after.webhook_secret(jira).await.expect("open").expect("there");
    assert_eq!(signature.expose_secret(), "signature");
}

#[tokio::test]
async fn a_secret_that_was_moved_to_another_row_does_not_open() {
    let (fresh, store) = store().await;
    let (salesforce, _) = connections(&store).await;
    let client = fresh.client().await.expect("client");
    let sql = "UPDATE connection SET secret = (SELECT secret FROM connection WHERE kind = 'jira')";
    client.batch_execute(sql).await.expect("moved");
    let refused = store.connections().secret(salesforce).await;
    assert!(matches!(refused, Err(StoreError::Sealed(_))), "{refused:?}");
}
