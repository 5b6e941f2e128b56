//! Ticks: what is due becomes jobs. The store hands each due thing to one ticker, so any number of
//! them may run.

use std::time::Duration;

use futures::future::join_all;
use lockstep_model::job::Cause;
use lockstep_model::{CorrelationId, ItemId, Job, JobKind, Lane};
use lockstep_queue::{PublishError, Publisher, Route};
use lockstep_store::{Store, StoreError};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::{Ambient, housekeeping, metrics};

/// The most sweeps and the most promises of one tick; the rest are still due at the next.
const BATCH: i64 = 200;

/// Looks for what is due, again and again.
pub struct Ticker {
    /// Where it is written what is due.
    pub store: Store,
    /// Where the jobs go.
    pub publisher: Publisher,
    /// Time and chance.
    pub ambient: Ambient,
    /// How often.
    pub every: Duration,
}

impl Ticker {
    /// Ticks until it is told to stop. A tick that fails is logged, and the next one tries again.
    pub async fn run(self, stop: CancellationToken) {
        tokio::select! {
            () = stop.cancelled() => {}
            ((), ()) = async { tokio::join!(self.keep_ticking(), self.keep_house()) } => {}
        }
    }

    async fn keep_ticking(&self) {
        let mut ticks = interval(self.every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(error) = self.tick().await {
                tracing::warn!(%error, "a tick has failed");
            }
        }
    }

    async fn keep_house(&self) {
        let mut turns = interval(housekeeping::EVERY);
        turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            turns.tick().await;
            match housekeeping::keep_house(&self.store).await {
                Ok(0) => {}
                Ok(deleted) => tracing::info!(deleted, "rows that are kept no longer are gone"),
                Err(error) => tracing::warn!(%error, "housekeeping waits for its next turn"),
            }
        }
    }

    /// One tick: publishes a job for each sweep and each promise that is due. Gives back what cannot
    /// be published.
    ///
    /// # Errors
    /// The store cannot be asked.
    pub async fn tick(&self) -> Result<(), StoreError> {
        let items = self.store.items().claim_due_sweeps(BATCH).await?;
        join_all(items.into_iter().map(|item| self.sweep(item))).await;
        let jobs = self.store.promises().claim_due(BATCH).await?;
        join_all(jobs.into_iter().map(|job| self.keep(job))).await;
        Ok(())
    }

    async fn sweep(&self, item: ItemId) {
        let id = (self.ambient.id)();
        let job = Job {
            id,
            kind: JobKind::Sweep { item },
            // A person's edit in Salesforce is found by the sweep: it must not queue behind a backfill.
            lane: Lane::Live,
            attempt: 0,
            first_seen: (self.ambient.now)(),
            correlation: CorrelationId(id.to_string()),
            cause: Cause::Tick,
            promise: None,
        };
        if !note("sweep", &self.publisher.publish(&job, Route::Lane).await)
            && let Err(error) = self.store.items().sweep_soon(item).await
        {
            tracing::warn!(%error, %item, "a sweep waits for its next turn");
        }
    }

    async fn keep(&self, job: Job) {
        if !note("promise", &self.publisher.publish(&job, Route::Lane).await)
            && let Some(promise) = job.promise
            && let Err(error) = self.store.promises().unpublish(promise).await
        {
            tracing::warn!(%error, promise, "a promise waits for its next turn");
        }
    }
}

/// Counts and logs; whether it was published.
fn note(kind: &str, published: &Result<(), PublishError>) -> bool {
    let outcome = if published.is_ok() { "published" } else { "given_back" };
    metrics::TICKS.with_label_values(&[kind, outcome]).inc();
    if let Err(error) = published {
        tracing::warn!(%error, kind, "what is due cannot be published");
    }
    published.is_ok()
}
