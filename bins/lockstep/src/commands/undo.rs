//! `lockstep undo …`: a plan first, and with `--yes` it is asked for.

use chrono::Utc;
use lockstep_engine::{Asked, ItemUndo, LinkUndo};
use lockstep_model::undo::{Cannot, Kept, Span, Turn, UndoCounts};
use lockstep_model::{CorrelationId, Side};

use super::{diff, sync};
use crate::args::{StepsArgs, UndoCommand};
use crate::operations::Operations;
use crate::output::{Failure, Output, or_dash};

const NOT_DONE: &str = "nothing was written; `--yes` does it";

pub async fn run(
    command: &UndoCommand,
    operations: &impl Operations,
    output: Output,
) -> Result<(), Failure> {
    let now = lockstep_service::clock::now();
    match command {
        UndoCommand::Link { link, steps, how } => {
            let plan = operations.plan_undo(link, &steps.span(now)?).await?;
            if !how.yes {
                output.show(&plan, |plan| format!("{}\n{}", of_link(plan), NOT_DONE));
                return Ok(());
            }
            let asked = operations.undo(link, &plan.span, &how.actor).await?;
            output.show(&asked, |asked| done(&of_link(&plan), asked));
        }
        UndoCommand::Item { name, since, until, limit, samples, how } => {
            let time = Span::within(*since, *until, now).map_err(mistaken)?;
            let much = (limit.unwrap_or(u64::MAX), *samples);
            let plan = operations.plan_undo_of_item(name, time, much).await?;
            if !how.yes {
                output.show(&plan, |plan| format!("{}\n{}", of_item(plan), NOT_DONE));
                return Ok(());
            }
            let asked = operations.undo_item(name, time, &how.actor).await?;
            output.show(&asked, |asked| done(&of_item(&plan), asked));
        }
    }
    Ok(())
}

impl StepsArgs {
    fn span(&self, now: chrono::DateTime<Utc>) -> Result<Span, Failure> {
        let run = self.run.clone().map(CorrelationId);
        Span::asked((self.step, run), (self.since, self.until), now).map_err(mistaken)
    }
}

fn mistaken(why: &'static str) -> Failure {
    Failure::Refused { why: why.to_owned(), remedy: "Say it anew.".to_owned() }
}

fn done(plan: &str, asked: &Asked) -> String {
    format!("{plan}\n{}\nwhat is turned back stays so until either side changes", sync::told(asked))
}

fn of_link(plan: &LinkUndo) -> String {
    let issue = or_dash(plan.issue.as_deref());
    let mut lines = vec![format!("link {}: {} {} <-> {issue}", plan.link, plan.title, plan.record)];
    lines.push(format!("undo {}: {}", plan.span.text(), counts(&plan.counts)));
    lines.extend(plan.undo.back.iter().map(back));
    lines.extend(plan.undo.kept.iter().map(kept));
    lines.extend(plan.undo.cannot.iter().map(cannot));
    if plan.undo.is_empty() {
        lines.push("  nothing was written then".to_owned());
    }
    lines.join("\n")
}

fn of_item(plan: &ItemUndo) -> String {
    let mut lines: Vec<String> = plan.links.iter().map(of_link).collect();
    lines.extend(
        plan.unread.iter().map(|(what, fault)| format!("{what} could not be read: {fault}")),
    );
    lines.push(format!(
        "item {}: {} links: {}; {} not readable{}",
        plan.item,
        plan.counts.links,
        counts(&plan.counts),
        plan.unread_count,
        if plan.more { "; there are more (--limit)" } else { "" },
    ));
    lines.join("\n")
}

fn counts(counts: &UndoCounts) -> String {
    format!(
        "{} to turn back, {} kept because somebody edited since, {} as before already, {} cannot be turned back",
        counts.back, counts.kept, counts.same, counts.cannot
    )
}

fn back(turn: &Turn) -> String {
    let (wrote, back) = (diff::value(&turn.wrote), diff::value(&turn.back));
    format!("  {} in {}: {wrote} -> {back}", turn.subject, Side::name(turn.side))
}

fn kept(kept: &Kept) -> String {
    let (now, back) = (diff::value(&kept.now), diff::value(&kept.turn.back));
    let (subject, side) = (&kept.turn.subject, kept.turn.side.name());
    format!(
        "  ! {subject} in {side} is kept: {} shows {now} since; it was {back}",
        kept.edited.name()
    )
}

fn cannot(one: &Cannot) -> String {
    let times = if one.times > 1 { format!(" ({} times)", one.times) } else { String::new() };
    let (step, subject, side) = (one.step.replace('_', " "), &one.subject, one.side.name());
    format!("  - {step} {subject} in {side}{times}: {}", one.why.text())
}
