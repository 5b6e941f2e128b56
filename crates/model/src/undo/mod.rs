//! Undo: what Lockstep wrote is turned back, as far as nobody edited it since.
//!
//! The audit trail says what was written, where, and what stood there before; the two sides say what
//! stands there now. From both comes an [`UndoPlan`]: what is written back, what is kept because
//! somebody edited it since, what needs nothing, and what cannot be turned back, with the reason.
//!
//! What is to be turned back is kept with the link ([`Base::undoing`]) before the first write, and is
//! carried out by the plan as everything else: whoever looks at the link next, after whatever crash,
//! goes on with it. Once a value is turned back, both sides stay as they are, and each side's base says
//! what it shows: the two *agree to differ* ([`Base::apart`]), nothing flows, and the next change of
//! either side flows as usual.
//!
//! [`Base::undoing`]: crate::base::Base::undoing
//! [`Base::apart`]: crate::base::Base::apart

mod net;
pub mod settle;
mod weigh;

use std::ops::AddAssign;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::base::Base;
use crate::catalogue::Code;
use crate::ids::CorrelationId;
use crate::plan::{FieldChange, Plan, Reason, Step};
use crate::snapshot::Side;
use crate::status::SUBJECT as STATUS;
use crate::value::FieldValue;

pub use net::{Net, Trace, writes_value};
pub use weigh::weigh;

/// Which steps of a link are to be undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Span {
    /// One row of the audit trail.
    Step {
        /// Its id.
        step: i64,
    },
    /// Everything that was done under one correlation id.
    Run {
        /// The id.
        run: CorrelationId,
    },
    /// Everything that was done within a time.
    Time {
        /// From then on.
        since: DateTime<Utc>,
        /// Before then.
        until: DateTime<Utc>,
    },
}

impl Span {
    /// The steps that somebody asked for, who names exactly one of the three. What is done from now on,
    /// the undo itself among it, is in none.
    ///
    /// # Errors
    /// Why that names nothing, in words.
    pub fn asked(
        (step, run): (Option<i64>, Option<CorrelationId>),
        (since, until): (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
        now: DateTime<Utc>,
    ) -> Result<Self, &'static str> {
        match (step, run, since, until) {
            (Some(step), None, None, None) => Ok(Self::Step { step }),
            (None, Some(run), None, None) => Ok(Self::Run { run }),
            (None, None, Some(since), until) => {
                Self::within(since, until, now).map(|(since, until)| Self::Time { since, until })
            }
            _ => Err("Name one step, one run, or a time since when."),
        }
    }

    /// From when to when, until now at the latest.
    ///
    /// # Errors
    /// Why nothing can have been done then, in words.
    pub fn within(
        since: DateTime<Utc>,
        until: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<(DateTime<Utc>, DateTime<Utc>), &'static str> {
        let until = until.map_or(now, |until| until.min(now));
        if since < until { Ok((since, until)) } else { Err("The time ends before it begins.") }
    }

    /// In words, as what follows *undo*.
    pub fn text(&self) -> String {
        match self {
            Self::Step { step } => format!("step {step}"),
            Self::Run { run } => format!("run {run}"),
            Self::Time { since, until } => {
                let format = "%F %T";
                format!("{} to {} UTC", since.format(format), until.format(format))
            }
        }
    }
}

/// A value that is to be turned back on one side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// Key of the mapping, `status`, or the parent's.
    pub subject: String,
    /// The side that Lockstep wrote.
    pub side: Side,
    /// What it shows since.
    pub wrote: FieldValue,
    /// What it showed before, and shall show again.
    pub back: FieldValue,
}

/// A turn that somebody asked for and that is not done yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undoing {
    /// What is to be turned back.
    #[serde(flatten)]
    pub turn: Turn,
    /// Who asked, and under which correlation id.
    #[serde(flatten)]
    pub by: Asker,
}

/// Who asked for an undo, and under which correlation id: whichever job carries it out, the trail says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asker {
    /// The person, or the program that speaks for one.
    pub actor: String,
    /// Ties the turn to the row of who asked.
    pub correlation: CorrelationId,
}

impl Turn {
    /// Whether it is about this value.
    pub fn is_of(&self, subject: &str, side: Side) -> bool {
        self.subject == subject && self.side == side
    }
}

impl Undoing {
    /// Why its write is made.
    pub(crate) fn reason(&self, apart: bool) -> Reason {
        Reason::Undo { by: self.by.clone(), apart }
    }
}

/// Something that is kept, because somebody edited it since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// What would have been turned back.
    #[serde(flatten)]
    pub turn: Turn,
    /// The side that was edited: the one that Lockstep wrote, or the other one, whose edit is about to
    /// flow there.
    pub edited: Side,
    /// What that side shows now.
    pub now: FieldValue,
}

/// Something that cannot be turned back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cannot {
    /// Which step it was, such as `copy_comment`.
    pub step: String,
    /// What of it; of several the first.
    pub subject: String,
    /// The side that was written.
    pub side: Side,
    /// How many such steps there are.
    pub times: u64,
    /// Why not.
    pub why: Why,
}

