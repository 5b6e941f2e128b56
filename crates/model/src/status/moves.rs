//! The move that makes one side follow the other.

use serde_json::{Map, Value, json};

use super::{Matching, Outcome, find};
use crate::catalogue::Code;
use crate::field::StatusCategory;
use crate::plan::{Move, Plan, Reason, Situation, StatusChange, Want};
use crate::snapshot::{Issue, Transition, TransitionField};

/// The transition along which the issue follows the record's status: to a partner, or else to a
/// status that is closed (open) as the record is, if the issue is not. Of several the first one whose
/// screen can be filled.
pub(super) fn of_issue(
    situation: &Situation<'_>,
    issue: &Issue,
    (record, reason): (&str, Reason),
    plan: &mut Plan,
) -> Outcome {
    let Some(transitions) = &situation.extras.transitions else {
        plan.wants.insert(Want::Transitions);
        return Outcome::Nothing;
    };
    let matching = Matching::new(&situation.item.status.map, situation.schema);
    let candidates = candidates(&matching, transitions, issue, record);
    if candidates.is_empty() {
        no_way(&matching, issue, record, transitions, plan);
        return Outcome::Nothing;
    }
    let resolution = situation.item.status.resolution.as_deref();
    let mut refusal = None;
    for transition in candidates {
        match screen(transition, resolution) {
            Ok(fields) => {
                return Outcome::MoveIssue(step(transition, fields, issue, (record, reason)));
            }
            Err(detail) => refusal = refusal.or(Some(detail)),
        }
    }
    find(plan, Code::StatusScreen, refusal.unwrap_or_default());
    Outcome::Nothing
}

fn step(
    transition: &Transition,
    fields: Map<String, Value>,
    issue: &Issue,
    (record, reason): (&str, Reason),
) -> Move {
    Move {
        transition: transition.id.clone(),
        from: issue.status.name.clone(),
        to_id: transition.to.id.clone(),
        to: transition.to.name.clone(),
        fields,
        follows: record.to_owned(),
        reason,
    }
}

/// Partners first; then, only where the issue is open and the record closed or the other way round,
/// statuses of the right category: those that have no partner of their own before those that have.
fn candidates<'a>(
    matching: &Matching<'_>,
    transitions: &'a [Transition],
    issue: &Issue,
    record: &str,
) -> Vec<&'a Transition> {
    let others = || transitions.iter().filter(|each| each.to.id != issue.status.id);
    let mut found: Vec<_> = others().filter(|each| matching.exact(record, &each.to)).collect();
    if !matching.alike(record, &issue.status) {
        let known = |each: &&Transition| each.to.category != StatusCategory::Undefined;
        let mut rest: Vec<_> = others()
            .filter(known)
            .filter(|each| !matching.exact(record, &each.to) && matching.alike(record, &each.to))
            .collect();
        rest.sort_by_key(|each| matching.record_partner(&each.to).is_some());
        found.extend(rest);
    }
    found
}

fn no_way(
    matching: &Matching<'_>,
    issue: &Issue,
    record: &str,
    transitions: &[Transition],
    plan: &mut Plan,
) {
    if !matching.has_issue_partner(record) && matching.closed(record).is_none() {
        let detail = format!("Jira has no status for the record's `{record}`");
        return find(plan, Code::StatusNoMatch, detail);
    }
    let offered: Vec<&str> = transitions.iter().map(|each| each.to.name.as_str()).collect();
    let offered = if offered.is_empty() { "nothing".to_owned() } else { offered.join(", ") };
    let from = &issue.status.name;
    let detail = format!("record `{record}`, issue `{from}`; from there Jira offers {offered}");
    find(plan, Code::StatusNoTransition, detail);
}

/// The fields that a transition's screen requires, or why they cannot be filled.
fn screen(transition: &Transition, resolution: Option<&str>) -> Result<Map<String, Value>, String> {
    let filled = transition.required.iter().map(|field| {
        let name = if field.id == "resolution" { resolve(field, resolution) } else { None };
        let name = name.ok_or_else(|| {
            format!("`{}` requires `{}`{}", transition.name, field.id, choices(field))
        })?;
        Ok((field.id.clone(), json!({"name": name})))
    });
    filled.collect()
}

/// The item's resolution in the spelling that is offered; without one, `Done` where that is offered.
fn resolve(field: &TransitionField, wanted: Option<&str>) -> Option<String> {
    let offered =
        |name: &str| field.allowed.iter().find(|each| each.to_lowercase() == name.to_lowercase());
    match wanted {
        Some(name) if field.allowed.is_empty() => Some(name.to_owned()),
        Some(name) => offered(name.trim()).cloned(),
        None => offered("Done").cloned(),
    }
}

fn choices(field: &TransitionField) -> String {
    if field.allowed.is_empty() {
        String::new()
    } else {
        format!(" (one of {})", field.allowed.join(", "))
    }
}

/// The status value with which the record follows the issue's status.
pub(super) fn of_record(
    matching: &Matching<'_>,
    issue: &Issue,
    (record, field, reason): (&str, &str, Reason),
    plan: &mut Plan,
) -> Outcome {
    let target =
        matching.record_partner(&issue.status).or_else(|| matching.record_stand_in(&issue.status));
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
