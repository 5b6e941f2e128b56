//! The three-way merge of the mapped fields.
//!
//! "Changed" means changed against that side's own base, so an echo of our own write is no change and
//! a lossy conversion never oscillates. For each mapping:
//!
//! 1. both sides show the same, in either direction of the conversion: they agree;
//! 2. there is no base: the owner's value is the first, Salesforce's where both own it; an empty side
//!    never wipes a filled one;
//! 3. one side changed: its value flows if the owner permits; otherwise it is said once and left;
//! 4. both changed: the owner wins, or else the mapping's policy decides, or leaves it to a person;
//!    where the winner's value cannot be written, that side leads until both agree;
//! 5. what would flow and waits for the item's batch is only remembered.

use chrono::{DateTime, Utc};

use super::changes::Changes;
use super::mapped::Mapped;
use super::{Agreement, FieldChange, Plan, Reason, Situation};
use super::{held, parent};
use crate::base::{FieldBase, Held};
use crate::batch::{self, When};
use crate::catalogue::Code;
use crate::drift::{DriftPolicy, HEAL};
use crate::item::{Owner, Policy};
use crate::snapshot::{Issue, Side};
use crate::value::FieldValue;

/// Plans every mapping of the item for a record and its issue.
pub(super) fn plan(situation: &Situation<'_>, issue: &Issue, plan: &mut Plan) -> Changes {
    let mut changes = Changes::default();
    for merge in merges(situation, issue, plan) {
        if !merge.turn_back(plan, &mut changes) {
            let decision = merge.decide(plan);
            merge.carry_out(decision, plan, &mut changes);
        }
    }
    changes.issue.extend(parent::change(situation, Some(issue), plan));
    held::free(situation, plan);
    changes.wait_no_longer(situation, plan);
    changes
}

/// Every mapping that both sides show.
pub(crate) fn merges<'a>(
    situation: &'a Situation<'a>,
    issue: &'a Issue,
    plan: &mut Plan,
) -> Vec<Merge<'a>> {
    let mut merges = Vec::new();
    for mapped in Mapped::all(situation, plan) {
        let salesforce = mapped.shown(Side::Salesforce, &situation.record.fields, plan);
        let jira = mapped.shown(Side::Jira, &issue.fields, plan);
        if let (Some(salesforce), Some(jira)) = (salesforce, jira) {
            merges.push(Merge { situation, issue, mapped, salesforce, jira });
        }
    }
    merges
}

/// One mapping and what both sides show.
pub(crate) struct Merge<'a> {
    pub(super) situation: &'a Situation<'a>,
    issue: &'a Issue,
    pub(super) mapped: Mapped<'a>,
    salesforce: FieldValue,
    jira: FieldValue,
}

/// What is to be done about one mapping.
enum Decision {
    /// Nothing changed since both sides agreed, or nothing may flow.
    Nothing,
    /// Both sides show the same.
    Agree,
    /// The value of this side flows to the other one.
    Flow(Side, Reason),
    /// This side changed and does not own the mapping.
    Stray(Side),
    /// Both sides changed and a person decides.
    Hold,
    /// It depends on when either field changed, which the plan asks for.
    Undated,
    /// A value would flow, from this side if that is decided, and waits for the batch.
    Wait(DateTime<Utc>, Option<(Side, Reason)>),
}

