use serde_json::{Value, json};

use super::*;
use crate::item::{Mode, Owner, Policy};
use crate::laws::undo::{noted, take_up};
use crate::laws::world::{World, issue_statuses, transitions};
use crate::parent::{PARENT, ParentRule, ParentSight};

const SUMMARY: &str = "Subject:summary";

fn text(text: &str) -> FieldValue {
    FieldValue::text(text)
}

/// Salesforce changed a summary from `low` to `high`, and Jira followed.
fn followed() -> (World, Net) {
    let mut world = World::quiet().with(Owner::Both, Policy::Newest);
    world.edit_record("Subject", json!("low"));
    world.edit_issue("summary", json!("low"));
    world.settle();
    world.edit_record("Subject", json!("high"));
    let net = noted(&mut world);
    (world, net)
}

fn counts(plan: &UndoPlan) -> (u64, u64, u64, u64) {
    let UndoCounts { back, kept, same, cannot, .. } = plan.counts();
    (back, kept, same, cannot)
}

fn trace<'a>(step: &'a str, subject: &'a str, values: (&'a Value, &'a Value)) -> Trace<'a> {
    let (before, after) = values;
    Trace { step, subject, side: Side::Jira, before, after, reason: &Value::Null }
}

// F-305
#[test]
fn a_span_is_one_step_one_run_or_a_time_that_ends_by_now() {
    let now = crate::laws::world::at(10);
    let at = |minute| Some(crate::laws::world::at(minute));
    let run = || Some(CorrelationId("r".to_owned()));
    let asked = |ids, time| Span::asked(ids, time, now);
    assert_eq!(asked((Some(7), None), (None, None)), Ok(Span::Step { step: 7 }));
    assert!(matches!(asked((None, run()), (None, None)), Ok(Span::Run { .. })));
    let (since, until) = (crate::laws::world::at(1), now);
    assert_eq!(asked((None, None), (at(1), at(99))), Ok(Span::Time { since, until }));
    assert_eq!(asked((None, None), (at(1), None)), Ok(Span::Time { since, until }));
    for wrong in [(None, None), (Some(7), run())] {
        assert!(asked(wrong, (None, None)).is_err());
    }
    assert!(asked((Some(7), None), (at(1), None)).is_err());
    assert!(asked((None, None), (None, at(1))).is_err());
    assert!(asked((None, None), (at(2), at(1))).is_err());
}

// F-305
#[test]
fn the_two_sides_agree_to_differ_after_an_undo() {
    let (mut world, net) = followed();
    let undo = take_up(&mut world, &net);
    assert_eq!(undo.back.len(), 1);
    assert_eq!(
        (undo.back[0].wrote.clone(), undo.back[0].back.clone()),
        (text("high"), text("low"))
    );
    assert_eq!(world.settle(), 1);
    assert_eq!(
        (&world.record.fields["Subject"], &world.issue.fields["summary"]),
        (&json!("high"), &json!("low"))
    );
    let base = &world.base.fields[SUMMARY];
    assert_eq!((&base.salesforce, &base.jira), (&text("high"), &text("low")));
    assert!(world.base.apart.contains(SUMMARY));
    let differences = crate::drift::differences(&world.base, &world.plan());
    assert_eq!(differences[0].cause, crate::drift::Cause::Left);
    world.edit_record("Subject", json!("higher"));
    world.settle();
    assert_eq!(world.issue.fields["summary"], json!("higher"));
    assert!(world.base.apart.is_empty());
}

// F-305
#[test]
fn of_several_steps_the_earliest_before_and_the_latest_after_count() {
    let (mut world, mut net) = followed();
    world.edit_record("Subject", json!("highest"));
    let later = noted(&mut world);
    for ((subject, side), written) in &later.values {
        let (before, after) = (&written.before, &written.after);
        net.add(Trace { side: *side, ..trace("edit_issue", subject, (before, after)) });
    }
    let undo = weigh(&net, &world.situation());
    assert_eq!(
        (undo.back[0].wrote.clone(), undo.back[0].back.clone()),
        (text("highest"), text("low"))
    );
}

