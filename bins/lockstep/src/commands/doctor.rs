//! `lockstep doctor`: is everything there that a fleet needs?

use std::process::ExitCode;

use lockstep_store::ConnectionState;
use serde::Serialize;

use crate::context::Context;
use crate::output::{Failure, Output};

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Sign {
    what: String,
    ok: bool,
    detail: String,
    remedy: Option<String>,
}

impl Sign {
    fn new<T>(
        what: &str,
        result: Result<T, String>,
        remedy: &str,
        detail: impl FnOnce(&T) -> String,
    ) -> Self {
        match result {
            Ok(found) => {
                Self { what: what.to_owned(), ok: true, detail: detail(&found), remedy: None }
            }
            Err(why) => Self {
                what: what.to_owned(),
                ok: false,
                detail: why,
                remedy: Some(remedy.to_owned()),
            },
        }
    }
}

pub async fn run(output: Output) -> Result<ExitCode, Failure> {
    let context = Context::from_environment()?;
    let mut signs = vec![database(&context).await, broker(&context).await];
    if signs[0].ok {
        signs.extend(connections(&context).await?);
        signs.push(dead_letters(&context).await?);
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

async fn database(context: &Context) -> Sign {
    let checked =
        async { context.store().await?.check_version().await.map_err(Failure::from) }.await;
    let checked = checked.map_err(|failure| failure.to_string());
    let remedy = "start Postgres, set LOCKSTEP_DATABASE_URL, and run `lockstep migrate`";
    Sign::new("database", checked, remedy, |_| {
        "answers, and its schema is this version's".to_owned()
    })
}

async fn broker(context: &Context) -> Sign {
    let checked = context.broker().await;
    let remedy = "start RabbitMQ and set LOCKSTEP_AMQP_URL";
    Sign::new("broker", checked, remedy, |()| "answers".to_owned())
}

async fn connections(context: &Context) -> Result<Vec<Sign>, Failure> {
    let engine = context.engine().await?;
    let rows = context.store().await?.connections().list().await?;
    let mut signs = Vec::new();
    for row in rows {
        let what = format!("connection {}", row.name);
        let tested = match &row.state {
            ConnectionState::Paused { code, detail } => Err(format!("paused: {code} {detail}")),
            ConnectionState::Active => match engine.test_connection(&row).await {
                Ok(test) if test.ok() => Ok(test),
                Ok(test) => {
                    let failed = test.checks.into_iter().find(|check| !check.ok);
                    Err(failed.map(|check| check.detail).unwrap_or_default())
                }
                Err(fault) => Err(fault.to_string()),
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

async fn dead_letters(context: &Context) -> Result<Sign, Failure> {
    let waiting = context.store().await?.dead_letters().waiting().await?;
    let result = if waiting == 0 { Ok(()) } else { Err(format!("{waiting} wait for somebody")) };
    Ok(Sign::new(
        "dead letters",
        result,
        "`lockstep dead list` shows them with their remedies",
        |()| "none".to_owned(),
    ))
}
