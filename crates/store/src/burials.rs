//! Dead letters by their cause: pages of them, and settling many at once, in bounded batches.

use chrono::{DateTime, Utc};
use lockstep_model::Code;

use crate::dead_letters::{Burial, DeadLetterState, DeadLetters, columns, read};
use crate::error::StoreError;
use crate::row::read_all;
use crate::statement::statements;

/// Those that wait, of one cause or of all, and since when they were buried.
macro_rules! chosen {
    () => {
        "SELECT id, job FROM dead_letter WHERE state = 'waiting' \
         AND ($1::text IS NULL OR code = $1) AND ($2::timestamptz IS NULL OR buried_at >= $2)"
    };
}

statements! {
    PAGE = concat!("SELECT ", columns!(), " FROM dead_letter \
        WHERE ($1::text IS NULL OR state = $1) AND ($2::text IS NULL OR code = $2) AND id < $3 \
        ORDER BY id DESC LIMIT $4");
    COUNT = concat!("SELECT count(*) FROM (", chosen!(), " LIMIT $3) AS one");
    // Whoever settles one of them at the same time has it; the promises are published by the tick.
    REPLAY = concat!("WITH chosen AS MATERIALIZED (", chosen!(), " AND job IS NOT NULL \
            ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED), \
        numbered AS (SELECT id, job, nextval(pg_get_serial_sequence('promise', 'id')) AS promise \
            FROM chosen), \
        promised AS (INSERT INTO promise (id, job) OVERRIDING SYSTEM VALUE \
            SELECT promise, job || '{\"attempt\": 0, \"cause\": \"replay\", \"promise\": null}' \
            FROM numbered) \
        UPDATE dead_letter SET state = 'replayed', settled_at = now(), settled_by = $4, \
            promise = numbered.promise FROM numbered WHERE dead_letter.id = numbered.id");
    DISCARD = concat!("WITH chosen AS MATERIALIZED (", chosen!(), " \
            ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED) \
        UPDATE dead_letter SET state = 'discarded', settled_at = now(), settled_by = $4 \
        FROM chosen WHERE dead_letter.id = chosen.id");
}

/// Which of the dead letters that wait are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Letters {
    /// Those of one cause.
    pub code: Option<Code>,
    /// Those that were buried from then on.
    pub since: Option<DateTime<Utc>>,
}

impl DeadLetters<'_> {
    /// One page of them, of one state and one cause or of all, latest first; `after` is the last one of
    /// the page before.
    pub async fn page(
        self,
        state: Option<DeadLetterState>,
        code: Option<Code>,
        after: Option<i64>,
        limit: i64,
    ) -> Result<Vec<Burial>, StoreError> {
        let (state, code) = (state.map(DeadLetterState::name), code.map(Code::id));
        let before = after.unwrap_or(i64::MAX);
        let rows = self.store.planned_rows(PAGE, &[&state, &code, &before, &limit]).await?;
        read_all(&rows, read)
    }

    /// How many of them wait; no more than [`crate::COUNT_MAX`].
    pub async fn count(self, letters: Letters) -> Result<i64, StoreError> {
        let code = letters.code.map(Code::id);
        let with: crate::store::Params<'_> = &[&code, &letters.since, &crate::COUNT_MAX];
        let row = self.store.row(COUNT, with).await?;
        row.map_or(Ok(0), |row| crate::row::Reader::new("dead_letter", &row).get("count"))
    }

    /// Promises the jobs of up to `limit` of them anew, the oldest first, and says how many. Letters
    /// that hold no readable job are left. The tick publishes the jobs.
    pub async fn replay_some(
        self,
        letters: Letters,
        actor: &str,
        limit: i64,
    ) -> Result<u64, StoreError> {
        self.settle(REPLAY, letters, actor, limit).await
    }

    /// Lets up to `limit` of them go for good, the oldest first, and says how many.
    pub async fn discard_some(
        self,
        letters: Letters,
        actor: &str,
        limit: i64,
    ) -> Result<u64, StoreError> {
        self.settle(DISCARD, letters, actor, limit).await
    }

    async fn settle(
        self,
        sql: &str,
        letters: Letters,
        actor: &str,
        limit: i64,
    ) -> Result<u64, StoreError> {
        let code = letters.code.map(Code::id);
        self.store.execute(sql, &[&code, &letters.since, &limit, &actor]).await
    }
}
