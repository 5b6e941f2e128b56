//! The migrations' runner, and the check that services make.
//!
//! *Guarantees.* Each file runs in one transaction together with its row in `schema_migration`. Any
//! number of runners may start at once: they take turns by an advisory lock that each polls (a
//! blocking waiter would stop an index that is built concurrently). A released file that was edited
//! is noticed by its checksum before anything is applied.

mod list;

use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio_postgres::Client;

pub use list::SCHEMA_VERSION;
pub(crate) use list::{MIGRATIONS, Migration};

use crate::config::StoreConfig;
use crate::error::{StoreError, chain};
use crate::row::Reader;
use crate::statement::statements;
use crate::store::Store;

statements! {
    TABLE_EXISTS = "SELECT to_regclass('schema_migration') IS NOT NULL AS there";
    VERSION = "SELECT coalesce(max(version), 0) AS version FROM schema_migration";
    APPLIED = "SELECT version, name, checksum, applied_at FROM schema_migration ORDER BY version";
    RECORD = "INSERT INTO schema_migration (version, name, checksum) VALUES ($1, $2, $3)";
    FORGET = "DELETE FROM schema_migration WHERE version = $1";
    TRY_LOCK = "SELECT pg_try_advisory_lock(hashtext('lockstep'), hashtext('schema_migration')) AS locked";
}

const MAKE_TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migration ( \
    version integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, \
    applied_at timestamptz NOT NULL DEFAULT now())";
/// A migration may run long; what it must not do is queue for a lock and stop everybody behind it.
const SESSION: &str = "SET statement_timeout = 0; SET lock_timeout = '3s'";

/// How often a file that met a lock is tried.
const TRIES_MAX: u32 = 10;
/// Pause before a file that met a lock is tried again.
const RETRY_PAUSE: Duration = Duration::from_secs(1);
/// Pause between two looks at the runners' lock.
const LOCK_PAUSE: Duration = Duration::from_millis(200);
/// How often the runners' lock is looked at: five minutes.
const LOCK_LOOKS_MAX: u32 = 1500;

/// Why a migration could not be applied or taken back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MigrationError {
    /// Another runner has held the lock all the time.
    #[error("another migration is running (waited five minutes for its lock)")]
    Locked,
    /// A released file was edited.
    #[error(
        "migration {0} was applied with another content than this program has: \
         a released migration is never edited, restore the file and write a new one"
    )]
    Checksum(String),
    /// The database has migrations that this program does not know.
    #[error(
        "the database has migration {0}, which this program does not know: use the newer program"
    )]
    Unknown(i32),
    /// There is no such version.
    #[error("there is no schema version {0}")]
    NoSuchVersion(i32),
    /// Postgres refused the file.
    #[error("migration {name} failed and left nothing behind: {why}")]
    Failed {
        /// Which file.
        name: String,
        /// What Postgres says.
        why: String,
    },
}

/// A migration, and whether the database has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationState {
    /// Its number.
    pub version: i32,
    /// Its name, with the number.
    pub name: String,
    /// When it was applied, by the database's clock.
    pub applied_at: Option<DateTime<Utc>>,
    /// Whether what was applied is what this program has.
    pub intact: bool,
}

/// Applies migrations and takes them back.
#[derive(Debug, Clone)]
pub struct Migrator {
    config: StoreConfig,
}

impl Migrator {
    /// A runner for this database.
    pub fn new(config: &StoreConfig) -> Self {
        Self { config: config.clone() }
    }

    /// Applies what is missing, up to and with version `to` or all; says what it applied.
    pub async fn migrate_up(&self, to: Option<i32>) -> Result<Vec<String>, StoreError> {
        let to = known(to.unwrap_or(SCHEMA_VERSION))?;
        let mut client = self.turn().await?;
        let current = checked_version(&client).await?;
        let mut done = Vec::new();
        for one in MIGRATIONS.iter().filter(|one| one.version > current && one.version <= to) {
            step(&mut client, one, Way::Up).await?;
            done.push(one.name.to_owned());
        }
        Ok(done)
    }

    /// Takes back what is above version `to`, latest first; says what it took back. Data goes with it.
    pub async fn migrate_down(&self, to: i32) -> Result<Vec<String>, StoreError> {
        let to = known(to)?;
        let mut client = self.turn().await?;
        let current = checked_version(&client).await?;
        let mut done = Vec::new();
        let above = |one: &&Migration| one.version > to && one.version <= current;
        for one in MIGRATIONS.iter().rev().filter(above) {
            step(&mut client, one, Way::Down).await?;
            done.push(one.name.to_owned());
        }
        Ok(done)
    }

