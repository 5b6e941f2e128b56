//! What can go wrong, and what a worker makes of it.

use std::error::Error;
use std::fmt::Write as _;

use lockstep_model::{Code, Fault};
use tokio_postgres::error::SqlState;

use crate::migrate::MigrationError;
use crate::seal::SealError;

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database is away, restarting, overloaded, or gave way to a lock: try again.
    #[error("Postgres is not available")]
    Unavailable(#[source] Driver),
    /// The address or the settings of the database cannot be used.
    #[error("the database settings cannot be used: {0}")]
    Config(String),
    /// Postgres does not accept a statement: a defect, or a schema of another version.
    #[error("Postgres refused a statement")]
    Refused(#[source] tokio_postgres::Error),
    /// A row holds something that cannot be read.
    #[error("table {table}, column {column}, row {row}: {why}")]
    Inconsistency {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// Id or key of the row.
        row: String,
        /// What is wrong with it.
        why: String,
    },
    /// A statement touched another number of rows than it must.
    #[error("{expected} rows should have changed, {actual} did")]
    RowsAffected {
        /// How many rows it must touch.
        expected: u64,
        /// How many it touched.
        actual: u64,
    },
    /// A rule of the schema forbids it. The constraint's name is the domain error.
    #[error("{}", said(.constraint))]
    Conflict {
        /// Name of the constraint.
        constraint: String,
    },
    /// A secret cannot be sealed or opened.
    #[error(transparent)]
    Sealed(#[from] SealError),
    /// The schema is not one that this program runs on.
    #[error("{}", version_said(*.expected, *.found))]
    Version {
        /// What this program was built for.
        expected: i32,
        /// What the database has; 0 where it was never migrated.
        found: i32,
    },
    /// A migration could not be applied or taken back.
    #[error(transparent)]
    Migration(#[from] MigrationError),
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        error.fault()
    }
}

/// What the driver or the pool reported.
#[derive(Debug, thiserror::Error)]
pub enum Driver {
    /// `tokio-postgres`.
    #[error(transparent)]
    Postgres(#[from] tokio_postgres::Error),
    /// `deadpool`.
    #[error(transparent)]
    Pool(#[from] deadpool_postgres::PoolError),
}

impl StoreError {
    /// A conflict with a rule that the code keeps, named as a constraint is.
    pub(crate) fn conflict(constraint: &str) -> Self {
        Self::Conflict { constraint: constraint.to_owned() }
    }

    /// What a worker makes of it.
    pub fn fault(&self) -> Fault {
        let code = match self {
            Self::Unavailable(_) => Code::StoreUnavailable,
            Self::Sealed(_) => Code::SecretUnreadable,
            _ => Code::StoreInconsistent,
        };
        Fault::new(code, chain(self))
    }

    /// Whether the connection was found closed, so that a fresh one may do. A restarting Postgres
    /// says goodbye first, and the goodbye is read as the next statement's answer.
    pub(crate) fn is_closed(&self) -> bool {
        let Self::Unavailable(Driver::Postgres(error)) = self else {
            return false;
        };
        let goodbyes = [SqlState::ADMIN_SHUTDOWN, SqlState::CRASH_SHUTDOWN];
        error.is_closed() || error.code().is_some_and(|code| goodbyes.contains(code))
    }

    /// Whether a migration met a lock that it must not wait for any longer.
    pub(crate) fn is_lock_timeout(&self) -> bool {
        matches!(self, Self::Unavailable(Driver::Postgres(error))
            if error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE))
    }
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(refusal) = error.as_db_error() else {
            return Self::Unavailable(error.into());
        };
        match (refusal.constraint(), refusal.code().code()) {
            (Some(constraint), code) if code.starts_with("23") => {
                Self::Conflict { constraint: constraint.to_owned() }
            }
            (_, code) if passes(code) => Self::Unavailable(error.into()),
            _ => Self::Refused(error),
        }
    }
}

/// Whether an SQLSTATE tells of something that passes: connection, rollback, resources, operator,
/// lock time-out (PostgreSQL, appendix A), or a login that Postgres refuses.
fn passes(code: &str) -> bool {
    code == "55P03"
        || ["08", "28", "40", "53", "57", "58"].iter().any(|class| code.starts_with(class))
}

impl From<deadpool_postgres::PoolError> for StoreError {
    fn from(error: deadpool_postgres::PoolError) -> Self {
        match error {
            deadpool_postgres::PoolError::Backend(error) => error.into(),
            other => Self::Unavailable(other.into()),
        }
    }
}

/// An error with all its sources, in one line.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            // Writing to a String cannot fail.
            let _ = write!(text, ": {cause_text}");
        }
        source = cause.source();
    }
    text.replace('\n', "; ")
}

/// What a broken rule means, in words.
fn said(constraint: &str) -> String {
    let words = match constraint {
        "connection_kind_fixed" => {
            "a connection of this name exists for the other vendor; choose another name"
        }
        "connection_missing" => "there is no such connection",
        "item_uses_salesforce_connection" | "item_uses_jira_connection" => {
            "connected items use this connection; delete them first"
        }
        "item_connection_missing" => "the item names a connection that is not there",
        "account_name_taken" => "another account has this name",
        "account_subject_taken" => "another account signs in as this user of the identity provider",
        "account_has_name" => "an account needs a name",
        "account_missing" => "there is no such account",
        "paused_is_not_put_off" => {
            "nothing flows through a paused connection, so it cannot be put off: mend it, or give it to somebody"
        }
        "last_admin" => "one active administrator must stay: make another one first",
        "dead_letter_settled_already" => {
            "this dead letter is not waiting: it was replayed or discarded, or it is not there"
        }
        "dead_letter_unreadable" => {
            "this dead letter holds no readable job, so it cannot be replayed; discard it"
        }
        _ => return format!("the database forbids it (constraint {constraint})"),
    };
    words.to_owned()
}

fn version_said(expected: i32, found: i32) -> String {
    if found < expected {
        format!(
            "the database has schema version {found}, this program needs {expected}: run `lockstep migrate`"
        )
    } else {
        format!(
            "the database has schema version {found}, this program knows {expected} and runs on {} at most: upgrade the program",
            expected.saturating_add(1)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_fault() {
        let sealed = StoreError::Sealed(SealError::UnknownKey("k1".to_owned()));
        assert_eq!(sealed.fault().code, Code::SecretUnreadable);
        let rows = StoreError::RowsAffected { expected: 1, actual: 0 };
        assert_eq!(rows.fault().code, Code::StoreInconsistent);
        let old = StoreError::Version { expected: 6, found: 4 };
        assert!(old.fault().detail.contains("lockstep migrate"), "{old}");
        let new = StoreError::Version { expected: 6, found: 8 };
        assert!(new.to_string().contains("upgrade the program"), "{new}");
    }

    #[test]
    fn what_passes_is_told_from_what_does_not() {
        for code in ["08006", "40001", "40P01", "53300", "55P03", "57014", "57P01", "28P01"] {
            assert!(passes(code), "{code}");
        }
        for code in ["42P01", "42703", "22P02", "23505", "55000"] {
            assert!(!passes(code), "{code}");
        }
    }
}
