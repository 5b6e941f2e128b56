//! Dead letters: jobs that were given up, with the reason. People list, replay and discard them.

use chrono::{DateTime, Utc};
use deadpool_postgres::Transaction;
use lockstep_model::job::Cause;
use lockstep_model::{Code, CorrelationId, Job};
use serde::{Deserialize, Serialize};
use tokio_postgres::Row;
use tokio_postgres::types::Json;

use crate::error::StoreError;
use crate::row::{Reader, Word as _, read_all, words};
use crate::statement::statements;
use crate::store::{Store, execute_on, row_on};

macro_rules! columns {
    () => {
        "id, job, raw, code, detail, attempts, first_seen, correlation, buried_at, state, \
         settled_at, settled_by, promise"
    };
}

pub(crate) use columns;

statements! {
    // `DO UPDATE` with no change, so that the row of the first burial is returned.
    // Nor shall the promise of a job that was given up publish it again.
    BURY = "WITH given_up AS ( \
            UPDATE promise SET kept_at = now() WHERE id = $9 AND kept_at IS NULL) \
        INSERT INTO dead_letter AS known \
            (identity, job, raw, code, detail, attempts, first_seen, correlation) \
        VALUES (coalesce($1, 'raw:' || encode(sha256($3), 'hex')), $2, $3, $4, $5, $6, $7, $8) \
        ON CONFLICT (identity) DO UPDATE SET identity = known.identity RETURNING id";
    LIST = concat!("SELECT ", columns!(), " FROM dead_letter WHERE $1::text IS NULL OR state = $1 \
        ORDER BY id DESC LIMIT $2");
    GET = concat!("SELECT ", columns!(), " FROM dead_letter WHERE id = $1");
    LOCK = "SELECT id, job FROM dead_letter WHERE id = $1 AND state = 'waiting' FOR UPDATE";
    PROMISE = "INSERT INTO promise (job) VALUES ($1) RETURNING id";
    REPLAYED = "UPDATE dead_letter SET state = 'replayed', settled_at = now(), settled_by = $2, \
        promise = $3 WHERE id = $1";
    DISCARD = "UPDATE dead_letter SET state = 'discarded', settled_at = now(), settled_by = $2 \
        WHERE id = $1 AND state = 'waiting'";
    WAITING = "SELECT count(*) FROM dead_letter WHERE state = 'waiting'";
}

words! {
    /// How a dead letter stands.
    DeadLetterState {
        /// Somebody should look at it.
        Waiting = "waiting",
        /// Its job was promised anew.
        Replayed = "replayed",
        /// Somebody let it go.
        Discarded = "discarded",
    }
}

/// A job to be buried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DeadLetter {
    /// The job; `None` if the message could not be read.
    #[schema(value_type = Option<Object>)]
    pub job: Option<Job>,
    /// The message as it came.
    #[serde(skip)]
    pub raw: Vec<u8>,
    /// Why it was given up.
    #[schema(value_type = String)]
    pub code: Code,
    /// What exactly.
    pub detail: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was first accepted.
    pub first_seen: Option<DateTime<Utc>>,
    /// Ties it to log, audit and errors.
    #[schema(value_type = Option<String>)]
    pub correlation: Option<CorrelationId>,
}

/// A dead letter as stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Burial {
    /// Its id.
    pub id: i64,
    /// What was buried.
    pub letter: DeadLetter,
    /// When, by the database's clock.
    pub buried_at: DateTime<Utc>,
    /// How it stands.
    pub state: DeadLetterState,
    /// When and by whom it was replayed or discarded.
    pub settled: Option<(DateTime<Utc>, String)>,
    /// The promise that replays it.
    pub promise: Option<i64>,
}

/// Jobs that were given up.
#[derive(Debug, Clone, Copy)]
pub struct DeadLetters<'a> {
    pub(crate) store: &'a Store,
}

