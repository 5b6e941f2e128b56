//! `lockstep sync …`: what a person asks for is a promise, a row in Postgres that the fleet keeps.

use lockstep_model::job::Cause;
use lockstep_model::{CorrelationId, Job, JobKind, Lane};
use serde_json::json;

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
    let job = Job {
        id: lockstep_service::random::uuid(),
        kind,
        lane: Lane::Live,
        attempt: 0,
        first_seen: lockstep_service::clock::now(),
        correlation: CorrelationId(lockstep_service::random::uuid().to_string()),
        cause: Cause::Person,
        promise: None,
    };
    let promise = context.store().await?.promises().make(&job, None).await?;
    let result = json!({ "promise": promise, "job": job.id, "correlation": job.correlation });
    output.show(&result, |_| {
        format!(
            "asked for (promise {promise}, correlation {}); a worker takes it within a second",
            job.correlation
        )
    });
    Ok(())
}
