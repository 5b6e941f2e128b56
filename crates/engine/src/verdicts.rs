//! From a fault to a verdict: the one place where a class becomes an act.

use std::time::Duration;

use chrono::TimeDelta;
use lockstep_model::{Class, Code, Fault, Job, Verdict};

use crate::Engine;
use crate::catalog::Scene;

/// How long a throttled connection is held back when the vendor does not say.
const HOLD_DEFAULT: Duration = Duration::from_secs(60);

/// No hold is longer: a vendor that asks for more is asked again tomorrow.
const HOLD_MAX: Duration = Duration::from_secs(24 * 3600);

/// How long a promise waits while its connection is paused.
const PROMISE_PAUSE: Duration = Duration::from_secs(300);

/// How long a spent daily quota holds a Salesforce connection back (facts: an hour at least).
const HOLD_DAILY: Duration = Duration::from_secs(3600);

impl Engine {
    /// What becomes of a job that met this fault, with what it means for the connection.
    pub(crate) async fn verdict(&self, job: &Job, scene: Option<&Scene>, fault: Fault) -> Verdict {
        if let Some(scene) = scene {
            self.mind_connection(scene, &fault).await;
        }
        self.count_failure(fault.code);
        tracing::warn!(
            code = fault.code.id(), class = fault.class().name(), job.id = %job.id, "{fault}"
        );
        match fault.class() {
            Class::Throttled => Verdict::Later(hold(&fault)),
            Class::Unauthorized => idle(job),
            Class::Rejected => Verdict::Done,
            Class::Transient if fault.code == Code::ConnectionPaused => idle(job),
            Class::Transient => match fault.retry_after {
                Some(delay) if fault.code == Code::EffectUnsettled => Verdict::Later(delay),
                _ => Verdict::Retry(fault),
            },
            Class::Broken => Verdict::Dead(fault),
        }
    }

    async fn mind_connection(&self, scene: &Scene, fault: &Fault) {
        let (id, as_of) = if fault.code.id().starts_with("LS-SF") {
            (scene.salesforce.row.id, scene.salesforce.row.updated_at)
        } else if fault.code.id().starts_with("LS-JR") {
            (scene.jira.row.id, scene.jira.row.updated_at)
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
                let connections = self.store.connections();
                connections.pause(id, as_of, fault.code, &fault.detail).await
            }
            Class::Transient | Class::Rejected | Class::Broken => return,
        };
        if let Err(error) = minded {
            tracing::error!(connection = %id, "the connection's state could not be saved: {error}");
        }
        self.catalog.forget().await;
    }
}

/// While a connection is paused a hint is let go: the sweep finds what it meant once the connection
/// is mended. A promise waits.
fn idle(job: &Job) -> Verdict {
    match job.promise {
        Some(_) => Verdict::Later(PROMISE_PAUSE),
        None => Verdict::Done,
    }
}

fn hold(fault: &Fault) -> Duration {
    let asked = fault.retry_after.unwrap_or(match fault.code {
        Code::SfDailyLimit => HOLD_DAILY,
        Code::SfConcurrent => Duration::from_secs(5),
        _ => HOLD_DEFAULT,
    });
    asked.min(HOLD_MAX)
}
