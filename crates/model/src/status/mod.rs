//! Status sync: two workflows that need not be alike, kept as close as is safe.
//!
//! It works both ways whatever owns the fields. At the first link the record's status leads, so that
//! a brand-new issue never overwrites Salesforce; later the side that moved leads, and where both
//! moved, the one that moved last. The issue follows along a transition that Jira offers now; the
//! record takes a value of its status field.

mod matching;
mod moves;

use crate::base::StatusBase;
use crate::catalogue::Code;
use crate::plan::{Agreement, Move, Plan, Reason, Situation, StatusChange, Want};
use crate::snapshot::{Issue, Side};
use crate::value::FieldValue;

pub use matching::{Matching, belongs_together};

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
    let item = situation.item;
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
    let agreed =
        StatusBase { salesforce: record.to_owned(), jira: issue.status.id.clone(), refused: None };
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
    match (base.salesforce != record, base.jira != issue.status.id) {
        (false, false) => {
            recall_refusal(situation, issue, record, plan);
            None
        }
        (true, false) => changed(Side::Salesforce),
        (false, true) => changed(Side::Jira),
        (true, true) => {
            let Some(winner) = situation.newest(issue, "status") else {
                plan.wants.insert(Want::IssueTimes);
                return None;
            };
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
    let same = refused.filter(|was| was.salesforce == record && was.jira == issue.status.id);
    if let Some(refusal) = same {
        find(plan, refusal.code, refusal.detail.clone());
    }
    same.is_some()
}

fn find(plan: &mut Plan, code: Code, detail: String) {
    plan.find(code, "status", detail);
}

#[cfg(test)]
mod tests;
