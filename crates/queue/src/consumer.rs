//! A running consumer, and what it is built from.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use lockstep_model::{Job, Lane, Verdict};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::broker::Broker;
use crate::executor::Executor;
use crate::settle::Settle;
use crate::subscription::{Stop, Subscription};

/// Stores a job that must wait longer than the ladder is high, to be published again after the given
/// time. `Ok` means that it is stored; the error is for the log, and the call is made again.
pub type Overflow =
    Arc<dyn Fn(Job, Duration) -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// How a job came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivered {
    /// Somebody had it before and did not answer.
    pub redelivered: bool,
    /// How long it waited since it was due.
    pub waited: Duration,
}

/// Something that reads a queue until it is stopped.
pub struct Consumer {
    stop: Stop,
    task: JoinHandle<()>,
}

impl Consumer {
    pub(crate) fn spawn(stop: Stop, task: impl Future<Output = ()> + Send + 'static) -> Self {
        Self { stop, task: tokio::spawn(task) }
    }

    /// Runs `handler` for the jobs of a lane, `concurrency` at a time.
    pub(crate) fn start<H, F>(
        broker: &Broker,
        lane: Lane,
        concurrency: u16,
        overflow: Overflow,
        handler: H,
    ) -> Self
    where
        H: Fn(Job, Delivered) -> F + Send + Sync + 'static,
        F: Future<Output = Verdict> + Send + 'static,
    {
        let stop = Stop::default();
        let settle = Settle {
            publisher: broker.publisher(),
            overflow,
            ambient: broker.ambient().clone(),
            hard: stop.hard.clone(),
        };
        let executor = Arc::new(Executor { lane, handler, settle });
        let subscription = broker.subscription(broker.names().lane(lane), concurrency, &stop);
        Self::spawn(stop, run(subscription, executor))
    }

    /// Whether it has ended, which without [`Self::stop`] it does only by a defect.
    pub fn is_finished(&self) -> bool {
        self.task.is_finished()
    }

    /// Takes no more jobs, gives back what has not started, lets what runs finish within `grace`, and
    /// gives back the rest.
    pub async fn stop(self, grace: Duration) {
        let Self { stop, mut task } = self;
        stop.soft.cancel();
        if timeout(grace, &mut task).await.is_err() {
            stop.hard.cancel();
            if let Err(error) = task.await {
                tracing::error!(%error, "a consumer ended badly");
            }
        }
    }
}

async fn run<H, F>(subscription: Subscription, executor: Arc<Executor<H>>)
where
    H: Fn(Job, Delivered) -> F + Send + Sync + 'static,
    F: Future<Output = Verdict> + Send + 'static,
{
    let work = |delivery| {
        let executor = Arc::clone(&executor);
        async move { executor.run(delivery).await }
    };
    subscription.run(work).await;
}
