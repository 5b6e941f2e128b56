//! API tokens: what programs sign in with. Of a token only its SHA-256 comes here.

use chrono::{DateTime, Utc};
use serde::Serialize;
use tokio_postgres::Row;

use crate::accounts::{self, Account, AccountId};
use crate::error::StoreError;
use crate::row::{Reader, read_all};
use crate::statement::statements;
use crate::store::Store;

macro_rules! token_columns {
    () => {
        "api_token.id AS token, api_token.name AS token_name, api_token.account, api_token.scopes, \
         api_token.created_at AS made_at, api_token.expires_at, api_token.last_used_at, \
         api_token.revoked_at"
    };
}

statements! {
    CREATE = concat!("INSERT INTO api_token (name, token_hash, account, scopes, expires_at) \
        VALUES ($1, $2, $3, $4, $5) RETURNING ", token_columns!());
    // Noted once a minute only: a call is a read, not a write.
    FIND = concat!("WITH used AS (UPDATE api_token SET last_used_at = now() WHERE token_hash = $1 \
            AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')) \
        SELECT ", token_columns!(), ", ", accounts::columns!(), " FROM api_token \
        JOIN account ON account.id = api_token.account \
        WHERE token_hash = $1 AND revoked_at IS NULL AND NOT account.disabled \
            AND (expires_at IS NULL OR expires_at > now())");
    LIST = concat!("SELECT ", token_columns!(), " FROM api_token \
        WHERE $1::bigint IS NULL OR account = $1 ORDER BY api_token.id DESC LIMIT 1000");
    REVOKE = "UPDATE api_token SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL \
        AND ($2::bigint IS NULL OR account = $2)";
}

/// A token to be made.
#[derive(Debug, Clone)]
pub struct NewApiToken {
    /// What it is called.
    pub name: String,
    /// SHA-256 of the token.
    pub token_hash: Vec<u8>,
    /// Whose rights it has at most.
    pub account: AccountId,
    /// What it may be used for, in the caller's words.
    pub scopes: Vec<String>,
    /// When it ends; `None`: when it is revoked.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A token as stored, without its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ApiToken {
    /// Its number.
    pub id: i64,
    /// What it is called.
    pub name: String,
    /// Whose rights it has at most.
    #[schema(value_type = i64)]
    pub account: AccountId,
    /// What it may be used for.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// What programs sign in with.
#[derive(Debug, Clone, Copy)]
pub struct ApiTokens<'a> {
    pub(crate) store: &'a Store,
}

impl ApiTokens<'_> {
    /// Keeps a new token.
    pub async fn create(self, new: &NewApiToken) -> Result<ApiToken, StoreError> {
        let with: crate::store::Params<'_> =
            &[&new.name, &new.token_hash, &new.account.0, &new.scopes, &new.expires_at];
        let row = self.store.row(CREATE, with).await?;
        read(&row.ok_or(StoreError::RowsAffected { expected: 1, actual: 0 })?)
    }

    /// The token of this hash and its account, unless it has ended, was revoked, or the account is
    /// disabled.
    pub async fn find(self, token_hash: &[u8]) -> Result<Option<(ApiToken, Account)>, StoreError> {
        let row = self.store.row(FIND, &[&token_hash]).await?;
        row.map(|row| Ok((read(&row)?, accounts::read(&row)?))).transpose()
    }

    /// The tokens of one account or of all, latest first, also those that were revoked.
    pub async fn list(self, account: Option<AccountId>) -> Result<Vec<ApiToken>, StoreError> {
        let account = account.map(|account| account.0);
        read_all(&self.store.rows(LIST, &[&account]).await?, read)
    }

    /// Revokes a token, of one account or of any. `false`: there is none, or it is revoked already.
    pub async fn revoke(self, id: i64, of: Option<AccountId>) -> Result<bool, StoreError> {
        let of = of.map(|account| account.0);
        Ok(self.store.execute(REVOKE, &[&id, &of]).await? == 1)
    }
}

fn read(row: &Row) -> Result<ApiToken, StoreError> {
    let reader = Reader::new("api_token", row);
    Ok(ApiToken {
        id: reader.get("token")?,
        name: reader.get("token_name")?,
        account: AccountId(reader.get("account")?),
        scopes: reader.get("scopes")?,
        created_at: reader.get("made_at")?,
        expires_at: reader.get("expires_at")?,
        last_used_at: reader.get("last_used_at")?,
        revoked_at: reader.get("revoked_at")?,
    })
}
