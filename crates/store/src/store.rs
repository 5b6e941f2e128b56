//! The store: the pool, and how a statement is run on it.

use std::future::Future;

use deadpool_postgres::{GenericClient, Object, Pool};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use crate::config::StoreConfig;
use crate::error::StoreError;
use crate::seal::KeyRing;
use crate::statement::statements;
use crate::{
    Accounts, ApiTokens, Audit, Connections, DeadLetters, Drafts, Effects, Files, Invitations,
    Items, Leases, Links, Logins, Measures, Needs, OidcLogins, Promises, Sessions, Setup,
};

statements! {
    PING = "SELECT 1";
}

/// A statement's parameters.
pub(crate) type Params<'a> = &'a [&'a (dyn ToSql + Sync)];

/// The database. Cheap to clone; clones share the pool.
#[derive(Clone)]
pub struct Store {
    pool: Pool,
    pub(crate) keys: KeyRing,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("keys", &self.keys).finish_non_exhaustive()
    }
}

/// How the pool stands now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolStatus {
    /// Connections that it may have.
    pub max: usize,
    /// Connections that it has.
    pub open: usize,
    /// Those of them that nobody uses.
    pub idle: usize,
    /// Callers that wait for one.
    pub waiting: usize,
}

macro_rules! nouns {
    ($($(#[$doc:meta])* $name:ident $noun:ident;)*) => {
        $(
            $(#[$doc])*
            pub fn $name(&self) -> $noun<'_> {
                $noun { store: self }
            }
        )*
    };
}

impl Store {
    /// Connects and asks Postgres for a sign of life. Does not look at the schema: see
    /// [`Store::check_version`].
    pub async fn connect(config: &StoreConfig, keys: KeyRing) -> Result<Self, StoreError> {
        let store = Self { pool: config.pool()?, keys };
        store.ping().await?;
        Ok(store)
    }

    nouns! {
        /// Who may use the console.
        accounts Accounts;
        /// What programs sign in with.
        api_tokens ApiTokens;
        /// What was done and why.
        audit Audit;
        /// Salesforce orgs and Jira sites, with their sealed credentials.
        connections Connections;
        /// Jobs that were given up.
        dead_letters DeadLetters;
        /// Items that somebody is writing.
        drafts Drafts;
        /// The ledger of external writes.
        effects Effects;
        /// Files with their copies.
        files Files;
        /// Links by which people set their password.
        invitations Invitations;
        /// Connected items, their versions and sweeps.
        items Items;
        /// Who works on which link.
        leases Leases;
        /// Records with their issues, and the comments that are copies of one another.
        links Links;
        /// Sign-ins that failed.
        logins Logins;
        /// What workers counted.
        measures Measures;
        /// What waits for a person.
        needs Needs;
        /// Sign-ins that an identity provider is asked about.
        oidc_logins OidcLogins;
        /// Jobs that must not be lost.
        promises Promises;
        /// Who is signed in.
        sessions Sessions;
        /// The first run.
        setup Setup;
    }

    /// The keys that it seals with.
    pub fn keys(&self) -> &KeyRing {
        &self.keys
    }

    /// A sign of life from Postgres.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.row(PING, &[]).await.map(|_| ())
    }

    /// How the pool stands now, for gauges.
    pub fn pool_status(&self) -> PoolStatus {
        let status = self.pool.status();
        PoolStatus {
            max: status.max_size,
            open: status.size,
            idle: status.available,
            waiting: status.waiting,
        }
    }

    /// A pooled connection.
    pub(crate) async fn client(&self) -> Result<Object, StoreError> {
        Ok(self.pool.get().await?)
    }

    /// Runs a unit of work, and once more on a new connection if its own was found closed, as after
    /// a restart of Postgres; then every idle connection is suspect and thrown away. The answer may
    /// have been lost after the work was done, so a unit must be safe to run twice. Each of this
    /// crate is: done again, it finds itself done, or a later sweep or republication makes up for it.
    pub(crate) async fn once_more<T, F>(&self, mut unit: impl FnMut() -> F) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        match unit().await {
            Err(error) if error.is_closed() => {
                self.pool.retain(|_, _| false);
                unit().await
            }
            outcome => outcome,
        }
    }

    /// Runs one statement and reads its rows.
    pub(crate) async fn rows(&self, sql: &str, with: Params<'_>) -> Result<Vec<Row>, StoreError> {
        self.once_more(|| async { rows_on(&self.client().await?, sql, with).await }).await
    }

    /// Runs one statement that is planned for these very parameters. It costs a round trip more: for
    /// pages that people ask for, where what is asked decides which index serves.
    pub(crate) async fn planned_rows(
        &self,
        sql: &str,
        with: Params<'_>,
    ) -> Result<Vec<Row>, StoreError> {
        self.once_more(|| async {
            let client = self.client().await?;
            let statement = client.prepare(sql).await?;
            Ok(client.query(&statement, with).await?)
        })
        .await
    }

    /// Runs one statement and reads its first row.
    pub(crate) async fn row(&self, sql: &str, with: Params<'_>) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(sql, with).await?.into_iter().next())
    }

    /// Runs one statement and counts the rows that it touched.
    pub(crate) async fn execute(&self, sql: &str, with: Params<'_>) -> Result<u64, StoreError> {
        self.once_more(|| async { execute_on(&self.client().await?, sql, with).await }).await
    }

    /// Runs a statement that must touch one row.
    pub(crate) async fn execute_one(&self, sql: &str, with: Params<'_>) -> Result<(), StoreError> {
        match self.execute(sql, with).await? {
            1 => Ok(()),
            actual => Err(StoreError::RowsAffected { expected: 1, actual }),
        }
    }
}

/// Runs a statement on a connection or in a transaction and reads its rows.
pub(crate) async fn rows_on(
    on: &impl GenericClient,
    sql: &str,
    with: Params<'_>,
) -> Result<Vec<Row>, StoreError> {
    let statement = on.prepare_cached(sql).await?;
    Ok(on.query(&statement, with).await?)
}

/// Runs a statement on a connection or in a transaction and reads its first row.
pub(crate) async fn row_on(
    on: &impl GenericClient,
    sql: &str,
    with: Params<'_>,
) -> Result<Option<Row>, StoreError> {
    Ok(rows_on(on, sql, with).await?.into_iter().next())
}

/// Runs a statement on a connection or in a transaction and counts the rows that it touched.
pub(crate) async fn execute_on(
    on: &impl GenericClient,
    sql: &str,
    with: Params<'_>,
) -> Result<u64, StoreError> {
    let statement = on.prepare_cached(sql).await?;
    Ok(on.execute(&statement, with).await?)
}
