use std::time::Duration;

use lockstep_model::Code;

use super::{K1, config, item, keys, store};
use crate::{Store, StoreConfig, StoreError};

#[tokio::test]
async fn broken_connections_are_replaced_under_the_callers_feet() {
    let (fresh, store) = store().await;
    let id = item(&store).await;
    for round in 0..5 {
        fresh.disconnect_all().await.expect("broken");
        let read = store.items().get(id).await;
        assert!(read.is_ok(), "round {round}: {read:?}");
        fresh.disconnect_all().await.expect("broken");
        let written = store.dead_letters().replay(999, "ann").await;
        let answered = matches!(written, Err(StoreError::Conflict { .. }));
        assert!(answered, "round {round}: {written:?}");
    }
}

#[tokio::test]
async fn a_database_that_is_away_is_a_passing_fault() {
    let config = StoreConfig {
        connect_timeout: Duration::from_millis(500),
        ..StoreConfig::new("postgres://postgres@127.0.0.1:1/nowhere")
    };
    let away = Store::connect(&config, keys(K1)).await.expect_err("nobody there");
    assert_eq!(away.fault().code, Code::StoreUnavailable, "{away:?}");
    assert!(away.fault().detail.contains("refused"), "{}", away.fault().detail);
}

#[tokio::test]
async fn who_waits_too_long_for_a_connection_is_told() {
    let (fresh, _) = store().await;
    let small = StoreConfig {
        max_connections: 1,
        wait_timeout: Duration::from_millis(50),
        ..config(&fresh)
    };
    let store = Store::connect(&small, keys(K1)).await.expect("connected");
    let held = store.client().await.expect("the only one");
    assert_eq!(store.pool_status().idle, 0);
    let told = store.ping().await;
    assert!(matches!(told, Err(StoreError::Unavailable(_))), "{told:?}");
    drop(held);
    store.ping().await.expect("free again");
    let status = store.pool_status();
    assert_eq!((status.max, status.open, status.idle, status.waiting), (1, 1, 1, 0));
}

#[tokio::test]
async fn sessions_carry_their_limits_and_their_name() {
    let (fresh, _) = store().await;
    let named = StoreConfig {
        application_name: "lockstep-worker@pod-1".to_owned(),
        statement_timeout: Duration::from_millis(100),
        ..config(&fresh)
    };
    let store = Store::connect(&named, keys(K1)).await.expect("connected");
    let client = store.client().await.expect("client");
    for (setting, expected) in [
        ("application_name", "lockstep-worker@pod-1"),
        ("statement_timeout", "100ms"),
        ("lock_timeout", "3s"),
        ("TimeZone", "UTC"),
    ] {
        let row = client.query_one("SELECT current_setting($1)", &[&setting]).await.expect("row");
        assert_eq!(row.get::<_, String>(0), expected);
    }
    let slow = client.batch_execute("SELECT pg_sleep(5)").await.map_err(StoreError::from);
    assert!(matches!(slow, Err(StoreError::Unavailable(_))), "{slow:?}");
}
