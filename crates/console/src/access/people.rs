//! What an administrator does with accounts. Pages and the API do it by these alone, so that each is
//! noted in the audit in the same words.

use lockstep_store::{Account, NewAccount, Role};
use secrecy::SecretString;
use serde_json::json;

use super::Passwords;
use crate::Console;
use crate::trouble::Trouble;

/// An account to be added, which signs in with a password.
pub(crate) struct ToAdd<'a> {
    /// What it signs in with.
    pub(crate) name: &'a str,
    /// What people call its owner; the name where it is empty.
    pub(crate) display_name: &'a str,
    /// What it may do.
    pub(crate) role: Role,
    /// Its first password; none where its owner sets it by a link.
    pub(crate) password: Option<SecretString>,
}

impl Console {
    /// Adds an account. Refused where the name is taken or the password is weak.
    pub(crate) async fn add_account(
        &self,
        actor: &str,
        new: ToAdd<'_>,
    ) -> Result<Account, Trouble> {
        let ToAdd { name, display_name, role, password } = new;
        let password_hash = match password {
            Some(password) => Some(self.kept(name, password).await?),
            None => None,
        };
        let display_name = if display_name.is_empty() { name } else { display_name }.to_owned();
        let name = name.to_owned();
        let new = NewAccount { name, display_name, role, password_hash, subject: None };
        let account = self.store.accounts().create(&new).await?;
        self.note(actor, "account_added", &new.name, json!({ "role": account.role })).await?;
        Ok(account)
    }

    /// Gives an account another role. Refused where it is the last administrator's.
    pub(crate) async fn set_role(
        &self,
        actor: &str,
        account: &Account,
        role: Role,
    ) -> Result<(), Trouble> {
        self.store.accounts().set_role(account.id, role).await?;
        let after = json!({ "from": account.role, "to": role });
        self.note(actor, "account_role", &account.name, after).await
    }

    /// Lets an account sign in no longer, or again. Refused where it is the last administrator's.
    pub(crate) async fn set_disabled(
        &self,
        actor: &str,
        account: &Account,
        disabled: bool,
    ) -> Result<(), Trouble> {
        self.store.accounts().set_disabled(account.id, disabled).await?;
        let step = if disabled { "account_disabled" } else { "account_enabled" };
        self.note(actor, step, &account.name, json!(null)).await
    }

    /// Gives an account another password, which ends its sessions.
    pub(crate) async fn set_password(
        &self,
        actor: &str,
        account: &Account,
        password: SecretString,
    ) -> Result<(), Trouble> {
        signs_in_here(account)?;
        let hash = self.kept(&account.name, password).await?;
        self.store.accounts().set_password(account.id, &hash).await?;
        self.store.logins().clear(&account.name).await?;
        self.note(actor, "account_password", &account.name, json!(null)).await
    }

    /// Ends all sessions of an account, and says how many.
    pub(crate) async fn end_sessions(
        &self,
        actor: &str,
        account: &Account,
    ) -> Result<u64, Trouble> {
        let ended = self.store.sessions().end_all(account.id, None).await?;
        let after = json!({ "sessions": ended });
        self.note(actor, "account_signed_out", &account.name, after).await?;
        Ok(ended)
    }

    /// What is kept of a password that may be taken.
    async fn kept(&self, name: &str, password: SecretString) -> Result<SecretString, Trouble> {
        Passwords::check(name, &password).map_err(|weak| Trouble::Refused(weak.to_string()))?;
        Ok(self.passwords.hash(password, self.ambient.id().into_bytes()).await)
    }
}

/// Refused where an identity provider vouches for the owner of an account.
pub(super) fn signs_in_here(account: &Account) -> Result<(), Trouble> {
    if account.subject.is_none() {
        return Ok(());
    }
    let why = "This account signs in through the identity provider, so it has no password here";
    Err(Trouble::Refused(why.to_owned()))
}
