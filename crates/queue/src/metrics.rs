//! What the queue counts. The labels are bounded: lanes, kinds and verdicts.

use std::sync::LazyLock;
use std::time::Duration;

use lockstep_model::Lane;
use prometheus::{
    Gauge, GaugeVec, HistogramVec, IntCounter, IntCounterVec, register_gauge, register_gauge_vec,
    register_histogram_vec, register_int_counter, register_int_counter_vec,
};

const SECONDS: &[f64] =
    &[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0];

// `expect`: a fixed and valid name, registered once.
macro_rules! metric {
    ($name:ident: $type:ty = $made:expr) => {
        pub(crate) static $name: LazyLock<$type> =
            LazyLock::new(|| $made.expect(stringify!($name)));
    };
}

metric!(CONNECTED: GaugeVec = register_gauge_vec!(
    "lockstep_broker_connected", "1 while the connection to the broker stands.", &["role"]));
metric!(BLOCKED: Gauge = register_gauge!(
    "lockstep_broker_blocked", "1 while an alarm of the broker blocks publishing."));
metric!(PUBLISHED: IntCounterVec = register_int_counter_vec!(
    "lockstep_published_total", "Messages given to the broker, by outcome.", &["outcome"]));
metric!(JOBS: IntCounterVec = register_int_counter_vec!(
    "lockstep_jobs_total", "Jobs run, by what became of them.", &["kind", "lane", "verdict"]));
metric!(JOB_SECONDS: HistogramVec = register_histogram_vec!(
    "lockstep_job_seconds", "How long a job ran.", &["kind", "lane"], SECONDS.to_vec()));
metric!(JOB_WAIT: HistogramVec = register_histogram_vec!(
    "lockstep_job_wait_seconds", "How long a job that was due waited for a worker.", &["lane"],
    SECONDS.to_vec()));
metric!(IN_FLIGHT: GaugeVec = register_gauge_vec!(
    "lockstep_jobs_in_flight", "Jobs that run now.", &["lane"]));
metric!(ACK_STALE: IntCounter = register_int_counter!(
    "lockstep_ack_stale_total", "Acknowledgements that came too late: the job runs again."));
metric!(REBUILDS: IntCounterVec = register_int_counter_vec!(
    "lockstep_consumer_rebuilds_total", "Consumers built anew, by queue.", &["queue"]));
metric!(DEAD: IntCounterVec = register_int_counter_vec!(
    "lockstep_dead_letters_total", "Dead letters moved out of the broker, by code.", &["code"]));

/// Counts one job in flight for as long as it lives.
pub(crate) struct InFlight(Gauge);

impl InFlight {
    pub(crate) fn new(lane: Lane) -> Self {
        let gauge = IN_FLIGHT.with_label_values(&[lane.name()]);
        gauge.inc();
        Self(gauge)
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Records how long a job that was due waited for a worker.
pub(crate) fn waited(lane: Lane, wait: Duration) {
    JOB_WAIT.with_label_values(&[lane.name()]).observe(wait.as_secs_f64());
}
