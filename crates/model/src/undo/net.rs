//! What the steps of a span come to: of each value what stood there before the first one, and what the
//! last one wrote.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Cannot, Why};
use crate::snapshot::Side;

/// A step of the trail that wrote something.
#[derive(Debug, Clone, Copy)]
pub struct Trace<'a> {
    /// Which step, such as `edit_issue`.
    pub step: &'a str,
    /// What of it: key of the mapping, `status`, id of a comment.
    pub subject: &'a str,
    /// The side that was written.
    pub side: Side,
    /// What the side showed before.
    pub before: &'a Value,
    /// What was written.
    pub after: &'a Value,
    /// Why; with what the side shows of it, where that is something else.
    pub reason: &'a Value,
}

/// What was written of one value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Written {
    pub(super) step: String,
    /// Before the first of the steps.
    pub(super) before: Value,
    /// After the last one.
    pub(super) after: Value,
    /// What the side showed then, where that was something else.
    pub(super) shown: Option<Value>,
}

/// What the steps of a span come to. However many there are, it holds each value once.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Net {
    pub(super) values: BTreeMap<(String, Side), Written>,
    others: BTreeMap<(String, Side), Cannot>,
}

impl Net {
    /// Adds a step; they come in the order in which they were done.
    pub fn add(&mut self, trace: Trace<'_>) {
        match kind(trace.step) {
            None => self.add_value(trace),
            // A field of a create tells nothing of what stood there before: the issue did not.
            Some(Why::Created) if is_value(trace.after) => {}
            Some(why) => self.add_other(trace, why),
        }
    }

    /// The steps that write no value, and cannot be turned back.
    pub(super) fn others(&self) -> impl Iterator<Item = Cannot> {
        self.others.values().cloned()
    }

    fn add_value(&mut self, trace: Trace<'_>) {
        let Trace { step, subject, side, before, after, reason } = trace;
        let key = (subject.to_owned(), side);
        let before = self.values.get(&key).map_or(before, |known| &known.before).clone();
        let shown = reason.get("shown").cloned();
        let written = Written { step: step.to_owned(), before, after: after.clone(), shown };
        self.values.insert(key, written);
    }

    fn add_other(&mut self, trace: Trace<'_>, why: Why) {
        let Trace { step, subject, side, .. } = trace;
        let (step, subject) = (step.to_owned(), subject.to_owned());
        let one = Cannot { step: step.clone(), subject, side, times: 0, why };
        self.others.entry((step, side)).or_insert(one).times += 1;
    }
}

/// Whether what the trail keeps is the value of a field.
fn is_value(kept: &Value) -> bool {
    serde_json::from_value::<crate::FieldValue>(kept.clone()).is_ok()
}

/// Whether a step of this name writes a value, which can be turned back.
pub fn writes_value(step: &str) -> bool {
    kind(step).is_none()
}

/// Why a step of this name cannot be turned back; `None` where it writes a value.
fn kind(step: &str) -> Option<Why> {
    match step {
        "edit_issue" | "update_record" | "transition_issue" => None,
        "create_issue" | "create_record" => Some(Why::Created),
        "copy_file" => Some(Why::File),
        "note_link" | "note_files" => Some(Why::Note),
        _ => Some(Why::Comment),
    }
}
