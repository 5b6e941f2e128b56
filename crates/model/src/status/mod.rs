//! Status sync: two workflows that need not be alike, kept as close as is safe.
//!
//! It works both ways whatever owns the fields. At the first link the record's status leads, so that
//! a brand-new issue never overwrites Salesforce; later the side that moved leads, and where both
//! moved, the one that moved last. The issue follows along a transition that Jira offers now; the
//! record takes a value of its status field. While the item's rule says where the issue stands, all of
//! that rests.

mod back;
mod matching;
mod moves;
mod route;
mod ruled;
mod screen;

use chrono::{DateTime, Utc};

use crate::base::StatusBase;
use crate::catalogue::Code;
use crate::field::Schema;
use crate::item::ConnectedItem;
use crate::name::same;
use crate::plan::{Agreement, Move, Plan, Reason, Situation, StatusChange};
use crate::rules::{self, Ruling};
use crate::snapshot::{Issue, Record, Side};
use crate::value::FieldValue;

pub(crate) use back::stand;
pub use matching::{Matching, belongs_together};
#[cfg(test)]
pub(crate) use route::STEPS_MAX;

/// What the statuses of a link are called, in place of a mapping.
pub const SUBJECT: &str = "status";

/// What is to be done about the statuses.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Outcome {
    /// No move: they belong together, nobody moved, or a finding says why not.
    Nothing,
    /// The issue follows.
    MoveIssue(Move),
    /// The record follows.
    MoveRecord(StatusChange),
}

/// Plans the statuses of a record and its issue.
pub(crate) fn plan(situation: &Situation<'_>, issue: &Issue, plan: &mut Plan) -> Outcome {
    if let Some(outcome) = back::plan(situation, issue, plan) {
        return outcome;
    }
    let item = situation.item;
    match rules::ruling(item, situation.schema, situation.record) {
        Ruling::Silent => {}
        Ruling::Stand { status, met } => return ruled::plan(situation, issue, (status, met), plan),
        Ruling::Unknown => {
            let detail = "Salesforce does not show a field of the rule's condition";
            plan.find(Code::RuleUnknown, "rule", detail);
            return Outcome::Nothing;
        }
    }
    let (Some(record), Some(field)) = (situation.record.status.as_deref(), item.status_field())
    else {
        return Outcome::Nothing;
    };
    if !item.syncs_status() {
        return Outcome::Nothing;
    }
    let matching = Matching::new(&item.status.map, situation.schema);
    if matching.together(record, &issue.status) {
        remember(situation, issue, record, plan);
        return Outcome::Nothing;
    }
    let Some((leader, reason)) = leader(situation, issue, record, plan) else {
        return Outcome::Nothing;
    };
    if matching.follows(leader, record, &issue.status) {
        remember(situation, issue, record, plan);
        return Outcome::Nothing;
    }
    if recall_refusal(situation, issue, record, plan) {
        return Outcome::Nothing;
    }
    let conflict = matches!(reason, Reason::Conflict { .. });
    let outcome = match leader {
        Side::Salesforce => moves::of_issue(situation, issue, (record, reason), plan),
        Side::Jira => moves::of_record(&matching, issue, (record, field, reason), plan),
    };
    if conflict && outcome == Outcome::Nothing && plan.wants.is_empty() {
        see_loser(situation, issue, leader, plan);
    }
    outcome
}

/// Whether a record shows nothing about statuses that its link's last plan has not dealt with, as far as
/// that can be told without the issue: it shows the status of the base, and the rule names the status
/// where the issue was last seen.
pub fn record_follows(
    item: &ConnectedItem,
    schema: &Schema,
    base: Option<&StatusBase>,
    record: &Record,
) -> bool {
    let shown = base.map(|status| status.salesforce.as_str());
    if item.syncs_status() && record.status.as_deref() != shown {
        return false;
    }
    match rules::ruling(item, schema, record) {
        Ruling::Silent | Ruling::Unknown => true,
        Ruling::Stand { status, .. } => base.is_some_and(|base| {
            let known = schema.issue_statuses.iter().find(|each| each.id == base.jira);
            known.is_some_and(|known| same(&known.name, status))
        }),
    }
}

/// Where both moved and the winner cannot be followed, the loser's move is not looked at again: the
/// conflict stays decided, whatever is written to the record meanwhile. The winner counts as moved
/// (it shows no empty status) until it is followed.
fn see_loser(situation: &Situation<'_>, issue: &Issue, leader: Side, plan: &mut Plan) {
    let Some(mut base) = situation.base.status.clone() else {
        return;
    };
    match leader {
        Side::Salesforce => {
            base.salesforce.clear();
            base.jira.clone_from(&issue.status.id);
        }
        Side::Jira => {
            base.salesforce = situation.record.status.clone().unwrap_or_default();
            base.jira.clear();
        }
    }
    plan.agreements.push(Agreement::Status(base));
}

fn remember(situation: &Situation<'_>, issue: &Issue, record: &str, plan: &mut Plan) {
    let agreed = StatusBase::of(record, &issue.status.id);
    if situation.base.status.as_ref() != Some(&agreed) {
        plan.agreements.push(Agreement::Status(agreed));
    }
}

/// Who leads, if anybody moved.
fn leader(
    situation: &Situation<'_>,
    issue: &Issue,
    record: &str,
    plan: &mut Plan,
) -> Option<(Side, Reason)> {
    let Some(base) = &situation.base.status else {
        return Some((Side::Salesforce, Reason::Initial));
    };
    let changed = |side| Some((side, Reason::Changed { side }));
    // A worker of ours wrote it, after the issue, and its answer got lost: the issue has moved on.
    if situation.base.writing.get(SUBJECT) == Some(&FieldValue::text(record)) {
        return changed(Side::Jira);
    }
    // An issue that is still on its way follows the record, whatever that shows by now.
    let led = base.salesforce != record || base.journey.is_some();
    match (led, base.jira != issue.status.id) {
        (false, false) => {
            recall_refusal(situation, issue, record, plan);
            None
        }
        (true, false) => changed(Side::Salesforce),
        (false, true) => changed(Side::Jira),
        (true, true) => {
            let field = situation.item.status_field().unwrap_or_default();
            let winner = situation.newest(issue, (field, "status"), plan)?;
            let lost = match winner {
                Side::Salesforce => issue.status.name.clone(),
                Side::Jira => record.to_owned(),
            };
            let (rule, lost) = ("newest".to_owned(), FieldValue::Text(lost));
            Some((winner, Reason::Conflict { winner, rule, lost }))
        }
    }
}

/// Says again that a move between these two statuses was refused.
fn recall_refusal(situation: &Situation<'_>, issue: &Issue, record: &str, plan: &mut Plan) -> bool {
    let refused = situation.base.status.as_ref().and_then(|base| base.refused.as_ref());
    let same = refused.filter(|was| {
        let stands = was.salesforce == record && was.jira == issue.status.id;
        stands && was.seen.is_none_or(|seen| seen.at == changed(situation, issue, seen.side))
    });
    if let Some(refusal) = same {
        find(plan, refusal.code, refusal.detail.clone());
    }
    same.is_some()
}

/// When a side last changed.
fn changed(situation: &Situation<'_>, issue: &Issue, side: Side) -> DateTime<Utc> {
    match side {
        Side::Salesforce => situation.record.modified,
        Side::Jira => issue.updated,
    }
}

fn find(plan: &mut Plan, code: Code, detail: String) {
    plan.find(code, SUBJECT, detail);
}

#[cfg(test)]
mod tests;
