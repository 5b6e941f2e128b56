//! A worker: the engine at work on both lanes, and on the dead letters.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use futures::FutureExt;
use lockstep_model::{Job, Lane};
use lockstep_queue::{Broker, Consumer, DeadMessage, Overflow};
use lockstep_store::{DeadLetter, StoreError};
use tokio_util::sync::CancellationToken;

use crate::Engine;

/// How many jobs a worker has in hand at a time, by lane. It is the lane's prefetch, too.
#[derive(Debug, Clone, Copy)]
pub struct Concurrency {
    /// Of the live lane.
    pub live: u16,
    /// Of the bulk lane.
    pub bulk: u16,
}

/// No job waits longer.
const WAIT_MAX: Duration = Duration::from_secs(7 * 24 * 3600);

/// Pause between two looks at the consumers.
const LOOK: Duration = Duration::from_secs(1);

/// A running worker.
pub struct Worker {
    engine: Engine,
    consumers: Vec<Consumer>,
}

impl Worker {
    /// Starts to take jobs from both lanes, and to move dead letters into Postgres.
    pub fn start(engine: &Engine, broker: &Broker, concurrency: Concurrency) -> Self {
        let lanes = [(Lane::Live, concurrency.live), (Lane::Bulk, concurrency.bulk)];
        let overflow = engine.overflow();
        let mut consumers: Vec<Consumer> = lanes
            .into_iter()
            .map(|(lane, concurrency)| {
                let engine = engine.clone();
                let handler = move |job: Job, _| {
                    let engine = engine.clone();
                    async move { engine.handle(&job).await }
                };
                broker.consume(lane, concurrency, Arc::clone(&overflow), handler)
            })
            .collect();
        let burying = engine.clone();
        consumers.push(broker.move_dead_letters(move |letter| {
            let engine = burying.clone();
            async move { engine.bury(letter).await }
        }));
        Self { engine: engine.clone(), consumers }
    }

    /// Works until `stop` is cancelled, then drains: takes no more jobs, finishes what is in flight
    /// within four fifths of `grace`, and gives back the rest. Stores what it counts all the while.
    ///
    /// # Errors
    /// A consumer ended although nobody stopped it.
    pub async fn run(self, stop: CancellationToken, grace: Duration) -> Result<(), ConsumerEnded> {
        tokio::select! {
            ended = self.watch(&stop) => ended?,
            () = self.engine.keep_storing_measures() => {}
        }
        let stops = self.consumers.into_iter().map(|consumer| consumer.stop(grace * 4 / 5));
        futures::future::join_all(stops).await;
        let stored = tokio::time::timeout(grace / 10, self.engine.store_measures());
        if stored.await.is_err() {
            tracing::warn!("what was counted last is not stored");
        }
        Ok(())
    }

    /// Looks whether the consumers live, until `stop` is cancelled.
    async fn watch(&self, stop: &CancellationToken) -> Result<(), ConsumerEnded> {
        let mut look = tokio::time::interval(LOOK);
        while !stop.is_cancelled() {
            tokio::select! {
                () = stop.cancelled() => {}
                _ = look.tick() => {
                    if self.consumers.iter().any(Consumer::is_finished) {
                        return Err(ConsumerEnded);
                    }
                }
            }
        }
        Ok(())
    }
}

/// A consumer ended although nobody stopped it: a defect.
#[derive(Debug, thiserror::Error)]
#[error("a consumer ended although nobody stopped it")]
pub struct ConsumerEnded;

impl Engine {
    /// Where a job goes that must wait longer than the ladder is high: a promise, due then.
    fn overflow(&self) -> Overflow {
        let engine = self.clone();
        Arc::new(move |job, delay| {
            let engine = engine.clone();
            async move { engine.promise(&job, delay).await.map_err(|error| error.to_string()) }
                .boxed()
        })
    }

    async fn promise(&self, job: &Job, delay: Duration) -> Result<(), StoreError> {
        let due_at = (self.clock)() + TimeDelta::from_std(delay.min(WAIT_MAX)).unwrap_or_default();
        let promises = self.store.promises();
        match job.promise {
            Some(id) => promises.postpone(id, job, due_at).await,
            None => promises.make(job, Some(due_at)).await.map(|_| ()),
        }
    }

    /// A letter that is buried waits for a person: the promise that its job kept is settled with it.
    async fn bury(&self, dead: DeadMessage) -> Result<(), StoreError> {
        let promise = dead.job.as_ref().and_then(|job| job.promise);
        let letter = DeadLetter {
            attempts: dead.attempts(),
            code: dead.fault.code,
            detail: dead.fault.detail,
            first_seen: dead.job.as_ref().map(|job| job.first_seen),
            correlation: dead.job.as_ref().map(|job| job.correlation.clone()),
            job: dead.job,
            raw: dead.raw,
        };
        self.store.dead_letters().bury(&letter).await?;
        match promise {
            Some(id) => self.store.promises().kept(id).await,
            None => Ok(()),
        }
    }
}
