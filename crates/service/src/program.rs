//! What a `main` does, whatever the process: help, configuration, logs, life and exit code.

use std::process::ExitCode;

use crate::config::{CommonConfig, ConfigErrors, Reader};
use crate::lifecycle::Lifecycle;
use crate::telemetry;
use crate::variables::{self, Variable};

/// `EX_USAGE` of sysexits: started the wrong way.
const USAGE: u8 = 64;
/// `EX_CONFIG` of sysexits: configured the wrong way.
const CONFIG: u8 = 78;

/// A process: its name, what it is, and the variables it reads beside the common ones.
#[derive(Debug, Clone, Copy)]
pub struct Program {
    /// As it is called on the command line.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub about: &'static str,
    /// The variables it reads.
    pub variables: &'static [&'static Variable],
}

impl Program {
    /// Reads the configuration, starts the process with it, and lives until its end.
    pub async fn run<C, S, F>(self, read: fn(&mut Reader) -> C, start: S) -> ExitCode
    where
        S: FnOnce(C, CommonConfig, Lifecycle) -> F,
        F: Future<Output = anyhow::Result<()>>,
    {
        if let Some(argument) = std::env::args().nth(1) {
            return self.explain(&argument);
        }
        match configure(read) {
            Ok((config, common)) => self.live(config, common, start).await,
            Err(errors) => {
                eprintln!("{}: {errors}", self.name);
                ExitCode::from(CONFIG)
            }
        }
    }

    fn explain(self, argument: &str) -> ExitCode {
        match argument {
            "--help" | "-h" => println!("{}", self.help()),
            "--version" | "-V" => println!("{} {}", self.name, env!("CARGO_PKG_VERSION")),
            other => {
                eprintln!("{}: no argument `{other}`; try --help", self.name);
                return ExitCode::from(USAGE);
            }
        }
        ExitCode::SUCCESS
    }

    fn help(self) -> String {
        let all: Vec<_> = self.variables.iter().copied().chain(CommonConfig::VARIABLES).collect();
        let Self { name, about, .. } = self;
        format!(
            "{name}: {about}\n\nIt is configured by its environment:\n\n{}",
            variables::describe(&all)
        )
    }

    async fn live<C, S, F>(self, config: C, common: CommonConfig, start: S) -> ExitCode
    where
        S: FnOnce(C, CommonConfig, Lifecycle) -> F,
        F: Future<Output = anyhow::Result<()>>,
    {
        if let Err(error) = telemetry::init(&common.log, common.log_json) {
            eprintln!("{}: {}: {error:#}", self.name, variables::LOG.name);
            return ExitCode::from(CONFIG);
        }
        let life = Lifecycle::new(common.grace);
        if let Err(error) = start(config, common, life.clone()).await {
            tracing::error!(error = format!("{error:#}"), "{} cannot start", self.name);
            return ExitCode::FAILURE;
        }
        tracing::info!("{} {} has started", self.name, env!("CARGO_PKG_VERSION"));
        let ended = life.run().await;
        ended.unwrap_or(ExitCode::FAILURE)
    }
}

fn configure<C>(read: fn(&mut Reader) -> C) -> Result<(C, CommonConfig), ConfigErrors> {
    let mut reader = Reader::from_environment();
    let config = read(&mut reader);
    let common = CommonConfig::read(&mut reader);
    reader.finish()?;
    Ok((config, common))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_lists_own_and_common_variables() {
        let program =
            Program { name: "p", about: "tests.", variables: const { &[&variables::LISTEN] } };
        let help = program.help();
        assert!(
            help.contains("LOCKSTEP_LISTEN") && help.contains("LOCKSTEP_GRACE_SECONDS"),
            "{help}"
        );
    }
}
