//! Accounts: who may use the console, and as what. One active administrator is always left.

use chrono::{DateTime, Utc};
use deadpool_postgres::{GenericClient, Transaction};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use tokio_postgres::Row;

use crate::error::StoreError;
use crate::row::{Reader, read_all, words};
use crate::statement::statements;
use crate::store::{Store, execute_on, row_on, rows_on};

macro_rules! columns {
    () => {
        "account.id, account.name, account.display_name, account.role, account.subject, \
         account.disabled, account.created_at, account.signed_in_at, \
         account.password_hash IS NOT NULL AS has_password, account.time_zone, account.exact_times"
    };
}

pub(crate) use columns;

statements! {
    CREATE = concat!("INSERT INTO account (name, display_name, role, password_hash, subject) \
        VALUES (btrim($1), $2, $3, $4, $5) RETURNING ", columns!());
    GET = concat!("SELECT ", columns!(), " FROM account WHERE id = $1");
    BY_NAME = concat!("SELECT ", columns!(), " FROM account WHERE lower(name) = lower(btrim($1))");
    BY_SUBJECT = concat!("SELECT ", columns!(), " FROM account WHERE subject = $1");
    LIST = concat!("SELECT ", columns!(), " FROM account ORDER BY lower(name)");
    PASSWORD = "SELECT id, password_hash FROM account WHERE id = $1";
    COUNT = "SELECT count(*) FROM account";
    // Locked, so that of two administrators who disable each other one waits and then is the last.
    ADMINS = "SELECT id FROM account WHERE role = 'admin' AND NOT disabled ORDER BY id FOR UPDATE";
    SET_ROLE = "UPDATE account SET role = $2 WHERE id = $1";
    SET_DISABLED = "UPDATE account SET disabled = $2 WHERE id = $1";
    SET_PASSWORD = "UPDATE account SET password_hash = $2 WHERE id = $1";
    END_SESSIONS = "DELETE FROM session WHERE account = $1";
    END_INVITATION = "DELETE FROM invitation WHERE account = $1";
    SET_TIMES = "UPDATE account SET time_zone = $2, exact_times = $3 WHERE id = $1";
    FROM_PROVIDER = concat!("UPDATE account SET display_name = $2, \
        role = CASE WHEN id = $4 THEN role ELSE $3 END, signed_in_at = now() \
        WHERE subject = $1 AND NOT disabled RETURNING ", columns!());
    SIGNED_IN = "UPDATE account SET signed_in_at = now() WHERE id = $1";
}

words! {
    /// What an account may do; each role may do what those before it may.
    #[derive(PartialOrd, Ord)]
    Role {
        /// Looks.
        Viewer = "viewer",
        /// Refreshes, replays, decides conflicts.
        Operator = "operator",
        /// Changes connected items and links.
        Configurator = "configurator",
        /// Changes connections, accounts and tokens.
        Admin = "admin",
    }
}

/// Number of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct AccountId(pub i64);

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// What is typed to sign in, such as an e-mail address; its case does not count.
    pub name: String,
    /// What people call its owner.
    pub display_name: String,
    /// What it may do.
    pub role: Role,
    /// Hash of its password, as a PHC string; none if it has no password.
    pub password_hash: Option<SecretString>,
    /// Issuer and subject, if it signs in through an identity provider.
    pub subject: Option<String>,
}

/// An account as stored, without its password's hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Account {
    /// Its number.
    #[schema(value_type = i64)]
    pub id: AccountId,
    /// What is typed to sign in.
    pub name: String,
    /// What people call its owner.
    pub display_name: String,
    /// What it may do.
    pub role: Role,
    /// Issuer and subject, if it signs in through an identity provider.
    pub subject: Option<String>,
    /// Whether it has a password.
    pub has_password: bool,
    /// Whether it is shut out.
    pub disabled: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When its owner last signed in.
    pub signed_in_at: Option<DateTime<Utc>>,
    /// In which time zone its owner reads times, such as `Europe/Berlin`; UTC where none was chosen.
    pub time_zone: Option<String>,
    /// Whether its owner reads exact times, and not how long ago something was.
    pub exact_times: bool,
}

