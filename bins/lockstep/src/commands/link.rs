//! `lockstep link …`.

use lockstep_engine::{LinkDetail, RecordView};
use lockstep_model::Finding;
use lockstep_store::{AuditRow, Link, Origin};
use serde_json::{Value, json};

use super::{diff, linking};
use crate::args::LinkCommand;
use crate::operations::{Operations, WhichLinks};
use crate::output::{Failure, Output, or_dash, table};

pub async fn run(
    command: &LinkCommand,
    operations: &impl Operations,
    output: Output,
) -> Result<(), Failure> {
    match command {
        LinkCommand::List { item, search, limit } => {
            let (item, text) = (item.as_deref(), search.as_deref().unwrap_or_default());
            let rows = operations.links(WhichLinks { item, text, limit: *limit }).await?;
            let as_json: Vec<Value> = rows.iter().map(link_json).collect();
            output.show(&as_json, |_| list(&rows));
        }
        LinkCommand::Show { link, limit } => {
            let detail = operations.link_detail(link, *limit).await?;
            output.show(&detail_json(&detail), |_| detail_text(&detail));
        }
        LinkCommand::Search { item, text } => {
            linking::search(operations, (item, text), output).await?;
        }
        LinkCommand::Add { item, record, issue } => {
            linking::add(operations, (item, record, issue), output).await?;
        }
        LinkCommand::Remove { link } => linking::remove(operations, link, output).await?,
        LinkCommand::Associated { link } => linking::associated(operations, link, output).await?,
        LinkCommand::Refresh { link } => linking::refresh(operations, link, output).await?,
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

fn detail_json(detail: &LinkDetail) -> Value {
    let mut json = link_json(&detail.link);
    json["audit"] = detail.audit.iter().map(audit_json).collect();
    json["comment_pairs"] = json!(detail.comments);
    json["record_now"] = json!(detail.record);
    json
}

fn detail_text(detail: &LinkDetail) -> String {
    let link = &detail.link;
    let issue = or_dash(link.issue_key.as_deref());
    let how = if link.origin == Origin::Auto { "auto-managed" } else { "linked by hand" };
    let mut lines = vec![
        format!("link {}: record {} <-> issue {issue}", link.id, link.record),
        format!(
            "state {}, {how}, synced {}, {} comment pairs",
            link.state.name(),
            or_dash(link.synced_at),
            detail.comments.len()
        ),
    ];
    lines.extend(detail.record.iter().flat_map(record_lines));
    let cannot = |fault| format!("the record cannot be shown: {fault}");
    lines.extend(detail.record_fault.as_ref().map(cannot));
    lines.push("agreed:".to_owned());
    lines.extend(link.base.fields.iter().map(|(mapping, base)| {
        format!("  {mapping}: {} | {}", diff::value(&base.salesforce), diff::value(&base.jira))
    }));
    lines.extend(link.findings.iter().map(finding));
    lines.push(steps(&detail.audit));
    lines.join("\n")
}

fn finding(finding: &Finding) -> String {
    let Finding { code, subject, detail, .. } = finding;
    format!("! {code} {subject}: {} ({detail})\n    remedy: {}", code.title(), code.remedy())
}

fn record_lines(view: &RecordView) -> Vec<String> {
    let fields = view
        .fields
        .iter()
        .map(|field| format!("  {} ({}): {}", field.label, field.field, diff::value(&field.value)));
    std::iter::once(format!("{}, {}", view.title, view.url)).chain(fields).collect()
}

fn audit_json(row: &AuditRow) -> Value {
    json!({
        "id": row.id, "at": row.at, "step": row.step, "subject": row.subject, "side": row.side, "outcome": row.outcome.name(),
        "code": row.code, "before": row.before, "after": row.after, "reason": row.reason,
        "correlation": row.correlation, "cause": row.cause, "actor": row.actor,
        "item_version": row.item_version,
    })
}

fn steps(audit: &[AuditRow]) -> String {
    let lines = audit.iter().map(|row| {
        vec![
            row.id.to_string(),
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
        &["ID", "AT (UTC)", "", "STEP", "SUBJECT", "BEFORE", "AFTER", "CORRELATION"],
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
