//! What the base becomes after a plan was applied.

use chrono::{DateTime, Utc};

use crate::base::{
    Base, CommentRefusal, FieldBase, Journey, Noted, Refusal, StatusBase, StatusRefusal,
};
use crate::catalogue::Code;
use crate::convert::Crossing;
use crate::fault::Fault;
use crate::plan::{Agreement, FieldChange, Move, Reason, StatusChange};
use crate::snapshot::Side;
use crate::status::SUBJECT as STATUS;
use crate::undo::settle as undo;
use crate::value::FieldValue;

/// Remembers what needs no write: what both sides agree on, and changes that do not flow.
pub fn agreements(base: &mut Base, agreements: &[Agreement]) {
    for agreement in agreements {
        match agreement {
            Agreement::Field { mapping, salesforce, jira } => {
                settled(base, mapping, (salesforce.clone(), jira.clone()), false);
            }
            Agreement::Seen { mapping, side, value, lost } => {
                seen(base, mapping, (*side, value), *lost);
            }
            Agreement::Held { mapping, values } => {
                base.held.insert(mapping.clone(), values.clone());
            }
            Agreement::Freed { mapping } => {
                base.held.remove(mapping);
            }
            Agreement::Deferred { mapping, until } => deferred(base, mapping, *until),
            Agreement::Waits { record } => base.waits_for.clone_from(record),
            Agreement::Status(status) => {
                base.apart.remove(STATUS);
                base.status = Some(status.clone());
            }
            Agreement::Turned { undoing, shown, apart } => {
                let turn = &undoing.turn;
                undo::turned(base, &turn.subject, (turn.side, shown), *apart);
            }
            Agreement::Left { undoing, .. } => undo::left_by_plan(base, undoing),
        }
    }
}

fn deferred(base: &mut Base, key: &str, until: Option<DateTime<Utc>>) {
    match until {
        Some(until) => drop(base.batch.insert(key.to_owned(), until)),
        None => drop(base.batch.remove(key)),
    }
}

/// Remembers a file that the other side would not take: it is reported, not offered again.
pub fn file_refused(base: &mut Base, source: &str, code: Code, detail: &str) {
    let refusal = CommentRefusal { of: String::new(), code, detail: detail.to_owned() };
    base.refused_files.insert(source.to_owned(), refusal);
}

/// Remembers that the record says which issue it is linked with.
pub fn link_noted(base: &mut Base, issue: &str) {
    base.noted = Some(Noted { issue: issue.to_owned(), refused: None });
}

/// Remembers that the record's side would not take the note: it is reported, not offered again.
pub fn link_note_refused(base: &mut Base, issue: &str, fault: &Fault) {
    let (of, detail) = (String::new(), fault.to_string());
    let refused = Some(CommentRefusal { of, code: fault.code, detail });
    base.noted = Some(Noted { issue: issue.to_owned(), refused });
}

fn settled(base: &mut Base, key: &str, shown: (FieldValue, FieldValue), unsettled: bool) {
    let (salesforce, jira) = shown;
    base.first_refused.remove(key);
    base.decided.remove(key);
    base.held.remove(key);
    base.batch.remove(key);
    base.drift.remove(key);
    base.apart.remove(key);
    let field = FieldBase { salesforce, jira, unsettled, refused: None };
    base.fields.insert(key.to_owned(), field);
}

fn seen(base: &mut Base, key: &str, (side, value): (Side, &FieldValue), lost: bool) {
    let Some(field) = base.fields.get_mut(key) else {
        return;
    };
    *shown_by(field, side) = value.clone();
    let vendors = std::mem::take(&mut field.unsettled);
    if lost {
        base.decided.insert(key.to_owned(), side.other());
    } else if base.decided.remove(key) == Some(side) {
        // A person lets it stand.
        base.drift.remove(key);
    } else if !vendors {
        base.drift.insert(key.to_owned(), side);
    }
}

/// A person decides a held conflict: the taken side counts as changed until both agree, what the other
/// one shows counts as seen. Says whether there was anything to decide.
pub fn decide(base: &mut Base, key: &str, take: Side) -> bool {
    let Some(held) = base.held.remove(key) else {
        return false;
    };
    let never = FieldBase {
        salesforce: FieldValue::Empty,
        jira: FieldValue::Empty,
        unsettled: false,
        refused: None,
    };
    let field = base.fields.entry(key.to_owned()).or_insert(never);
    *shown_by(field, take.other()) = held.of(take.other()).clone();
    field.refused = None;
    base.decided.insert(key.to_owned(), take);
    true
}

fn shown_by(field: &mut FieldBase, side: Side) -> &mut FieldValue {
    match side {
        Side::Salesforce => &mut field.salesforce,
        Side::Jira => &mut field.jira,
    }
}

