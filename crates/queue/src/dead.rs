//! Dead letters, moved out of the broker to where people can read them.
//!
//! The mover *takes* each letter: a look by "get and put back" counts as a delivery, and enough looks
//! destroy the letter.

use std::sync::Arc;
use std::time::Duration;

use lapin::message::Delivery;
use lockstep_model::{Fault, Job};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::subscription::{self, Subscription};
use crate::{message, metrics, settle};

const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LAST_PAUSE: Duration = Duration::from_secs(10);
/// Letters moved at a time.
pub(crate) const CONCURRENCY: u16 = 8;

/// A job that was given up.
#[derive(Debug, Clone, PartialEq)]
pub struct DeadMessage {
    /// The message's bytes.
    pub raw: Vec<u8>,
    /// The job, if the bytes are one.
    pub job: Option<Job>,
    /// Why it was given up.
    pub fault: Fault,
}

impl DeadMessage {
    fn read(delivery: &Delivery) -> Self {
        Self {
            raw: delivery.data.clone(),
            job: message::read(&delivery.data).ok(),
            fault: message::fault(&delivery.properties),
        }
    }

    /// Failed attempts, as the job counts them.
    pub fn attempts(&self) -> u32 {
        self.job.as_ref().map_or(0, |job| job.attempt)
    }
}

/// Hands each letter to `bury` and acknowledges it when that has succeeded.
pub(crate) async fn run<B, F, E>(subscription: Subscription, bury: B)
where
    B: Fn(DeadMessage) -> F + Send + Sync + 'static,
    F: Future<Output = Result<(), E>> + Send + 'static,
    E: std::fmt::Display + Send + 'static,
{
    let bury = Arc::new(bury);
    let hard = subscription.stop.hard.clone();
    let work = |delivery| {
        let (bury, hard) = (Arc::clone(&bury), hard.clone());
        async move { move_one(&*bury, delivery, &hard).await }
    };
    subscription.run(work).await;
}

async fn move_one<B, F, E>(bury: &B, delivery: Delivery, hard: &CancellationToken)
where
    B: Fn(DeadMessage) -> F,
    F: Future<Output = Result<(), E>>,
    E: std::fmt::Display,
{
    let letter = DeadMessage::read(&delivery);
    let code = letter.fault.code.id();
    let mut pause = FIRST_PAUSE;
    while let Err(error) = bury(letter.clone()).await {
        tracing::warn!(%error, code, "a dead letter cannot be stored yet");
        tokio::select! {
            () = sleep(pause) => {}
            () = hard.cancelled() => return subscription::reject(&delivery).await,
        }
        pause = (pause * 2).min(LAST_PAUSE);
    }
    metrics::DEAD.with_label_values(&[code]).inc();
    settle::acknowledge(&delivery).await;
}
