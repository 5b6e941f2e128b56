//! What jobs share: items with their metadata and their two clients, kept for a moment so that a
//! job costs no look-ups, and rebuilt when a row changed.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use lockstep_jira::{HttpClient, JiraClient};
use lockstep_model::{Code, ConnectedItem, ConnectionId, Fault, ItemId, Schema};
use lockstep_salesforce::SalesforceClient;
use lockstep_store::{Connection, ConnectionState, Item, ItemState, LimitSeen, Store};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::clients;

/// How long an item's row is believed. A change of configuration reaches every worker within it.
const FRESH: Duration = Duration::from_secs(2);

/// What was resolved from live metadata when the item was applied, kept with its row.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Resolved {
    /// Id of the issue type.
    pub issue_type_id: String,
    /// The object's title field.
    pub name_field: String,
    /// Ids of the Jira fields that the item names by their display names.
    #[serde(default)]
    pub jira_names: BTreeMap<String, String>,
    /// When the item was first applied, by the org's clock.
    #[serde(default)]
    pub applied_at: Option<DateTime<Utc>>,
    /// From when on records count as new; none: all of them, or auto-create is off.
    #[serde(default)]
    pub create_since: Option<DateTime<Utc>>,
    /// Both sides' metadata, as far as the item uses it.
    pub schema: Schema,
}

impl Resolved {
    /// What is kept with an item's row.
    pub fn of(item: &Item) -> Result<Self, Fault> {
        Self::deserialize(&item.extra).map_err(|why| {
            let detail = format!("metadata of item {}: {why}", item.id);
            Fault::new(Code::StoreInconsistent, detail)
        })
    }
}

/// An item, ready to work with.
pub struct Scene {
    /// The item's row.
    pub id: ItemId,
    /// The version of the item that was applied last.
    pub version: i32,
    /// Whether the item is paused.
    pub paused: bool,
    /// What the administrator wrote, with Jira's fields by id.
    pub spec: ConnectedItem,
    /// What was resolved for it.
    pub resolved: Resolved,
    /// The Salesforce connection.
    pub salesforce: Arc<Peer<SalesforceClient>>,
    /// The Jira connection.
    pub jira: Arc<Peer<JiraClient>>,
    /// Knows which issues the parents of its records have.
    pub(crate) store: Store,
}

/// A connection with its client.
pub struct Peer<C> {
    /// The connection's row.
    pub row: Connection,
    /// Speaks to its vendor.
    pub client: C,
}

impl<C> Peer<C> {
    /// Refuses while the connection is paused or held back.
    pub fn open(&self, now: DateTime<Utc>) -> Result<(), Fault> {
        if let ConnectionState::Paused { code, .. } = &self.row.state {
            let detail = format!("{} ({code})", self.row.name);
            return Err(Fault::new(Code::ConnectionPaused, detail));
        }
        match self.row.hold_until.map(|until| (until - now).to_std()) {
            Some(Ok(left)) => Err(Fault::new(self.throttled(), "held back").after(Some(left))),
            _ => Ok(()),
        }
    }

    fn throttled(&self) -> Code {
        match self.row.kind {
            lockstep_store::ConnectionKind::Salesforce => Code::SfDailyLimit,
            lockstep_store::ConnectionKind::Jira => Code::JiraThrottled,
        }
    }
}

struct Kept<T> {
    value: Arc<T>,
    until: Instant,
}

/// The shared, short-lived view of the configuration.
pub struct Catalog {
    store: Store,
    http: HttpClient,
    scenes: Mutex<HashMap<ItemId, Kept<Scene>>>,
    salesforce: Mutex<HashMap<ConnectionId, Arc<Peer<SalesforceClient>>>>,
    jira: Mutex<HashMap<ConnectionId, Arc<Peer<JiraClient>>>>,
    /// The HTTP client of each connection, which counts its calls.
    counting: Mutex<HashMap<ConnectionId, HttpClient>>,
}

impl Catalog {
    /// An empty catalog.
    pub fn new(store: Store, http: HttpClient) -> Self {
        Self {
            store,
            http,
            scenes: Mutex::default(),
            salesforce: Mutex::default(),
            jira: Mutex::default(),
            counting: Mutex::default(),
        }
    }

