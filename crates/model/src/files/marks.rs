//! How our own files and notes are known again: the mark of a copy, the headings of notes.

use crate::plan::FilePair;
use crate::snapshot::Side;

/// What the description of a copy in Salesforce begins with.
const COPY: &str = "[Lockstep] copy of Jira attachment ";

/// First line of a note on the record.
pub const RECORD_NOTE: &str = "[Lockstep] Jira attachment sync note";

/// First line of a comment on the issue.
pub const ISSUE_NOTE: &str = "[Lockstep] Attachment sync comment";

/// Most bytes of a note: what a `CaseComment` holds.
const NOTE_MAX: usize = 4_000;

/// The description of a copy in Salesforce: saved with it in one act, it says what it copies.
pub fn marker(attachment: &str, issue: &str) -> String {
    format!("{COPY}{attachment} of {issue}")
}

/// Which Jira attachment a file with this description copies, if it is a copy.
pub fn read_marker(description: &str) -> Option<String> {
    let (id, _) = description.trim().strip_prefix(COPY)?.split_once(" of ")?;
    let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    is_id.then(|| id.to_owned())
}

/// Whether a comment is one of our notes about files: it is nobody's words, and never copied.
pub fn is_note(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default().trim();
    first == RECORD_NOTE || first == ISSUE_NOTE
}

/// The line of a note about one file.
fn line(pair: &FilePair) -> Option<String> {
    Some(match pair.origin {
        Side::Jira => format!("{} (Jira attachment {})", pair.name, pair.jira.as_ref()?),
        Side::Salesforce => {
            format!("{} (Salesforce file {})", pair.name, pair.salesforce.as_ref()?)
        }
    })
}

/// The notes about these copies of files of `origin`, each with the ids that it names: one, or
/// several where one would be too long.
pub(super) fn notes(origin: Side, pairs: &[&FilePair]) -> Vec<(String, Vec<String>)> {
    let head = match origin {
        Side::Jira => format!("{RECORD_NOTE}\nCopied from Jira:"),
        Side::Salesforce => format!("{ISSUE_NOTE}\nCopied from Salesforce:"),
    };
    let mut notes: Vec<(String, Vec<String>)> = Vec::new();
    for pair in pairs {
        let (Some(line), Some(source)) = (line(pair), pair.source()) else {
            continue;
        };
        match notes.last_mut() {
            Some((text, sources)) if text.len() + line.len() < NOTE_MAX => {
                *text = format!("{text}\n{line}");
                sources.push(source.to_owned());
            }
            _ => notes.push((format!("{head}\n{line}"), vec![source.to_owned()])),
        }
    }
    notes
}
