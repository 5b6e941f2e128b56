//! The secrets that webhooks are signed with, remembered for a few seconds: a burst of webhooks is no
//! burst of queries, and while Postgres is away webhooks are still taken.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lockstep_model::ConnectionId;
use lockstep_store::{ConnectionKind, Store, StoreError};
use secrecy::SecretString;
use tokio::time::Instant;

/// How long what the store said is believed.
const FRESH: Duration = Duration::from_secs(5);
/// How long one caller may ask anew while the others use what is known.
const ASKING: Duration = Duration::from_secs(5);
/// Names that are remembered. Unknown names count too, and anybody can make them up.
const NAMES_MAX: usize = 1_000;

/// A connection with the secret of its webhooks.
pub(crate) struct Known {
    pub(crate) connection: ConnectionId,
    pub(crate) secret: SecretString,
}

#[derive(Clone)]
struct Entry {
    known: Option<Arc<Known>>,
    until: Instant,
}

/// The secrets by the connections' names.
pub(crate) struct Secrets {
    store: Store,
    entries: Mutex<HashMap<String, Entry>>,
}

impl Secrets {
    pub(crate) fn new(store: Store) -> Self {
        Self { store, entries: Mutex::default() }
    }

    /// The connection of this name, if it is a Jira site with a webhook secret.
    pub(crate) async fn find(&self, name: &str) -> Result<Option<Arc<Known>>, StoreError> {
        let remembered = match self.recall(name) {
            Recalled::Fresh(known) => return Ok(known),
            Recalled::Stale(known) => known,
            Recalled::Nothing => None,
        };
        match self.ask(name).await {
            Ok(known) => {
                self.remember(name, known.clone());
                Ok(known)
            }
            Err(error) if remembered.is_some() => {
                tracing::warn!(%error, "a webhook secret could not be read anew");
                Ok(remembered)
            }
            Err(error) => Err(error),
        }
    }

    async fn ask(&self, name: &str) -> Result<Option<Arc<Known>>, StoreError> {
        let Some(connection) = self.store.connections().by_name(name).await? else {
            return Ok(None);
        };
        if connection.kind != ConnectionKind::Jira || !connection.has_webhook_secret {
            return Ok(None);
        }
        let secret = self.store.connections().webhook_secret(connection.id).await?;
        Ok(secret.map(|secret| Arc::new(Known { connection: connection.id, secret })))
    }

    /// What is remembered. Of those who find it stale, one is told so and asks; the others take it.
    fn recall(&self, name: &str) -> Recalled {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        match entries.get_mut(name) {
            None => Recalled::Nothing,
            Some(entry) if entry.until > now => Recalled::Fresh(entry.known.clone()),
            Some(entry) => {
                entry.until = now + ASKING;
                Recalled::Stale(entry.known.clone())
            }
        }
    }

    fn remember(&self, name: &str, known: Option<Arc<Known>>) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if entries.len() >= NAMES_MAX && !entries.contains_key(name) {
            entries.retain(|_, entry| entry.known.is_some());
            if entries.len() >= NAMES_MAX {
                return;
            }
        }
        entries.insert(name.to_owned(), Entry { known, until: now + FRESH });
    }
}

enum Recalled {
    Fresh(Option<Arc<Known>>),
    Stale(Option<Arc<Known>>),
    Nothing,
}