/// Why something cannot be turned back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "because", rename_all = "snake_case")]
pub enum Why {
    /// It made an issue or a record.
    Created,
    /// It copied, rewrote or took away a comment, or logged work.
    Comment,
    /// It copied a file.
    File,
    /// It wrote a note.
    Note,
    /// The item does not sync this value any more.
    Unmapped,
    /// The item does not write this side any more.
    OwnedThere,
    /// The item's rule says where the issue stands.
    Ruled,
    /// The trail does not keep what was there before.
    NotKept,
    /// The side does not show the value now, or the link remembers nothing of it.
    NotShown,
    /// The write cannot be made.
    Stuck {
        /// Why, from the catalogue.
        code: Option<Code>,
        /// What exactly.
        detail: String,
    },
}

impl Why {
    /// In words, with what can be done instead.
    pub fn text(&self) -> String {
        let said = match self {
            Self::Created => {
                "what was created is not deleted: delete it by hand if it is not wanted"
            }
            Self::Comment => {
                "comments are not turned back: edit or delete the comment itself, and its copy follows"
            }
            Self::File => "a copied file is not deleted: delete it by hand if it is not wanted",
            Self::Note => "a note is not deleted: delete it by hand if it is not wanted",
            Self::Unmapped => "the item does not sync it any more: set it by hand",
            Self::OwnedThere => "the item does not write this side any more: set it by hand",
            Self::Ruled => "the item's rule says where the issue stands: change the rule",
            Self::NotKept => "the trail does not keep what was there before: set it by hand",
            Self::NotShown => "it is not shown now, or was forgotten: set it by hand",
            Self::Stuck { code: Some(code), detail } => {
                return format!("{}: {detail}. {}", code.title(), code.remedy());
            }
            Self::Stuck { code: None, detail } => detail,
        };
        said.to_owned()
    }
}

/// What an undo does: decided on both sides as they are now.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct UndoPlan {
    /// What is turned back.
    pub back: Vec<Turn>,
    /// What is kept, because somebody edited it since.
    pub kept: Vec<Kept>,
    /// How many values show already what they showed before.
    pub same: u64,
    /// What cannot be turned back.
    pub cannot: Vec<Cannot>,
}

/// What undos come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct UndoCounts {
    /// Links that were looked at.
    pub links: u64,
    /// Values that are turned back.
    pub back: u64,
    /// Values that are kept, because somebody edited them since.
    pub kept: u64,
    /// Values that show already what they showed before.
    pub same: u64,
    /// Steps that cannot be turned back.
    pub cannot: u64,
}

impl UndoPlan {
    /// What it comes to, for one link.
    pub fn counts(&self) -> UndoCounts {
        UndoCounts {
            links: 1,
            back: self.back.len() as u64,
            kept: self.kept.len() as u64,
            same: self.same,
            cannot: self.cannot.iter().map(|one| one.times).sum(),
        }
    }

    /// Whether there is nothing to tell: no step of the span is left to be undone.
    pub fn is_empty(&self) -> bool {
        self.back.is_empty() && self.kept.is_empty() && self.same == 0 && self.cannot.is_empty()
    }

    /// Leaves out what the link's plan, made with these turns, cannot write, and says why.
    pub fn confirm(&mut self, plan: &Plan) {
        let (able, stuck) = std::mem::take(&mut self.back)
            .into_iter()
            .partition(|turn| plan.steps.iter().any(|step| turns(step, turn)));
        self.back = able;
        self.cannot.extend(Vec::into_iter(stuck).map(|turn: Turn| {
            let found = plan.findings.iter().find(|finding| finding.subject == turn.subject);
            let why = Why::Stuck {
                code: found.map(|finding| finding.code),
                detail: found.map_or_else(String::new, |finding| finding.detail.clone()),
            };
            Cannot {
                step: "undo".to_owned(),
                subject: turn.subject,
                side: turn.side,
                times: 1,
                why,
            }
        }));
    }
}

/// Whether a step of a plan makes this turn.
fn turns(step: &Step, turn: &Turn) -> bool {
    let undo = |reason: &Reason| matches!(reason, Reason::Undo { .. });
    let field = |side: Side, changes: &[FieldChange]| {
        let made = |it: &FieldChange| turn.is_of(&it.mapping, side) && undo(&it.reason);
        changes.iter().any(made)
    };
    match step {
        Step::EditIssue { changes } => field(Side::Jira, changes),
        Step::UpdateRecord { changes, status } => {
            let moved = status.as_ref().is_some_and(|change| undo(&change.reason));
            field(Side::Salesforce, changes) || (moved && turn.is_of(STATUS, Side::Salesforce))
        }
        Step::TransitionIssue(step) => undo(&step.reason) && turn.is_of(STATUS, Side::Jira),
        _ => false,
    }
}

impl AddAssign for UndoCounts {
    fn add_assign(&mut self, other: Self) {
        self.links += other.links;
        self.back += other.back;
        self.kept += other.kept;
        self.same += other.same;
        self.cannot += other.cannot;
    }
}

impl Base {
    /// Keeps what is to be turned back, until it is done.
    pub fn take_back(&mut self, turns: &[Turn], by: &Asker) {
        for turn in turns {
            self.undoing.retain(|known| !known.turn.is_of(&turn.subject, turn.side));
            self.undoing.push(Undoing { turn: turn.clone(), by: by.clone() });
        }
    }

    /// What is to be turned back of a value on a side.
    pub(crate) fn undoing_of(&self, subject: &str, side: Side) -> Option<&Undoing> {
        self.undoing.iter().find(|known| known.turn.is_of(subject, side))
    }
}

#[cfg(test)]
mod tests;
