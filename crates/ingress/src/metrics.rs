//! What the ingress counts.

use std::sync::LazyLock;

use prometheus::{Histogram, IntCounterVec, register_histogram, register_int_counter_vec};

const SECONDS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

// `expect`: a fixed and valid name, registered once.
macro_rules! metric {
    ($name:ident: $type:ty = $made:expr) => {
        pub(crate) static $name: LazyLock<$type> =
            LazyLock::new(|| $made.expect(stringify!($name)));
    };
}

metric!(HOOKS: IntCounterVec = register_int_counter_vec!(
    "lockstep_hooks_total", "Webhooks received, by outcome.", &["outcome"]));
metric!(HOOK_SECONDS: Histogram = register_histogram!(
    "lockstep_hook_seconds", "How long a verified webhook took to be answered.", SECONDS.to_vec()));
metric!(TICKS: IntCounterVec = register_int_counter_vec!(
    "lockstep_ticks_total", "Sweeps and promises that were due, by outcome.", &["kind", "outcome"]));