// F-305
#[test]
fn an_edit_of_either_side_since_is_kept_and_told_with_both_values() {
    let (mut world, net) = followed();
    world.edit_issue("summary", json!("by hand"));
    let undo = weigh(&net, &world.situation());
    assert_eq!(counts(&undo), (0, 1, 0, 0));
    assert_eq!((undo.kept[0].edited, undo.kept[0].now.clone()), (Side::Jira, text("by hand")));
    assert_eq!(undo.kept[0].turn.back, text("low"));

    let (mut world, net) = followed();
    world.edit_record("Subject", json!("on its way"));
    let undo = weigh(&net, &world.situation());
    assert_eq!(counts(&undo), (0, 1, 0, 0));
    assert_eq!(
        (undo.kept[0].edited, undo.kept[0].now.clone()),
        (Side::Salesforce, text("on its way"))
    );
}

// F-305
#[test]
fn what_shows_already_what_it_showed_before_needs_nothing() {
    let (mut world, net) = followed();
    world.edit_issue("summary", json!("low"));
    let undo = take_up(&mut world, &net);
    assert_eq!(counts(&undo), (0, 0, 1, 0));
    assert!(world.base.undoing.is_empty());
}

// F-305
#[test]
fn an_edit_between_the_decision_and_the_write_is_kept() {
    let (mut world, net) = followed();
    take_up(&mut world, &net);
    world.edit_issue("summary", json!("by hand"));
    world.settle();
    assert_eq!(world.issue.fields["summary"], json!("by hand"));
    assert_eq!(world.record.fields["Subject"], json!("by hand"), "and flows as any other");
    assert!(world.base.undoing.is_empty());
}

// F-305
#[test]
fn a_value_that_its_vendor_showed_otherwise_is_still_ours() {
    let (mut world, _) = followed();
    world.edit_issue("summary", json!("HIGH"));
    world.base.fields.get_mut(SUMMARY).expect("a base").jira = text("HIGH");
    let mut net = Net::default();
    let (before, after) = (json!(text("low")), json!(text("high")));
    let reason = json!({ "because": "initial", "shown": text("HIGH") });
    net.add(Trace { reason: &reason, ..trace("edit_issue", SUMMARY, (&before, &after)) });
    assert_eq!(counts(&weigh(&net, &world.situation())), (1, 0, 0, 0));
    world.edit_issue("summary", json!("Higher"));
    assert_eq!(counts(&weigh(&net, &world.situation())), (0, 1, 0, 0));
}

// F-305
#[test]
fn what_cannot_be_turned_back_is_told_with_the_reason() {
    let (world, mut net) = followed();
    let null = Value::Null;
    let kept = json!({ "text": "cut" });
    for step in ["copy_comment", "copy_comment", "copy_file", "create_issue", "note_link"] {
        net.add(trace(step, "7", (&null, &kept)));
    }
    let value = json!(text("x"));
    net.add(trace("create_issue", SUMMARY, (&json!(FieldValue::Empty), &value)));
    net.add(trace("edit_issue", "Gone__c:gone", (&value, &value)));
    net.add(trace("edit_issue", "status", (&kept, &value)));
    let undo = weigh(&net, &world.situation());
    let told: Vec<_> =
        undo.cannot.iter().map(|one| (one.step.as_str(), one.times, &one.why)).collect();
    assert_eq!(
        told,
        [
            ("copy_comment", 2, &Why::Comment),
            ("copy_file", 1, &Why::File),
            ("create_issue", 1, &Why::Created),
            ("note_link", 1, &Why::Note),
            ("edit_issue", 1, &Why::Unmapped),
            ("edit_issue", 1, &Why::NotKept),
        ]
    );
    assert_eq!(counts(&undo), (1, 0, 0, 7));
    for one in &undo.cannot {
        assert!(!one.why.text().is_empty());
    }
}

// F-305
#[test]
fn what_lockstep_may_not_write_any_more_is_not_turned_back() {
    let (mut world, net) = followed();
    let whys = |world: &World| {
        let undo = weigh(&net, &world.situation());
        undo.cannot.into_iter().map(|one| one.why).collect::<Vec<_>>()
    };
    world.item.mappings[0].owner = Some(Owner::Jira);
    assert_eq!(whys(&world), [Why::OwnedThere]);
    world.item.mode = Mode::DisplayOnly;
    assert_eq!(whys(&world), [Why::OwnedThere]);
    let (mut world, net) = followed();
    world.schema.jira.get_mut("summary").expect("a field").on_edit = Some(false);
    let undo = take_up(&mut world, &net);
    assert!(matches!(undo.cannot[0].why, Why::Stuck { code: Some(Code::FieldOffScreen), .. }));
    assert!(world.plan().is_empty(), "nothing is tried for ever");
}

