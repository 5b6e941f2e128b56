//! Comment sync: each comment is copied once, a copy is never copied, and what becomes of a comment
//! becomes of its copy as the item says.
//!
//! A copy begins with an attribution line that names the side, the author, the time and the id of
//! what it copies. The store remembers pairs; a copy that is not paired yet (its writer crashed
//! before it could say so) is recognised by that line and adopted. Whatever begins with our mark is
//! no person's and is never copied, so there is no echo.
//!
//! A pair holds what both sides showed when they were last in step. The comment itself leads: its
//! edits reach the copy, a copy's edits never reach the comment. What customers may not see is never
//! shown to them by a copy. A copy that somebody deleted does not come back.
//!
//! Activities of the record are copied the same way, one way only ([`crate::activity`]).

mod attribution;
mod body;
mod copies;
mod deletes;
mod edits;
mod long;
mod settle;
mod steps;
mod talk;

use crate::item::ConnectedItem;
use crate::plan::{Plan, Situation};
use crate::snapshot::Issue;
use talk::Talk;

pub use attribution::{Attribution, MARK, attribution, is_ours, read_attribution};
pub use body::{digest, text};
pub use deletes::{Tally, gone};
pub use long::{Room, SHORTENED};
pub use settle::{copied, missed, refused, removed, rewritten, seen};
pub use steps::{CommentPair, Copy, GONE, Removal, Rewrite, Why};
pub use talk::{News, lost, news};

/// Whether an object has comments of its own beside its feed.
pub fn has_case_comments(object: &str) -> bool {
    object == "Case"
}

/// Plans what is to be done for the copies on either side, oldest comment first.
pub(crate) fn plan(situation: &Situation<'_>, issue: &Issue, plan: &mut Plan) {
    let mut talk = Talk::new(situation, issue);
    if talk.is_off() {
        return;
    }
    talk.report(plan);
    talk.adopt(plan);
    edits::plan(&talk, plan);
    deletes::plan(&talk, plan);
    copies::plan(&talk, plan);
}

/// Whether a record of the item has anywhere to put a comment.
fn has_place(item: &ConnectedItem, situation: &Situation<'_>) -> bool {
    has_case_comments(&item.salesforce.object) || situation.schema.feed.is_some()
}

#[cfg(test)]
mod tests;
