//! `lockstep plan …`: the dry run, with what it would come to and cost.

use lockstep_engine::{Estimate, Extent, ItemPreview, LinkPlan, LinkPreview};
use lockstep_model::cost::{Cost, Counts};
use serde::Serialize;

use super::diff;
use crate::args::{ExtentArgs, PlanCommand};
use crate::operations::Operations;
use crate::output::{Failure, Output, or_dash};

/// Everything, planned.
#[derive(Serialize)]
struct Everything {
    counts: Counts,
    calls: Cost,
    seconds: u64,
    items: Vec<ItemPreview>,
}

pub async fn run(
    command: &PlanCommand,
    operations: &impl Operations,
    output: Output,
) -> Result<(), Failure> {
    match command {
        PlanCommand::Link { link } => output.show(&operations.plan_link(link).await?, link_plan),
        PlanCommand::Item { name, extent } => {
            output.show(&operations.plan_item(name, extent.of(true)).await?, item_text);
        }
        PlanCommand::All { extent } => {
            output.show(&everything(operations, extent.of(true)).await?, everything_text);
        }
    }
    Ok(())
}

async fn everything(operations: &impl Operations, extent: Extent) -> Result<Everything, Failure> {
    let mut all = Everything {
        counts: Counts::default(),
        calls: Cost::default(),
        seconds: 0,
        items: Vec::new(),
    };
    for row in operations.items().await? {
        let one = operations.plan_item(&row.item.document.name, extent).await?;
        all.counts += one.counts;
        all.calls += one.estimate.calls;
        all.seconds += one.estimate.seconds;
        all.items.push(one);
    }
    Ok(all)
}

impl ExtentArgs {
    /// What the engine is asked for.
    pub fn of(self, new_records: bool) -> Extent {
        let limit = self.limit.unwrap_or(u64::MAX);
        Extent { limit, samples: self.samples, new_records }
    }
}

fn link_plan(plan: &LinkPlan) -> String {
    format!("{}\n{}\nnothing was written", link(&plan.preview), estimate(&plan.estimate))
}

fn link(preview: &LinkPreview) -> String {
    let issue = preview.issue.as_deref().unwrap_or("(new issue)");
    let number = or_dash(preview.link);
    let head = format!("link {number}: {} {} <-> {issue}", preview.title, preview.record);
    format!("{head}\n{}", diff::plan(&preview.plan))
}

fn item_text(preview: &ItemPreview) -> String {
    format!("{}\nnothing was written", item_lines(preview))
}

fn item_lines(preview: &ItemPreview) -> String {
    let mut lines: Vec<String> = preview.links.iter().chain(&preview.new).map(link).collect();
    lines.extend(
        preview.unread.iter().map(|(what, fault)| format!("{what} could not be read: {fault}")),
    );
    lines.extend(shown(preview));
    lines.push(format!(
        "item {}: {}, {} not readable{}",
        preview.item,
        counts(&preview.counts),
        preview.unread_count,
        if preview.more { "; there are more (--limit)" } else { "" },
    ));
    if let Some(countable) = preview.countable {
        lines.push(format!("{countable} records count as new, linked ones among them"));
    }
    lines.push(estimate(&preview.estimate));
    lines.join("\n")
}

/// Says so where what stands above is not all that would be done.
fn shown(preview: &ItemPreview) -> Option<String> {
    let samples = preview.links.len() + preview.new.len();
    let all = usize::try_from(preview.counts.create + preview.counts.update).unwrap_or(usize::MAX);
    (samples < all)
        .then(|| format!("shown: {samples} of the {all} with something to do (--samples)"))
}

fn everything_text(all: &Everything) -> String {
    let mut lines: Vec<String> = all.items.iter().map(item_lines).collect();
    lines.push(format!(
        "all {} items: {}; {}",
        all.items.len(),
        counts(&all.counts),
        cost(&all.calls, all.seconds)
    ));
    lines.push("nothing was written".to_owned());
    lines.join("\n")
}

fn counts(counts: &Counts) -> String {
    format!(
        "{} looked at: {} to create, {} to update, {} to skip; {} with a conflict, {} with something refused",
        counts.looked_at,
        counts.create,
        counts.update,
        counts.skip,
        counts.conflict,
        counts.refused
    )
}

fn cost(calls: &Cost, seconds: u64) -> String {
    format!(
        "{} Salesforce calls and {} Jira calls, about {seconds} s of one worker",
        calls.salesforce.total(),
        calls.jira.total()
    )
}

fn estimate(estimate: &Estimate) -> String {
    let left = match estimate.salesforce_left {
        Some(left) => format!("; the org has {left} calls left today"),
        None => String::new(),
    };
    format!(
        "it would take {} (at {} ms a Salesforce call and {} ms a Jira call, as measured now){left}",
        cost(&estimate.calls, estimate.seconds),
        estimate.salesforce_ms,
        estimate.jira_ms
    )
}
