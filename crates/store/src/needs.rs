//! What waits for a person, grouped by its cause: findings of links, conflicts that are held, dead
//! letters, and connections that are paused. The links of a group come from [`crate::Links::search`].

use chrono::{DateTime, Utc};
use lockstep_model::{Code, ItemId};
use serde::Serialize;
use tokio_postgres::Row;

use crate::accounts::AccountId;
use crate::error::StoreError;
use crate::row::{Reader, words};
use crate::search::COUNT_MAX;
use crate::statement::statements;
use crate::store::Store;

statements! {
    // The inner limits bound what is read; a count that reaches them means "more".
    GROUPS = "SELECT found.*, account.name AS assignee, \
            CASE WHEN need_group.snoozed_until > now() THEN need_group.snoozed_until END AS snoozed_until \
        FROM (SELECT 'paused' AS kind, pause_code AS code, count(*) AS number, \
            min(updated_at) AS oldest, max(updated_at) AS newest \
        FROM connection WHERE state = 'paused' AND $1::bigint IS NULL GROUP BY pause_code \
        UNION ALL \
        SELECT 'dead_letter', code, count(*), min(buried_at), max(buried_at) \
        FROM (SELECT code, buried_at FROM dead_letter \
            WHERE state = 'waiting' AND $1::bigint IS NULL LIMIT $2) AS letters GROUP BY code \
        UNION ALL \
        SELECT 'held', $3, count(*), min(synced_at), max(synced_at) \
        FROM (SELECT synced_at FROM link WHERE base ? 'held' AND state = 'active' \
            AND ($1::bigint IS NULL OR item = $1) LIMIT $2) AS links HAVING count(*) > 0 \
        UNION ALL \
        SELECT 'finding', code, count(*), min(synced_at), max(synced_at) \
        FROM (SELECT DISTINCT link.id, finding ->> 'code' AS code, synced_at \
            FROM (SELECT id, findings, synced_at FROM link \
                WHERE findings <> '[]' AND state <> 'unlinked' \
                    AND ($1::bigint IS NULL OR item = $1) LIMIT $2) AS link, \
                jsonb_array_elements(findings) AS finding) AS found \
        WHERE code <> $3 GROUP BY code) AS found \
        LEFT JOIN need_group USING (kind, code) LEFT JOIN account ON account.id = need_group.account \
        ORDER BY found.kind, found.number DESC, found.code";
    // Each part ends where the whole does: what is counted no further is not read. Where causes are put
    // off, no more than a thousand of a kind are looked through for what is not.
    WAITING = "WITH off AS MATERIALIZED (SELECT kind, code FROM need_group WHERE snoozed_until > now()) \
        SELECT count(*) FROM ( \
        (SELECT 1 FROM connection WHERE state = 'paused' LIMIT 100) UNION ALL \
        (SELECT 1 FROM (SELECT code FROM dead_letter WHERE state = 'waiting' LIMIT 1000) AS letter \
            WHERE NOT EXISTS (SELECT FROM off WHERE kind = 'dead_letter' AND off.code = letter.code) \
            LIMIT 100) UNION ALL \
        (SELECT 1 FROM link WHERE base ? 'held' AND state = 'active' \
            AND NOT EXISTS (SELECT FROM off WHERE kind = 'held') LIMIT 100) UNION ALL \
        (SELECT 1 FROM (SELECT findings FROM link \
                WHERE findings <> '[]' AND NOT base ? 'held' AND state <> 'unlinked' LIMIT 1000) AS link \
            WHERE EXISTS (SELECT FROM jsonb_array_elements(link.findings) AS finding \
                WHERE NOT EXISTS (SELECT FROM off WHERE kind = 'finding' AND code = finding ->> 'code')) \
            LIMIT 100) \
        LIMIT 100) AS waiting";
    SNOOZE = "INSERT INTO need_group (kind, code, snoozed_until) \
        VALUES ($1, $2, now() + make_interval(hours => $3)) ON CONFLICT (kind, code) DO UPDATE \
            SET snoozed_until = excluded.snoozed_until RETURNING snoozed_until";
    WAKE = "UPDATE need_group SET snoozed_until = NULL WHERE kind = $1 AND code = $2";
    ASSIGN = "INSERT INTO need_group (kind, code, account) VALUES ($1, $2, $3) \
        ON CONFLICT (kind, code) DO UPDATE SET account = excluded.account";
}

