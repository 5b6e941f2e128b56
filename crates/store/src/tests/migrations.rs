use lockstep_testkit::database::Fresh;

use super::{K1, config, keys};
use crate::migrate::MIGRATIONS;
use crate::{MigrationError, Migrator, SCHEMA_VERSION, Store, StoreError};

/// Rows for what a migration adds, inserted right after it.
fn data_file(name: &str) -> String {
    let path = format!("{}/tests/data/{name}.sql", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

async fn fresh() -> Fresh {
    Fresh::create().await.expect("a fresh database")
}

/// Up and down by one step at a time, each on tables that hold the rows of those before.
#[tokio::test]
async fn each_step_goes_up_down_and_up_again_over_data() {
    let fresh = fresh().await;
    let migrator = Migrator::new(&config(&fresh));
    let client = fresh.client().await.expect("client");
    for one in MIGRATIONS {
        let up = migrator.migrate_up(Some(one.version)).await.expect(one.name);
        assert_eq!(up, [one.name]);
        let down = migrator.migrate_down(one.version - 1).await.expect(one.name);
        assert_eq!(down, [one.name]);
        migrator.migrate_up(Some(one.version)).await.expect(one.name);
        client.batch_execute(&data_file(one.name)).await.expect(one.name);
    }
    let names: Vec<&str> = MIGRATIONS.iter().rev().map(|one| one.name).collect();
    assert_eq!(migrator.migrate_down(0).await.expect("all the way down"), names);
    let left = "SELECT count(*) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace \
        WHERE nspname = 'public' AND relname NOT LIKE 'schema_migration%'";
    let left: i64 = client.query_one(left, &[]).await.expect("count").get(0);
    assert_eq!(left, 0, "nothing is left behind");
    assert_eq!(migrator.migrate_up(None).await.expect("up again").len(), MIGRATIONS.len());
    assert!(migrator.migrate_up(None).await.expect("nothing to do").is_empty());
}

#[tokio::test]
async fn runners_take_turns() {
    let fresh = fresh().await;
    let migrator = Migrator::new(&config(&fresh));
    let (one, two, three) = tokio::join!(
        migrator.migrate_up(None),
        migrator.migrate_up(None),
        migrator.migrate_up(None)
    );
    let applied: usize = [one, two, three].map(|done| done.expect("ran").len()).iter().sum();
    assert_eq!(applied, MIGRATIONS.len());
}

#[tokio::test]
async fn services_check_and_say_the_remedy() {
    let fresh = fresh().await;
    let migrator = Migrator::new(&config(&fresh));
    let store = Store::connect(&config(&fresh), keys(K1)).await.expect("connected");
    let empty = store.check_version().await.expect_err("never migrated");
    assert!(empty.to_string().contains("run `lockstep migrate`"), "{empty}");
    assert!(migrator.status().await.expect("status").iter().all(|one| one.applied_at.is_none()));

    migrator.migrate_up(Some(SCHEMA_VERSION - 1)).await.expect("up");
    assert!(matches!(
        store.check_version().await,
        Err(StoreError::Version { expected: SCHEMA_VERSION, found }) if found == SCHEMA_VERSION - 1
    ));
    migrator.migrate_up(None).await.expect("up");
    assert_eq!(store.check_version().await.expect("fine"), SCHEMA_VERSION);

    let client = fresh.client().await.expect("client");
    let newer = format!("INSERT INTO schema_migration VALUES ({}, 'x', 'y')", SCHEMA_VERSION + 1);
    client.batch_execute(&newer).await.expect("a newer program was here");
    assert_eq!(store.check_version().await.expect("expanded only"), SCHEMA_VERSION + 1);
    assert!(matches!(
        migrator.migrate_up(None).await,
        Err(StoreError::Migration(MigrationError::Unknown(_)))
    ));
    let status = migrator.status().await.expect("status");
    assert_eq!(status.iter().filter(|one| one.intact).count(), MIGRATIONS.len());
    assert_eq!(status.len(), MIGRATIONS.len() + 1);
}

#[tokio::test]
async fn an_edited_file_is_noticed_before_anything_is_applied() {
    let fresh = fresh().await;
    let migrator = Migrator::new(&config(&fresh));
    migrator.migrate_up(Some(2)).await.expect("up");
    let client = fresh.client().await.expect("client");
    let edit = "UPDATE schema_migration SET checksum = 'other' WHERE version = 1";
    client.batch_execute(edit).await.expect("edited");
    let refused = migrator.migrate_up(None).await.expect_err("refused");
    assert!(refused.to_string().contains("0001_connections"), "{refused}");
    assert!(!migrator.status().await.expect("status")[0].intact);
    let sql = "SELECT max(version) FROM schema_migration";
    assert_eq!(client.query_one(sql, &[]).await.expect("version").get::<_, i32>(0), 2);
}

#[tokio::test]
async fn a_file_that_fails_leaves_nothing_behind() {
    let fresh = fresh().await;
    let migrator = Migrator::new(&config(&fresh));
    migrator.migrate_up(Some(1)).await.expect("up");
    let client = fresh.client().await.expect("client");
    // The second statement of 0002 meets this table.
    client.batch_execute("CREATE TABLE item_version (n int)").await.expect("in the way");
    let failed = migrator.migrate_up(None).await.expect_err("failed");
    assert!(failed.to_string().contains("item_version"), "{failed}");
    client.batch_execute("DROP TABLE item_version").await.expect("out of the way");
    assert_eq!(migrator.migrate_up(None).await.expect("up").len(), MIGRATIONS.len() - 1);
}

#[tokio::test]
async fn there_is_no_version_beyond_the_last() {
    let fresh = fresh().await;
    let refused = Migrator::new(&config(&fresh)).migrate_up(Some(SCHEMA_VERSION + 1)).await;
    assert!(matches!(refused, Err(StoreError::Migration(MigrationError::NoSuchVersion(_)))));
}