impl Merge<'_> {
    fn decide(&self, plan: &mut Plan) -> Decision {
        let Some(until) = self.waits() else {
            return self.decide_now(plan);
        };
        // What is not written need not be dated.
        match self.decide_now(&mut Plan::default()) {
            Decision::Flow(from, reason) => Decision::Wait(until, Some((from, reason))),
            Decision::Undated => Decision::Wait(until, None),
            other => other,
        }
    }

    /// Until when the mapping's changes wait; none where they are written now.
    fn waits(&self) -> Option<DateTime<Utc>> {
        let Situation { item, base, occasion, .. } = self.situation;
        let known = base.batch.get(&self.mapped.key).copied();
        let waits = self.mapped.mapping.when == When::Batch;
        waits.then(|| batch::waits(item, known, *occasion)).flatten()
    }

    fn decide_now(&self, plan: &mut Plan) -> Decision {
        if self.wants_default() {
            return Decision::Flow(self.leads(), Reason::Initial);
        }
        if self.at_rest() {
            return self.left_standing();
        }
        if self.agree() {
            return Decision::Agree;
        }
        if self.is_our_write() && self.mapped.flows_from(Side::Jira) {
            return self.changed(Side::Jira);
        }
        if self.mapped.base.is_none() {
            return self.first();
        }
        let leads = |side| self.decided() == Some(side);
        let changed = |side| !self.seen(side) || leads(side);
        let (salesforce, jira) = (changed(Side::Salesforce), changed(Side::Jira));
        match (salesforce, jira) {
            (false, false) => Decision::Nothing,
            (true, false) => self.changed(Side::Salesforce),
            (false, true) => self.changed(Side::Jira),
            (true, true) => self.conflict(plan),
        }
    }

    /// Whether both sides show what a base says that is settled and clean: no conversion need be made
    /// to know that there is nothing to do. Most mappings of most looks are so.
    fn at_rest(&self) -> bool {
        let settled = |base: &FieldBase| {
            !base.unsettled
                && base.refused.is_none()
                && base.salesforce == self.salesforce
                && base.jira == self.jira
        };
        let decided = self.situation.base.decided.contains_key(&self.mapped.key);
        !decided && self.mapped.base.is_some_and(settled)
    }

    fn agree(&self) -> bool {
        self.mapped.are_alike(&self.salesforce, &self.jira)
    }

    /// Whether the record shows what a worker of ours was about to write, copied from the issue, when its
    /// answer got lost: nobody changed it since.
    fn is_our_write(&self) -> bool {
        let writing = self.situation.base.writing.get(&self.mapped.key);
        let crossing = &self.mapped.crossing;
        writing.is_some_and(|value| crossing.alike(Side::Salesforce, value, &self.salesforce))
    }

    /// Whether both sides are empty for the first time, and the mapping says what is to be there.
    fn wants_default(&self) -> bool {
        let empty = self.salesforce.is_empty() && self.jira.is_empty();
        empty && self.mapped.base.is_none() && self.mapped.mapping.default.is_some()
    }

    /// The side whose value is the first.
    fn leads(&self) -> Side {
        if self.mapped.owner == Owner::Jira { Side::Jira } else { Side::Salesforce }
    }

    /// Who won a conflict that is still to be written.
    fn decided(&self) -> Option<Side> {
        self.situation.base.decided.get(&self.mapped.key).copied()
    }

    fn holds(&self) -> bool {
        self.mapped.owner == Owner::Both && self.mapped.mapping.policy == Policy::Hold
    }

    fn first(&self) -> Decision {
        if self.holds() && !self.salesforce.is_empty() && !self.jira.is_empty() {
            return Decision::Hold;
        }
        let first = self.leads();
        let from = if self.value(first).is_empty() { first.other() } else { first };
        if self.mapped.flows_from(from) {
            Decision::Flow(from, Reason::Initial)
        } else {
            Decision::Nothing
        }
    }

    fn changed(&self, side: Side) -> Decision {
        let by_person = self.holds() || self.drift() == DriftPolicy::Ask;
        match self.mapped.flows_from(side) {
            true if by_person && self.decided() == Some(side) => self.win(side, "person"),
            true => Decision::Flow(side, Reason::Changed { side }),
            false => self.strayed(side),
        }
    }

    fn drift(&self) -> DriftPolicy {
        self.situation.item.drift_of(self.mapped.mapping)
    }

    /// A change on the side that does not own the mapping. The vendor's own spelling of what we wrote
    /// stands, and so does what a person lets stand.
    fn strayed(&self, side: Side) -> Decision {
        let vendors = self.mapped.base.is_some_and(|base| base.unsettled);
        match self.drift() {
            _ if vendors || self.decided() == Some(side) => Decision::Stray(side),
            DriftPolicy::Report => Decision::Stray(side),
            DriftPolicy::Heal => self.win(side.other(), HEAL),
            DriftPolicy::Ask => Decision::Hold,
        }
    }

    /// A side that strayed before and was let stand, where the item has come to think otherwise.
    fn left_standing(&self) -> Decision {
        let strayed = self.situation.base.drift.get(&self.mapped.key);
        match strayed.filter(|side| !self.mapped.flows_from(**side)) {
            Some(side) if self.drift() != DriftPolicy::Report => self.strayed(*side),
            _ => Decision::Nothing,
        }
    }

    fn conflict(&self, plan: &mut Plan) -> Decision {
        let (winner, rule) = match (self.mapped.owner, self.mapped.mapping.policy) {
            (Owner::Salesforce, _) => (Side::Salesforce, "owner"),
            (Owner::Jira, _) => (Side::Jira, "owner"),
            (Owner::Both, Policy::Salesforce) => (Side::Salesforce, "salesforce"),
            (Owner::Both, Policy::Jira) => (Side::Jira, "jira"),
            (Owner::Both, Policy::Hold) => return Decision::Hold,
            (Owner::Both, Policy::Newest) => {
                let fields = (&*self.mapped.mapping.salesforce, &*self.mapped.mapping.jira);
                match self.situation.newest(self.issue, fields, plan) {
                    Some(winner) => (winner, "newest"),
                    None => return Decision::Undated,
                }
            }
        };
        self.win(winner, rule)
    }

    fn win(&self, winner: Side, rule: &str) -> Decision {
        let lost = self.value(winner.other()).clone();
        Decision::Flow(winner, Reason::Conflict { winner, rule: rule.to_owned(), lost })
    }

    fn carry_out(&self, decision: Decision, plan: &mut Plan, changes: &mut Changes) {
        match decision {
            Decision::Nothing => {
                self.recall_refusal(plan);
                self.recall_shortening(plan);
            }
            Decision::Agree => {
                self.remember(plan);
                self.recall_shortening(plan);
            }
            Decision::Stray(side) => self.leave(side, plan),
            Decision::Hold => {
                let (salesforce, jira) = (self.salesforce.clone(), self.jira.clone());
                held::hold(self.situation, &self.mapped.key, Held { salesforce, jira }, plan);
            }
            Decision::Undated => {}
            Decision::Wait(until, flow) => {
                // What cannot be written is told now, and nothing waits.
                let would = |(from, reason)| self.change(from, reason, plan).is_some();
                if flow.is_none_or(would) {
                    changes.wait(self.situation, (self.mapped.key.clone(), until), plan);
                }
            }
            Decision::Flow(from, reason) => {
                let lost = matches!(reason, Reason::Conflict { .. });
                match (self.change(from, reason, plan), from) {
                    (Some(change), Side::Salesforce) => changes.issue.push(change),
                    (Some(change), Side::Jira) => changes.record.push(change),
                    (None, _) if lost && !self.seen(from.other()) => {
                        self.see(from.other(), true, plan);
                    }
                    (None, _) => {}
                }
            }
        }
    }

    /// Says again what a side refused and what still stands.
    fn recall_refusal(&self, plan: &mut Plan) {
        for from in [Side::Salesforce, Side::Jira] {
            if let Some((code, detail)) = self.mapped.refused(from.other(), self.value(from)) {
                plan.find(code, &self.mapped.key, detail);
            }
        }
    }

    /// Says again that a side holds a shortened copy, as long as it does.
    fn recall_shortening(&self, plan: &mut Plan) {
        for from in [Side::Salesforce, Side::Jira] {
            if !self.mapped.mapping.truncate || !self.mapped.flows_from(from) {
                continue;
            }
            if let Ok(carried) = self.mapped.across(from, self.value(from))
                && carried.value == *self.value(from.other())
            {
                self.mapped.tell(&carried, plan);
            }
        }
    }

    fn remember(&self, plan: &mut Plan) {
        let agreed = FieldBase {
            salesforce: self.salesforce.clone(),
            jira: self.jira.clone(),
            unsettled: false,
            refused: None,
        };
        if self.mapped.base != Some(&agreed) {
            plan.agreements.push(Agreement::Field {
                mapping: self.mapped.key.clone(),
                salesforce: agreed.salesforce,
                jira: agreed.jira,
            });
        }
    }

    /// Lets a change stand on the side that does not own the mapping, and says so once. Where the
    /// vendor itself changed what we wrote, nobody need be told.
    fn leave(&self, side: Side, plan: &mut Plan) {
        if self.mapped.base.is_some_and(|base| !base.unsettled) {
            let detail = format!("changed in {}, owned by {}", side.name(), side.other().name());
            plan.find(Code::OwnedByOtherSide, &self.mapped.key, detail);
        }
        self.recall_refusal(plan);
        self.see(side, false, plan);
    }

    /// Whether a side shows what its base says.
    pub(super) fn seen(&self, side: Side) -> bool {
        self.mapped.base.is_some_and(|base| match side {
            Side::Salesforce => base.salesforce == self.salesforce,
            Side::Jira => base.jira == self.jira,
        })
    }

    /// Remembers what a side shows, so that its change is not looked at again: a conflict that was
    /// decided stays decided, whatever is written to the record meanwhile.
    fn see(&self, side: Side, lost: bool, plan: &mut Plan) {
        plan.agreements.push(Agreement::Seen {
            mapping: self.mapped.key.clone(),
            side,
            value: self.value(side).clone(),
            lost,
        });
    }

    fn change(&self, from: Side, reason: Reason, plan: &mut Plan) -> Option<FieldChange> {
        let side = from.other();
        let (source, mapped) = (self.value(from), &self.mapped);
        if let Some((code, detail)) = mapped.refused(side, source) {
            plan.find(code, &mapped.key, detail);
            return None;
        }
        let first = matches!(reason, Reason::Initial);
        let after = mapped.writable(side).and_then(|()| {
            if first {
                mapped.crossing.first_across(from, source)
            } else {
                mapped.across(from, source)
            }
        });
        let after = after.map_err(|error| plan.find(error.code, &mapped.key, error.detail)).ok()?;
        mapped.tell(&after, plan);
        let after = mapped.crossing.laid_over(side, self.value(side), after.value);
        Some(FieldChange {
            mapping: mapped.key.clone(),
            field: mapped.field(side).to_owned(),
            before: self.value(side).clone(),
            write: mapped.wire(side, &after),
            after,
            source: source.clone(),
            reason,
        })
    }

    pub(super) fn value(&self, side: Side) -> &FieldValue {
        match side {
            Side::Salesforce => &self.salesforce,
            Side::Jira => &self.jira,
        }
    }
}

#[cfg(test)]
#[path = "fields_tests.rs"]
mod tests;
