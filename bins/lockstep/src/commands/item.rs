//! `lockstep item …`.

mod check;

use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

use lockstep_engine::{AppliedItem, Creates};
use lockstep_model::glance::{Glance, LatestSync, Standing};
use lockstep_model::object::{Group, standard};
use lockstep_model::{ConnectedItem, ItemDocument, document};
use lockstep_store::{ItemState, ItemSummary};
use serde_json::{Value, json};

use crate::args::ItemCommand;
use crate::operations::Items;
use crate::output::{Failure, Output, problem_line, table};

pub async fn run(
    command: &ItemCommand,
    operations: &impl Items,
    output: Output,
) -> Result<ExitCode, Failure> {
    match command {
        ItemCommand::Apply { file } => {
            let document = read_item(file)?;
            let applied = operations.apply_item(&document).await?;
            let name = &document.item.name;
            output.show(&applied_json(name, &applied), |_| applied_text(name, &applied));
        }
        ItemCommand::Check { file } => {
            let document = read_item(file)?;
            let checked = operations.check_item(&document).await?;
            return check::show(checked, output);
        }
        ItemCommand::List => list(&operations.items().await?, output),
        ItemCommand::Delete { name } => {
            operations.delete_item(name).await?;
            output.show(&json!({ "deleted": name }), |_| {
                format!(
                    "item {name} and its links are deleted; records and issues stay as they are"
                )
            });
        }
        ItemCommand::Show { name } => {
            let document = operations.item(name).await?.document;
            output.show(&document, document::write);
        }
        ItemCommand::Pause { name } => {
            operations.pause_item(name).await?;
            paused(name, true, output);
        }
        ItemCommand::Resume { name } => {
            operations.resume_item(name).await?;
            paused(name, false, output);
        }
        ItemCommand::LetDeletes { name } => {
            operations.let_deletes(name).await?;
            let minutes = 60;
            output.show(&json!({ "item": name, "let_through_minutes": minutes }), |_| {
                format!(
                    "for {minutes} minutes no brake holds back the deletes of {name}'s comments"
                )
            });
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn paused(name: &str, paused: bool, output: Output) {
    let state = if paused { "paused" } else { "resumed" };
    output.show(&json!({ "item": name, "paused": paused }), |_| format!("item {name} {state}"));
}

fn applied_json(name: &str, applied: &AppliedItem) -> Value {
    let AppliedItem { applied, problems, creates, found } = applied;
    json!({
        "item": name, "version": applied.version, "created": applied.created, "changed": applied.changed,
        "warnings": problems.iter().map(problem_line).collect::<Vec<_>>(),
        "creates": creates, "found": found,
    })
}

fn applied_text(name: &str, applied: &AppliedItem) -> String {
    let AppliedItem { applied, problems, creates, found } = applied;
    let what = match (applied.created, applied.changed) {
        (true, _) => "created",
        (false, true) => "changed",
        (false, false) => "unchanged",
    };
    let mut lines = vec![format!("item {name} {what}, version {}", applied.version)];
    lines.extend(problems.iter().map(problem_line));
    if *found > 0 {
        lines.push(format!("{found} issues belong to its records already, and are linked"));
    }
    lines.extend(creates.as_ref().map(counted));
    lines.push(format!("`lockstep plan item {name}` shows what it will do"));
    lines.join("\n")
}

/// For how many records issues are created.
fn counted(creates: &Creates) -> String {
    let Creates { since, records, linked } = creates;
    let since = since.map_or_else(String::new, |at| format!(" created since {at}"));
    format!("auto-create takes {records} records{since}; {linked} are linked so far")
}

/// Reads an item's YAML; a mistake is reported with its line and column.
fn read_item(file: &Path) -> Result<ItemDocument, Failure> {
    let mut text = String::new();
    let read = if file == Path::new("-") {
        std::io::stdin().read_to_string(&mut text).map(|_| ())
    } else {
        std::fs::read_to_string(file).map(|read| text = read)
    };
    read.map_err(|why| Failure::Plain(format!("{} cannot be read: {why}", file.display())))?;
    ItemDocument::read(&text).map_err(|problem| Failure::Problems {
        of: format!("{} is not an item", file.display()),
        problems: vec![problem],
    })
}

const HEADER: [&str; 13] = [
    "NAME",
    "SYNC MODE",
    "JIRA SCOPE",
    "ISSUE TYPE",
    "SALESFORCE SOURCE",
    "FIELDS / MAPPINGS",
    "AUTO CREATE",
    "COMMENTS",
    "ATTACHMENTS",
    "STATUS",
    "LINKS",
    "FINDINGS",
    "LATEST SYNC",
];

/// Mappings that a cell shows; `item show` has them all.
const MAPPINGS_MAX: usize = 4;

fn list(rows: &[ItemSummary], output: Output) {
    let as_json: Vec<Value> = rows
        .iter()
        .map(|row| json!({
            "name": row.item.document.name, "mode": row.item.document.mode,
            "projects": row.item.document.jira.projects().collect::<Vec<_>>(),
            "issue_type": Glance::of(&row.item.document).issue_type,
            "object": row.item.document.salesforce.object, "group": group(&row.item.document),
            "version": row.item.version, "glance": Glance::of(&row.item.document),
            "paused": row.item.state == ItemState::Paused, "links": row.links,
            "findings": row.findings, "last_sweep": row.swept_at, "sweep_counts": row.sweep_counts,
            "latest_sync": latest_sync(row), "latest_sync_text": latest_sync(row).text(),
        }))
        .collect();
    output.show(&as_json, |_| {
        let lines = rows.iter().map(line).collect();
        table(&HEADER, lines, "no items yet: `lockstep item apply -f FILE` makes one")
    });
}

fn line(row: &ItemSummary) -> Vec<String> {
    let spec = &row.item.document;
    let glance = Glance::of(spec);
    let on = |on: bool| if on { "enabled" } else { "off" }.to_owned();
    vec![
        spec.name.clone(),
        json!(spec.mode).as_str().unwrap_or_default().to_owned(),
        glance.jira_scope.join(", "),
        glance.issue_type.clone(),
        glance.salesforce_source.clone(),
        mapped(&glance),
        on(glance.auto_create),
        on(glance.comments),
        on(glance.attachments),
        on(glance.status),
        row.links.to_string(),
        row.findings.to_string(),
        latest_sync(row).text(),
    ]
}

/// The first mappings, one a line.
fn mapped(glance: &Glance) -> String {
    let mut lines: Vec<String> = glance.mappings.iter().take(MAPPINGS_MAX).cloned().collect();
    let more = glance.mappings.len().saturating_sub(MAPPINGS_MAX);
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    if glance.associations {
        lines.push("associated records".to_owned());
    }
    lines.join("\n")
}

fn latest_sync(row: &ItemSummary) -> LatestSync {
    let standing = Standing {
        paused: row.item.state == ItemState::Paused,
        swept_at: row.swept_at,
        counts: row.sweep_counts.as_ref(),
        findings: row.findings,
    };
    LatestSync::of(&row.item.document, standing)
}

fn group(spec: &ConnectedItem) -> &'static str {
    standard(&spec.salesforce.object).map_or(Group::Custom, |known| known.group).title()
}
