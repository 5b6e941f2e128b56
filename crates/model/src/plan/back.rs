//! What an undo asked for, as part of the plan: a value that still shows what Lockstep wrote is turned
//! back, one that somebody edited meanwhile is left. Nothing else is decided about a mapping in the
//! same plan: what both sides show afterwards is merged as usual.

use super::changes::Changes;
use super::fields::Merge;
use super::{Agreement, FieldChange, Plan};
use crate::snapshot::Side;
use crate::undo::{Turn, Undoing};
use crate::value::FieldValue;

/// How a value stands that is to be turned back.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Stand {
    /// It shows what was there before.
    Back,
    /// It shows what Lockstep wrote.
    Ours,
    /// Somebody edited it since, on this side, which shows this now.
    Edited(Side, FieldValue),
}

impl Merge<'_> {
    /// Key of the mapping.
    pub(crate) fn key(&self) -> &str {
        &self.mapped.key
    }

    /// Whether the two sides ever agreed on it.
    pub(crate) fn has_base(&self) -> bool {
        self.mapped.base.is_some()
    }

    /// Whether the item lets Lockstep write a side.
    pub(crate) fn writes(&self, side: Side) -> bool {
        self.mapped.flows_from(side.other())
    }

    /// Whether both sides show the same.
    #[cfg(test)]
    pub(crate) fn agrees(&self) -> bool {
        self.mapped.are_alike(self.value(Side::Salesforce), self.value(Side::Jira))
    }

    /// How the value stands that this turn is about.
    pub(crate) fn stand(&self, turn: &Turn) -> Stand {
        let (side, now) = (turn.side, self.value(turn.side));
        if self.shows(side, &turn.back) {
            return Stand::Back;
        }
        if !self.shows(side, &turn.wrote) {
            return Stand::Edited(side, now.clone());
        }
        let other = side.other();
        if self.seen(other) || self.is_turned(other) {
            return Stand::Ours;
        }
        // Its edit has not reached this side yet, and is about to.
        Stand::Edited(other, self.value(other).clone())
    }

    /// Whether a side shows what an undo was to write there, before a crash.
    fn is_turned(&self, side: Side) -> bool {
        let undoing = self.situation.base.undoing_of(&self.mapped.key, side);
        undoing.is_some_and(|it| self.shows(side, &it.turn.back))
    }

    /// Whether a side shows a value, or one that is written the same: an empty checkbox is an unticked one.
    fn shows(&self, side: Side, value: &FieldValue) -> bool {
        let (mapped, now) = (&self.mapped, self.value(side));
        mapped.crossing.alike(side, now, value)
            || mapped.wire(side, now) == mapped.wire(side, value)
    }

    /// Turns back what is to be turned back of the mapping; `false` where that is nothing.
    pub(super) fn turn_back(&self, plan: &mut Plan, changes: &mut Changes) -> bool {
        let mut any = false;
        for side in [Side::Salesforce, Side::Jira] {
            if let Some(undoing) = self.situation.base.undoing_of(&self.mapped.key, side) {
                any = true;
                self.turn(undoing, plan, changes);
            }
        }
        any
    }

    fn turn(&self, undoing: &Undoing, plan: &mut Plan, changes: &mut Changes) {
        let side = undoing.turn.side;
        let written = match self.stand(&undoing.turn) {
            Stand::Back => {
                let (shown, apart) = (self.value(side).clone(), self.apart());
                let undoing = undoing.clone();
                plan.agreements.push(Agreement::Turned { undoing, shown, apart });
                return;
            }
            Stand::Ours => self.written_back(undoing, plan),
            Stand::Edited(..) => None,
        };
        match (written, side) {
            (Some(change), Side::Salesforce) => changes.record.push(change),
            (Some(change), Side::Jira) => changes.issue.push(change),
            (None, _) => plan.leave(undoing, self.value(side)),
        }
    }

    fn written_back(&self, undoing: &Undoing, plan: &mut Plan) -> Option<FieldChange> {
        let Turn { side, back, .. } = &undoing.turn;
        let writable = self.mapped.writable(*side);
        writable.map_err(|error| plan.find(error.code, self.key(), error.detail)).ok()?;
        Some(FieldChange {
            mapping: self.mapped.key.clone(),
            field: self.mapped.field(*side).to_owned(),
            before: self.value(*side).clone(),
            after: back.clone(),
            source: self.value(side.other()).clone(),
            write: self.mapped.wire(*side, back),
            reason: undoing.reason(self.apart()),
        })
    }

    /// Whether the two sides do not show the same once all is turned back.
    fn apart(&self) -> bool {
        let then = |side| match self.situation.base.undoing_of(&self.mapped.key, side) {
            Some(undoing) => &undoing.turn.back,
            None => self.value(side),
        };
        !self.mapped.are_alike(then(Side::Salesforce), then(Side::Jira))
    }
}

impl Plan {
    /// Leaves a value that was to be turned back as it is.
    pub(crate) fn leave(&mut self, undoing: &Undoing, shown: &FieldValue) {
        let (undoing, shown) = (undoing.clone(), shown.clone());
        self.agreements.push(Agreement::Left { undoing, shown });
    }
}
