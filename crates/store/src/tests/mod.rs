//! Tests against a database of their own.

mod accounts;
mod audit;
mod batch;
mod by_id;
mod claims;
mod commits;
mod connections;
mod dead_letters;
mod drafts;
mod effects;
mod files;
mod gone;
mod items;
mod leases;
mod linking;
mod links;
mod measures;
mod migrations;
mod pages;
mod pool;
mod search;
mod signing_in;
mod undo;
mod writing;

use std::time::Duration;

use chrono::{DateTime, Utc};
use lockstep_model::job::{Cause, Job, JobKind, Lane};
use lockstep_model::{ConnectedItem, ConnectionId, CorrelationId, ItemId, LinkId, RecordId};
use lockstep_testkit::database::Fresh;
use secrecy::SecretString;
use serde_json::json;
use uuid::Uuid;

use crate::{
    ConnectionKind, Held, KeyRing, Lease, Migrator, NewConnection, Origin, Store, StoreConfig,
    StoreError,
};

/// `k1`, 32 bytes of 0x01.
const K1: &str = "k1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
/// `k2`, 32 bytes of 0x02.
const K2: &str = "k2:AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";

const TERM: Duration = Duration::from_secs(30);

fn keys(text: &str) -> KeyRing {
    KeyRing::parse(text).expect("keys")
}

fn config(fresh: &Fresh) -> StoreConfig {
    StoreConfig { max_connections: 4, ..StoreConfig::new(fresh.url()) }
}

/// The rule of the schema or the code that a call has broken.
fn broken_rule<T: std::fmt::Debug>(outcome: Result<T, StoreError>) -> String {
    match outcome {
        Err(StoreError::Conflict { constraint }) => constraint,
        other => panic!("{other:?}"),
    }
}

/// A migrated database and a store on it.
async fn store() -> (Fresh, Store) {
    let fresh = Fresh::create().await.expect("a fresh database");
    Migrator::new(&config(&fresh)).migrate_up(None).await.expect("migrated");
    let store = Store::connect(&config(&fresh), keys(K1)).await.expect("connected");
    (fresh, store)
}

/// The same with an item, `support`, and one link of it.
async fn linked() -> (Fresh, Store, LinkId) {
    let (fresh, store) = store().await;
    let item = item(&store).await;
    let (link, created) =
        store.links().create(item, &record(1), Origin::Manual, None).await.expect("link");
    assert!(created);
    (fresh, store, link.id)
}

fn new_connection(name: &str, kind: ConnectionKind) -> NewConnection {
    NewConnection {
        name: name.to_owned(),
        kind,
        base_url: format!("https://{name}.example"),
        settings: json!({"email": "bot@acme.example"}),
        secret: SecretString::from("hunter2"),
        webhook_secret: None,
    }
}

/// A Salesforce and a Jira connection.
async fn connections(store: &Store) -> (ConnectionId, ConnectionId) {
    let save = async |name, kind| {
        let saved = store.connections().save(&new_connection(name, kind)).await;
        saved.expect("saved").id
    };
    (
        save("acme-sf", ConnectionKind::Salesforce).await,
        save("acme-jira", ConnectionKind::Jira).await,
    )
}

fn document(name: &str) -> ConnectedItem {
    serde_json::from_value(json!({
        "name": name,
        "salesforce": {"connection": "acme-sf", "object": "Case"},
        "jira": {"connection": "acme-jira", "project": "SUP", "issue_type": "Bug"},
        "mode": "two-way",
        "mappings": [{"salesforce": "Subject", "jira": "summary"}],
    }))
    .expect("an item")
}

async fn item(store: &Store) -> ItemId {
    let (salesforce, jira) = connections(store).await;
    let extra = json!({"issue_type_id": "10004"});
    let applied = store.items().apply(&document("support"), salesforce, jira, &extra).await;
    applied.expect("applied").id
}

/// One of some records.
fn record(number: u32) -> RecordId {
    RecordId::parse(&format!("500xx00000{number:05}")).expect("a record id")
}

fn instant(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000 + seconds, 0).expect("an instant")
}

fn job(number: u128) -> Job {
    Job {
        id: Uuid::from_u128(number),
        kind: JobKind::Link { link: LinkId(7) },
        lane: Lane::Live,
        attempt: 0,
        first_seen: instant(0),
        correlation: CorrelationId(format!("c-{number}")),
        cause: Cause::Person,
        promise: None,
    }
}

/// Takes a lease that must be free.
async fn taken(store: &Store, link: LinkId, owner: &str, job: u128) -> Held {
    match store.leases().take(link, owner, Uuid::from_u128(job), TERM).await.expect("asked") {
        Lease::Taken(held) => held,
        busy @ Lease::Busy { .. } => panic!("{owner} did not get the lease: {busy:?}"),
    }
}

/// Lets every lease run out now, as if its term were over.
async fn expire_leases(fresh: &Fresh) {
    let client = fresh.client().await.expect("client");
    let sql = "UPDATE lease SET expires_at = clock_timestamp() - interval '1 millisecond'";
    client.batch_execute(sql).await.expect("expired");
}
