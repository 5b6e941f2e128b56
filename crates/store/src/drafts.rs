//! Drafts: items that somebody is writing in the console, each its author's own.

use chrono::{DateTime, Utc};
use lockstep_model::ItemId;
use serde_json::Value;
use tokio_postgres::Row;

use crate::accounts::AccountId;
use crate::error::StoreError;
use crate::row::{Reader, read_all};
use crate::statement::statements;
use crate::store::Store;

/// Drafts that an account keeps; beyond, the one that was left alone longest makes room.
const KEPT: i64 = 50;

macro_rules! columns {
    () => {
        "id, item, base_version, base, typed, created_at, updated_at"
    };
}

statements! {
    CREATE = concat!("INSERT INTO item_draft (account, item, base_version, base, typed) \
        VALUES ($1, $2, $3, $4, $5) RETURNING ", columns!());
    MAKE_ROOM = "DELETE FROM item_draft WHERE id IN (SELECT id FROM item_draft WHERE account = $1 \
        ORDER BY updated_at DESC, id DESC OFFSET $2)";
    GET = concat!("SELECT ", columns!(), " FROM item_draft WHERE id = $1 AND account = $2");
    LIST = concat!("SELECT ", columns!(), " FROM item_draft WHERE account = $1 \
        ORDER BY updated_at DESC, id DESC");
    SAVE = "UPDATE item_draft SET typed = $3, updated_at = now() WHERE id = $1 AND account = $2";
    DELETE = "DELETE FROM item_draft WHERE id = $1 AND account = $2";
}

/// A draft to be begun.
#[derive(Debug, Clone, PartialEq)]
pub struct NewDraft {
    /// Its author.
    pub account: AccountId,
    /// The item that is changed, with its version now; none for a new item.
    pub item: Option<(ItemId, i32)>,
    /// The document that it begins from.
    pub base: Value,
    /// What is typed so far, in the caller's form.
    pub typed: Value,
}

/// A draft as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// Its number.
    pub id: i64,
    /// The item that is changed, with its version when that began.
    pub item: Option<(ItemId, i32)>,
    /// The document that it began from.
    pub base: Value,
    /// What is typed so far.
    pub typed: Value,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When something was typed last.
    pub updated_at: DateTime<Utc>,
}

/// Items that somebody is writing.
#[derive(Debug, Clone, Copy)]
pub struct Drafts<'a> {
    pub(crate) store: &'a Store,
}

impl Drafts<'_> {
    /// Begins a draft. Of an account's drafts the fifty that were touched last are kept.
    pub async fn create(self, new: &NewDraft) -> Result<Draft, StoreError> {
        let (item, version) = new.item.map(|(item, version)| (item.0, version)).unzip();
        let with: crate::store::Params<'_> =
            &[&new.account.0, &item, &version, &new.base, &new.typed];
        let row = self.store.row(CREATE, with).await?;
        let draft = read(&row.ok_or(StoreError::RowsAffected { expected: 1, actual: 0 })?)?;
        self.store.execute(MAKE_ROOM, &[&new.account.0, &KEPT]).await?;
        Ok(draft)
    }

    /// An account's draft.
    pub async fn get(self, id: i64, account: AccountId) -> Result<Option<Draft>, StoreError> {
        self.store.row(GET, &[&id, &account.0]).await?.as_ref().map(read).transpose()
    }

    /// The drafts of an account, the latest first.
    pub async fn list(self, account: AccountId) -> Result<Vec<Draft>, StoreError> {
        read_all(&self.store.rows(LIST, &[&account.0]).await?, read)
    }

    /// Keeps what was typed. `false`: there is no such draft of this account.
    pub async fn save(
        self,
        id: i64,
        account: AccountId,
        typed: &Value,
    ) -> Result<bool, StoreError> {
        Ok(self.store.execute(SAVE, &[&id, &account.0, &typed]).await? == 1)
    }

    /// Throws a draft away. `false`: there is none.
    pub async fn delete(self, id: i64, account: AccountId) -> Result<bool, StoreError> {
        Ok(self.store.execute(DELETE, &[&id, &account.0]).await? == 1)
    }
}

fn read(row: &Row) -> Result<Draft, StoreError> {
    let reader = Reader::new("item_draft", row);
    let item: Option<i64> = reader.get("item")?;
    let version: Option<i32> = reader.get("base_version")?;
    Ok(Draft {
        id: reader.get("id")?,
        item: item.map(ItemId).zip(version),
        base: reader.get("base")?,
        typed: reader.get("typed")?,
        created_at: reader.get("created_at")?,
        updated_at: reader.get("updated_at")?,
    })
}
