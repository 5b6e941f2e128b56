//! Runs one delivery: the one place that times, logs, counts and catches panics.

use std::any::Any;
use std::panic::AssertUnwindSafe;

use futures::FutureExt;
use lapin::message::Delivery;
use lockstep_model::{Code, Fault, Job, Lane, Verdict};
use tokio::time::Instant;
use tracing::Instrument;

use crate::consumer::Delivered;
use crate::settle::Settle;
use crate::{message, metrics, subscription};

/// The handler of one lane with all that goes around it.
pub(crate) struct Executor<H> {
    pub(crate) lane: Lane,
    pub(crate) handler: H,
    pub(crate) settle: Settle,
}

impl<H, F> Executor<H>
where
    H: Fn(Job, Delivered) -> F + Send + Sync,
    F: Future<Output = Verdict> + Send + 'static,
{
    /// Runs the job of a delivery and settles it.
    pub(crate) async fn run(&self, delivery: Delivery) {
        let job = match message::read(&delivery.data) {
            Ok(job) => job,
            Err(error) => {
                tracing::error!(%error, lane = self.lane.name(), "a message is no job");
                return self.settle.poison(&delivery, &error.to_string()).await;
            }
        };
        let span = tracing::info_span!(
            "job",
            id = %job.id,
            kind = job.kind.name(),
            lane = self.lane.name(),
            attempt = job.attempt,
            correlation = %job.correlation,
        );
        self.run_job(&delivery, job).instrument(span).await;
    }

    async fn run_job(&self, delivery: &Delivery, job: Job) {
        let waited = message::waited(&delivery.properties, (self.settle.ambient.now)());
        metrics::waited(self.lane, waited);
        let delivered = Delivered { redelivered: delivery.redelivered, waited };
        let kind = job.kind.name();
        let begun = Instant::now();
        let verdict = tokio::select! {
            verdict = self.judge(job.clone(), delivered) => verdict,
            () = self.settle.hard.cancelled() => {
                tracing::warn!("let go at the end of the grace; another worker takes it");
                return subscription::reject(delivery).await;
            }
        };
        let seconds = begun.elapsed().as_secs_f64();
        metrics::JOB_SECONDS.with_label_values(&[kind, self.lane.name()]).observe(seconds);
        metrics::JOBS.with_label_values(&[kind, self.lane.name(), verdict.name()]).inc();
        report(&verdict, seconds);
        self.settle.verdict(delivery, job, verdict).await;
    }

    /// The handler's verdict; a panic is a verdict too.
    async fn judge(&self, job: Job, delivered: Delivered) -> Verdict {
        let _counted = metrics::InFlight::new(self.lane);
        let run = async { (self.handler)(job, delivered).await };
        AssertUnwindSafe(run).catch_unwind().await.unwrap_or_else(|panic| {
            Verdict::Dead(Fault::new(Code::Panicked, words(panic.as_ref())))
        })
    }
}

fn report(verdict: &Verdict, seconds: f64) {
    match verdict {
        Verdict::Done => tracing::debug!(seconds, "done"),
        Verdict::Later(delay) => tracing::info!(seconds, ?delay, "later"),
        Verdict::Retry(fault) => tracing::warn!(seconds, %fault, "retry"),
        Verdict::Dead(fault) => tracing::error!(seconds, %fault, "dead"),
    }
}

/// What a panic said.
fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic".to_owned())
}
