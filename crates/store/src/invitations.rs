//! Links by which people set the password of their account: each works once, and for some time only.

use std::time::Duration;

use chrono::{DateTime, Utc};
use secrecy::SecretString;

use crate::accounts::{self, Account, AccountId, columns, set_password_on};
use crate::error::StoreError;
use crate::row::Reader;
use crate::statement::statements;
use crate::store::{Store, row_on};

/// An invitation that can still be taken: nobody sets a password by one that is shut out, or whom an
/// identity provider vouches for.
macro_rules! good {
    () => {
        "token_hash = $1 AND expires_at > now() AND account.id = invitation.account \
         AND NOT account.disabled AND account.subject IS NULL"
    };
}

statements! {
    OFFER = "INSERT INTO invitation (account, token_hash, expires_at) \
        VALUES ($1, $2, now() + make_interval(secs => $3)) \
        ON CONFLICT (account) DO UPDATE \
            SET token_hash = excluded.token_hash, expires_at = excluded.expires_at \
        RETURNING expires_at";
    OFFERED = concat!("SELECT ", columns!(), " FROM invitation, account WHERE ", good!());
    // The row's lock lets one of two who come at once go first; the other finds it taken.
    TAKE = concat!("DELETE FROM invitation USING account WHERE ", good!(), " RETURNING ", columns!());
}

/// Links by which people set their password.
#[derive(Debug, Clone, Copy)]
pub struct Invitations<'a> {
    pub(crate) store: &'a Store,
}

impl Invitations<'_> {
    /// Lets whoever has this token set the password of an account, for `term`, and says until when. An
    /// earlier token of the account no longer counts.
    pub async fn offer(
        self,
        account: AccountId,
        token_hash: &[u8],
        term: Duration,
    ) -> Result<DateTime<Utc>, StoreError> {
        let row = self.store.row(OFFER, &[&account.0, &token_hash, &term.as_secs_f64()]).await?;
        let row = row.ok_or(StoreError::RowsAffected { expected: 1, actual: 0 })?;
        Reader::new("invitation", &row).get("expires_at")
    }

    /// Whose password this token would set now. It stays good.
    pub async fn offered(self, token_hash: &[u8]) -> Result<Option<Account>, StoreError> {
        self.store.row(OFFERED, &[&token_hash]).await?.as_ref().map(accounts::read).transpose()
    }

    /// Takes the token and sets the password, both or neither; the account's sessions end. `None`: the
    /// token is not good.
    pub async fn take(
        self,
        token_hash: &[u8],
        hash: &SecretString,
    ) -> Result<Option<Account>, StoreError> {
        let unit = || async move {
            let mut client = self.store.client().await?;
            let transaction = client.transaction().await?;
            let Some(row) = row_on(&transaction, TAKE, &[&token_hash]).await? else {
                return Ok(None);
            };
            let account = accounts::read(&row)?;
            set_password_on(&transaction, account.id, hash).await?;
            transaction.commit().await?;
            Ok(Some(account))
        };
        self.store.once_more(unit).await
    }
}
