//! A status that an undo turns back: the issue along one transition that Jira offers now, the record by
//! its field. No status is passed through on the way, so that a crash leaves either the one or the other.

use super::moves::{Goal, toward};
use super::{Matching, Outcome, SUBJECT, find};
use crate::catalogue::Code;
use crate::name::same;
use crate::plan::{Agreement, Plan, Situation, Stand, StatusChange};
use crate::rules::{self, Ruling};
use crate::snapshot::{Issue, Side};
use crate::undo::{Turn, Undoing};
use crate::value::FieldValue;

/// How a side's status stands that this turn is about; `None` where the two never belonged together, or
/// the side shows none.
pub(crate) fn stand(situation: &Situation<'_>, issue: &Issue, turn: &Turn) -> Option<Stand> {
    let base = situation.base.status.as_ref()?;
    let record = situation.record.status.as_deref()?;
    let shown = |side| match side {
        Side::Salesforce => record,
        Side::Jira => issue.status.name.as_str(),
    };
    let now = shown(turn.side);
    let is = |value: &FieldValue| value.as_text().is_some_and(|name| same(name, now));
    if is(&turn.back) {
        return Some(Stand::Back);
    }
    if !is(&turn.wrote) {
        return Some(Stand::Edited(turn.side, FieldValue::text(now)));
    }
    let other = turn.side.other();
    let undoing = situation.base.undoing_of(SUBJECT, other);
    let turned = undoing.and_then(|it| it.turn.back.as_text());
    let seen = match other {
        Side::Salesforce => base.salesforce == record,
        Side::Jira => base.jira == issue.status.id,
    };
    if seen || turned.is_some_and(|back| same(back, shown(other))) {
        return Some(Stand::Ours);
    }
    Some(Stand::Edited(other, FieldValue::text(shown(other))))
}

/// What an undo asked for, if it did: the issue first, then the record.
pub(super) fn plan(situation: &Situation<'_>, issue: &Issue, plan: &mut Plan) -> Option<Outcome> {
    let of = |side| situation.base.undoing_of(SUBJECT, side);
    let undoing = of(Side::Jira).or_else(|| of(Side::Salesforce))?;
    Some(Turning { situation, issue, undoing }.plan(plan))
}

struct Turning<'a> {
    situation: &'a Situation<'a>,
    issue: &'a Issue,
    undoing: &'a Undoing,
}

impl Turning<'_> {
    fn plan(&self, plan: &mut Plan) -> Outcome {
        let Situation { item, schema, record, .. } = self.situation;
        let free = item.syncs_status() && rules::ruling(item, schema, record) == Ruling::Silent;
        let stand = stand(self.situation, self.issue, &self.undoing.turn).filter(|_| free);
        let outcome = match (stand, self.undoing.turn.side) {
            (Some(Stand::Back), _) => {
                let (undoing, shown) = (self.undoing.clone(), FieldValue::text(self.shown()));
                let mut status = self.situation.base.status.clone();
                if let Some(base) = &mut status {
                    match undoing.turn.side {
                        Side::Salesforce => self.shown().clone_into(&mut base.salesforce),
                        Side::Jira => base.jira.clone_from(&self.issue.status.id),
                    }
                }
                plan.agreements.extend(status.map(Agreement::Status));
                plan.agreements.push(Agreement::Turned { undoing, shown, apart: self.apart() });
                return Outcome::Nothing;
            }
            (Some(Stand::Ours), Side::Jira) => self.move_issue(plan),
            (Some(Stand::Ours), Side::Salesforce) => self.move_record(),
            _ => Outcome::Nothing,
        };
        if outcome == Outcome::Nothing && plan.wants.is_empty() {
            plan.leave(self.undoing, &FieldValue::text(self.shown()));
        }
        outcome
    }

    fn move_issue(&self, plan: &mut Plan) -> Outcome {
        let back = self.back();
        let given = self.situation.item.status.resolution.as_deref();
        let goal = Goal {
            follows: back,
            reason: self.undoing.reason(self.apart()),
            tiers: vec![Box::new(move |to| same(&to.name, back))],
            resolution: Box::new(move |_| given),
        };
        match toward(self.situation, self.issue, &goal, plan) {
            Outcome::MoveIssue(step) if step.ahead.is_some() => {
                let from = &self.issue.status.name;
                find(plan, Code::StatusNoTransition, format!("from `{from}` to `{back}` at once"));
                Outcome::Nothing
            }
            outcome => outcome,
        }
    }

    fn move_record(&self) -> Outcome {
        let field = self.situation.item.status_field();
        let record = self.situation.record.status.clone();
        let (Some(field), Some(from)) = (field, record) else {
            return Outcome::Nothing;
        };
        Outcome::MoveRecord(StatusChange {
            field: field.to_owned(),
            from,
            to: self.back().to_owned(),
            follows_id: self.issue.status.id.clone(),
            follows: self.issue.status.name.clone(),
            reason: self.undoing.reason(self.apart()),
        })
    }

    fn back(&self) -> &str {
        self.undoing.turn.back.as_text().unwrap_or_default()
    }

    fn shown(&self) -> &str {
        match self.undoing.turn.side {
            Side::Salesforce => self.situation.record.status.as_deref().unwrap_or_default(),
            Side::Jira => &self.issue.status.name,
        }
    }

    /// Whether the two statuses do not belong together once all is turned back.
    fn apart(&self) -> bool {
        let then = |side, now| {
            let undoing = self.situation.base.undoing_of(SUBJECT, side);
            undoing.and_then(|it| it.turn.back.as_text()).unwrap_or(now)
        };
        let schema = self.situation.schema;
        let name = then(Side::Jira, &self.issue.status.name);
        let known = schema.issue_statuses.iter().find(|known| same(&known.name, name));
        let shown = self.situation.record.status.as_deref().unwrap_or_default();
        let record = then(Side::Salesforce, shown);
        let matching = Matching::new(&self.situation.item.status.map, schema);
        !known.is_some_and(|issue| matching.together(record, issue))
    }
}