/// Who may use the console.
#[derive(Debug, Clone, Copy)]
pub struct Accounts<'a> {
    pub(crate) store: &'a Store,
}

/// What is to change of an account.
#[derive(Debug, Clone, Copy)]
enum Change {
    Role(Role),
    Disabled(bool),
}

impl Accounts<'_> {
    /// Makes an account. A conflict if the name (`account_name_taken`) or the subject
    /// (`account_subject_taken`) has one.
    pub async fn create(self, new: &NewAccount) -> Result<Account, StoreError> {
        create_on(&self.store.client().await?, new).await
    }

    /// The account with this number.
    pub async fn get(self, id: AccountId) -> Result<Option<Account>, StoreError> {
        self.store.row(GET, &[&id.0]).await?.as_ref().map(read).transpose()
    }

    /// The account of this name, whatever its case.
    pub async fn by_name(self, name: &str) -> Result<Option<Account>, StoreError> {
        self.store.row(BY_NAME, &[&name]).await?.as_ref().map(read).transpose()
    }

    /// The account of this issuer and subject.
    pub async fn by_subject(self, subject: &str) -> Result<Option<Account>, StoreError> {
        self.store.row(BY_SUBJECT, &[&subject]).await?.as_ref().map(read).transpose()
    }

    /// All of them, by name.
    pub async fn list(self) -> Result<Vec<Account>, StoreError> {
        read_all(&self.store.rows(LIST, &[]).await?, read)
    }

    /// How many there are.
    pub async fn count(self) -> Result<i64, StoreError> {
        let row = self.store.row(COUNT, &[]).await?;
        row.map_or(Ok(0), |row| Reader::new("account", &row).get("count"))
    }

    /// The hash of an account's password, if it has one.
    pub async fn password_hash(self, id: AccountId) -> Result<Option<SecretString>, StoreError> {
        let Some(row) = self.store.row(PASSWORD, &[&id.0]).await? else {
            return Ok(None);
        };
        let hash: Option<String> = Reader::new("account", &row).get("password_hash")?;
        Ok(hash.map(SecretString::from))
    }

    /// Gives an account another password; ends its sessions, and the link by which it would be set.
    pub async fn set_password(self, id: AccountId, hash: &SecretString) -> Result<(), StoreError> {
        let set = || async move {
            let mut client = self.store.client().await?;
            let transaction = client.transaction().await?;
            set_password_on(&transaction, id, hash).await?;
            Ok(transaction.commit().await?)
        };
        self.store.once_more(set).await
    }

    /// In which time zone the owner of an account reads times, and whether exact ones.
    pub async fn set_times(
        self,
        id: AccountId,
        zone: Option<&str>,
        exact: bool,
    ) -> Result<(), StoreError> {
        changed(self.store.execute(SET_TIMES, &[&id.0, &zone, &exact]).await?)
    }

    /// Gives an account another role. A conflict (`last_admin`) if no administrator would be left.
    pub async fn set_role(self, id: AccountId, role: Role) -> Result<(), StoreError> {
        self.change(id, Change::Role(role)).await
    }

    /// Shuts an account out and ends its sessions, or lets it in again. A conflict (`last_admin`) if
    /// no administrator would be left.
    pub async fn set_disabled(self, id: AccountId, disabled: bool) -> Result<(), StoreError> {
        self.change(id, Change::Disabled(disabled)).await
    }

    async fn change(self, id: AccountId, change: Change) -> Result<(), StoreError> {
        let unit = || async move {
            let mut client = self.store.client().await?;
            let transaction = client.transaction().await?;
            if change.takes_an_admin() && last_admin(&transaction).await? == Some(id.0) {
                return Err(StoreError::conflict("last_admin"));
            }
            changed(change.write(&transaction, id).await?)?;
            Ok(transaction.commit().await?)
        };
        self.store.once_more(unit).await
    }

    /// Notes that its owner has signed in.
    pub async fn signed_in(self, id: AccountId) -> Result<(), StoreError> {
        self.store.execute(SIGNED_IN, &[&id.0]).await.map(|_| ())
    }

    /// Signs in whom an identity provider vouches for: makes the account of the subject, or brings
    /// its display name and role up to date. A disabled account is given as it is; the last
    /// administrator stays one, whatever the provider says. A conflict (`account_name_taken`) if
    /// another account has the name: it is not taken over.
    pub async fn sign_in_from_provider(self, new: &NewAccount) -> Result<Account, StoreError> {
        let unit = || async {
            let mut client = self.store.client().await?;
            let transaction = client.transaction().await?;
            let account = from_provider(&transaction, new).await?;
            transaction.commit().await?;
            Ok(account)
        };
        self.store.once_more(unit).await
    }
}

