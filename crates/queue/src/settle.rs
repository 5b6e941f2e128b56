//! Carries a verdict out. What replaces a delivery is confirmed before the delivery is acknowledged.

use std::time::Duration;

use lapin::message::Delivery;
use lapin::options::BasicAckOptions;
use lockstep_model::ladder::{self, Wait};
use lockstep_model::{Code, Fault, Job, Verdict};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::config::Ambient;
use crate::consumer::Overflow;
use crate::message::{self, Route};
use crate::metrics;
use crate::publisher::Publisher;
use crate::subscription;

const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LAST_PAUSE: Duration = Duration::from_secs(5);
/// From this wait on, a promised job waits in Postgres.
const PROMISE_WAITS: Duration = Duration::from_secs(60);
/// Jobs that are put off together come back apart: up to a tenth of the delay later.
const SPREAD: f64 = 0.1;

/// What is to be done before a delivery is acknowledged.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Next {
    /// Nothing.
    Acknowledge,
    /// Put the job on this step of the ladder.
    Climb(Job, usize),
    /// Store the job, to be published after this long.
    Promise(Job, Duration),
    /// Bury these bytes.
    Bury(Vec<u8>, Fault),
}

/// What follows from a verdict. `jitter` is random in `[0, 1)`.
pub(crate) fn next(job: Job, verdict: Verdict, jitter: f64) -> Next {
    match verdict {
        Verdict::Done => Next::Acknowledge,
        Verdict::Later(delay) => climb(job, ladder::later(delay.mul_f64(1.0 + jitter * SPREAD))),
        Verdict::Dead(fault) => Next::Bury(message::write(&job), fault),
        Verdict::Retry(fault) => {
            let attempt = job.attempt.saturating_add(1);
            let job = Job { attempt, ..job };
            match ladder::wait(attempt, fault.retry_after, jitter) {
                Some(wait) => climb(job, wait),
                None => Next::Bury(message::write(&job), spent(&fault)),
            }
        }
    }
}

/// A job that keeps a promise waits in its row, where it is known, unless the wait is short: the
/// tick would take a longer one for forgotten.
fn climb(job: Job, wait: Wait) -> Next {
    match wait {
        Wait::Step(_) if job.promise.is_some() && wait.duration() >= PROMISE_WAITS => {
            Next::Promise(job, wait.duration())
        }
        Wait::Step(step) => Next::Climb(job, step),
        Wait::Row(due_in) => Next::Promise(job, due_in),
    }
}

fn spent(last: &Fault) -> Fault {
    Fault::new(Code::LadderSpent, format!("the last fault was {last}"))
        .with_fields(last.fields.clone())
}

/// What carrying a verdict out takes.
#[derive(Clone)]
pub(crate) struct Settle {
    pub(crate) publisher: Publisher,
    pub(crate) overflow: Overflow,
    pub(crate) ambient: Ambient,
    pub(crate) hard: CancellationToken,
}

impl Settle {
    /// Carries the verdict out and acknowledges.
    pub(crate) async fn verdict(&self, delivery: &Delivery, job: Job, verdict: Verdict) {
        let next = next(job, verdict, (self.ambient.jitter)());
        self.carry_out(delivery, &next).await;
    }

    /// Buries a message that is no job.
    pub(crate) async fn poison(&self, delivery: &Delivery, reason: &str) {
        let fault = Fault::new(Code::PoisonJob, reason);
        self.carry_out(delivery, &Next::Bury(delivery.data.clone(), fault)).await;
    }

    /// Tries until it succeeds, until the delivery is no longer ours, or until it must let go.
    async fn carry_out(&self, delivery: &Delivery, next: &Next) {
        let mut pause = FIRST_PAUSE;
        while let Err(reason) = self.perform(next).await {
            tracing::warn!(reason, "a job cannot be settled yet");
            if delivery.poisoned() {
                break;
            }
            tokio::select! {
                () = sleep(pause) => {}
                () = self.hard.cancelled() => return subscription::reject(delivery).await,
            }
            pause = (pause * 2).min(LAST_PAUSE);
        }
        acknowledge(delivery).await;
    }

    async fn perform(&self, next: &Next) -> Result<(), String> {
        let published = match next {
            Next::Acknowledge => Ok(()),
            Next::Climb(job, step) => self.publisher.publish(job, Route::Step(*step)).await,
            Next::Bury(body, fault) => self.publisher.bury(body.clone(), fault).await,
            Next::Promise(job, due_in) => return (self.overflow)(job.clone(), *due_in).await,
        };
        published.map_err(|error| error.to_string())
    }
}

/// Acknowledges; an acknowledgement that comes too late is counted, and the job runs again.
pub(crate) async fn acknowledge(delivery: &Delivery) {
    let acknowledged = delivery.ack(BasicAckOptions::default()).await;
    if !matches!(acknowledged, Ok(true)) {
        metrics::ACK_STALE.inc();
        tracing::info!("an acknowledgement came too late: the job runs again");
    }
}
