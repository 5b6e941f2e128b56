//! The commands: each reads its arguments, calls the engine or the store, and shows what came of it.

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

use std::process::ExitCode;

use crate::args::{Cli, Command};
use crate::demo;
use crate::output::{Failure, Output};

/// Runs what was typed.
pub async fn run(cli: &Cli) -> Result<ExitCode, Failure> {
    let output = Output { json: cli.json };
    match &cli.command {
        Command::Demo(args) => demo::run(args).await?,
        Command::Sim(args) => sim::run(args).await?,
        Command::Migrate(args) => migrate::run(args, output).await?,
        Command::Connect(command) => return connect::run(command, output).await,
        Command::Item(command) => return item::run(command, output).await,
        Command::Fields(args) => fields::run(args, output).await?,
        Command::Plan(command) => plan::run(command, output).await?,
        Command::Drift(args) => drift::run(args, output).await?,
        Command::Sync(command) => sync::run(command, output).await?,
        Command::Objects { connection } => objects::run(connection, output).await?,
        Command::Link(command) => link::run(command, output).await?,
        Command::Explain { link, field } => explain::run(link, field, output).await?,
        Command::Conflict(command) => conflict::run(command, output).await?,
        Command::Dead(command) => dead::run(command, output).await?,
        Command::Doctor => return doctor::run(output).await,
    }
    Ok(ExitCode::SUCCESS)
}
