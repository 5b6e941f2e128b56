//! Promises: jobs that must not be lost. A row first, published after its commit, and published
//! again while it is due and not kept.

use chrono::{DateTime, Utc};
use lockstep_model::Job;
use tokio_postgres::Row;
use tokio_postgres::types::Json;

use crate::error::StoreError;
use crate::row::{Reader, read_all};
use crate::statement::statements;
use crate::store::Store;

statements! {
    MAKE = "INSERT INTO promise (job, due_at) VALUES ($1, coalesce($2, now())) RETURNING id";
    MAKE_ALL = "INSERT INTO promise (job) SELECT job FROM jsonb_array_elements($1) AS jobs (job)";
    CLAIM_DUE = "WITH due AS ( \
            SELECT id FROM promise WHERE kept_at IS NULL AND due_at <= now() \
                AND (published_at IS NULL OR published_at < now() - interval '2 minutes') \
            ORDER BY due_at, id LIMIT $1 FOR UPDATE SKIP LOCKED) \
        UPDATE promise SET published_at = now() FROM due WHERE promise.id = due.id \
        RETURNING promise.id, promise.job";
    PUBLISHED = "UPDATE promise SET published_at = now() WHERE id = $1";
    UNPUBLISH = "UPDATE promise SET published_at = NULL WHERE id = $1";
    POSTPONE = "UPDATE promise SET due_at = $2, job = $3, published_at = NULL \
        WHERE id = $1 AND kept_at IS NULL";
    KEPT = "UPDATE promise SET kept_at = coalesce(kept_at, now()) WHERE id = $1";
    WAITING = "SELECT count(*) FROM promise WHERE kept_at IS NULL";
}

/// Jobs that must not be lost.
#[derive(Debug, Clone, Copy)]
pub struct Promises<'a> {
    pub(crate) store: &'a Store,
}

impl Promises<'_> {
    /// Promises a job, now or at `due_at`, and gives the promise's number. It is published by
    /// whoever claims it next, or by the caller, who then says [`Promises::published`].
    pub async fn make(self, job: &Job, due_at: Option<DateTime<Utc>>) -> Result<i64, StoreError> {
        let row = self.store.row(MAKE, &[&Json(job), &due_at]).await?;
        let row = row.ok_or(StoreError::RowsAffected { expected: 1, actual: 0 })?;
        Reader::new("promise", &row).get("id")
    }

    /// Promises several jobs, all now, to be published by whoever claims them next.
    pub async fn make_all(self, jobs: &[Job]) -> Result<(), StoreError> {
        self.store.execute(MAKE_ALL, &[&Json(jobs)]).await.map(|_| ())
    }

    /// Claims up to `limit` jobs that are due, and were not published in the last two minutes, to be
    /// published now. Each carries its promise.
    pub async fn claim_due(self, limit: i64) -> Result<Vec<Job>, StoreError> {
        let mut jobs = read_all(&self.store.rows(CLAIM_DUE, &[&limit]).await?, read)?;
        jobs.sort_by_key(|job| job.promise);
        Ok(jobs)
    }

    /// Notes that the job was published by its maker.
    pub async fn published(self, id: i64) -> Result<(), StoreError> {
        self.store.execute(PUBLISHED, &[&id]).await.map(|_| ())
    }

    /// Notes that publishing failed: it is to be claimed again at once.
    pub async fn unpublish(self, id: i64) -> Result<(), StoreError> {
        self.store.execute(UNPUBLISH, &[&id]).await.map(|_| ())
    }

    /// Puts it off until then, as when a vendor asks for longer than the ladder is.
    pub async fn postpone(
        self,
        id: i64,
        job: &Job,
        due_at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.store.execute(POSTPONE, &[&id, &due_at, &Json(job)]).await.map(|_| ())
    }

    /// Notes that the job is done, or given up. Twice is as good as once.
    pub async fn kept(self, id: i64) -> Result<(), StoreError> {
        self.store.execute(KEPT, &[&id]).await.map(|_| ())
    }

    /// How many are not kept yet.
    pub async fn waiting(self) -> Result<i64, StoreError> {
        let row = self.store.row(WAITING, &[]).await?;
        row.map_or(Ok(0), |row| Reader::new("promise", &row).get("count"))
    }
}

fn read(row: &Row) -> Result<Job, StoreError> {
    let reader = Reader::new("promise", row);
    let mut job: Job = reader.json("job")?;
    job.promise = Some(reader.get("id")?);
    Ok(job)
}
