//! What the base becomes once a value was turned back, or was left after all.

use super::Undoing;
use crate::base::Base;
use crate::plan::{Move, Reason};
use crate::snapshot::Side;
use crate::status::SUBJECT as STATUS;
use crate::value::FieldValue;

/// A value of a side was turned back: the side shows `shown` since, and its base says so. The other
/// side's stays as it is: so nothing has changed on either side, and nothing flows. `apart` says that
/// the two do not show the same now.
pub fn turned(base: &mut Base, subject: &str, (side, shown): (Side, &FieldValue), apart: bool) {
    left(base, subject, side);
    base.writing.remove(subject);
    base.decided.remove(subject);
    base.drift.remove(subject);
    base.held.remove(subject);
    base.batch.remove(subject);
    if let Some(field) = base.fields.get_mut(subject) {
        match side {
            Side::Salesforce => field.salesforce = shown.clone(),
            Side::Jira => field.jira = shown.clone(),
        }
        field.unsettled = false;
        field.refused = None;
    }
    if apart {
        base.apart.insert(subject.to_owned());
    } else {
        base.apart.remove(subject);
    }
}

/// A turn is not made after all: somebody edited the value meanwhile, or it cannot be written.
pub fn left(base: &mut Base, subject: &str, side: Side) {
    base.undoing.retain(|known| !known.turn.is_of(subject, side));
}

/// The same, of a turn that a plan left.
pub(crate) fn left_by_plan(base: &mut Base, undoing: &Undoing) {
    left(base, &undoing.turn.subject, undoing.turn.side);
}

/// The issue was moved back. Says whether the move was an undo's.
pub(crate) fn issue_moved_back(base: &mut Base, step: &Move) -> bool {
    let Reason::Undo { apart, .. } = step.reason else {
        return false;
    };
    status_turned(base, Side::Jira, (&step.to_id, &step.to), apart);
    true
}

/// A status was turned back: that side's base says what it shows.
pub(crate) fn status_turned(base: &mut Base, side: Side, (id, name): (&str, &str), apart: bool) {
    if let Some(status) = &mut base.status {
        match side {
            Side::Salesforce => name.clone_into(&mut status.salesforce),
            Side::Jira => id.clone_into(&mut status.jira),
        }
        status.refused = None;
        status.journey = None;
    }
    turned(base, STATUS, (side, &FieldValue::text(name)), apart);
}
