//! `lockstep`: the command line.

mod args;
mod commands;
mod demo;
mod operations;
mod output;

use std::process::ExitCode;

use clap::Parser;

use crate::args::Cli;
use crate::output::Failure;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: the async runtime did not start: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(commands::run(&cli)) {
        Ok(code) => code,
        Err(failure) => report(&failure, cli.json),
    }
}

fn report(failure: &Failure, json: bool) -> ExitCode {
    if json {
        println!("{}", failure.as_json());
    } else {
        eprintln!("{failure}");
    }
    failure.exit_code()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
