//! `lockstep link …`.

use lockstep_engine::RecordView;
use lockstep_model::{Fault, LinkId};
use lockstep_store::{AuditRow, Filter, Link, Origin};
use serde_json::{Value, json};

use super::{diff, linking};
use crate::args::LinkCommand;
use crate::context::Context;
use crate::output::{Failure, Output, or_dash, table};

pub async fn run(command: &LinkCommand, output: Output) -> Result<(), Failure> {
    let context = Context::from_environment()?;
    match command {
        LinkCommand::List { item, search, limit } => {
            let item = match item {
                Some(name) => Some(context.item(name).await?.id),
                None => None,
            };
            let filter = Filter { item, text: search.clone(), limit: *limit, ..Filter::default() };
            let rows = context.store().await?.links().list(&filter).await?;
            let as_json: Vec<Value> = rows.iter().map(link_json).collect();
            output.show(&as_json, |_| list(&rows));
        }
        LinkCommand::Show { link, limit } => show(&context, link, *limit, output).await?,
        LinkCommand::Search { item, text } => {
            linking::search(&context, (item, text), output).await?;
        }
        LinkCommand::Add { item, record, issue } => {
            linking::add(&context, (item, record, issue), output).await?;
        }
        LinkCommand::Remove { link } => linking::remove(&context, link, output).await?,
        LinkCommand::Associated { link } => linking::associated(&context, link, output).await?,
        LinkCommand::Refresh { link } => linking::refresh(&context, link, output).await?,
    }
    Ok(())
}

fn list(rows: &[Link]) -> String {
    let lines = rows.iter().map(|link| {
        vec![
            link.id.to_string(),
            link.record.to_string(),
            or_dash(link.issue_key.as_deref()),
            link.state.name().to_owned(),
            link.findings.len().to_string(),
            or_dash(link.synced_at.map(|at| at.format("%F %T").to_string())),
        ]
    });
    let header = ["LINK", "RECORD", "ISSUE", "STATE", "FINDINGS", "SYNCED (UTC)"];
    table(
        &header,
        lines.collect(),
        "no links yet: an item with auto_create makes them at its next sweep",
    )
}

fn link_json(link: &Link) -> Value {
    json!({
        "link": link.id, "item": link.item, "record": link.record, "issue": link.issue_key,
        "issue_id": link.issue_id, "state": link.state.name(), "origin": link.origin.name(), "findings": link.findings,
        "synced_at": link.synced_at, "created_at": link.created_at, "base": link.base,
    })
}

async fn show(context: &Context, wanted: &str, limit: i64, output: Output) -> Result<(), Failure> {
    let link = find(context, wanted).await?;
    let store = context.store().await?;
    let audit = store.audit().of_link(link.id, limit).await?;
    let pairs = store.links().pairs(link.id).await?;
    let mut as_json = link_json(&link);
    as_json["audit"] = audit.iter().map(audit_json).collect();
    as_json["comment_pairs"] = json!(pairs);
    let shown = shown(context, &link).await?;
    as_json["record_now"] = json!(shown.as_ref().and_then(|view| view.as_ref().ok()));
    output.show(&as_json, |_| {
        let mut lines = vec![
            format!(
                "link {}: record {} <-> issue {}",
                link.id,
                link.record,
                or_dash(link.issue_key.as_deref())
            ),
            format!(
                "state {}, {}, synced {}, {} comment pairs",
                link.state.name(),
                if link.origin == Origin::Auto { "auto-managed" } else { "linked by hand" },
                or_dash(link.synced_at),
                pairs.len()
            ),
        ];
        lines.extend(shown.iter().flat_map(record_lines));
        lines.push("agreed:".to_owned());
        lines.extend(link.base.fields.iter().map(|(mapping, base)| {
            format!("  {mapping}: {} | {}", diff::value(&base.salesforce), diff::value(&base.jira))
        }));
        lines.extend(link.findings.iter().map(|f| {
            format!(
                "! {} {}: {} ({})\n    remedy: {}",
                f.code,
                f.subject,
                f.code.title(),
                f.detail,
                f.code.remedy()
            )
        }));
        lines.push(steps(&audit));
        lines.join("\n")
    });
    Ok(())
}

/// The record as it is now, where the item wants it shown; a fault is shown in its place.
async fn shown(
    context: &Context,
    link: &Link,
) -> Result<Option<Result<RecordView, Fault>>, Failure> {
    let engine = context.engine().await?;
    if !engine.shows_record(link).await? {
        return Ok(None);
    }
    Ok(Some(engine.view_record(link).await))
}

fn record_lines(shown: &Result<RecordView, Fault>) -> Vec<String> {
    let view = match shown {
        Ok(view) => view,
        Err(fault) => return vec![format!("the record cannot be shown: {fault}")],
    };
    let fields = view
        .fields
        .iter()
        .map(|field| format!("  {} ({}): {}", field.label, field.field, diff::value(&field.value)));
    std::iter::once(format!("{}, {}", view.title, view.url)).chain(fields).collect()
}

/// The link of this number, issue key or record id.
pub async fn find(context: &Context, wanted: &str) -> Result<Link, Failure> {
    let store = context.store().await?;
    let found = if let Ok(id) = wanted.parse::<LinkId>() {
        store.links().get(id).await?
    } else {
        let filter = Filter { text: Some(wanted.to_owned()), limit: 100, ..Filter::default() };
        let rows = store.links().list(&filter).await?;
        let named = |link: &Link| {
            link.issue_key.as_deref() == Some(wanted) || link.record.as_str() == wanted
        };
        rows.into_iter().find(named)
    };
    found.ok_or_else(|| Failure::Missing(format!("link `{wanted}`")))
}

fn audit_json(row: &AuditRow) -> Value {
    json!({
        "at": row.at, "step": row.step, "subject": row.subject, "side": row.side, "outcome": row.outcome.name(),
        "code": row.code, "before": row.before, "after": row.after, "reason": row.reason,
        "correlation": row.correlation, "cause": row.cause, "actor": row.actor,
        "item_version": row.item_version,
    })
}

fn steps(audit: &[AuditRow]) -> String {
    let lines = audit.iter().map(|row| {
        vec![
            row.at.format("%F %T%.3f").to_string(),
            row.outcome.name().to_owned(),
            row.step.clone(),
            row.subject.clone(),
            short(&row.before),
            short(&row.after),
            row.correlation.to_string(),
        ]
    });
    table(
        &["AT (UTC)", "", "STEP", "SUBJECT", "BEFORE", "AFTER", "CORRELATION"],
        lines.collect(),
        "no steps yet",
    )
}

fn short(value: &Value) -> String {
    match serde_json::from_value(value.clone()) {
        Ok(known) => diff::value(&known),
        Err(_) if value.is_null() => "-".to_owned(),
        Err(_) => value.to_string().chars().take(60).collect(),
    }
}
