//! `lockstep drift`: what differs between the two sides, with a number.

use lockstep_engine::{DriftReport, LinkDrift};
use lockstep_model::drift::{Cause, Difference, DriftCounts};
use lockstep_model::{FieldValue, ItemId};
use serde::Serialize;

use super::{diff, plan};
use crate::args::DriftArgs;
use crate::context::Context;
use crate::output::{Failure, Output, or_dash};

/// The drift of an item.
#[derive(Serialize)]
struct OfItem {
    item: String,
    #[serde(flatten)]
    report: DriftReport,
    unread: u64,
    more: bool,
}

/// The drift of everything that was asked for.
#[derive(Serialize)]
struct Drift {
    #[serde(flatten)]
    counts: DriftCounts,
    items: Vec<OfItem>,
}

pub async fn run(args: &DriftArgs, output: Output) -> Result<(), Failure> {
    let context = Context::from_environment()?;
    let mut drift = Drift { counts: DriftCounts::default(), items: Vec::new() };
    let engine = context.engine().await?;
    for (id, name) in items(&context, &args.item).await? {
        let looked = plan::look(&engine, id, &name, args.extent.of(false)).await?;
        drift.counts += looked.drift.counts;
        let (unread, more) = (looked.unread_count, looked.more);
        drift.items.push(OfItem { item: name, report: looked.drift, unread, more });
    }
    output.show(&drift, text);
    Ok(())
}

async fn items(context: &Context, wanted: &str) -> Result<Vec<(ItemId, String)>, Failure> {
    if wanted != "all" {
        return Ok(vec![(context.item(wanted).await?.id, wanted.to_owned())]);
    }
    let rows = context.store().await?.items().list().await?;
    Ok(rows.into_iter().map(|row| (row.item.id, row.item.document.name)).collect())
}

fn text(drift: &Drift) -> String {
    let mut lines: Vec<String> = drift.items.iter().flat_map(of_item).collect();
    if drift.items.len() != 1 {
        lines.push(format!("all {} items: {}", drift.items.len(), counted(&drift.counts)));
    }
    lines.join("\n")
}

fn of_item(one: &OfItem) -> Vec<String> {
    let mut lines: Vec<String> = one.report.samples.iter().flat_map(of_link).collect();
    let unread = match one.unread {
        0 => String::new(),
        unread => format!("; {unread} could not be read"),
    };
    let more = if one.more { "; there are more (--limit)" } else { "" };
    lines.push(format!("item {}: {}{unread}{more}", one.item, counted(&one.report.counts)));
    lines
}

fn of_link(link: &LinkDrift) -> Vec<String> {
    let (number, issue) = (or_dash(link.link), or_dash(link.issue.as_deref()));
    let head = format!("link {number}: {} {} <-> {issue}", link.title, link.record);
    std::iter::once(head).chain(link.differences.iter().map(difference)).collect()
}

fn difference(one: &Difference) -> String {
    let why = match one.cause {
        Cause::Pending => "to be mended",
        Cause::Left => "changed on the side that does not own it, and let stand",
        Cause::Held => "waits for a person",
        Cause::Refused => "refused",
    };
    match (&one.salesforce, &one.jira) {
        (FieldValue::Empty, FieldValue::Empty) => format!("  {}: {why}", one.subject),
        (salesforce, jira) => {
            let (salesforce, jira) = (diff::value(salesforce), diff::value(jira));
            format!("  {}: Salesforce {salesforce}, Jira {jira}  ({why})", one.subject)
        }
    }
}

fn counted(counts: &DriftCounts) -> String {
    format!(
        "{} differences on {} of {} links: {} to be mended, {} let stand, {} wait for a person, {} refused",
        counts.differences,
        counts.drifted,
        counts.links,
        counts.pending,
        counts.left,
        counts.held,
        counts.refused
    )
}
