//! The first run: a token that makes the first administrator, and works once.

use std::time::Duration;

use crate::accounts::{Account, NewAccount, create_on};
use crate::error::StoreError;
use crate::statement::statements;
use crate::store::{Store, execute_on};

statements! {
    OFFER = "INSERT INTO setup (token_hash, expires_at) \
        SELECT $1, now() + make_interval(secs => $2) \
        WHERE NOT EXISTS (SELECT FROM account WHERE role = 'admin') \
        ON CONFLICT (single) DO UPDATE \
            SET token_hash = excluded.token_hash, expires_at = excluded.expires_at";
    OFFERED = "SELECT 1 FROM setup WHERE token_hash = $1 AND expires_at > now() \
        AND NOT EXISTS (SELECT FROM account WHERE role = 'admin')";
    // The row's lock lets one of two who come at once go first; the other finds it taken.
    TAKE = "DELETE FROM setup WHERE token_hash = $1 AND expires_at > now() \
        AND NOT EXISTS (SELECT FROM account WHERE role = 'admin')";
}

/// The first run.
#[derive(Debug, Clone, Copy)]
pub struct Setup<'a> {
    pub(crate) store: &'a Store,
}

impl Setup<'_> {
    /// Offers the first run to whoever has this token, for `term`; an earlier token no longer counts.
    /// `false`: there is an administrator already.
    pub async fn offer(self, token_hash: &[u8], term: Duration) -> Result<bool, StoreError> {
        Ok(self.store.execute(OFFER, &[&token_hash, &term.as_secs_f64()]).await? == 1)
    }

    /// Whether this token would make the first administrator now. It stays good.
    pub async fn is_offered(self, token_hash: &[u8]) -> Result<bool, StoreError> {
        Ok(self.store.row(OFFERED, &[&token_hash]).await?.is_some())
    }

    /// Takes the token and makes the first administrator, both or neither. `None`: the token is not
    /// good, or there is an administrator already.
    pub async fn first_admin(
        self,
        token_hash: &[u8],
        admin: &NewAccount,
    ) -> Result<Option<Account>, StoreError> {
        self.store.once_more(|| self.first_admin_once(token_hash, admin)).await
    }

    async fn first_admin_once(
        self,
        token_hash: &[u8],
        admin: &NewAccount,
    ) -> Result<Option<Account>, StoreError> {
        let mut client = self.store.client().await?;
        let transaction = client.transaction().await?;
        if execute_on(&transaction, TAKE, &[&token_hash]).await? == 0 {
            return Ok(None);
        }
        let account = create_on(&transaction, admin).await?;
        transaction.commit().await?;
        Ok(Some(account))
    }
}
