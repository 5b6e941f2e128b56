//! From a fault to a verdict: the one place where a class becomes an act.

use std::time::Duration;

use chrono::TimeDelta;
use lockstep_model::{Class, Code, Fault, Job, Verdict};

use crate::Engine;
use crate::catalog::Scene;

/// How long a throttled connection is held back when the vendor does not say.
const HOLD_DEFAULT: Duration = Duration::from_secs(60);

/// How long a spent daily quota holds a Salesforce connection back (facts: an hour at least).
const HOLD_DAILY: Duration = Duration::from_secs(3600);

impl Engine {
    /// What becomes of a job that met this fault, with what it means for the connection.
    pub(crate) async fn verdict(&self, job: &Job, scene: Option<&Scene>, fault: Fault) -> Verdict {
        if let Some(scene) = scene {
            self.mind_connection(scene, &fault).await;
        }
        tracing::warn!(
            code = fault.code.id(), class = fault.class().name(), job.id = %job.id, "{fault}"
        );
        match fault.class() {
            Class::Throttled => Verdict::Later(hold(&fault)),
            // A hint is let go: the sweep finds what it meant once the connection is mended. A
            // promise stays a row, and the tick publishes it again.
            Class::Unauthorized | Class::Rejected => Verdict::Done,
            Class::Transient if fault.code == Code::ConnectionPaused => Verdict::Done,
            Class::Transient => match fault.retry_after {
                Some(delay) if fault.code == Code::EffectUnsettled => Verdict::Later(delay),
                _ => Verdict::Retry(fault),
            },
            Class::Broken => Verdict::Dead(fault),
        }
    }

    async fn mind_connection(&self, scene: &Scene, fault: &Fault) {
        let id = if fault.code.id().starts_with("LS-SF") {
            scene.salesforce.row.id
        } else if fault.code.id().starts_with("LS-JR") {
            scene.jira.row.id
        } else {
            return;
        };
        let minded = match fault.class() {
            Class::Throttled if fault.detail == "held back" => return,
            Class::Throttled => {
                let until =
                    (self.clock)() + TimeDelta::from_std(hold(fault)).unwrap_or(TimeDelta::MAX);
                self.store.connections().hold_until(id, until).await
            }
            Class::Unauthorized => {
                self.store
                    .connections()
                    .pause(id, fault.code, &fault.detail)
                    .await
            }
            Class::Transient | Class::Rejected | Class::Broken => return,
        };
        if let Err(error) = minded {
            tracing::error!(connection = %id, "the connection's state could not be saved: {error}");
        }
        self.catalog.forget().await;
    }
}

fn hold(fault: &Fault) -> Duration {
    fault.retry_after.unwrap_or(match fault.code {
        Code::SfDailyLimit => HOLD_DAILY,
        Code::SfConcurrent => Duration::from_secs(5),
        _ => HOLD_DEFAULT,
    })
}
