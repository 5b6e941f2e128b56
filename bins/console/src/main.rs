//! `lockstep-console`: the pages of an administrator, the issue panel, and the HTTP API.

mod config;
mod start;

use std::process::ExitCode;

use config::ConsoleConfig;
use lockstep_service::Program;

const PROGRAM: Program = Program {
    name: "lockstep-console",
    about: "serves the pages of an administrator, the issue panel and the HTTP API. Run one or more.",
    variables: ConsoleConfig::VARIABLES,
};

#[tokio::main]
async fn main() -> ExitCode {
    PROGRAM.run(ConsoleConfig::read, start::start).await
}
