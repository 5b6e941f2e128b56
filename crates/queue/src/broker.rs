//! The broker as a process sees it: two connections, a publisher, and the consumers made from them.

use std::time::Duration;

use lockstep_model::{Job, Lane, Verdict};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::{Ambient, QueueConfig};
use crate::consumer::{Consumer, Delivered, Overflow};
use crate::dead::{self, DeadMessage};
use crate::error::QueueError;
use crate::line::Line;
use crate::publisher::Publisher;
use crate::subscription::{Stop, Subscription};
use crate::topology::{self, Names};

/// How long the first connection may take before start-up fails.
const START_TIMEOUT: Duration = Duration::from_secs(30);

/// A process's two connections to the broker.
pub struct Broker {
    publish: Line,
    consume: Line,
    publisher: Publisher,
    names: Names,
    ambient: Ambient,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Broker {
    /// Connects, and declares the topology or, where that is off, checks it.
    ///
    /// # Errors
    /// No connection within 30 seconds (a broker that is just starting is waited for), or a topology
    /// that is missing or different.
    pub async fn connect(config: QueueConfig, ambient: Ambient) -> Result<Self, QueueError> {
        let names = Names::new(&config.prefix);
        let publish = Line::open(config.clone(), "publish", ambient.clone());
        let consume = Line::open(config.clone(), "consume", ambient.clone());
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let publisher = Publisher::start(&config, publish.clone(), ambient.clone(), &stop, &tasks);
        let broker = Self { publish, consume, publisher, names, ambient, stop, tasks };
        match broker.first_look(config.declare).await {
            Ok(()) => Ok(broker),
            Err(error) => {
                broker.close().await;
                Err(error)
            }
        }
    }

    async fn first_look(&self, declared: bool) -> Result<(), QueueError> {
        let connection = self.publish.ready(START_TIMEOUT).await?;
        self.consume.ready(START_TIMEOUT).await?;
        if declared { Ok(()) } else { topology::check(&connection, &self.names).await }
    }

    /// Publishes jobs. Cheap to clone.
    pub fn publisher(&self) -> Publisher {
        self.publisher.clone()
    }

    /// Runs `handler` for the jobs of a lane, `concurrency` at a time, and carries its verdicts out.
    /// What must wait longer than the ladder is high goes to `overflow`.
    pub fn consume<H, F>(
        &self,
        lane: Lane,
        concurrency: u16,
        overflow: Overflow,
        handler: H,
    ) -> Consumer
    where
        H: Fn(Job, Delivered) -> F + Send + Sync + 'static,
        F: Future<Output = Verdict> + Send + 'static,
    {
        Consumer::start(self, lane, concurrency, overflow, handler)
    }

    /// Moves dead letters out of the broker: calls `bury` with each and takes it off the queue when
    /// that has succeeded. `bury` is called again after an error, and after a crash: it must bear
    /// the same letter twice.
    pub fn move_dead_letters<B, F, E>(&self, bury: B) -> Consumer
    where
        B: Fn(DeadMessage) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: std::fmt::Display + Send + 'static,
    {
        let stop = Stop::default();
        let subscription = self.subscription(self.names.dead(), dead::CONCURRENCY, &stop);
        Consumer::spawn(stop, dead::run(subscription, bury))
    }

    /// Whether both connections stand: a probe for readiness, never for liveness.
    pub fn connected(&self) -> bool {
        self.publish.connected() && self.consume.connected()
    }

    /// Whether an alarm of the broker blocks publishing.
    pub fn blocked(&self) -> bool {
        self.publish.blocked()
    }

    /// The names of queues and exchanges.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// Messages that wait in a queue, without those that workers hold.
    pub async fn depth(&self, queue: &str) -> Result<u32, QueueError> {
        let connection = self.publish.ready(Duration::from_secs(5)).await?;
        topology::depth(&connection, queue).await
    }

    /// Closes channels, then connections. Stop the consumers first.
    pub async fn close(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        self.publish.close().await;
        self.consume.close().await;
    }

    pub(crate) fn ambient(&self) -> &Ambient {
        &self.ambient
    }

    pub(crate) fn subscription(
        &self,
        queue: String,
        concurrency: u16,
        stop: &Stop,
    ) -> Subscription {
        Subscription { line: self.consume.clone(), queue, concurrency, stop: stop.clone() }
    }
}
