//! The plan: from the base and both sides as they are, what is to be done and why. Data, no I/O.

mod back;
mod changes;
mod create;
mod fate;
mod fields;
mod held;
mod mapped;
mod parent;
mod record;
mod shown;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::base::{Base, Held, StatusBase};
use crate::batch::Occasion;
use crate::catalogue::Code;
use crate::comments::{Copy, Removal, Rewrite};
use crate::field::Schema;
use crate::item::{ConnectedItem, Mode};
use crate::snapshot::{Extras, Issue, Record, Side};
use crate::undo::{Asker, Undoing};
use crate::value::FieldValue;
use crate::{comments, files, link_note, status};

pub use crate::comments::CommentPair;
pub use crate::files::{FileNote, FilePair, FileStep};
pub use crate::link_note::LinkNote;
pub(crate) use back::Stand;
pub use create::TITLE;
pub(crate) use fields::{Merge, merges};
pub(crate) use mapped::carries_status;
pub(crate) use parent::stand as parent_stand;
pub use record::{NewRecord, new_record};
pub use shown::{Shown, shown};

/// Everything that a plan is made from.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// The item that the link belongs to.
    pub item: &'a ConnectedItem,
    /// Both sides' metadata.
    pub schema: &'a Schema,
    /// What both sides were last seen to agree on.
    pub base: &'a Base,
    /// Comments that are known to be copies of one another.
    pub pairs: &'a [CommentPair],
    /// Files that are known to be copies of one another, or to need none.
    pub files: &'a [FilePair],
    /// The record as it is now.
    pub record: &'a Record,
    /// The issue as it is now; `None` where it is still to be created.
    pub issue: Option<&'a Issue>,
    /// What an earlier plan wanted to see.
    pub extras: &'a Extras,
    /// What makes the look: not every occasion writes what waits for the batch.
    pub occasion: Occasion,
}

impl Situation<'_> {
    /// Which side's field changed last: the record's, by the history of its fields (by
    /// `SystemModstamp` where that does not name it), or the issue's, by the changelog (by `updated`
    /// where that does not name it). Salesforce on a tie; `None` while these were not read, which the
    /// plan then asks for.
    pub(crate) fn newest(
        &self,
        issue: &Issue,
        (record_field, issue_field): (&str, &str),
        plan: &mut Plan,
    ) -> Option<Side> {
        let keeps_history = self.schema.history.is_some();
        let record = self.extras.record_times.as_ref();
        if self.extras.issue_times.is_none() {
            plan.wants.insert(Want::IssueTimes);
        }
        if keeps_history && record.is_none() {
            plan.wants.insert(Want::RecordTimes);
            return None;
        }
        let issues = self.extras.issue_times.as_ref()?;
        let there = issues.get(issue_field).copied().unwrap_or(issue.updated);
        let told = record.filter(|_| keeps_history).and_then(|times| times.get(record_field));
        let here = told.copied().unwrap_or(self.record.modified);
        Some(if there > here { Side::Jira } else { Side::Salesforce })
    }
}

/// What is to be done for one link, and why.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Plan {
    /// The writes, in order.
    pub steps: Vec<Step>,
    /// What cannot or shall not be done, and what to do about it.
    pub findings: Vec<Finding>,
    /// What both sides already agree on, or what was seen: to be remembered with no write.
    pub agreements: Vec<Agreement>,
    /// What must be seen before the plan is whole; plan again with it in [`Extras`].
    pub wants: BTreeSet<Want>,
}

impl Plan {
    /// Whether there is nothing to write and nothing to remember.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty() && self.agreements.is_empty() && self.wants.is_empty()
    }
}

/// Something that is read only when a plan asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Want {
    /// The transitions that Jira offers for the issue now.
    Transitions,
    /// When each field of the issue last changed.
    IssueTimes,
    /// When each field of the record last changed.
    RecordTimes,
    /// How many comments of the item are gone lately.
    DeleteTally,
    /// The checksums of files whose side shows none ([`crate::files::unhashed`]).
    FileHashes,
}

/// One write.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// Create the issue of a record that has none.
    CreateIssue {
        /// The mapped fields.
        changes: Vec<FieldChange>,
    },
    /// Write fields of the issue.
    EditIssue {
        /// What changes.
        changes: Vec<FieldChange>,
    },
    /// Move the issue along its workflow.
    TransitionIssue(Move),
    /// Write fields of the record, its status among them.
    UpdateRecord {
        /// What changes.
        changes: Vec<FieldChange>,
        /// The status change, if there is one.
        status: Option<StatusChange>,
    },
    /// Copy a comment, or a part of it, to the other side.
    CopyComment(Copy),
    /// Write a copy anew.
    RewriteComment(Rewrite),
    /// Delete a copy.
    RemoveComment(Removal),
    /// Remember a copy that is already there: nothing is written on either side.
    PairComments(CommentPair),
    /// Copy a file, or remember or note one.
    File(FileStep),
    /// Say on the record which issue it is linked with.
    NoteLink(LinkNote),
}

/// A field that a step writes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Key of the mapping.
    pub mapping: String,
    /// API name or field id on the side that is written.
    pub field: String,
    /// What that side shows now.
    pub before: FieldValue,
    /// What it shall show.
    pub after: FieldValue,
    /// The value on the side that it comes from.
    pub source: FieldValue,
    /// `after` in the written side's wire form.
    pub write: Value,
    /// Why.
    pub reason: Reason,
}

