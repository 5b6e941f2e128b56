//! `lockstep sync …`: what a person asks for is a promise, a row in Postgres that the fleet keeps.

use lockstep_engine::Asked;

use crate::args::SyncCommand;
use crate::operations::Operations;
use crate::output::{Failure, Output};

pub async fn run(
    command: &SyncCommand,
    operations: &impl Operations,
    output: Output,
) -> Result<(), Failure> {
    let asked = match command {
        SyncCommand::Item { name } => operations.sweep_item(name).await?,
        SyncCommand::Link { link } => operations.refresh_link(link).await?,
        SyncCommand::Record { item, record } => operations.refresh_record(item, record).await?,
    };
    output.show(&asked, told);
    Ok(())
}

/// A job that was promised, in a line.
pub fn told(Asked { promise, correlation, .. }: &Asked) -> String {
    format!(
        "asked for (promise {promise}, correlation {correlation}); a worker takes it within a second"
    )
}
