//! `lockstep drift`: what differs between the two sides, with a number.

use lockstep_engine::{ItemDrift, LinkDrift};
use lockstep_model::FieldValue;
use lockstep_model::drift::{Cause, Difference, DriftCounts};
use serde::Serialize;

use super::diff;
use crate::args::DriftArgs;
use crate::operations::Operations;
use crate::output::{Failure, Output, or_dash};

/// The drift of everything that was asked for.
#[derive(Serialize)]
struct Drift {
    #[serde(flatten)]
    counts: DriftCounts,
    items: Vec<ItemDrift>,
}

pub async fn run(
    args: &DriftArgs,
    operations: &impl Operations,
    output: Output,
) -> Result<(), Failure> {
    let mut drift = Drift { counts: DriftCounts::default(), items: Vec::new() };
    for name in items(operations, &args.item).await? {
        let one = operations.drift_of_item(&name, args.extent.of(false)).await?;
        drift.counts += one.report.counts;
        drift.items.push(one);
    }
    output.show(&drift, text);
    Ok(())
}

async fn items(operations: &impl Operations, wanted: &str) -> Result<Vec<String>, Failure> {
    if wanted != "all" {
        return Ok(vec![wanted.to_owned()]);
    }
    let rows = operations.items().await?;
    Ok(rows.into_iter().map(|row| row.item.document.name).collect())
}

fn text(drift: &Drift) -> String {
    let mut lines: Vec<String> = drift.items.iter().flat_map(of_item).collect();
    if drift.items.len() != 1 {
        lines.push(format!("all {} items: {}", drift.items.len(), counted(&drift.counts)));
    }
    lines.join("\n")
}

fn of_item(one: &ItemDrift) -> Vec<String> {
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
