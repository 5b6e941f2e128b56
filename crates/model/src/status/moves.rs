//! The move that makes one side follow the other.

use serde_json::{Map, Value};

use super::route::{self, Leg, Stand};
use super::screen::{self, RESOLUTION};
use super::{Matching, Outcome, find};
use crate::base::Journey;
use crate::catalogue::Code;
use crate::field::{IssueStatus, StatusCategory};
use crate::plan::{Move, Plan, Reason, Situation, StatusChange, Want};
use crate::snapshot::Issue;

/// Whether a status would do.
type Tier<'a> = Box<dyn Fn(&IssueStatus) -> bool + 'a>;

/// The resolution of an issue that arrives at a status.
type Ending<'a> = Box<dyn Fn(&IssueStatus) -> Option<&'a str> + 'a>;

/// Where an issue shall go.
pub(super) struct Goal<'a> {
    /// What it follows: the record's status, or the status that the rule names.
    pub(super) follows: &'a str,
    /// Why.
    pub(super) reason: Reason,
    /// The statuses that would do, the best ones first.
    pub(super) tiers: Vec<Tier<'a>>,
    /// How an issue ends that arrives at a status.
    pub(super) resolution: Ending<'a>,
}

/// The transition along which the issue follows the record's status: to a partner, or else to a
/// status that is closed (open) as the record is, if the issue is not.
pub(super) fn of_issue(
    situation: &Situation<'_>,
    issue: &Issue,
    (record, reason): (&str, Reason),
    plan: &mut Plan,
) -> Outcome {
    let matching = Matching::new(&situation.item.status.map, situation.schema);
    let given = situation.item.status.resolution.as_deref();
    let goal = Goal {
        follows: record,
        reason,
        tiers: tiers(matching, issue, record),
        resolution: Box::new(move |to| matching.resolution(record, to).or(given)),
    };
    if !matching.has_issue_partner(record) && matching.closed(record).is_none() {
        let detail = format!("Jira has no status for the record's `{record}`");
        find(plan, Code::StatusNoMatch, detail);
        return Outcome::Nothing;
    }
    toward(situation, issue, &goal, plan)
}

/// Partners first; then, only where the issue is open and the record closed or the other way round,
/// statuses of the right category: those that have no partner of their own before those that have.
/// What the item's map says is meant so: nothing stands in for it.
fn tiers<'a>(matching: Matching<'a>, issue: &Issue, record: &'a str) -> Vec<Tier<'a>> {
    let alike = move |to: &IssueStatus| {
        to.category != StatusCategory::Undefined && matching.alike(record, to)
    };
    let mut tiers: Vec<Tier<'a>> = vec![Box::new(move |to| matching.exact(record, to))];
    if !matching.alike(record, &issue.status) && !matching.is_mapped(record) {
        tiers.push(Box::new(move |to| alike(to) && matching.record_partner(to).is_none()));
        tiers.push(Box::new(alike));
    }
    tiers
}

/// The transition that brings the issue to its goal, or nearer; of several the first one whose screen
/// can be filled.
pub(super) fn toward(
    situation: &Situation<'_>,
    issue: &Issue,
    goal: &Goal<'_>,
    plan: &mut Plan,
) -> Outcome {
    let Some(transitions) = &situation.extras.transitions else {
        plan.wants.insert(Want::Transitions);
        return Outcome::Nothing;
    };
    let left = left(situation, issue, goal.follows);
    let stand = Stand { schema: situation.schema, at: &issue.status, left: &left };
    let mut refusal = None;
    for tier in &goal.tiers {
        for leg in route::legs(stand, transitions, tier.as_ref()) {
            let resolution = leg.ahead.is_none().then(|| (goal.resolution)(&leg.transition.to));
            match screen::fill(situation, leg.transition, resolution.flatten()) {
                Ok(fields) => return Outcome::MoveIssue(step(&leg, fields, issue, goal)),
                Err(detail) => refusal = refusal.or(Some(detail)),
            }
        }
    }
    match refusal {
        Some(detail) => find(plan, Code::StatusScreen, detail),
        None => no_way(situation, issue, goal.follows, plan),
    }
    Outcome::Nothing
}

/// Where the issue has been on its way to this goal. A person who moves it begins a new way.
fn left(situation: &Situation<'_>, issue: &Issue, follows: &str) -> Vec<String> {
    let base = situation.base.status.as_ref().filter(|base| base.jira == issue.status.id);
    let journey = base.and_then(|base| base.journey.as_ref());
    let same: Option<&Journey> = journey.filter(|journey| journey.toward == follows);
    same.map(|journey| journey.left.clone()).unwrap_or_default()
}

fn step(leg: &Leg<'_>, fields: Map<String, Value>, issue: &Issue, goal: &Goal<'_>) -> Move {
    Move {
        transition: leg.transition.id.clone(),
        from_id: issue.status.id.clone(),
        from: issue.status.name.clone(),
        to_id: leg.transition.to.id.clone(),
        to: leg.transition.to.name.clone(),
        fields,
        follows: goal.follows.to_owned(),
        ahead: leg.ahead.clone(),
        reason: goal.reason.clone(),
    }
}

fn no_way(situation: &Situation<'_>, issue: &Issue, follows: &str, plan: &mut Plan) {
    let transitions = situation.extras.transitions.iter().flatten();
    let offered: Vec<&str> = transitions.map(|each| each.to.name.as_str()).collect();
    let offered = if offered.is_empty() { "nothing".to_owned() } else { offered.join(", ") };
    let from = &issue.status.name;
    let steps = left(situation, issue, follows).len();
    let way = if steps == 0 { String::new() } else { format!(" after {steps} transitions") };
    let detail =
        format!("to follow `{follows}`, issue `{from}`{way}; from there Jira offers {offered}");
    find(plan, Code::StatusNoTransition, detail);
}

/// The status value with which the record follows the issue's status.
pub(super) fn of_record(
    matching: &Matching<'_>,
    issue: &Issue,
    (record, field, reason): (&str, &str, Reason),
    plan: &mut Plan,
) -> Outcome {
    let ended = issue.fields.get(RESOLUTION).and_then(|shown| shown["name"].as_str());
    let partner = matching.record_partner_ended(&issue.status, ended);
    let target = partner.or_else(|| matching.record_stand_in(&issue.status));
    let Some(target) = target else {
        let detail = format!("Salesforce has no status for the issue's `{}`", issue.status.name);
        find(plan, Code::StatusNoMatch, detail);
        return Outcome::Nothing;
    };
    Outcome::MoveRecord(StatusChange {
        field: field.to_owned(),
        from: record.to_owned(),
        to: target.value.clone(),
        follows_id: issue.status.id.clone(),
        follows: issue.status.name.clone(),
        reason,
    })
}