// F-305
#[test]
fn a_field_that_is_off_the_screen_by_the_time_of_the_write_is_left() {
    let (mut world, net) = followed();
    take_up(&mut world, &net);
    world.schema.jira.get_mut("summary").expect("a field").on_edit = Some(false);
    world.settle();
    assert!(world.base.undoing.is_empty());
    assert_eq!(world.issue.fields["summary"], json!("high"));
}

/// The record was closed, and the issue followed.
fn closed() -> (World, Net) {
    let mut world = World::quiet();
    world.item.status.enabled = true;
    world.extras.transitions = Some(transitions());
    world.settle();
    world.move_record("Closed");
    let net = noted(&mut world);
    assert_eq!(world.issue.status.name, "Done");
    (world, net)
}

// F-305
#[test]
fn a_status_is_turned_back_along_a_transition_and_stays() {
    let (mut world, net) = closed();
    let undo = take_up(&mut world, &net);
    assert_eq!(counts(&undo), (1, 0, 0, 0));
    assert_eq!(world.settle(), 1);
    assert_eq!(world.issue.status.name, "To Do");
    assert_eq!(world.record.status.as_deref(), Some("Closed"));
    assert!(world.plan().is_empty() && world.base.apart.contains("status"));
    world.move_issue(&issue_statuses()[1]);
    world.settle();
    assert_eq!(world.record.status.as_deref(), Some("Working"), "the next move flows");
    assert!(world.base.apart.is_empty());
}

// F-305
#[test]
fn without_a_transition_back_a_status_stays_and_the_reason_is_told() {
    let (mut world, net) = closed();
    world.extras.transitions.as_mut().expect("some").retain(|each| each.to.name != "To Do");
    let undo = take_up(&mut world, &net);
    assert_eq!(counts(&undo), (0, 0, 0, 1));
    assert!(undo.cannot[0].why.text().starts_with(Code::StatusNoTransition.title()));
    assert!(world.plan().is_empty());
}

// F-305
#[test]
fn a_status_of_the_record_is_turned_back_after_a_crash_too() {
    let mut world = World::quiet();
    world.item.status.enabled = true;
    world.extras.transitions = Some(transitions());
    world.settle();
    world.move_issue(&issue_statuses()[3]);
    let net = noted(&mut world);
    let was = world.record.status.clone();
    let undo = take_up(&mut world, &net);
    assert_eq!(counts(&undo), (1, 0, 0, 0), "{was:?}");
    let mut whole = world.clone();
    whole.settle();
    world.base.writing.insert("status".to_owned(), text("New"));
    world.move_record("New");
    world.settle();
    assert_eq!(
        (&world.record.status, &world.issue.status),
        (&whole.record.status, &whole.issue.status)
    );
    assert_eq!(world.base, whole.base);
    assert!(world.plan().is_empty());
}

// F-305
#[test]
fn a_parent_is_turned_back_and_stays() {
    let mut world = World::quiet();
    let parent = |id: &str, issue: &str| {
        Some(ParentSight { record: id.to_owned(), issue: Some(issue.to_owned()) })
    };
    let field = crate::convert::samples::jira("parent", crate::field::JiraKind::Other);
    world.schema.jira.insert("parent".to_owned(), field);
    let (salesforce, item) = ("ParentId".to_owned(), "epics".to_owned());
    world.item.parent = Some(ParentRule { salesforce, item });
    world.edit_record("ParentId", json!("500xx000000aaaaAAA"));
    world.extras.parent = parent("500xx000000aaaaAAA", "1");
    world.settle();
    world.edit_record("ParentId", json!("500xx000000bbbbAAA"));
    world.extras.parent = parent("500xx000000bbbbAAA", "2");
    let net = noted(&mut world);
    let undo = take_up(&mut world, &net);
    assert_eq!((undo.back[0].subject.as_str(), counts(&undo)), (PARENT, (1, 0, 0, 0)));
    world.settle();
    assert_eq!(world.issue.fields["parent"]["id"], json!("1"));
    assert!(world.plan().is_empty());
}

#[test]
fn a_mapping_that_is_asked_for_twice_is_kept_once() {
    let (mut world, net) = followed();
    take_up(&mut world, &net);
    let turns: Vec<Turn> = world.base.undoing.iter().map(|known| known.turn.clone()).collect();
    let by = world.base.undoing[0].by.clone();
    world.base.take_back(&turns, &by);
    assert_eq!(world.base.undoing.len(), 1);
    let kept = serde_json::to_value(&world.base).expect("json");
    assert_eq!(serde_json::from_value::<Base>(kept).expect("a base"), world.base);
}