impl DeadLetters<'_> {
    /// Buries a job and gives the dead letter's id. The same attempt of the same job is buried once,
    /// however often its message is delivered; so is an unreadable message. A replay that is given
    /// up again is another one. The job's promise, if it has one, counts as kept.
    pub async fn bury(self, letter: &DeadLetter) -> Result<i64, StoreError> {
        let identity = letter.job.as_ref().map(|job| {
            format!("job:{}:{}:{}", job.id, letter.attempts, job.promise.unwrap_or_default())
        });
        let with: crate::store::Params<'_> = &[
            &identity,
            &letter.job.as_ref().map(Json),
            &letter.raw,
            &letter.code.word(),
            &letter.detail,
            &i32::try_from(letter.attempts).unwrap_or(i32::MAX),
            &letter.first_seen,
            &letter.correlation.as_ref().map(|id| id.0.as_str()),
            &letter.job.as_ref().and_then(|job| job.promise),
        ];
        let row = self.store.row(BURY, with).await?;
        let row = row.ok_or(StoreError::RowsAffected { expected: 1, actual: 0 })?;
        Reader::new("dead_letter", &row).get("id")
    }

    /// The latest ones, of one state or of all.
    pub async fn list(
        self,
        state: Option<DeadLetterState>,
        limit: i64,
    ) -> Result<Vec<Burial>, StoreError> {
        let state = state.map(DeadLetterState::name);
        read_all(&self.store.rows(LIST, &[&state, &limit]).await?, read)
    }

    /// The dead letter with this id.
    pub async fn get(self, id: i64) -> Result<Option<Burial>, StoreError> {
        self.store.row(GET, &[&id]).await?.as_ref().map(read).transpose()
    }

    /// How many wait for somebody to look at them.
    pub async fn waiting(self) -> Result<i64, StoreError> {
        let row = self.store.row(WAITING, &[]).await?;
        row.map_or(Ok(0), |row| Reader::new("dead_letter", &row).get("count"))
    }

    /// Promises its job anew, with no attempt counted, and gives the job to be published. A conflict
    /// if it does not wait (`dead_letter_settled_already`) or holds no job (`dead_letter_unreadable`).
    pub async fn replay(self, id: i64, actor: &str) -> Result<Job, StoreError> {
        self.store.once_more(|| self.replay_once(id, actor)).await
    }

    async fn replay_once(&self, id: i64, actor: &str) -> Result<Job, StoreError> {
        let mut client = self.store.client().await?;
        let transaction = client.transaction().await?;
        let mut job = locked_job(&transaction, id).await?;
        (job.attempt, job.cause, job.promise) = (0, Cause::Replay, None);
        let row = row_on(&transaction, PROMISE, &[&Json(&job)]).await?;
        let row = row.ok_or(StoreError::RowsAffected { expected: 1, actual: 0 })?;
        let promise: i64 = Reader::new("promise", &row).get("id")?;
        execute_on(&transaction, REPLAYED, &[&id, &actor, &promise]).await?;
        transaction.commit().await?;
        Ok(Job { promise: Some(promise), ..job })
    }

    /// Lets it go for good. A conflict if it does not wait (`dead_letter_settled_already`).
    pub async fn discard(self, id: i64, actor: &str) -> Result<(), StoreError> {
        match self.store.execute(DISCARD, &[&id, &actor]).await? {
            0 => Err(StoreError::conflict("dead_letter_settled_already")),
            _ => Ok(()),
        }
    }
}

async fn locked_job(transaction: &Transaction<'_>, id: i64) -> Result<Job, StoreError> {
    let row = row_on(transaction, LOCK, &[&id]).await?;
    let row = row.ok_or_else(|| StoreError::conflict("dead_letter_settled_already"))?;
    let job = Reader::new("dead_letter", &row).get::<Option<Json<Job>>>("job")?;
    job.map(|Json(job)| job).ok_or_else(|| StoreError::conflict("dead_letter_unreadable"))
}

pub(crate) fn read(row: &Row) -> Result<Burial, StoreError> {
    let reader = Reader::new("dead_letter", row);
    let settled_at: Option<DateTime<Utc>> = reader.get("settled_at")?;
    let attempts: i32 = reader.get("attempts")?;
    let letter = DeadLetter {
        job: reader.get::<Option<Json<Job>>>("job")?.map(|Json(job)| job),
        raw: reader.get("raw")?,
        code: reader.word("code")?,
        detail: reader.get("detail")?,
        attempts: u32::try_from(attempts).unwrap_or_default(),
        first_seen: reader.get("first_seen")?,
        correlation: reader.get::<Option<String>>("correlation")?.map(CorrelationId),
    };
    Ok(Burial {
        id: reader.get("id")?,
        letter,
        buried_at: reader.get("buried_at")?,
        state: reader.word("state")?,
        settled: settled_at.zip(reader.get::<Option<String>>("settled_by")?),
        promise: reader.get("promise")?,
    })
}
