//! The issue stands where the item's rule says, as long as it says so: whoever moves it elsewhere sees
//! it come back. What both sides show meanwhile is remembered as agreed, so that generic status sync
//! goes on from there once the rule is silent.

use super::moves::{Goal, toward};
use super::{Outcome, recall_refusal, remember};
use crate::name::same;
use crate::plan::{Plan, Reason, Situation};
use crate::snapshot::Issue;

/// Plans the status of an issue by the rule.
pub(super) fn plan(
    situation: &Situation<'_>,
    issue: &Issue,
    (status, met): (&str, bool),
    plan: &mut Plan,
) -> Outcome {
    if same(&issue.status.name, status) {
        let record = situation.record.status.as_deref().unwrap_or_default();
        remember(situation, issue, record, plan);
        return Outcome::Nothing;
    }
    if recall_refusal(situation, issue, status, plan) {
        return Outcome::Nothing;
    }
    let given = situation.item.status.resolution.as_deref();
    let goal = Goal {
        follows: status,
        reason: Reason::Rule { met },
        tiers: vec![Box::new(move |to| same(&to.name, status))],
        resolution: Box::new(move |_| given),
    };
    toward(situation, issue, &goal, plan)
}
