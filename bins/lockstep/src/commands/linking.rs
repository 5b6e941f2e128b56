//! Links by hand: `lockstep link search`, `add`, `remove` and `refresh`.

use lockstep_engine::{Associated, ByHand, Found};
use lockstep_model::{JobKind, RecordId};
use serde_json::json;

use super::{link, sync};
use crate::context::Context;
use crate::output::{Failure, Output, table};

/// How the command line signs what it does.
const ACTOR: &str = "cli";

/// What to say where a search finds nothing.
const NOTHING: &str = "No matching records found. Try a short fragment that really stands in the \
    record (its number, name, e-mail address or phone), or paste its 15- or 18-character id.";

pub async fn search(
    context: &Context,
    (item, text): (&str, &str),
    output: Output,
) -> Result<(), Failure> {
    let item = context.item(item).await?;
    let found = context.engine().await?.search_records(item.id, text).await?;
    output.show(&found, |found| {
        let line = |one: &Found| vec![one.record.to_string(), one.label.clone()];
        table(&["RECORD", ""], found.iter().map(line).collect(), NOTHING)
    });
    Ok(())
}

pub async fn add(
    context: &Context,
    (item, record, issue): (&str, &RecordId, &str),
    output: Output,
) -> Result<(), Failure> {
    let item = context.item(item).await?;
    let correlation = sync::correlation();
    let by = ByHand { correlation: &correlation, actor: ACTOR };
    let link = context.engine().await?.link_by_hand(item.id, (record, issue), by).await?;
    sync::promise(context, JobKind::Link { link: link.id }, correlation).await?;
    let key = link.issue_key.unwrap_or_default();
    let result = json!({ "link": link.id, "record": link.record, "issue": key });
    output.show(&result, |_| format!("link {}: record {} <-> issue {key}", link.id, link.record));
    Ok(())
}

pub async fn remove(context: &Context, wanted: &str, output: Output) -> Result<(), Failure> {
    let found = link::find(context, wanted).await?;
    let correlation = sync::correlation();
    let by = ByHand { correlation: &correlation, actor: ACTOR };
    context.engine().await?.unlink(&found, by).await?;
    output.show(&json!({ "removed": found.id }), |_| {
        format!("link {} is taken apart; record and issue stay as they are", found.id)
    });
    Ok(())
}

pub async fn refresh(context: &Context, wanted: &str, output: Output) -> Result<(), Failure> {
    let found = link::find(context, wanted).await?;
    let kind = JobKind::Link { link: found.id };
    let promised = sync::promise(context, kind, sync::correlation()).await?;
    output.show(&promised.as_json(), |_| promised.to_string());
    Ok(())
}

pub async fn associated(context: &Context, wanted: &str, output: Output) -> Result<(), Failure> {
    let found = link::find(context, wanted).await?;
    let shown = context.engine().await?.associated(&found).await?;
    output.show(&shown, groups);
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
