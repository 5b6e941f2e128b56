//! The commands: each reads its arguments, asks for an operation, and shows what came of it.

mod conflict;
mod connect;
mod dead;
mod diff;
mod doctor;
mod drift;
mod explain;
mod fields;
mod item;
mod link;
mod linking;
mod migrate;
mod objects;
mod plan;
mod sim;
mod sync;
mod undo;

use std::process::ExitCode;

use crate::args::{Cli, Command, OperatorCommand};
use crate::demo;
use crate::operations::{Local, Operations, Remote};
use crate::output::{Failure, Output};

/// Runs what was typed: at a console where one is named, else here.
pub async fn run(cli: &Cli) -> Result<ExitCode, Failure> {
    let output = Output { json: cli.json };
    let console = Remote::named(cli.console.as_deref());
    match (&cli.command, console) {
        (Command::Operator(command), Some(url)) => {
            return operate(command, &Remote::from_environment(&url)?, output).await;
        }
        (Command::Operator(command), None) => {
            return operate(command, &Local::from_environment()?, output).await;
        }
        (_, Some(_)) => return Err(only_here()),
        (Command::Demo(args), None) => demo::run(args).await?,
        (Command::Sim(args), None) => sim::run(args).await?,
        (Command::Migrate(args), None) => {
            migrate::run(args, &Local::from_environment()?, output).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What works on this machine, or on the database itself, is not asked of a console.
fn only_here() -> Failure {
    Failure::Refused {
        why: "`demo`, `sim` and `migrate` (with `--rotate-secrets`) cannot be done through a console".to_owned(),
        remedy: "run them without --console and with LOCKSTEP_CONSOLE_URL not set; `migrate` where the database can \
            be reached"
            .to_owned(),
    }
}

async fn operate(
    command: &OperatorCommand,
    operations: &impl Operations,
    output: Output,
) -> Result<ExitCode, Failure> {
    use OperatorCommand as Operator;
    match command {
        Operator::Connect(command) => return connect::run(command, operations, output).await,
        Operator::Item(command) => return item::run(command, operations, output).await,
        Operator::Fields(args) => fields::run(args, operations, output).await?,
        Operator::Plan(command) => plan::run(command, operations, output).await?,
        Operator::Drift(args) => drift::run(args, operations, output).await?,
        Operator::Sync(command) => sync::run(command, operations, output).await?,
        Operator::Objects { connection } => objects::run(connection, operations, output).await?,
        Operator::Link(command) => link::run(command, operations, output).await?,
        Operator::Explain { link, field } => {
            explain::run((link, field), operations, output).await?;
        }
        Operator::Conflict(command) => conflict::run(command, operations, output).await?,
        Operator::Undo(command) => undo::run(command, operations, output).await?,
        Operator::Dead(command) => dead::run(command, operations, output).await?,
        Operator::Doctor => return doctor::run(operations, output).await,
    }
    Ok(ExitCode::SUCCESS)
}
