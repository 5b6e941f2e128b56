//! `lockstep link …`.

use lockstep_model::LinkId;
use lockstep_store::{AuditRow, Filter, Link};
use serde_json::{Value, json};

use super::diff;
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
        "issue_id": link.issue_id, "state": link.state.name(), "findings": link.findings,
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
    output.show(&as_json, |_| {
        let mut lines = vec![
            format!(
                "link {}: record {} <-> issue {}",
                link.id,
                link.record,
                or_dash(link.issue_key.as_deref())
            ),
            format!(
                "state {}, synced {}, {} comment pairs",
                link.state.name(),
                or_dash(link.synced_at),
                pairs.len()
            ),
            "agreed:".to_owned(),
        ];
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

async fn find(context: &Context, wanted: &str) -> Result<Link, Failure> {
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
        "correlation": row.correlation, "cause": row.cause,
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
