//! Connections: Salesforce orgs and Jira sites, their health and how long they are held back.
//! Their secrets are in `secrets.rs`.

use chrono::{DateTime, Utc};
use lockstep_model::{Code, ConnectionId};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio_postgres::Row;

use crate::error::StoreError;
use crate::row::{Reader, Word as _, read_all, words};
use crate::seal::Sealed;
use crate::secrets::{SECRET, WEBHOOK_SECRET, place};
use crate::statement::statements;
use crate::store::Store;

macro_rules! columns {
    () => {
        "id, name, kind, base_url, settings, state, pause_code, pause_detail, hold_until, \
         updated_at, webhook_secret IS NOT NULL AS has_webhook_secret"
    };
}

statements! {
    SAVE = concat!("INSERT INTO connection AS c \
        (name, kind, base_url, settings, secret, secret_key, webhook_secret, webhook_secret_key) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
        ON CONFLICT (name) DO UPDATE SET base_url = excluded.base_url, settings = excluded.settings, \
            secret = excluded.secret, secret_key = excluded.secret_key, \
            webhook_secret = coalesce(excluded.webhook_secret, c.webhook_secret), \
            webhook_secret_key = coalesce(excluded.webhook_secret_key, c.webhook_secret_key), \
            state = 'active', pause_code = NULL, pause_detail = '', updated_at = now() \
        WHERE c.kind = excluded.kind RETURNING ", columns!());
    BY_NAME = concat!("SELECT ", columns!(), " FROM connection WHERE name = $1");
    BY_ID = concat!("SELECT ", columns!(), " FROM connection WHERE id = $1");
    LIST = concat!("SELECT ", columns!(), " FROM connection ORDER BY name");
    PAUSE = "UPDATE connection SET state = 'paused', pause_code = $2, pause_detail = $3, \
        updated_at = now() \
        WHERE id = $1 AND state = 'active' AND updated_at = $4";
    RESUME = "UPDATE connection SET state = 'active', pause_code = NULL, pause_detail = '', \
        hold_until = NULL, updated_at = now() WHERE id = $1";
    // greatest() ignores NULL.
    HOLD = "UPDATE connection SET hold_until = greatest(hold_until, $2) WHERE id = $1";
    DELETE = "DELETE FROM connection WHERE name = $1";
}

words! {
    /// Which vendor a connection leads to.
    ConnectionKind {
        /// A Salesforce org.
        Salesforce = "salesforce",
        /// A Jira site.
        Jira = "jira",
    }
}

/// A connection to be saved.
#[derive(Debug, Clone)]
pub struct NewConnection {
    /// Unique, stable name.
    pub name: String,
    /// Which vendor; it never changes under a name.
    pub kind: ConnectionKind,
    /// Address of the org or site.
    pub base_url: String,
    /// What else the client needs and is no secret.
    pub settings: Value,
    /// The credential.
    pub secret: SecretString,
    /// What webhooks are signed with; `None` keeps the one that is stored.
    pub webhook_secret: Option<SecretString>,
}

/// A connection as stored, without its secrets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Connection {
    /// Its id.
    #[schema(value_type = i64)]
    pub id: ConnectionId,
    /// Unique, stable name.
    pub name: String,
    /// Which vendor.
    pub kind: ConnectionKind,
    /// Address of the org or site.
    pub base_url: String,
    /// What else the client needs.
    pub settings: Value,
    /// Whether it may be used.
    #[schema(value_type = Object)]
    pub state: ConnectionState,
    /// The vendor wants to be left alone until then.
    pub hold_until: Option<DateTime<Utc>>,
    /// When it was last saved, paused or resumed: a client made before is out of date.
    pub updated_at: DateTime<Utc>,
    /// Whether webhooks can be verified.
    pub has_webhook_secret: bool,
}

/// Whether a connection may be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ConnectionState {
    /// It may.
    Active,
    /// A person must mend something first.
    Paused {
        /// What, from the catalogue.
        code: Code,
        /// What exactly.
        detail: String,
    },
}