/// Remembers a field that was written on `side`, which shows `shown` since.
///
/// `same` says that what it shows is what was meant ([`came_back`]): then both sides agree. If it is
/// not, the difference counts as that side's own change once (`unsettled`); should the write that
/// answers it come back changed as well, it is accepted as the vendors' normalisation.
pub fn written(base: &mut Base, change: &FieldChange, side: Side, shown: &FieldValue, same: bool) {
    if let Reason::Undo { apart, .. } = change.reason {
        undo::turned(base, &change.mapping, (side, shown), apart);
        return changed(base, side);
    }
    let was_unsettled = base.fields.get(&change.mapping).is_some_and(|field| field.unsettled);
    let accepted = same || was_unsettled;
    let target = if accepted { shown } else { &change.after }.clone();
    let source = change.source.clone();
    let pair = match side {
        Side::Salesforce => (target, source),
        Side::Jira => (source, target),
    };
    settled(base, &change.mapping, pair, !accepted);
    changed(base, side);
}

/// A side was written: a move that it refused as it was before is worth another try. Its own stamp may
/// not tell, for Salesforce counts in whole seconds.
fn changed(base: &mut Base, side: Side) {
    if let Some(status) = &mut base.status {
        status.refused.take_if(|refusal| refusal.seen.is_some_and(|seen| seen.side == side));
    }
}

/// Whether what `side` shows after a write is what was meant: the value that was written, one that
/// looks the same, or one that converts back to the value it came from.
pub fn came_back(
    crossing: &Crossing<'_>,
    side: Side,
    change: &FieldChange,
    shown: &FieldValue,
) -> bool {
    if crossing.alike(side, shown, &change.after) {
        return true;
    }
    crossing.across(side, shown).is_ok_and(|back| back.value == change.source)
}

/// Remembers that `side` would not take a field's value, so that it is not offered again until the
/// value changes. A conflict that was decided stays decided: what lost it counts as seen.
/// A mapping that never had a base has none after this either.
/// A value that an undo was to write is left, and that is all.
pub fn refused(base: &mut Base, change: &FieldChange, side: Side, code: Code, detail: &str) {
    if matches!(change.reason, Reason::Undo { .. }) {
        return undo::left(base, &change.mapping, side);
    }
    let refusal =
        Refusal { by: side, value: change.source.clone(), code, detail: detail.to_owned() };
    if matches!(change.reason, Reason::Conflict { .. }) {
        seen(base, &change.mapping, (side, &change.before), true);
    }
    base.batch.remove(&change.mapping);
    match base.fields.get_mut(&change.mapping) {
        Some(field) => field.refused = Some(refusal),
        None => {
            base.first_refused.insert(change.mapping.clone(), refusal);
        }
    }
}

/// Remembers that the record's status was written.
pub fn record_moved(base: &mut Base, change: &StatusChange) {
    match change.reason {
        Reason::Undo { apart, .. } => {
            undo::status_turned(base, Side::Salesforce, ("", &change.to), apart);
        }
        _ => moved(base, &change.to, &change.follows_id),
    }
}

/// Remembers two statuses that belong together since a move.
pub fn moved(base: &mut Base, salesforce: &str, jira_id: &str) {
    base.apart.remove(STATUS);
    base.status = Some(StatusBase::of(salesforce, jira_id));
}

/// Remembers that an issue was moved. Where it has not arrived yet, what it follows still leads: the
/// record counts as moved, the issue does not. Where it follows a rule, nothing is said of the record.
pub fn issue_moved(base: &mut Base, step: &Move) {
    if undo::issue_moved_back(base, step) {
        return;
    }
    if step.ahead.is_none() && !matches!(step.reason, Reason::Rule { .. }) {
        return moved(base, &step.follows, &step.to_id);
    }
    let before = base.status.take();
    let salesforce = before.as_ref().map(|status| status.salesforce.clone()).unwrap_or_default();
    let journey = step.ahead.is_some().then(|| further(before, step));
    base.status = Some(StatusBase { journey, ..StatusBase::of(&salesforce, &step.to_id) });
}

fn further(before: Option<StatusBase>, step: &Move) -> Journey {
    let toward = step.follows.clone();
    let journey = before.and_then(|status| status.journey);
    let same = journey.filter(|journey| journey.toward == toward);
    let mut journey = same.unwrap_or(Journey { toward, left: Vec::new() });
    journey.left.push(step.from_id.clone());
    journey
}

