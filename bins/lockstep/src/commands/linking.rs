//! Links by hand: `lockstep link search`, `add`, `remove` and `refresh`.

use lockstep_engine::{Associated, Found};
use lockstep_model::RecordId;
use serde_json::json;

use super::sync;
use crate::operations::Operations;
use crate::output::{Failure, Output, table};

/// What to say where a search finds nothing.
const NOTHING: &str = "No matching records found. Try a short fragment that really stands in the \
    record (its number, name, e-mail address or phone), or paste its 15- or 18-character id.";

pub async fn search(
    operations: &impl Operations,
    (item, text): (&str, &str),
    output: Output,
) -> Result<(), Failure> {
    let found = operations.search_records(item, text).await?;
    output.show(&found, |found| {
        let line = |one: &Found| vec![one.record.to_string(), one.label.clone()];
        table(&["RECORD", ""], found.iter().map(line).collect(), NOTHING)
    });
    Ok(())
}

pub async fn add(
    operations: &impl Operations,
    (item, record, issue): (&str, &RecordId, &str),
    output: Output,
) -> Result<(), Failure> {
    let link = operations.link_by_hand(item, (record, issue)).await?;
    let key = link.issue_key.unwrap_or_default();
    let result = json!({ "link": link.id, "record": link.record, "issue": key });
    output.show(&result, |_| format!("link {}: record {} <-> issue {key}", link.id, link.record));
    Ok(())
}

pub async fn remove(
    operations: &impl Operations,
    wanted: &str,
    output: Output,
) -> Result<(), Failure> {
    let link = operations.unlink(wanted).await?;
    output.show(&json!({ "removed": link }), |_| {
        format!("link {link} is taken apart; record and issue stay as they are")
    });
    Ok(())
}

pub async fn refresh(
    operations: &impl Operations,
    wanted: &str,
    output: Output,
) -> Result<(), Failure> {
    output.show(&operations.refresh_link(wanted).await?, sync::told);
    Ok(())
}

pub async fn associated(
    operations: &impl Operations,
    wanted: &str,
    output: Output,
) -> Result<(), Failure> {
    output.show(&operations.associated(wanted).await?, groups);
    Ok(())
}

fn groups(shown: &Associated) -> String {
    let mut lines = vec!["Associated Salesforce Records".to_owned()];
    for group in &shown.groups {
        lines.push(format!("{} (by {})", group.object, group.field));
        let records = group.records.iter();
        lines.extend(records.map(|record| format!("  {}  {}", record.label, record.url)));
        if group.more {
            lines.push("  and more".to_owned());
        }
    }
    if shown.groups.is_empty() && shown.missing.is_empty() {
        lines.push("  none".to_owned());
    }
    let missing = shown.missing.iter();
    lines.extend(missing.map(|one| match &one.object {
        Some(object) => format!("not shown: {object}: {}", one.reason),
        None => format!("not shown: {}", one.reason),
    }));
    lines.join("\n")
}
