//! What a plan would take, by what its own reading took.

use std::time::Duration;

use lockstep_model::cost::Cost;
use serde::{Deserialize, Serialize};

use crate::catalog::Scene;

/// Calls and time that a plan would take.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Estimate {
    /// Calls, by side.
    #[schema(value_type = Object)]
    pub calls: Cost,
    /// How long one worker would be at it, batch after batch, at the pace that was measured.
    pub seconds: u64,
    /// What a call to the org took while this was planned, in milliseconds.
    pub salesforce_ms: u64,
    /// What a call to the site took.
    pub jira_ms: u64,
    /// Calls that the org has left of its day, where it told.
    pub salesforce_left: Option<u64>,
}

/// How long calls took so far.
#[derive(Debug, Default)]
pub(super) struct Pace {
    salesforce: Duration,
    jira: Duration,
    reads: u32,
}

impl Pace {
    /// Both sides were read once more.
    pub(super) fn note(&mut self, (salesforce, jira): (Duration, Duration)) {
        self.salesforce += salesforce;
        self.jira += jira;
        self.reads += 1;
    }

    /// What these calls would take.
    pub(super) fn estimate(&self, scene: &Scene, calls: Cost) -> Estimate {
        let reads = self.reads.max(1);
        let (org, site) = (self.salesforce / reads, self.jira / reads);
        let time = calls.salesforce.time(org) + calls.jira.time(site);
        let milliseconds = |each: Duration| u64::try_from(each.as_millis()).unwrap_or(u64::MAX);
        let seen = scene.salesforce.client.limits_seen();
        Estimate {
            calls,
            seconds: milliseconds(time).div_ceil(1000),
            salesforce_ms: milliseconds(org),
            jira_ms: milliseconds(site),
            salesforce_left: seen.map(|usage| usage.max.saturating_sub(usage.used)),
        }
    }
}
