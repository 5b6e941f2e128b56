//! A plan as a readable diff.

use lockstep_model::comments::Why;
use lockstep_model::drift::HEAL;
use lockstep_model::files::{FileStep, megabytes};
use lockstep_model::plan::{FieldChange, Reason};
use lockstep_model::{FieldValue, Finding, Plan, Step};

/// The plan's steps and findings, a line or two each.
pub fn plan(plan: &Plan) -> String {
    let mut lines: Vec<String> = plan.steps.iter().flat_map(step).collect();
    lines.extend(plan.findings.iter().map(finding));
    if lines.is_empty() {
        lines.push("  in step: nothing to do".to_owned());
    }
    lines.join("\n")
}

fn step(step: &Step) -> Vec<String> {
    match step {
        Step::CreateIssue { changes } => titled("  create issue", changes),
        Step::EditIssue { changes } => titled("  edit issue", changes),
        Step::UpdateRecord { changes, status } => {
            let mut lines = titled("  update record", changes);
            if let Some(change) = status {
                lines.push(format!(
                    "    {}: {} -> {}  {}",
                    change.field,
                    change.from,
                    change.to,
                    reason(&change.reason)
                ));
            }
            lines
        }
        Step::TransitionIssue(step) => {
            let ahead = step.ahead.iter().flatten().map(|name| format!(" -> {name}"));
            let way = format!("{} -> {}{}", step.from, step.to, ahead.collect::<String>());
            vec![format!("  move issue: {way}  {}", reason(&step.reason))]
        }
        Step::CopyComment(copy) => {
            let part =
                if copy.part > 0 { format!(", part {}", copy.part + 1) } else { String::new() };
            vec![format!("  copy comment {}{part} to {}", copy.source, copy.on.name())]
        }
        Step::RewriteComment(rewrite) => {
            let (source, on) = (&rewrite.source, rewrite.on.name());
            let mut lines =
                vec![format!("  write the copy of {source} in {on} anew  ({})", why(rewrite.why))];
            lines.extend(
                rewrite
                    .lost
                    .as_ref()
                    .map(|lost| format!("    lost: {}", value(&FieldValue::Text(lost.clone())))),
            );
            lines
        }
        Step::RemoveComment(removal) => {
            vec![format!("  delete the copy of {} in {}", removal.source, removal.on.name())]
        }
        Step::PairComments(pair) => {
            vec![format!("  remember comments {} and {} as copies", pair.salesforce, pair.jira)]
        }
        Step::File(step) => vec![file(step)],
        Step::NoteLink(note) => {
            vec![format!("  note on the record that it belongs to {}", note.key)]
        }
    }
}

fn file(step: &FileStep) -> String {
    match step {
        FileStep::Copy { from, file } => {
            let (to, size) = (from.other().name(), megabytes(file.size));
            format!("  copy file {} ({size}) from {} to {to}", file.name, from.name())
        }
        FileStep::Pair(pair) => match (&pair.salesforce, &pair.jira) {
            (Some(salesforce), Some(jira)) => {
                format!("  remember files {salesforce} and {jira} as copies")
            }
            _ => format!("  remember file {}: its content is on both sides", pair.name),
        },
        FileStep::Note(note) => {
            format!("  note in {} where {} files came from", note.on.name(), note.sources.len())
        }
    }
}

fn why(why: Why) -> &'static str {
    match why {
        Why::Edited => "the comment was edited",
        Why::Restored => "the copy was edited",
        Why::Hidden => "customers may not see the comment any more",
        Why::Deleted => "the comment was deleted",
    }
}

fn titled(title: &str, changes: &[FieldChange]) -> Vec<String> {
    let lines = changes.iter().map(|change| {
        let (before, after) = (value(&change.before), value(&change.after));
        format!("    {}: {before} -> {after}  {}", change.field, reason(&change.reason))
    });
    std::iter::once(title.to_owned()).chain(lines).collect()
}

/// Why a step is made, in parentheses.
pub fn reason(reason: &Reason) -> String {
    match reason {
        Reason::Initial => "(first sync)".to_owned(),
        Reason::Changed { side } => format!("(changed in {})", side.name()),
        Reason::Rule { met: true } => "(the rule's condition is met)".to_owned(),
        Reason::Rule { met: false } => "(the rule's condition is not met)".to_owned(),
        Reason::Conflict { winner, rule, lost } if rule == HEAL => {
            let strayed = winner.other().name();
            format!("(strayed in {strayed}; {} owns it; lost: {})", winner.name(), value(lost))
        }
        Reason::Conflict { winner, rule, lost } => {
            format!("(both changed; {} wins by {rule}; lost: {})", winner.name(), value(lost))
        }
    }
}

fn finding(finding: &Finding) -> String {
    let code = finding.code;
    format!(
        "  ! {} {}: {} ({})\n      remedy: {}",
        code,
        finding.subject,
        code.title(),
        finding.detail,
        code.remedy()
    )
}

/// A value on one line, shortened.
pub fn value(value: &FieldValue) -> String {
    let text = match value {
        FieldValue::Empty => return "(empty)".to_owned(),
        FieldValue::Text(text) => text.clone(),
        FieldValue::Document(document) => lockstep_model::adf::to_text(document),
        FieldValue::Number(number) => number.to_string(),
        FieldValue::Bool(yes) => yes.to_string(),
        FieldValue::Date(date) => date.to_string(),
        FieldValue::DateTime(at) => at.to_rfc3339(),
        FieldValue::Choice(choice) => choice.clone(),
        FieldValue::Choices(choices) => choices.join(", "),
    };
    let line = text.replace('\n', " / ");
    match line.char_indices().nth(60) {
        Some((end, _)) => format!("\"{}...\"", &line[..end]),
        None => format!("\"{line}\""),
    }
}