    /// The HTTP client that its clients share.
    pub fn http(&self) -> &HttpClient {
        &self.http
    }

    /// The item, as of at most two seconds ago.
    pub async fn scene(&self, id: ItemId) -> Result<Arc<Scene>, Fault> {
        let mut scenes = self.scenes.lock().await;
        if let Some(kept) = scenes.get(&id)
            && kept.until > Instant::now()
        {
            return Ok(Arc::clone(&kept.value));
        }
        let value = Arc::new(self.load(id).await?);
        scenes.insert(id, Kept { value: Arc::clone(&value), until: Instant::now() + FRESH });
        Ok(value)
    }

    /// Forgets what it believes: the next look is at the rows.
    pub async fn forget(&self) {
        self.scenes.lock().await.clear();
    }

    async fn load(&self, id: ItemId) -> Result<Scene, Fault> {
        let row = self.store.items().get(id).await?;
        let row = row.ok_or_else(|| Fault::new(Code::NotLinked, format!("item {id}")))?;
        let resolved = Resolved::of(&row)?;
        Ok(Scene {
            id,
            version: row.version,
            paused: row.state == ItemState::Paused,
            spec: row.document.with_field_ids(&resolved.jira_names),
            resolved,
            salesforce: self.salesforce(row.salesforce).await?,
            jira: self.jira(row.jira).await?,
            store: self.store.clone(),
        })
    }

    /// The Salesforce connection with its client; the client (and its token) lives until the row changes.
    pub async fn salesforce(&self, id: ConnectionId) -> Result<Arc<Peer<SalesforceClient>>, Fault> {
        let row = self.row(id).await?;
        let mut peers = self.salesforce.lock().await;
        let client = match peers.get(&id) {
            Some(peer) if peer.row.updated_at == row.updated_at => peer.client.clone(),
            _ => clients::salesforce(&self.store, &self.counting(id).await, &row).await?,
        };
        let peer = Arc::new(Peer { row, client });
        peers.insert(id, Arc::clone(&peer));
        Ok(peer)
    }

    /// The Jira connection with its client.
    pub async fn jira(&self, id: ConnectionId) -> Result<Arc<Peer<JiraClient>>, Fault> {
        let row = self.row(id).await?;
        let mut peers = self.jira.lock().await;
        let client = match peers.get(&id) {
            Some(peer) if peer.row.updated_at == row.updated_at => peer.client.clone(),
            _ => clients::jira(&self.store, &self.counting(id).await, &row).await?,
        };
        let peer = Arc::new(Peer { row, client });
        peers.insert(id, Arc::clone(&peer));
        Ok(peer)
    }

    /// The HTTP client that counts the calls of a connection, however often its own client is made.
    async fn counting(&self, id: ConnectionId) -> HttpClient {
        self.counting.lock().await.entry(id).or_insert_with(|| self.http.counting()).clone()
    }

    /// How many calls each connection has made since this was last asked.
    pub async fn calls_made(&self) -> Vec<(ConnectionId, u64)> {
        let counting = self.counting.lock().await;
        let calls = counting.iter().map(|(id, http)| (*id, http.take_calls()));
        calls.filter(|(_, calls)| *calls > 0).collect()
    }

    /// How much of their daily calls the orgs have used, as their last answers told.
    pub async fn limits_seen(&self, now: DateTime<Utc>) -> Vec<LimitSeen> {
        let peers = self.salesforce.lock().await;
        let seen = peers.iter().filter_map(|(id, peer)| Some((*id, peer.client.limits_seen()?)));
        let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        seen.map(|(connection, usage)| LimitSeen {
            connection,
            used: whole(usage.used),
            max: whole(usage.max),
            seen_at: now,
        })
        .collect()
    }

    async fn row(&self, id: ConnectionId) -> Result<Connection, Fault> {
        let row = self.store.connections().by_id(id).await?;
        row.ok_or_else(|| Fault::new(Code::NotLinked, format!("connection {id}")))
    }
}
