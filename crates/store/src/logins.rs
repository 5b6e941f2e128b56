//! Sign-ins that failed: counted by name and by address, so that guessing can be slowed down.

use std::time::Duration;

use crate::error::StoreError;
use crate::row::Reader;
use crate::statement::statements;
use crate::store::Store;

statements! {
    // An attacker chooses both texts: what is kept of them is bounded.
    NOTE = "INSERT INTO login_failure (name, address) \
        VALUES (lower(left(btrim($1), 200)), left($2, 200))";
    SINCE = "SELECT \
        (SELECT count(*) FROM (SELECT FROM login_failure WHERE name = lower(left(btrim($1), 200)) \
            AND at > now() - make_interval(secs => $3) LIMIT 1000) AS one) AS by_name, \
        (SELECT count(*) FROM (SELECT FROM login_failure WHERE address = left($2, 200) \
            AND at > now() - make_interval(secs => $3) LIMIT 1000) AS one) AS by_address";
    CLEAR = "DELETE FROM login_failure WHERE name = lower(left(btrim($1), 200))";
    PURGE = "DELETE FROM login_failure WHERE ctid = ANY(ARRAY( \
        SELECT ctid FROM login_failure WHERE at < now() - make_interval(secs => $1) LIMIT $2))";
}

/// How often signing in has failed. No count goes beyond 1000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Failures {
    /// With this name, from anywhere.
    pub by_name: i64,
    /// From this address, with any name.
    pub by_address: i64,
}

/// Sign-ins that failed.
#[derive(Debug, Clone, Copy)]
pub struct Logins<'a> {
    pub(crate) store: &'a Store,
}

impl Logins<'_> {
    /// Notes that signing in has failed. The name's case does not count.
    pub async fn note_failure(self, name: &str, address: &str) -> Result<(), StoreError> {
        self.store.execute(NOTE, &[&name, &address]).await.map(|_| ())
    }

    /// How often it has failed within the last `window`, by name and by address.
    pub async fn failures_since(
        self,
        name: &str,
        address: &str,
        window: Duration,
    ) -> Result<Failures, StoreError> {
        let row = self.store.row(SINCE, &[&name, &address, &window.as_secs_f64()]).await?;
        let row = row.ok_or(StoreError::RowsAffected { expected: 1, actual: 0 })?;
        let reader = Reader::new("login_failure", &row);
        Ok(Failures { by_name: reader.get("by_name")?, by_address: reader.get("by_address")? })
    }

    /// Forgets the failures of a name, as when its owner has signed in.
    pub async fn clear(self, name: &str) -> Result<(), StoreError> {
        self.store.execute(CLEAR, &[&name]).await.map(|_| ())
    }

    /// Deletes up to `limit` failures older than `age`, and says how many.
    pub async fn purge(self, age: Duration, limit: i64) -> Result<u64, StoreError> {
        self.store.execute(PURGE, &[&age.as_secs_f64(), &limit]).await
    }
}
