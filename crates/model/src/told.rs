//! A plan in words: what a step does, what each of its changes writes, and why. The command line and the
//! console show the same.

use serde::Serialize;

use crate::comments::{Copy, Why};
use crate::drift::HEAL;
use crate::files::{FileStep, megabytes};
use crate::plan::{FieldChange, Reason, Step};
use crate::value::FieldValue;

/// A step in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Told {
    /// What is done: `move issue: New -> Working`.
    pub what: String,
    /// Why, where the whole step has one reason.
    pub why: Option<String>,
    /// The text that is written over.
    pub lost: Option<String>,
    /// The fields that it writes.
    pub changes: Vec<ToldChange>,
}

/// A field that a step writes, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ToldChange {
    /// API name or field id on the side that is written.
    pub field: String,
    /// What that side shows now.
    pub before: FieldValue,
    /// What it shall show.
    pub after: FieldValue,
    /// Why.
    pub why: String,
}

impl Told {
    fn of(what: impl Into<String>) -> Self {
        Self { what: what.into(), why: None, lost: None, changes: Vec::new() }
    }

    fn because(self, why: impl Into<String>) -> Self {
        Self { why: Some(why.into()), ..self }
    }

    fn writing(self, changes: &[FieldChange]) -> Self {
        let changes = changes.iter().map(|change| ToldChange {
            field: change.field.clone(),
            before: change.before.clone(),
            after: change.after.clone(),
            why: reason(&change.reason),
        });
        Self { changes: changes.collect(), ..self }
    }
}

/// What a step does.
pub fn step(step: &Step) -> Told {
    match step {
        Step::CreateIssue { changes } => Told::of("create issue").writing(changes),
        Step::EditIssue { changes } => Told::of("edit issue").writing(changes),
        Step::UpdateRecord { changes, status } => {
            let mut told = Told::of("update record").writing(changes);
            told.changes.extend(status.as_ref().map(|change| ToldChange {
                field: change.field.clone(),
                before: FieldValue::text(&change.from),
                after: FieldValue::text(&change.to),
                why: reason(&change.reason),
            }));
            told
        }
        Step::TransitionIssue(step) => {
            let ahead = step.ahead.iter().flatten().map(|name| format!(" -> {name}"));
            let way = format!("{} -> {}{}", step.from, step.to, ahead.collect::<String>());
            Told::of(format!("move issue: {way}")).because(reason(&step.reason))
        }
        Step::CopyComment(Copy { source, work: Some(work), .. }) => {
            Told::of(format!("log {} minutes of work for {source}", work.minutes()))
        }
        Step::CopyComment(copy) => {
            let part =
                if copy.part > 0 { format!(", part {}", copy.part + 1) } else { String::new() };
            Told::of(format!("copy comment {}{part} to {}", copy.source, copy.on.name()))
        }
        Step::RewriteComment(rewrite) => {
            let (source, on) = (&rewrite.source, rewrite.on.name());
            let told = Told::of(format!("write the copy of {source} in {on} anew"));
            Told { lost: rewrite.lost.clone(), ..told.because(rewritten(rewrite.why)) }
        }
        Step::RemoveComment(removal) => {
            Told::of(format!("delete the copy of {} in {}", removal.source, removal.on.name()))
        }
        Step::PairComments(pair) => {
            Told::of(format!("remember comments {} and {} as copies", pair.salesforce, pair.jira))
        }
        Step::File(step) => Told::of(file(step)),
        Step::NoteLink(note) => {
            Told::of(format!("note on the record that it belongs to {}", note.key))
        }
    }
}

fn file(step: &FileStep) -> String {
    match step {
        FileStep::Copy { from, file } => {
            let (to, size) = (from.other().name(), megabytes(file.size));
            format!("copy file {} ({size}) from {} to {to}", file.name, from.name())
        }
        FileStep::Pair(pair) => match (&pair.salesforce, &pair.jira) {
            (Some(salesforce), Some(jira)) => {
                format!("remember files {salesforce} and {jira} as copies")
            }
            _ => format!("remember file {}: its content is on both sides", pair.name),
        },
        FileStep::Note(note) => {
            format!("note in {} where {} files came from", note.on.name(), note.sources.len())
        }
    }
}

fn rewritten(why: Why) -> &'static str {
    match why {
        Why::Edited => "the comment was edited",
        Why::Restored => "the copy was edited",
        Why::Hidden => "customers may not see the comment any more",
        Why::Deleted => "the comment was deleted",
    }
}

/// Why something is written.
pub fn reason(reason: &Reason) -> String {
    match reason {
        Reason::Initial => "first sync".to_owned(),
        Reason::Changed { side } => format!("changed in {}", side.name()),
        Reason::Undo { by, .. } => format!("an undo that {} asked for", by.actor),
        Reason::Rule { met: true } => "the rule's condition is met".to_owned(),
        Reason::Rule { met: false } => "the rule's condition is not met".to_owned(),
        Reason::Conflict { winner, rule, lost } if rule == HEAL => {
            let (strayed, owner) = (winner.other().name(), winner.name());
            format!("strayed in {strayed}; {owner} owns it; lost: {}", quoted(lost))
        }
        Reason::Conflict { winner, rule, lost } => {
            format!("both changed; {} wins by {rule}; lost: {}", winner.name(), quoted(lost))
        }
    }
}

/// Most characters of a value on a line.
const QUOTED_MAX: usize = 60;

/// A value on one line, shortened.
pub fn quoted(value: &FieldValue) -> String {
    if value.is_empty() {
        return "(empty)".to_owned();
    }
    let line = value.plain().replace('\n', " / ");
    match line.char_indices().nth(QUOTED_MAX) {
        Some((end, _)) => format!("\"{}...\"", &line[..end]),
        None => format!("\"{line}\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::Side;

    fn change(reason: Reason) -> FieldChange {
        FieldChange {
            mapping: "Subject:summary".to_owned(),
            field: "summary".to_owned(),
            before: FieldValue::Empty,
            after: FieldValue::text("Printer on fire"),
            source: FieldValue::text("Printer on fire"),
            write: serde_json::json!("Printer on fire"),
            reason,
        }
    }

    #[test]
    fn a_step_says_what_it_writes_and_why() {
        let lost = FieldValue::text(&"x".repeat(61));
        let winner = Side::Salesforce;
        let told = step(&Step::EditIssue {
            changes: vec![
                change(Reason::Changed { side: Side::Salesforce }),
                change(Reason::Conflict { winner, rule: "newest".to_owned(), lost }),
            ],
        });
        assert_eq!((told.what.as_str(), told.why, told.changes.len()), ("edit issue", None, 2));
        assert_eq!(told.changes[0].why, "changed in Salesforce");
        assert!(
            told.changes[1].why.starts_with("both changed; Salesforce wins by newest; lost: \"x")
        );
        assert!(told.changes[1].why.ends_with("x...\""));
    }

    #[test]
    fn a_value_is_one_line_and_nothing_is_said_so() {
        assert_eq!(quoted(&FieldValue::Empty), "(empty)");
        assert_eq!(quoted(&FieldValue::text("a\nb")), "\"a / b\"");
    }
}
