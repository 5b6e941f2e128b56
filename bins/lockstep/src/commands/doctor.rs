//! `lockstep doctor`: is everything there that a fleet needs?

use std::process::ExitCode;

use lockstep_store::ConnectionState;

use crate::operations::{Operations, Sign};
use crate::output::{Failure, Output};

pub async fn run(operations: &impl Operations, output: Output) -> Result<ExitCode, Failure> {
    let mut signs = operations.foundations().await;
    if signs.first().is_some_and(|first| first.ok) {
        signs.extend(connections(operations).await?);
        signs.push(dead_letters(operations).await?);
    }
    let well = signs.iter().all(|sign| sign.ok);
    output.show(&signs, |signs| {
        let lines = signs.iter().map(|sign| {
            let mark = if sign.ok { "ok  " } else { "FAIL" };
            let remedy = sign
                .remedy
                .as_ref()
                .map(|remedy| format!("\n       remedy: {remedy}"))
                .unwrap_or_default();
            format!("{mark} {}: {}{remedy}", sign.what, sign.detail)
        });
        lines.collect::<Vec<_>>().join("\n")
    });
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::from(3) })
}

async fn connections(operations: &impl Operations) -> Result<Vec<Sign>, Failure> {
    let mut signs = Vec::new();
    for row in operations.connections().await? {
        let what = format!("connection {}", row.name);
        let tested = match &row.state {
            ConnectionState::Paused { code, detail } => Err(format!("paused: {code} {detail}")),
            ConnectionState::Active => match operations.test_connection(&row.name).await {
                Ok(test) if test.ok() => Ok(test),
                Ok(test) => {
                    let failed = test.checks.into_iter().find(|check| !check.ok);
                    Err(failed.map(|check| check.detail).unwrap_or_default())
                }
                Err(failure) => Err(failure.to_string()),
            },
        };
        let remedy =
            format!("`lockstep connect test {}` shows each check with its remedy", row.name);
        signs.push(Sign::new(&what, tested, &remedy, |test| {
            format!("{} checks hold", test.checks.len())
        }));
    }
    Ok(signs)
}

async fn dead_letters(operations: &impl Operations) -> Result<Sign, Failure> {
    let waiting = operations.waiting().await?;
    let result = if waiting == 0 { Ok(()) } else { Err(format!("{waiting} wait for somebody")) };
    let remedy = "`lockstep dead list` shows them with their remedies";
    Ok(Sign::new("dead letters", result, remedy, |()| "none".to_owned()))
}
