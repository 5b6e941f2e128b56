//! The sealed credentials of connections.

use lockstep_model::ConnectionId;
use secrecy::SecretString;
use tokio_postgres::Row;

use crate::connections::Connections;
use crate::error::StoreError;
use crate::row::Reader;
use crate::seal::Sealed;
use crate::statement::statements;

statements! {
    GET = "SELECT id, name, secret AS bytes, secret_key AS key FROM connection WHERE id = $1";
    GET_WEBHOOK = "SELECT id, name, webhook_secret AS bytes, webhook_secret_key AS key \
        FROM connection WHERE id = $1 AND webhook_secret IS NOT NULL";
    OLD = "SELECT id, name, secret AS bytes, secret_key AS key FROM connection \
        WHERE secret_key <> $1 ORDER BY id";
    OLD_WEBHOOK = "SELECT id, name, webhook_secret AS bytes, webhook_secret_key AS key \
        FROM connection WHERE webhook_secret_key <> $1 ORDER BY id";
    // Only if nobody has saved another secret meanwhile.
    RESEAL = "UPDATE connection SET secret = $2, secret_key = $3 WHERE id = $1 AND secret = $4";
    SET_WEBHOOK = "UPDATE connection SET webhook_secret = $2, webhook_secret_key = $3, \
        updated_at = now() WHERE id = $1 RETURNING name";
    RESEAL_WEBHOOK = "UPDATE connection SET webhook_secret = $2, webhook_secret_key = $3 \
        WHERE id = $1 AND webhook_secret = $4";
}

/// The column of a connection's credential.
pub(crate) const SECRET: &str = "secret";
/// The column of what its webhooks are signed with.
pub(crate) const WEBHOOK_SECRET: &str = "webhook_secret";

/// The place that a connection's secret is sealed for. A connection's name never changes.
pub(crate) fn place(name: &str, column: &str) -> String {
    format!("connection/{name}/{column}")
}

impl Connections<'_> {
    /// The credential of a connection. A conflict (`connection_missing`) if there is none.
    pub async fn secret(self, id: ConnectionId) -> Result<SecretString, StoreError> {
        let secret = self.opened(GET, id, SECRET).await?;
        secret.ok_or_else(|| StoreError::conflict("connection_missing"))
    }

    /// What a connection's webhooks are signed with, if that is known.
    pub async fn webhook_secret(
        self,
        id: ConnectionId,
    ) -> Result<Option<SecretString>, StoreError> {
        self.opened(GET_WEBHOOK, id, WEBHOOK_SECRET).await
    }

    /// Takes another secret for the webhooks of a connection. A conflict (`connection_missing`) if
    /// there is none.
    pub async fn set_webhook_secret(
        self,
        id: ConnectionId,
        secret: &SecretString,
    ) -> Result<(), StoreError> {
        let missing = || StoreError::conflict("connection_missing");
        let known = self.by_id(id).await?.ok_or_else(missing)?;
        let sealed = self.store.keys.seal(secret, &place(&known.name, WEBHOOK_SECRET))?;
        let set = self.store.row(SET_WEBHOOK, &[&id.0, &sealed.bytes, &sealed.key]).await?;
        set.map(|_| ()).ok_or_else(missing)
    }

    /// Seals anew what another key than the first of the ring has sealed, and says how many secrets
    /// that were. Afterwards the old keys may leave the ring.
    pub async fn rotate_secrets(self) -> Result<u64, StoreError> {
        let credentials = self.reseal(OLD, RESEAL, SECRET).await?;
        Ok(credentials + self.reseal(OLD_WEBHOOK, RESEAL_WEBHOOK, WEBHOOK_SECRET).await?)
    }

    async fn opened(
        &self,
        sql: &str,
        id: ConnectionId,
        column: &str,
    ) -> Result<Option<SecretString>, StoreError> {
        let Some(row) = self.store.row(sql, &[&id.0]).await? else {
            return Ok(None);
        };
        let stored = Stored::read(&row)?;
        Ok(Some(self.store.keys.open(&stored.sealed, &place(&stored.name, column))?))
    }

    async fn reseal(&self, old: &str, write: &str, column: &str) -> Result<u64, StoreError> {
        let keys = &self.store.keys;
        let mut resealed = 0;
        for row in self.store.rows(old, &[&keys.sealing_key()]).await? {
            let stored = Stored::read(&row)?;
            let place = place(&stored.name, column);
            let fresh = keys.seal(&keys.open(&stored.sealed, &place)?, &place)?;
            resealed += self
                .store
                .execute(write, &[&stored.id, &fresh.bytes, &fresh.key, &stored.sealed.bytes])
                .await?;
        }
        Ok(resealed)
    }
}

struct Stored {
    id: i64,
    name: String,
    sealed: Sealed,
}

impl Stored {
    fn read(row: &Row) -> Result<Self, StoreError> {
        let reader = Reader::new("connection", row);
        Ok(Self {
            id: reader.get("id")?,
            name: reader.get("name")?,
            sealed: Sealed { key: reader.get("key")?, bytes: reader.get("bytes")? },
        })
    }
}
