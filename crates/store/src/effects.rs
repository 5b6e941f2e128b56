//! The ledger: external writes that are not idempotent in themselves.
//!
//! *Expected flow.* `intend` → the external write → `done` or `failed`. *Guarantees.* A key has one
//! row for ever; whoever finds an intent without a result learns since when ([`Intent::Unsettled`])
//! and looks on the other side before it tries again; a worker that lost its lease neither intends
//! nor settles. *Assumptions.* The key is deterministic: the same step of the same link has the same.

use std::time::Duration;

use chrono::{DateTime, Utc};
use lockstep_model::LinkId;
use tokio_postgres::Row;

use crate::error::StoreError;
use crate::row::{Reader, words};
use crate::statement::statements;
use crate::store::Store;

statements! {
    // The join refuses a worker that is no longer the link's last holder.
    INTEND = "INSERT INTO effect AS known (key, link, kind, request_hash, state, fence) \
        SELECT $1, lease.link, $3, $4, 'intent', lease.fence FROM lease \
        WHERE lease.link = $2 AND lease.fence = $5 AND lease.owner IS NOT NULL \
        ON CONFLICT (key) DO UPDATE SET state = 'intent', kind = excluded.kind, \
            request_hash = excluded.request_hash, fence = excluded.fence, detail = NULL, \
            updated_at = clock_timestamp() \
        WHERE known.state = 'failed' AND known.fence <= excluded.fence \
        RETURNING key";
    // A later holder takes an open intent over, so that the earlier one can no longer settle it.
    ADOPT = "UPDATE effect SET fence = $3 FROM lease \
        WHERE effect.key = $1 AND lease.link = $2 AND lease.fence = $3 \
            AND lease.owner IS NOT NULL AND effect.fence <= $3 \
        RETURNING effect.key, effect.state, effect.external_id, effect.external_key, \
            effect.updated_at, \
            extract(epoch FROM clock_timestamp() - effect.updated_at)::double precision AS age";
    DONE = "UPDATE effect SET state = 'done', external_id = $2, external_key = $3, detail = NULL, \
        updated_at = clock_timestamp() WHERE key = $1 AND fence <= $4";
    FAILED = "UPDATE effect SET state = 'failed', external_id = NULL, external_key = NULL, \
        detail = $2, updated_at = clock_timestamp() WHERE key = $1 AND fence <= $3";
    REOPEN = "UPDATE effect SET state = 'intent', external_id = NULL, external_key = NULL, \
        detail = NULL, updated_at = clock_timestamp() WHERE key = $1 AND fence <= $2";
}

words! {
    /// How an effect stands.
    EffectState {
        /// Meant to be done; perhaps done.
        Intent = "intent",
        /// Done.
        Done = "done",
        /// Known not to be done.
        Failed = "failed",
    }
}

/// A write that is about to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewEffect<'a> {
    /// Deterministic: the same step of the same link has the same key.
    pub key: &'a str,
    /// The link.
    pub link: LinkId,
    /// What kind of write, such as `create_issue`.
    pub kind: &'a str,
    /// Hash of what is written, for whoever compares.
    pub request_hash: &'a str,
    /// Of the lease that we hold.
    pub fence: i64,
}

/// What the ledger says to an intent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Intent {
    /// Nobody has tried, or it is known to have failed: go on.
    Fresh,
    /// Somebody tried and its outcome is unknown: look on the other side first.
    Unsettled {
        /// When it was tried, by the database's clock.
        since: DateTime<Utc>,
        /// How long ago that was, by the same clock.
        age: Duration,
    },
    /// It is done.
    Done {
        /// Id of what was made.
        external_id: String,
        /// Its key, where it has one.
        external_key: Option<String>,
    },
    /// The lease is lost: stop.
    Stale,
}

/// The ledger of external writes.
#[derive(Debug, Clone, Copy)]
pub struct Effects<'a> {
    pub(crate) store: &'a Store,
}

impl Effects<'_> {
    /// Writes down that a write is about to be made, unless the ledger knows better. What was done
    /// stays done, whatever its hash.
    pub async fn intend(self, new: &NewEffect<'_>) -> Result<Intent, StoreError> {
        let with: crate::store::Params<'_> =
            &[&new.key, &new.link.0, &new.kind, &new.request_hash, &new.fence];
        if self.store.row(INTEND, with).await?.is_some() {
            return Ok(Intent::Fresh);
        }
        let known = self.store.row(ADOPT, &[&new.key, &new.link.0, &new.fence]).await?;
        known.map_or(Ok(Intent::Stale), |row| read(&row))
    }

    /// Writes down that it was done, and what came of it. `false`: a later holder settles it.
    pub async fn done(
        self,
        key: &str,
        external_id: &str,
        external_key: Option<&str>,
        fence: i64,
    ) -> Result<bool, StoreError> {
        Ok(self.store.execute(DONE, &[&key, &external_id, &external_key, &fence]).await? == 1)
    }

    /// Writes down that it is known not to be done, and why: the next intent is fresh. `false`: a
    /// later holder settles it.
    pub async fn failed(self, key: &str, detail: &str, fence: i64) -> Result<bool, StoreError> {
        Ok(self.store.execute(FAILED, &[&key, &detail, &fence]).await? == 1)
    }

    /// Begins it anew, as when a look on the other side found nothing, or what was done is no longer
    /// there: an intent as of now. `false`: a later holder settles it.
    pub async fn reopen(self, key: &str, fence: i64) -> Result<bool, StoreError> {
        Ok(self.store.execute(REOPEN, &[&key, &fence]).await? == 1)
    }
}

fn read(row: &Row) -> Result<Intent, StoreError> {
    let reader = Reader::new("effect", row);
    Ok(match reader.word::<EffectState>("state")? {
        EffectState::Done => Intent::Done {
            external_id: reader.get("external_id")?,
            external_key: reader.get("external_key")?,
        },
        // `Failed` is one that failed between our two statements: to look first is never wrong.
        EffectState::Intent | EffectState::Failed => Intent::Unsettled {
            since: reader.get("updated_at")?,
            age: Duration::from_secs_f64(reader.get::<f64>("age")?.max(0.0)),
        },
    })
}