    /// Every migration that this program or the database knows. Changes nothing.
    pub async fn status(&self) -> Result<Vec<MigrationState>, StoreError> {
        let client = self.config.dedicated().await?;
        let mut states: Vec<MigrationState> = MIGRATIONS.iter().map(missing).collect();
        if !table_exists(&client).await? {
            return Ok(states);
        }
        for row in client.query(APPLIED, &[]).await? {
            let reader = Reader::new("schema_migration", &row);
            let version: i32 = reader.get("version")?;
            let checksum: String = reader.get("checksum")?;
            let ours = MIGRATIONS.iter().find(|one| one.version == version);
            let state = MigrationState {
                version,
                name: reader.get("name")?,
                applied_at: Some(reader.get("applied_at")?),
                intact: ours.is_some_and(|one| one.checksum() == checksum),
            };
            match states.iter_mut().find(|known| known.version == version) {
                Some(known) => *known = state,
                None => states.push(state),
            }
        }
        Ok(states)
    }

    /// A connection of our own that holds the runners' lock until it closes.
    async fn turn(&self) -> Result<Client, StoreError> {
        let client = self.config.dedicated().await?;
        client.batch_execute(SESSION).await?;
        for _ in 0..LOCK_LOOKS_MAX {
            let row = client.query_one(TRY_LOCK, &[]).await?;
            if Reader::new("pg_locks", &row).get("locked")? {
                client.batch_execute(MAKE_TABLE).await?;
                return Ok(client);
            }
            tokio::time::sleep(LOCK_PAUSE).await;
        }
        Err(MigrationError::Locked.into())
    }
}

impl Store {
    /// Whether this program runs on the database's schema: the version that it was built for or the
    /// next one, which a release of the same house has only expanded. The error tells the remedy.
    pub async fn check_version(&self) -> Result<i32, StoreError> {
        let row = self.row(TABLE_EXISTS, &[]).await?;
        let there = row.map_or(Ok(false), |row| Reader::new("pg_class", &row).get("there"))?;
        let found = if there {
            let row = self.row(VERSION, &[]).await?;
            row.map_or(Ok(0), |row| Reader::new("schema_migration", &row).get("version"))?
        } else {
            0
        };
        accept(found)
    }
}

fn accept(found: i32) -> Result<i32, StoreError> {
    if found == SCHEMA_VERSION || found == SCHEMA_VERSION + 1 {
        Ok(found)
    } else {
        Err(StoreError::Version { expected: SCHEMA_VERSION, found })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Up,
    Down,
}

/// One file and its row, in one transaction; tried again while it meets locks.
async fn step(client: &mut Client, one: &Migration, way: Way) -> Result<(), StoreError> {
    for _ in 1..TRIES_MAX {
        match step_once(client, one, way).await {
            Err(error) if error.is_lock_timeout() => tokio::time::sleep(RETRY_PAUSE).await,
            outcome => return outcome.map_err(|error| failed(one, error)),
        }
    }
    step_once(client, one, way).await.map_err(|error| failed(one, error))
}

async fn step_once(client: &mut Client, one: &Migration, way: Way) -> Result<(), StoreError> {
    let transaction = client.transaction().await?;
    match way {
        Way::Up => {
            transaction.batch_execute(one.up).await?;
            let checksum = one.checksum();
            transaction.execute(RECORD, &[&one.version, &one.name, &checksum]).await?;
        }
        Way::Down => {
            transaction.batch_execute(one.down).await?;
            transaction.execute(FORGET, &[&one.version]).await?;
        }
    }
    Ok(transaction.commit().await?)
}

fn failed(one: &Migration, error: StoreError) -> StoreError {
    match error {
        StoreError::Refused(_) | StoreError::Conflict { .. } => {
            MigrationError::Failed { name: one.name.to_owned(), why: chain(&error) }.into()
        }
        other => other,
    }
}

/// The database's version, once every applied file was found to be ours and unchanged.
async fn checked_version(client: &Client) -> Result<i32, StoreError> {
    let mut current = 0;
    for row in client.query(APPLIED, &[]).await? {
        let reader = Reader::new("schema_migration", &row);
        let version: i32 = reader.get("version")?;
        let ours = MIGRATIONS.iter().find(|one| one.version == version);
        let ours = ours.ok_or(MigrationError::Unknown(version))?;
        if ours.checksum() != reader.get::<String>("checksum")? {
            return Err(MigrationError::Checksum(ours.name.to_owned()).into());
        }
        current = version;
    }
    Ok(current)
}

async fn table_exists(client: &Client) -> Result<bool, StoreError> {
    let row = client.query_one(TABLE_EXISTS, &[]).await?;
    Reader::new("pg_class", &row).get("there")
}

fn missing(one: &Migration) -> MigrationState {
    let name = one.name.to_owned();
    MigrationState { version: one.version, name, applied_at: None, intact: true }
}

fn known(version: i32) -> Result<i32, StoreError> {
    if (0..=SCHEMA_VERSION).contains(&version) {
        Ok(version)
    } else {
        Err(MigrationError::NoSuchVersion(version).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_version_and_the_next_are_accepted() {
        for (found, fine) in [
            (0, false),
            (SCHEMA_VERSION - 1, false),
            (SCHEMA_VERSION, true),
            (SCHEMA_VERSION + 1, true),
            (SCHEMA_VERSION + 2, false),
        ] {
            assert_eq!(accept(found).is_ok(), fine, "{found}");
        }
    }
}
