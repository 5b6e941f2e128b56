//! The reading side of a queue: a stream of deliveries that is built anew whenever it ends, and a
//! drain that loses nothing and runs nothing twice.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use lapin::message::Delivery;
use lapin::options::{
    BasicCancelOptions, BasicConsumeOptions, BasicQosOptions, BasicRejectOptions,
};
use lapin::types::FieldTable;
use lapin::{Channel, Consumer};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::error::QueueError;
use crate::line::Line;
use crate::metrics;

const REBUILD_DELAY: Duration = Duration::from_millis(500);
const DRAIN_TIMEOUT: Duration = Duration::from_secs(2);
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);
/// How long work that was told to let go may take to do so.
const LET_GO_TIMEOUT: Duration = Duration::from_secs(3);

/// Two requests to stop: take no more, and let go of what runs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stop {
    pub(crate) soft: CancellationToken,
    pub(crate) hard: CancellationToken,
}

/// One queue, read by at most `concurrency` pieces of work at a time.
pub(crate) struct Subscription {
    pub(crate) line: Line,
    pub(crate) queue: String,
    pub(crate) concurrency: u16,
    pub(crate) stop: Stop,
}

impl Subscription {
    /// Runs `work` for each delivery until it is told to stop and all work has ended. `work` answers
    /// its delivery itself.
    pub(crate) async fn run<W, F>(self, work: W)
    where
        W: Fn(Delivery) -> F,
        F: Future<Output = ()> + Send + 'static,
    {
        let slots = Arc::new(Semaphore::new(usize::from(self.concurrency)));
        let tasks = TaskTracker::new();
        let mut last = None;
        while !self.stop.soft.is_cancelled() {
            match self.session(&work, &slots, &tasks).await {
                Ok(channel) => last = channel,
                Err(error) => {
                    tracing::warn!(queue = self.queue, %error, "the consumer is built anew");
                    metrics::REBUILDS.with_label_values(&[&self.queue]).inc();
                    if error.is_missing() {
                        self.line.mend();
                    }
                    let () = tokio::select! {
                        () = sleep(REBUILD_DELAY) => {}, () = self.stop.soft.cancelled() => {}
                    };
                }
            }
        }
        tasks.close();
        tokio::select! { () = tasks.wait() => {}, () = self.stop.hard.cancelled() => {} }
        if timeout(LET_GO_TIMEOUT, tasks.wait()).await.is_err() {
            tracing::error!(queue = self.queue, left = tasks.len(), "work did not let go");
        }
        if let Some(channel) = last {
            close(&channel).await;
        }
    }

    /// One consumer's life. Ends well only when told to stop, and then gives the channel back, for
    /// what still runs answers on it.
    async fn session<W, F>(
        &self,
        work: &W,
        slots: &Arc<Semaphore>,
        tasks: &TaskTracker,
    ) -> Result<Option<Channel>, QueueError>
    where
        W: Fn(Delivery) -> F,
        F: Future<Output = ()> + Send + 'static,
    {
        let opened = tokio::select! {
            opened = self.consume() => opened?,
            () = self.stop.soft.cancelled() => return Ok(None),
        };
        let (channel, mut deliveries) = opened;
        loop {
            // A slot first: what has not started stays in the stream, and can be given back.
            let slot = tokio::select! {
                biased;
                () = self.stop.soft.cancelled() => break,
                slot = Arc::clone(slots).acquire_owned() => slot,
            };
            let delivery = tokio::select! {
                biased;
                () = self.stop.soft.cancelled() => break,
                delivery = deliveries.next() => delivery.ok_or(QueueError::Cancelled)??,
            };
            let job = work(delivery);
            tasks.spawn(async move {
                job.await;
                drop(slot);
            });
        }
        give_back(&channel, deliveries).await;
        Ok(Some(channel))
    }

    async fn consume(&self) -> Result<(Channel, Consumer), QueueError> {
        let channel = self.line.channel().await?;
        let qos = channel.basic_qos(self.concurrency, BasicQosOptions::default());
        self.line.call("setting the prefetch", qos).await?;
        let consume = channel.basic_consume(
            self.queue.as_str().into(),
            "".into(),
            BasicConsumeOptions::default(),
            FieldTable::default(),
        );
        let deliveries = self.line.call("consuming", consume).await?;
        Ok((channel, deliveries))
    }
}

/// Cancels the consumer and returns what it has not handed out. By `reject`: from RabbitMQ 4.3 on a
/// `nack` does not count towards the delivery limit.
async fn give_back(channel: &Channel, mut deliveries: Consumer) {
    let drain = async {
        channel.basic_cancel(deliveries.tag(), BasicCancelOptions::default()).await?;
        while let Some(delivery) = deliveries.next().await {
            reject(&delivery?).await;
        }
        Ok::<_, lapin::Error>(())
    };
    match timeout(DRAIN_TIMEOUT, drain).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, "draining a consumer"),
        Err(_) => {
            tracing::warn!("a consumer did not drain in time; the broker takes the rest back");
        }
    }
}

/// Returns a delivery to its queue.
pub(crate) async fn reject(delivery: &Delivery) {
    let returned = delivery.reject(BasicRejectOptions { requeue: true }).await;
    if !matches!(returned, Ok(true)) {
        metrics::ACK_STALE.inc();
    }
}

async fn close(channel: &Channel) {
    let closed = timeout(CLOSE_TIMEOUT, channel.close(200, "done".into())).await;
    tracing::debug!(?closed, "closed a consuming channel");
}
