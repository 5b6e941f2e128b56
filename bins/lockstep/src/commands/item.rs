//! `lockstep item …`.

mod check;

use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

use lockstep_engine::{AppliedItem, ApplyError, Creates};
use lockstep_model::glance::{Glance, LatestSync, Standing};
use lockstep_model::object::{Group, standard};
use lockstep_model::{ConnectedItem, ItemDocument};
use lockstep_store::{ItemState, ItemSummary, NewAudit};
use serde_json::{Value, json};

use super::sync::correlation;
use crate::args::ItemCommand;
use crate::context::Context;
use crate::output::{Failure, Output, problem_line, table};

pub async fn run(command: &ItemCommand, output: Output) -> Result<ExitCode, Failure> {
    let context = Context::from_environment()?;
    match command {
        ItemCommand::Apply { file } => apply(&context, file, output).await,
        ItemCommand::Check { file } => return check::run(&context, file, output).await,
        ItemCommand::List => list(&context, output).await,
        ItemCommand::Delete { name } => delete(&context, name, output).await,
        ItemCommand::Show { name } => show(&context, name, output).await,
        ItemCommand::Pause { name } => set_paused(&context, name, true, output).await,
        ItemCommand::LetDeletes { name, actor } => {
            let_deletes(&context, (name, actor), output).await
        }
        ItemCommand::Resume { name } => set_paused(&context, name, false, output).await,
    }?;
    Ok(ExitCode::SUCCESS)
}

async fn apply(context: &Context, file: &Path, output: Output) -> Result<(), Failure> {
    let document = read_item(file)?;
    let item = &document.item;
    let engine = context.engine().await?;
    let applied = engine.apply_item(item).await;
    let applied = applied.map_err(|error| refused(&document, error, "was not applied"))?;
    let AppliedItem { applied, problems: mut warnings, creates, found } = applied;
    document.locate(&mut warnings);
    let result = json!({
        "item": item.name, "version": applied.version, "created": applied.created, "changed": applied.changed,
        "warnings": warnings.iter().map(problem_line).collect::<Vec<_>>(),
        "creates": creates, "found": found,
    });
    output.show(&result, |_| {
        let what = match (applied.created, applied.changed) {
            (true, _) => "created",
            (false, true) => "changed",
            (false, false) => "unchanged",
        };
        let mut lines = vec![format!("item {} {what}, version {}", item.name, applied.version)];
        lines.extend(warnings.iter().map(problem_line));
        if found > 0 {
            lines.push(format!("{found} issues belong to its records already, and are linked"));
        }
        lines.extend(creates.as_ref().map(counted));
        lines.push(format!("`lockstep plan item {}` shows what it will do", item.name));
        lines.join("\n")
    });
    Ok(())
}

/// The engine's refusal, each problem with its place in the file.
fn refused(document: &ItemDocument, error: ApplyError, how: &str) -> Failure {
    match error {
        ApplyError::Problems(mut problems) => {
            document.locate(&mut problems);
            Failure::Problems { of: format!("item {} {how}", document.item.name), problems }
        }
        ApplyError::Fault(fault) => Failure::Fault(fault),
    }
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

async fn list(context: &Context, output: Output) -> Result<(), Failure> {
    let rows = context.store().await?.items().list().await?;
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
    Ok(())
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

async fn show(context: &Context, name: &str, output: Output) -> Result<(), Failure> {
    let row = context.item(name).await?;
    let yaml = lockstep_model::document::write(&row.document);
    output.show(&row.document, |_| yaml);
    Ok(())
}

async fn delete(context: &Context, name: &str, output: Output) -> Result<(), Failure> {
    let row = context.item(name).await?;
    if row.state == ItemState::Active {
        let why = format!("item {name} is active: `lockstep item pause {name}` first");
        return Err(Failure::Plain(why));
    }
    let items = context.store().await?.items();
    items.delete(row.id).await?;
    output.show(&json!({ "deleted": name }), |_| {
        format!("item {name} and its links are deleted; records and issues stay as they are")
    });
    Ok(())
}

async fn set_paused(
    context: &Context,
    name: &str,
    paused: bool,
    output: Output,
) -> Result<(), Failure> {
    let row = context.item(name).await?;
    let store = context.store().await?;
    if paused {
        store.items().pause(row.id).await?;
    } else {
        store.items().resume(row.id).await?;
    }
    let state = if paused { "paused" } else { "resumed" };
    output.show(&json!({ "item": name, "paused": paused }), |_| format!("item {name} {state}"));
    Ok(())
}

async fn let_deletes(
    context: &Context,
    (name, actor): (&str, &str),
    output: Output,
) -> Result<(), Failure> {
    let row = context.item(name).await?;
    let store = context.store().await?;
    store.items().let_deletes(row.id).await?;
    let act = NewAudit::by_person(actor, correlation(), "let_deletes", name);
    store.audit().append(&[NewAudit { item: Some(row.id), ..act }]).await?;
    let minutes = 60;
    output.show(&json!({ "item": name, "let_through_minutes": minutes }), |_| {
        format!("for {minutes} minutes no brake holds back the deletes of {name}'s comments")
    });
    Ok(())
}
