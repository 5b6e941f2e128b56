//! `lockstep plan …`: the dry run.

use lockstep_engine::{ItemPreview, LinkPreview};
use lockstep_model::Step;

use super::diff;
use crate::args::PlanCommand;
use crate::context::Context;
use crate::output::{Failure, Output, or_dash};

pub async fn run(command: &PlanCommand, output: Output) -> Result<(), Failure> {
    let context = Context::from_environment()?;
    let engine = context.engine().await?;
    match command {
        PlanCommand::Link { id } => output.show(&engine.preview_link(*id).await?, link),
        PlanCommand::Item { name, limit } => {
            let row = context.item(name).await?;
            output.show(&engine.preview_item(row.id, *limit).await?, item);
        }
    }
    Ok(())
}

fn link(preview: &LinkPreview) -> String {
    let issue = preview.issue.as_deref().unwrap_or("(new issue)");
    let number = or_dash(preview.link);
    let head = format!("link {number}: {} {} <-> {issue}", preview.title, preview.record);
    format!("{head}\n{}", diff::plan(&preview.plan))
}

fn item(preview: &ItemPreview) -> String {
    let busy: Vec<&LinkPreview> = preview.links.iter().filter(|one| !one.plan.is_empty()).collect();
    let mut lines: Vec<String> = busy.iter().map(|one| link(one)).collect();
    lines.extend(preview.new.iter().map(link));
    lines.extend(
        preview.unread.iter().map(|(what, fault)| format!("{what} could not be read: {fault}")),
    );
    let creates = preview.new.iter().filter(|one| creates(one)).count();
    lines.push(format!(
        "item {}: {} links looked at, {} to change, {creates} issues to create, {} not readable{}",
        preview.item,
        preview.links.len(),
        busy.len(),
        preview.unread.len(),
        if preview.more { "; there are more (--limit)" } else { "" },
    ));
    if let Some(countable) = preview.countable {
        lines.push(format!("{countable} records count as new, linked ones among them"));
    }
    lines.push("nothing was written".to_owned());
    lines.join("\n")
}

fn creates(preview: &LinkPreview) -> bool {
    preview.plan.steps.iter().any(|step| matches!(step, Step::CreateIssue { .. }))
}