/// What waits is counted no further, as the statement says; it then means "100 or more".
pub const WAITING_MAX: i64 = 100;

words! {
    /// What sort of thing waits for a person.
    NeedKind {
        /// What a plan could not do.
        Finding = "finding",
        /// A conflict to be decided.
        Held = "held",
        /// A job that was given up.
        DeadLetter = "dead_letter",
        /// A connection whose credential must be mended.
        Paused = "paused",
    }
}

/// All that waits for a person for the same cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct NeedGroup {
    /// What sort of thing it is.
    pub kind: NeedKind,
    /// The cause: the id of a row of the catalogue.
    pub code: String,
    /// How many links, letters or connections; no more than [`COUNT_MAX`].
    pub count: i64,
    /// When the first of them came up. Of links: when the one was looked at that was not for longest.
    pub oldest: Option<DateTime<Utc>>,
    /// When the last of them came up, or was looked at.
    pub newest: Option<DateTime<Utc>>,
    /// Until when it is put off; none where it is not.
    pub snoozed_until: Option<DateTime<Utc>>,
    /// Name of the account that looks after it; none where nobody does.
    pub assignee: Option<String>,
}

/// What waits for a person.
#[derive(Debug, Clone, Copy)]
pub struct Needs<'a> {
    pub(crate) store: &'a Store,
}

impl Needs<'_> {
    /// All groups, or those of one item's links, by kind; the largest of a kind first.
    pub async fn groups(self, item: Option<ItemId>) -> Result<Vec<NeedGroup>, StoreError> {
        let item = item.map(|item| item.0);
        let held = Code::ConflictHeld.id();
        let rows = self.store.planned_rows(GROUPS, &[&item, &COUNT_MAX, &held]).await?;
        rows.iter().map(read).collect()
    }

    /// How many connections, dead letters and links wait for a person, a link once whatever it waits
    /// for, without those that are put off; no more than [`WAITING_MAX`]. Cheap enough for every page.
    pub async fn waiting(self) -> Result<i64, StoreError> {
        let row = self.store.row(WAITING, &[]).await?;
        row.map_or(Ok(0), |row| Reader::new("link", &row).get("count"))
    }
}

/// What is done about a group of one kind and cause. Not of connections that are paused: nothing flows
/// through them, so they are not put off, but somebody may look after them.
impl Needs<'_> {
    /// Puts a group off for so many hours, and says until when.
    pub async fn snooze(
        self,
        (kind, code): (NeedKind, &str),
        hours: i32,
    ) -> Result<DateTime<Utc>, StoreError> {
        if kind == NeedKind::Paused {
            return Err(StoreError::conflict("paused_is_not_put_off"));
        }
        let row = self.store.row(SNOOZE, &[&kind.name(), &code, &hours]).await?;
        let row = row.ok_or(StoreError::RowsAffected { expected: 1, actual: 0 })?;
        Reader::new("need_group", &row).get("snoozed_until")
    }

    /// Puts a group off no longer. Twice is as good as once.
    pub async fn wake(self, (kind, code): (NeedKind, &str)) -> Result<(), StoreError> {
        self.store.execute(WAKE, &[&kind.name(), &code]).await.map(drop)
    }

    /// Says who looks after a group; nobody where `account` is none.
    pub async fn assign(
        self,
        (kind, code): (NeedKind, &str),
        account: Option<AccountId>,
    ) -> Result<(), StoreError> {
        let account = account.map(|id| id.0);
        self.store.execute(ASSIGN, &[&kind.name(), &code, &account]).await.map(drop)
    }
}

fn read(row: &Row) -> Result<NeedGroup, StoreError> {
    let reader = Reader::new("link", row);
    Ok(NeedGroup {
        kind: reader.word("kind")?,
        code: reader.get("code")?,
        count: reader.get("number")?,
        oldest: reader.get("oldest")?,
        newest: reader.get("newest")?,
        snoozed_until: reader.get("snoozed_until")?,
        assignee: reader.get("assignee")?,
    })
}