impl Change {
    fn takes_an_admin(self) -> bool {
        match self {
            Self::Role(role) => role != Role::Admin,
            Self::Disabled(disabled) => disabled,
        }
    }

    async fn write(self, on: &Transaction<'_>, id: AccountId) -> Result<u64, StoreError> {
        match self {
            Self::Role(role) => execute_on(on, SET_ROLE, &[&id.0, &role.name()]).await,
            Self::Disabled(disabled) => {
                if disabled {
                    execute_on(on, END_SESSIONS, &[&id.0]).await?;
                }
                execute_on(on, SET_DISABLED, &[&id.0, &disabled]).await
            }
        }
    }
}

/// The only active administrator, if there is only one. None of them changes until the end.
async fn last_admin(on: &Transaction<'_>) -> Result<Option<i64>, StoreError> {
    let admins = rows_on(on, ADMINS, &[]).await?;
    match admins.as_slice() {
        [one] => Reader::new("account", one).get("id").map(Some),
        _ => Ok(None),
    }
}

async fn from_provider(on: &Transaction<'_>, new: &NewAccount) -> Result<Account, StoreError> {
    let last = last_admin(on).await?;
    let with: crate::store::Params<'_> =
        &[&new.subject, &new.display_name, &new.role.name(), &last];
    if let Some(row) = row_on(on, FROM_PROVIDER, with).await? {
        return read(&row);
    }
    if let Some(row) = row_on(on, BY_SUBJECT, &[&new.subject]).await? {
        return read(&row);
    }
    let made = create_on(on, new).await?;
    execute_on(on, SIGNED_IN, &[&made.id.0]).await?;
    Ok(made)
}

/// Makes an account on a connection or in a transaction.
pub(crate) async fn create_on(
    on: &impl GenericClient,
    new: &NewAccount,
) -> Result<Account, StoreError> {
    let hash = new.password_hash.as_ref().map(ExposeSecret::expose_secret);
    let with: crate::store::Params<'_> =
        &[&new.name, &new.display_name, &new.role.name(), &hash, &new.subject];
    let row = row_on(on, CREATE, with).await?;
    read(&row.ok_or(StoreError::RowsAffected { expected: 1, actual: 0 })?)
}

/// Gives an account another password, in a transaction.
pub(crate) async fn set_password_on(
    on: &Transaction<'_>,
    id: AccountId,
    hash: &SecretString,
) -> Result<(), StoreError> {
    changed(execute_on(on, SET_PASSWORD, &[&id.0, &hash.expose_secret()]).await?)?;
    execute_on(on, END_SESSIONS, &[&id.0]).await?;
    execute_on(on, END_INVITATION, &[&id.0]).await.map(drop)
}

fn changed(rows: u64) -> Result<(), StoreError> {
    match rows {
        0 => Err(StoreError::conflict("account_missing")),
        _ => Ok(()),
    }
}

pub(crate) fn read(row: &Row) -> Result<Account, StoreError> {
    let reader = Reader::new("account", row);
    Ok(Account {
        id: AccountId(reader.get("id")?),
        name: reader.get("name")?,
        display_name: reader.get("display_name")?,
        role: reader.word("role")?,
        subject: reader.get("subject")?,
        has_password: reader.get("has_password")?,
        disabled: reader.get("disabled")?,
        created_at: reader.get("created_at")?,
        signed_in_at: reader.get("signed_in_at")?,
        time_zone: reader.get("time_zone")?,
        exact_times: reader.get("exact_times")?,
    })
}
