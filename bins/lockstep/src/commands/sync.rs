//! `lockstep sync …`: what a person asks for is a promise, a row in Postgres that the fleet keeps.

use std::fmt;

use lockstep_model::{CorrelationId, Job, JobKind};
use serde_json::{Value, json};

use crate::args::SyncCommand;
use crate::context::Context;
use crate::output::{Failure, Output};

pub async fn run(command: &SyncCommand, output: Output) -> Result<(), Failure> {
    let context = Context::from_environment()?;
    let kind = match command {
        SyncCommand::Item { name } => JobKind::Sweep { item: context.item(name).await?.id },
        SyncCommand::Link { id } => {
            let link = context.store().await?.links().get(*id).await?;
            JobKind::Link { link: link.ok_or_else(|| Failure::Missing(format!("link {id}")))?.id }
        }
        SyncCommand::Record { item, record } => {
            JobKind::Record { item: context.item(item).await?.id, record: record.clone() }
        }
    };
    let promised = promise(&context, kind, correlation()).await?;
    output.show(&promised.as_json(), |_| promised.to_string());
    Ok(())
}

/// A job that was promised.
pub struct Promised {
    promise: i64,
    job: Job,
}

impl Promised {
    /// For scripts.
    pub fn as_json(&self) -> Value {
        let Self { promise, job } = self;
        json!({ "promise": promise, "job": job.id, "correlation": job.correlation })
    }
}

impl fmt::Display for Promised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (promise, correlation) = (self.promise, &self.job.correlation);
        write!(
            f,
            "asked for (promise {promise}, correlation {correlation}); a worker takes it within a second"
        )
    }
}

/// A new correlation id.
pub fn correlation() -> CorrelationId {
    CorrelationId(lockstep_service::random::uuid().to_string())
}

/// Promises a job that a person asked for.
pub async fn promise(
    context: &Context,
    kind: JobKind,
    correlation: CorrelationId,
) -> Result<Promised, Failure> {
    let id = lockstep_service::random::uuid();
    let job = Job::asked(kind, (id, correlation), lockstep_service::clock::now());
    let promise = context.store().await?.promises().make(&job, None).await?;
    Ok(Promised { promise, job })
}
