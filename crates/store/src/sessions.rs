//! Sessions: who is signed in to the console. Of a token only its SHA-256 comes here.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;
use tokio_postgres::Row;

use crate::accounts::{self, Account, AccountId, columns};
use crate::error::StoreError;
use crate::row::{Reader, read_all};
use crate::statement::statements;
use crate::store::Store;

statements! {
    OPEN = "INSERT INTO session (token_hash, account, user_agent, expires_at) \
        VALUES ($1, $2, left($3, 200), now() + make_interval(secs => $4)) \
        ON CONFLICT (token_hash) DO NOTHING";
    // The touch comes with the answer, and once a minute only: a page is a read, not a write.
    FIND = concat!("WITH live AS MATERIALIZED (SELECT token_hash, account, seen_at, expires_at FROM session \
            WHERE token_hash = $1 AND expires_at > now() AND seen_at > now() - make_interval(secs => $2)), \
        touched AS (UPDATE session SET seen_at = now() FROM live \
            WHERE session.token_hash = live.token_hash AND live.seen_at < now() - interval '1 minute') \
        SELECT ", columns!(), ", live.expires_at FROM live \
        JOIN account ON account.id = live.account WHERE NOT account.disabled");
    OF_ACCOUNT = "SELECT token_hash, user_agent, created_at, seen_at, expires_at FROM session \
        WHERE account = $1 AND expires_at > now() ORDER BY seen_at DESC, created_at DESC LIMIT 100";
    END = "DELETE FROM session WHERE token_hash = $1";
    END_ALL = "DELETE FROM session WHERE account = $1 AND token_hash IS DISTINCT FROM $2";
    PURGE = "DELETE FROM session WHERE token_hash IN ( \
        SELECT token_hash FROM session WHERE expires_at <= now() LIMIT $1)";
}

/// A session that is told apart from the others of its account by the hash of its token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Session {
    /// SHA-256 of its token.
    #[serde(skip)]
    pub token_hash: Vec<u8>,
    /// What the browser calls itself, at most 200 characters.
    pub user_agent: String,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub seen_at: DateTime<Utc>,
    /// When it ends in any case.
    pub expires_at: DateTime<Utc>,
}

/// Who a token belongs to, and until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The account.
    pub account: Account,
    /// When the session ends in any case.
    pub expires_at: DateTime<Utc>,
}

/// Who is signed in.
#[derive(Debug, Clone, Copy)]
pub struct Sessions<'a> {
    pub(crate) store: &'a Store,
}

impl Sessions<'_> {
    /// Opens a session that ends after `term` in any case. Of what the browser calls itself 200
    /// characters are kept.
    pub async fn open(
        self,
        token_hash: &[u8],
        account: AccountId,
        term: Duration,
        user_agent: &str,
    ) -> Result<(), StoreError> {
        let with: crate::store::Params<'_> =
            &[&token_hash, &account.0, &user_agent, &term.as_secs_f64()];
        self.store.execute(OPEN, with).await.map(|_| ())
    }

    /// Who a token belongs to: nobody if it is unknown, has ended, was not used for `idle`, or its
    /// account is disabled.
    pub async fn find(
        self,
        token_hash: &[u8],
        idle: Duration,
    ) -> Result<Option<SignedIn>, StoreError> {
        let row = self.store.row(FIND, &[&token_hash, &idle.as_secs_f64()]).await?;
        row.map(|row| {
            let expires_at = Reader::new("session", &row).get("expires_at")?;
            Ok(SignedIn { account: accounts::read(&row)?, expires_at })
        })
        .transpose()
    }

    /// The sessions of an account that have not ended, the latest used first; no more than a hundred.
    pub async fn of_account(self, account: AccountId) -> Result<Vec<Session>, StoreError> {
        read_all(&self.store.rows(OF_ACCOUNT, &[&account.0]).await?, read)
    }

    /// Ends a session. Twice is as good as once.
    pub async fn end(self, token_hash: &[u8]) -> Result<(), StoreError> {
        self.store.execute(END, &[&token_hash]).await.map(|_| ())
    }

    /// Ends the sessions of an account, all or all but one, and says how many.
    pub async fn end_all(self, account: AccountId, but: Option<&[u8]>) -> Result<u64, StoreError> {
        self.store.execute(END_ALL, &[&account.0, &but]).await
    }

    /// Deletes up to `limit` sessions that have ended, and says how many.
    pub async fn purge(self, limit: i64) -> Result<u64, StoreError> {
        self.store.execute(PURGE, &[&limit]).await
    }
}

fn read(row: &Row) -> Result<Session, StoreError> {
    let reader = Reader::new("session", row);
    Ok(Session {
        token_hash: reader.get("token_hash")?,
        user_agent: reader.get("user_agent")?,
        created_at: reader.get("created_at")?,
        seen_at: reader.get("seen_at")?,
        expires_at: reader.get("expires_at")?,
    })
}
