//! `lockstep-ingress`: takes webhooks and what is due, and makes jobs of them.

mod config;
mod start;

use std::process::ExitCode;

use config::IngressConfig;
use lockstep_service::Program;
use mimalloc::MiMalloc;

/// A webhook is many small allocations, made on one thread and dropped on another. glibc's allocator
/// takes a tenth of the processor time for them; with this one more webhooks are taken a second.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

const PROGRAM: Program = Program {
    name: "lockstep-ingress",
    about: "takes Jira's webhooks and what is due, and makes jobs of them. Run two or more.",
    variables: IngressConfig::VARIABLES,
};

#[tokio::main]
async fn main() -> ExitCode {
    PROGRAM.run(IngressConfig::read, start::start).await
}