/// Why a field is written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "because", rename_all = "snake_case")]
pub enum Reason {
    /// The pair was never synced: the record's or the owner's value is the first.
    Initial,
    /// Only one side changed since they last agreed.
    Changed {
        /// That side.
        side: Side,
    },
    /// The item's rule says where the issue stands.
    Rule {
        /// Whether its condition is met.
        met: bool,
    },
    /// Both sides changed; one won.
    Conflict {
        /// Who won.
        winner: Side,
        /// By which rule: `newest`, `salesforce`, `jira`, `owner`, `person`, `heal`.
        rule: String,
        /// The value that lost (on the written side).
        lost: FieldValue,
    },
    /// Somebody asked to undo what Lockstep wrote there.
    Undo {
        /// Who, and under which correlation id.
        #[serde(flatten)]
        by: Asker,
        /// The two sides do not show the same then, and agree to differ.
        apart: bool,
    },
}

/// A move along the issue's workflow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Move {
    /// Transition id.
    pub transition: String,
    /// Id of the status before.
    #[serde(default)]
    pub from_id: String,
    /// Name of the status before.
    pub from: String,
    /// Id of the status after.
    pub to_id: String,
    /// Name of the status after.
    pub to: String,
    /// Fields of the transition's screen, in Jira's wire form.
    pub fields: Map<String, Value>,
    /// What it follows: the record's status, or the status that the rule names.
    pub follows: String,
    /// Names of the statuses that are still ahead, as far as they are known. `None` where this move
    /// arrives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ahead: Option<Vec<String>>,
    /// Why.
    pub reason: Reason,
}

/// A change of the record's status.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StatusChange {
    /// API name of the status field.
    pub field: String,
    /// Status before.
    pub from: String,
    /// Status after.
    pub to: String,
    /// Id of the issue status that it follows.
    pub follows_id: String,
    /// Name of the issue status that it follows.
    pub follows: String,
    /// Why.
    pub reason: Reason,
}

/// What is to be remembered although nothing is written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "on", rename_all = "snake_case")]
pub enum Agreement {
    /// A mapping's two values.
    Field {
        /// Key of the mapping.
        mapping: String,
        /// As Salesforce shows it.
        salesforce: FieldValue,
        /// As Jira shows it.
        jira: FieldValue,
    },
    /// A change that does not flow: made on the side that does not own the mapping, or lost in a
    /// conflict whose winner cannot be written. It is not looked at again.
    Seen {
        /// Key of the mapping.
        mapping: String,
        /// The side that changed.
        side: Side,
        /// What it shows.
        value: FieldValue,
        /// It lost a conflict: the other side leads until both agree.
        lost: bool,
    },
    /// Both sides changed it and a person decides: neither is written.
    Held {
        /// Key of the mapping.
        mapping: String,
        /// What both sides show.
        #[serde(flatten)]
        values: Held,
    },
    /// A conflict that was held is none any more.
    Freed {
        /// Key of the mapping.
        mapping: String,
    },
    /// A difference waits for the item's batch, or for none any more.
    Deferred {
        /// Key of the mapping.
        mapping: String,
        /// From when on it is due.
        until: Option<DateTime<Utc>>,
    },
    /// The record whose issue is to be the parent and is not there yet; none while none is waited for.
    Waits {
        /// Its id.
        record: Option<String>,
    },
    /// Two statuses.
    Status(StatusBase),
    /// A value shows already what an undo was to write: a worker that was killed wrote it.
    Turned {
        /// What was to be turned back.
        undoing: Undoing,
        /// What the side shows.
        shown: FieldValue,
        /// The two sides do not show the same now, and agree to differ.
        apart: bool,
    },
    /// A value that was to be turned back is left: somebody edited it meanwhile, or it cannot be written.
    Left {
        /// What was to be turned back.
        undoing: Undoing,
        /// What the side shows.
        shown: FieldValue,
    },
}

/// Something that a person should know: what was not done, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Which row of the catalogue.
    pub code: Code,
    /// Key of the mapping, `status`, `feed`, `activities`, `comments`, `comment <id>`, `file <id>` or `link note`.
    pub subject: String,
    /// What exactly.
    pub detail: String,
}

/// Plans one link.
///
/// The laws (held by property tests): planning again after the plan was applied gives nothing; an
/// echo of our own write plans nothing; a field owned by one side never flows the other way; a value
/// that cannot be converted harms only its own field. A display-only item plans nothing at all.
pub fn plan(situation: &Situation<'_>) -> Plan {
    let mut plan = Plan::default();
    if situation.item.mode == Mode::DisplayOnly {
        return plan;
    }
    let Some(issue) = situation.issue else {
        create::plan(situation, &mut plan);
        return plan;
    };
    let changes = fields::plan(situation, issue, &mut plan);
    let status = status::plan(situation, issue, &mut plan);
    plan.push_writes(changes, status);
    comments::plan(situation, issue, &mut plan);
    link_note::plan(situation, issue, &mut plan);
    fate::plan(situation, issue, &mut plan);
    files::plan(situation, issue, &mut plan);
    plan
}

impl Plan {
    fn push_writes(&mut self, changes: changes::Changes, status: status::Outcome) {
        if !changes.issue.is_empty() {
            self.steps.push(Step::EditIssue { changes: changes.issue });
        }
        let status = match status {
            status::Outcome::Nothing => None,
            status::Outcome::MoveIssue(step) => {
                self.steps.push(Step::TransitionIssue(step));
                None
            }
            status::Outcome::MoveRecord(change) => Some(change),
        };
        if !changes.record.is_empty() || status.is_some() {
            self.steps.push(Step::UpdateRecord { changes: changes.record, status });
        }
    }

    /// Adds a finding.
    pub(crate) fn find(&mut self, code: Code, subject: &str, detail: impl Into<String>) {
        let finding = Finding { code, subject: subject.to_owned(), detail: detail.into() };
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }
}
