//! Against a real broker: each test has exchanges and queues of its own.

mod consuming;
mod dead_letters;
mod draining;
mod faults;
mod publishing;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::DateTime;
use lockstep_model::job::Cause;
use lockstep_model::{CorrelationId, Job, JobKind, Lane, LinkId, Verdict};
use lockstep_testkit::broker::Fresh;
use lockstep_testkit::eventually;
use uuid::Uuid;

use crate::{Ambient, Broker, Consumer, Delivered, Overflow, QueueConfig, Route};

pub(super) const SOON: Duration = Duration::from_secs(10);
pub(super) const GRACE: Duration = Duration::from_secs(5);

pub(super) fn ambient() -> Ambient {
    Ambient::new(|| DateTime::UNIX_EPOCH, || 0.0)
}

pub(super) async fn connect(config: QueueConfig) -> Broker {
    Broker::connect(config, ambient()).await.expect("the broker")
}

pub(super) async fn house() -> (Fresh, Broker) {
    let fresh = Fresh::new().await.expect("the broker");
    let broker = connect(QueueConfig::new(&fresh.url).with_prefix(&fresh.prefix)).await;
    (fresh, broker)
}

pub(super) fn job(number: u128) -> Job {
    Job {
        id: Uuid::from_u128(number),
        kind: JobKind::Link { link: LinkId(1) },
        lane: Lane::Live,
        attempt: 0,
        first_seen: DateTime::UNIX_EPOCH,
        correlation: CorrelationId(format!("c-{number}")),
        cause: Cause::Tick,
        promise: None,
    }
}

pub(super) async fn publish(broker: &Broker, job: &Job) {
    broker.publisher().publish(job, Route::Lane).await.expect("confirmed");
}

/// What a consumer was given, in order.
#[derive(Clone, Default)]
pub(super) struct Seen(Arc<Mutex<Vec<(Job, Delivered)>>>);

impl Seen {
    pub(super) fn add(&self, job: Job, delivered: Delivered) -> usize {
        let mut seen = self.0.lock().expect("unpoisoned");
        seen.push((job, delivered));
        seen.len()
    }

    pub(super) fn all(&self) -> Vec<(Job, Delivered)> {
        self.0.lock().expect("unpoisoned").clone()
    }

    pub(super) async fn wait_for(&self, count: usize) {
        eventually(SOON, "jobs are seen", async || self.all().len() >= count).await;
    }
}

pub(super) fn no_overflow() -> Overflow {
    Arc::new(|_, _| Box::pin(async { Err("nothing overflows in this test".to_owned()) }))
}

/// Consumes the live lane with a handler that answers by the number of jobs seen so far (from 1).
pub(super) fn consume(
    broker: &Broker,
    seen: &Seen,
    answer: impl Fn(usize) -> Verdict + Send + Sync + 'static,
) -> Consumer {
    let seen = seen.clone();
    broker.consume(Lane::Live, 4, no_overflow(), move |job, delivered| {
        let verdict = answer(seen.add(job, delivered));
        async move { verdict }
    })
}

pub(super) async fn empty(broker: &Broker, queue: &str) {
    eventually(SOON, "the queue is empty", async || broker.depth(queue).await.ok() == Some(0))
        .await;
}
