//! The issue's parent follows the record's: Salesforce owns it. What is compared is the lookup with
//! the lookup, and the parent issue with the parent issue, each against its own base.

use serde_json::{Value, json};

use super::{Agreement, FieldChange, Plan, Reason, Situation, Stand};
use crate::base::FieldBase;
use crate::catalogue::Code;
use crate::parent::{self, FIELD, PARENT};
use crate::snapshot::{Issue, Side};
use crate::undo::{Turn, Undoing, Why};
use crate::value::FieldValue;

/// The change of the issue's parent, if there is one. A parent that has no issue yet is waited for.
pub(super) fn change(
    situation: &Situation<'_>,
    issue: Option<&Issue>,
    plan: &mut Plan,
) -> Option<FieldChange> {
    let rule = situation.item.parent.as_ref()?;
    let undoing = situation.base.undoing_of(PARENT, Side::Jira);
    if let (Some(undoing), Some(issue)) = (undoing, issue) {
        return turned_back(situation, issue, undoing, plan);
    }
    let looked_up = rule.looked_up(&situation.record.fields);
    let record = looked_up.map_or(FieldValue::Empty, FieldValue::text);
    let shown = issue.map_or(FieldValue::Empty, |issue| parent::shown(&issue.fields));
    let base = situation.base.fields.get(PARENT);
    // A record that never had a parent leaves the issue's alone.
    let moved = base.map_or(!record.is_empty(), |base| base.salesforce != record);
    if !moved {
        waits(situation, None, plan);
        settled(base, &shown, plan);
        return None;
    }
    let Some(after) = target(situation, looked_up) else {
        waits(situation, looked_up, plan);
        return None;
    };
    waits(situation, None, plan);
    if after == shown {
        let (mapping, salesforce) = (PARENT.to_owned(), record);
        plan.agreements.push(Agreement::Field { mapping, salesforce, jira: shown });
        return None;
    }
    if !writable(situation, issue, &record, plan) {
        return None;
    }
    let reason = match base {
        Some(_) => Reason::Changed { side: Side::Salesforce },
        None => Reason::Initial,
    };
    Some(written(shown, after, record, reason))
}

fn written(
    before: FieldValue,
    after: FieldValue,
    source: FieldValue,
    reason: Reason,
) -> FieldChange {
    let write = after.as_text().map_or(Value::Null, |id| json!({ "id": id }));
    let (mapping, field) = (PARENT.to_owned(), FIELD.to_owned());
    FieldChange { mapping, field, before, after, source, write, reason }
}

/// How the issue's parent stands that an undo is to turn back.
pub(crate) fn stand(situation: &Situation<'_>, issue: &Issue, turn: &Turn) -> Result<Stand, Why> {
    let rule = situation.item.parent.as_ref().ok_or(Why::Unmapped)?;
    let base = situation.base.fields.get(PARENT).ok_or(Why::NotShown)?;
    let looked_up = rule.looked_up(&situation.record.fields);
    let record = looked_up.map_or(FieldValue::Empty, FieldValue::text);
    let shown = parent::shown(&issue.fields);
    Ok(match () {
        () if shown == turn.back => Stand::Back,
        () if shown != turn.wrote => Stand::Edited(Side::Jira, shown),
        () if record != base.salesforce => Stand::Edited(Side::Salesforce, record),
        () => Stand::Ours,
    })
}

/// What an undo does with the issue's parent.
fn turned_back(
    situation: &Situation<'_>,
    issue: &Issue,
    undoing: &Undoing,
    plan: &mut Plan,
) -> Option<FieldChange> {
    let shown = parent::shown(&issue.fields);
    match stand(situation, issue, &undoing.turn) {
        Ok(Stand::Back) => {
            let undoing = undoing.clone();
            plan.agreements.push(Agreement::Turned { undoing, shown, apart: true });
        }
        Ok(Stand::Ours) => {
            let source = situation.base.fields.get(PARENT).map(|base| base.salesforce.clone());
            let (back, reason) = (undoing.turn.back.clone(), undoing.reason(true));
            return Some(written(shown, back, source.unwrap_or_default(), reason));
        }
        Ok(Stand::Edited(..)) | Err(_) => plan.leave(undoing, &shown),
    }
    None
}

/// Whether the record's parent is still without an issue.
pub(super) fn is_awaited(situation: &Situation<'_>) -> bool {
    let rule = situation.item.parent.as_ref();
    let looked_up = rule.and_then(|rule| rule.looked_up(&situation.record.fields));
    looked_up.is_some() && target(situation, looked_up).is_none()
}

/// What the issue's parent is to be; none while the record's parent has no issue.
fn target(situation: &Situation<'_>, looked_up: Option<&str>) -> Option<FieldValue> {
    let Some(record) = looked_up else {
        return Some(FieldValue::Empty);
    };
    let sight = situation.extras.parent.as_ref().filter(|sight| sight.record == record)?;
    sight.issue.as_deref().map(FieldValue::text)
}

/// Remembers which record's issue is waited for.
fn waits(situation: &Situation<'_>, record: Option<&str>, plan: &mut Plan) {
    if situation.base.waits_for.as_deref() != record {
        plan.agreements.push(Agreement::Waits { record: record.map(str::to_owned) });
    }
}

/// The record's parent is what it was: a change in Jira stands and is said once, what Jira refused is
/// said again.
fn settled(base: Option<&FieldBase>, shown: &FieldValue, plan: &mut Plan) {
    let Some(base) = base else {
        return;
    };
    if let Some(refusal) = &base.refused {
        plan.find(refusal.code, PARENT, refusal.detail.as_str());
    }
    if base.jira != *shown {
        plan.find(Code::OwnedByOtherSide, PARENT, "changed in Jira, owned by Salesforce");
        let (mapping, value) = (PARENT.to_owned(), shown.clone());
        plan.agreements.push(Agreement::Seen { mapping, side: Side::Jira, value, lost: false });
    }
}

/// Whether Jira would take the parent: it is on the screen, and was not refused before.
fn writable(
    situation: &Situation<'_>,
    issue: Option<&Issue>,
    record: &FieldValue,
    plan: &mut Plan,
) -> bool {
    let known = situation.base.fields.get(PARENT).and_then(|base| base.refused.as_ref());
    let refused = known.or_else(|| situation.base.first_refused.get(PARENT));
    if let Some(refusal) = refused.filter(|refusal| refusal.value == *record) {
        plan.find(refusal.code, PARENT, refusal.detail.as_str());
        return false;
    }
    let field = situation.schema.jira.get(FIELD);
    let on_screen = field.is_some_and(|field| match issue {
        Some(_) => field.on_edit != Some(false),
        None => field.on_create,
    });
    if !on_screen {
        plan.find(Code::FieldOffScreen, PARENT, "`Parent` is not on the screen");
    }
    on_screen
}

#[cfg(test)]
#[path = "parent_tests.rs"]
mod tests;