/// Remembers a status move that was refused, so that it is not tried again until a side changes.
pub fn move_refused(base: &mut Base, refusal: StatusRefusal) {
    let status =
        base.status.get_or_insert_with(|| StatusBase::of(&refusal.salesforce, &refusal.jira));
    status.refused = Some(refusal);
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::base::Seen;
    use crate::item::{Mapping, Owner, Policy};
    use crate::laws::world::{World, at, mapping, schema};

    fn text(text: &str) -> FieldValue {
        FieldValue::text(text)
    }

    fn refusal(salesforce: &str, jira: &str) -> StatusRefusal {
        let (code, detail) = (Code::StatusScreen, "no".to_owned());
        let (salesforce, jira) = (salesforce.to_owned(), jira.to_owned());
        StatusRefusal { salesforce, jira, code, detail, seen: None }
    }

    fn change(source: &str, after: &str) -> FieldChange {
        FieldChange {
            mapping: "Subject:summary".to_owned(),
            field: "summary".to_owned(),
            before: text("before"),
            after: text(after),
            source: text(source),
            write: Value::Null,
            reason: Reason::Initial,
        }
    }

    fn field(base: &Base) -> (&FieldValue, &FieldValue, bool) {
        let field = &base.fields["Subject:summary"];
        (&field.salesforce, &field.jira, field.unsettled)
    }

    #[test]
    fn a_write_that_came_back_settles_at_once() {
        let mut base = Base::default();
        written(&mut base, &change("a", "a"), Side::Jira, &text("a"), true);
        assert_eq!(field(&base), (&text("a"), &text("a"), false));
    }

    // F-302
    #[test]
    fn a_write_that_came_back_changed_counts_once_as_that_sides_change() {
        let mut base = Base::default();
        written(&mut base, &change("a", "a"), Side::Jira, &text("A"), false);
        assert_eq!(field(&base), (&text("a"), &text("a"), true));
        written(&mut base, &change("A", "A"), Side::Salesforce, &text("a'"), false);
        assert_eq!(field(&base), (&text("a'"), &text("A"), false));
    }

    #[test]
    fn what_converts_back_to_its_source_came_back() {
        let mapping = mapping("Amount__c", "customfield_1", Owner::Both, Policy::Newest);
        let mapping = Mapping { round: true, ..mapping };
        let (item, schema) = (World::quiet().item, schema());
        let crossing = Crossing::of(&item, &schema, &mapping).expect("both fields");
        let number = |text: &str| FieldValue::number(text.parse().expect("a number"));
        let change =
            FieldChange { source: number("1.25"), after: number("1.25"), ..change("", "") };
        let same = |shown| came_back(&crossing, Side::Jira, &change, &shown);
        assert!(same(number("1.25")));
        assert!(same(number("1.2501")), "Salesforce keeps two digits");
        assert!(!same(number("1.26")));
    }

    #[test]
    fn a_refusal_keeps_its_value_open_and_is_forgotten_after_a_write() {
        let mut base = Base::default();
        written(&mut base, &change("a", "a"), Side::Jira, &text("a"), true);
        refused(&mut base, &change("b", "b"), Side::Jira, Code::JiraValue, "no");
        assert_eq!(field(&base), (&text("a"), &text("a"), false));
        let conflict = Reason::Conflict {
            winner: Side::Salesforce,
            rule: "newest".to_owned(),
            lost: text("before"),
        };
        let lost = FieldChange { reason: conflict, ..change("b", "b") };
        refused(&mut base, &lost, Side::Jira, Code::JiraValue, "no");
        assert_eq!(field(&base), (&text("a"), &text("before"), false), "the loser is seen");
        assert_eq!(base.decided["Subject:summary"], Side::Salesforce);
        assert!(base.fields["Subject:summary"].refused.is_some());
        written(&mut base, &change("c", "c"), Side::Jira, &text("c"), true);
        assert_eq!(base.fields["Subject:summary"].refused, None);
        assert!(base.decided.is_empty());
    }

    #[test]
    fn a_first_refusal_is_remembered_without_a_base_until_a_write() {
        let mut base = Base::default();
        refused(&mut base, &change("a", "a"), Side::Jira, Code::JiraValue, "no");
        assert!(base.fields.is_empty() && base.first_refused.contains_key("Subject:summary"));
        written(&mut base, &change("b", "b"), Side::Jira, &text("b"), true);
        assert!(base.first_refused.is_empty());
    }

    // F-70
    #[test]
    fn what_a_side_refused_is_worth_another_try_once_that_side_was_written() {
        let mut base = World::quiet().base;
        let seen = Some(Seen { side: Side::Salesforce, at: at(1) });
        move_refused(&mut base, StatusRefusal { seen, ..refusal("New", "4") });
        written(&mut base, &change("a", "a"), Side::Jira, &text("a"), true);
        assert!(base.status.as_ref().is_some_and(|status| status.refused.is_some()));
        written(&mut base, &change("b", "b"), Side::Salesforce, &text("b"), true);
        assert!(base.status.as_ref().is_some_and(|status| status.refused.is_none()));
    }

    #[test]
    fn moves_and_their_refusals_are_remembered() {
        let mut base = World::quiet().base;
        moved(&mut base, "Closed", "4");
        move_refused(&mut base, refusal("New", "4"));
        let status = base.status.clone().expect("a status");
        assert_eq!((status.salesforce.as_str(), status.jira.as_str()), ("Closed", "4"));
        assert_eq!(status.refused.map(|refusal| refusal.salesforce), Some("New".to_owned()));
        moved(&mut base, "New", "1");
        assert_eq!(base.status.and_then(|status| status.refused), None);
    }
}