/// Salesforce orgs and Jira sites.
#[derive(Debug, Clone, Copy)]
pub struct Connections<'a> {
    pub(crate) store: &'a Store,
}

impl Connections<'_> {
    /// Creates the connection, or replaces the one of this name, which becomes active again.
    /// A conflict (`connection_kind_fixed`) if it exists for the other vendor.
    pub async fn save(self, new: &NewConnection) -> Result<Connection, StoreError> {
        let keys = &self.store.keys;
        let secret = keys.seal(&new.secret, &place(&new.name, SECRET))?;
        let webhook: Option<Sealed> = new
            .webhook_secret
            .as_ref()
            .map(|secret| keys.seal(secret, &place(&new.name, WEBHOOK_SECRET)))
            .transpose()?;
        let webhook_bytes = webhook.as_ref().map(|sealed| &sealed.bytes);
        let webhook_key = webhook.as_ref().map(|sealed| &sealed.key);
        let row = self
            .store
            .row(
                SAVE,
                &[
                    &new.name,
                    &new.kind.name(),
                    &new.base_url,
                    &new.settings,
                    &secret.bytes,
                    &secret.key,
                    &webhook_bytes,
                    &webhook_key,
                ],
            )
            .await?;
        row.map_or_else(|| Err(StoreError::conflict("connection_kind_fixed")), |row| read(&row))
    }

    /// The connection of this name.
    pub async fn by_name(self, name: &str) -> Result<Option<Connection>, StoreError> {
        self.store.row(BY_NAME, &[&name]).await?.as_ref().map(read).transpose()
    }

    /// The connection with this id.
    pub async fn by_id(self, id: ConnectionId) -> Result<Option<Connection>, StoreError> {
        self.store.row(BY_ID, &[&id.0]).await?.as_ref().map(read).transpose()
    }

    /// All of them, by name.
    pub async fn list(self) -> Result<Vec<Connection>, StoreError> {
        read_all(&self.store.rows(LIST, &[]).await?, read)
    }

    /// Stops its use until a person has mended what the code says.
    ///
    /// `as_of` is [`Connection::updated_at`] of the row that the refused credential came from: a
    /// connection that was saved since is left alone.
    pub async fn pause(
        self,
        id: ConnectionId,
        as_of: DateTime<Utc>,
        code: Code,
        detail: &str,
    ) -> Result<(), StoreError> {
        self.store.execute(PAUSE, &[&id.0, &code.word(), &detail, &as_of]).await.map(|_| ())
    }

    /// Lets it be used again, and at once.
    pub async fn resume(self, id: ConnectionId) -> Result<(), StoreError> {
        self.store.execute_one(RESUME, &[&id.0]).await
    }

    /// Holds every call back until then. An earlier hold that ends later stays.
    pub async fn hold_until(
        self,
        id: ConnectionId,
        until: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.store.execute_one(HOLD, &[&id.0, &until]).await
    }

    /// Deletes it with its secrets. A conflict while items use it (`item_uses_…_connection`) or if
    /// there is none (`connection_missing`).
    pub async fn delete(self, name: &str) -> Result<(), StoreError> {
        match self.store.execute(DELETE, &[&name]).await? {
            0 => Err(StoreError::conflict("connection_missing")),
            _ => Ok(()),
        }
    }
}

fn read(row: &Row) -> Result<Connection, StoreError> {
    let reader = Reader::new("connection", row);
    let state = match reader.maybe_word::<Code>("pause_code")? {
        None => ConnectionState::Active,
        Some(code) => ConnectionState::Paused { code, detail: reader.get("pause_detail")? },
    };
    Ok(Connection {
        id: ConnectionId(reader.get("id")?),
        name: reader.get("name")?,
        kind: reader.word("kind")?,
        base_url: reader.get("base_url")?,
        settings: reader.get("settings")?,
        state,
        hold_until: reader.get("hold_until")?,
        updated_at: reader.get("updated_at")?,
        has_webhook_secret: reader.get("has_webhook_secret")?,
    })
}
