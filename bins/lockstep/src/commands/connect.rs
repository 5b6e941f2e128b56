//! `lockstep connect …`.

use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

use lockstep_engine::{ConnectionTest, NewJira, NewSalesforce};
use lockstep_store::{Connection, ConnectionState};
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::args::ConnectCommand;
use crate::operations::Connections;
use crate::output::{Failure, Output, or_dash, table};

pub async fn run(
    command: &ConnectCommand,
    operations: &impl Connections,
    output: Output,
) -> Result<ExitCode, Failure> {
    let test = match command {
        ConnectCommand::Salesforce { name, login_url, client_id, secret_file } => {
            let new = NewSalesforce {
                login_url: login_url.clone(),
                client_id: client_id.clone(),
                client_secret: read_secret(secret_file)?,
            };
            operations.connect_salesforce(name, new).await?
        }
        ConnectCommand::Jira { name, site, email, secret_file, webhook_secret_file } => {
            let new = NewJira {
                site: site.clone(),
                email: email.clone(),
                token: read_secret(secret_file)?,
                webhook_secret: webhook_secret_file.as_deref().map(read_secret).transpose()?,
            };
            operations.connect_jira(name, new).await?
        }
        ConnectCommand::Test { name } => operations.test_connection(name).await?,
        ConnectCommand::List => {
            list(&operations.connections().await?, output);
            return Ok(ExitCode::SUCCESS);
        }
        ConnectCommand::Remove { name } => {
            operations.remove_connection(name).await?;
            output.show(&json!({ "removed": name }), |_| format!("connection {name} removed"));
            return Ok(ExitCode::SUCCESS);
        }
    };
    output.show(&test, render);
    Ok(if test.ok() { ExitCode::SUCCESS } else { ExitCode::from(3) })
}

fn read_secret(file: &Path) -> Result<SecretString, Failure> {
    let mut text = String::new();
    let read = if file == Path::new("-") {
        std::io::stdin().read_to_string(&mut text).map(|_| ())
    } else {
        std::fs::read_to_string(file).map(|read| text = read)
    };
    read.map_err(|why| {
        Failure::Plain(format!("the secret in {} cannot be read: {why}", file.display()))
    })?;
    match text.trim() {
        "" => Err(Failure::Plain(format!("the secret in {} is empty", file.display()))),
        secret => Ok(SecretString::from(secret.to_owned())),
    }
}

fn render(test: &ConnectionTest) -> String {
    let mut lines = vec![format!("connection {}", test.connection)];
    for check in &test.checks {
        let mark = if check.ok { "ok  " } else { "FAIL" };
        lines.push(format!("  {mark} {}: {}", check.name, check.detail));
        if let Some(code) = check.code {
            lines.push(format!("       remedy: {}", code.remedy()));
        }
    }
    let verdict = if test.ok() { "connected" } else { "not everything works; see the remedies" };
    lines.push(verdict.to_owned());
    lines.join("\n")
}

fn list(rows: &[Connection], output: Output) {
    let as_json: Vec<Value> = rows.iter().map(connection_json).collect();
    output.show(&as_json, |_| {
        let lines = rows.iter().map(|row| {
            vec![
                row.name.clone(),
                row.kind.name().to_owned(),
                row.base_url.clone(),
                state(&row.state),
                or_dash(row.hold_until),
            ]
        });
        let empty = "no connections yet: `lockstep connect salesforce --help` shows how to add one";
        table(&["NAME", "KIND", "ADDRESS", "STATE", "HELD UNTIL"], lines.collect(), empty)
    });
}

fn connection_json(row: &Connection) -> Value {
    json!({
        "name": row.name, "kind": row.kind.name(), "address": row.base_url, "state": state(&row.state),
        "held_until": row.hold_until, "settings": row.settings, "has_webhook_secret": row.has_webhook_secret,
    })
}

fn state(state: &ConnectionState) -> String {
    match state {
        ConnectionState::Active => "active".to_owned(),
        ConnectionState::Paused { code, detail } => {
            format!("paused: {code} {} ({detail})", code.title())
        }
    }
}
