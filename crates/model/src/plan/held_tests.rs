use serde_json::json;

use super::*;
use crate::item::{Owner, Policy};
use crate::laws::world::World;
use crate::plan::{Reason, Step};
use crate::settle;
use crate::snapshot::Side;
use crate::value::FieldValue;

const KEY: &str = "Subject:summary";

/// A world whose two sides have both changed the subject.
fn contested() -> World {
    let mut world = World::quiet().with(Owner::Both, Policy::Hold);
    world.edit_record("Subject", json!("start"));
    world.settle();
    world.edit_record("Subject", json!("of Salesforce"));
    world.edit_issue("summary", json!("of Jira"));
    world
}

fn held(world: &World) -> Option<(&str, &str)> {
    let held = world.base.held.get(KEY)?;
    match (&held.salesforce, &held.jira) {
        (FieldValue::Text(salesforce), FieldValue::Text(jira)) => Some((salesforce, jira)),
        other => panic!("not two texts: {other:?}"),
    }
}

// F-300
#[test]
fn a_held_conflict_is_recorded_once_and_said_again_and_writes_nothing() {
    let mut world = contested();
    let plan = world.plan();
    assert_eq!((plan.steps.len(), plan.agreements.len()), (0, 1));
    assert_eq!(plan.findings[0].code, Code::ConflictHeld);
    assert!(plan.findings[0].detail.contains("of Salesforce"), "{plan:?}");
    world.apply(&plan);
    let again = world.plan();
    assert!(again.is_empty() && again.findings == plan.findings);
    assert_eq!(held(&world), Some(("of Salesforce", "of Jira")));
    world.edit_issue("summary", json!("of Jira, later"));
    world.settle();
    assert_eq!(held(&world), Some(("of Salesforce", "of Jira, later")));
}

// F-300
#[test]
fn a_person_decides_for_either_side() {
    for (take, wins) in [(Side::Salesforce, "of Salesforce"), (Side::Jira, "of Jira")] {
        let mut world = contested();
        world.settle();
        assert!(settle::decide(&mut world.base, KEY, take));
        let plan = world.plan();
        let change = plan.steps.iter().find_map(|step| match step {
            Step::EditIssue { changes } | Step::UpdateRecord { changes, .. } => changes.first(),
            _ => None,
        });
        let reason = &change.expect("a change").reason;
        assert!(
            matches!(reason, Reason::Conflict { winner, rule, .. } if *winner == take && rule == "person"),
            "{reason:?}"
        );
        world.settle();
        assert_eq!(world.record.fields["Subject"], json!(wins));
        assert_eq!(world.issue.fields["summary"], json!(wins));
        assert!(world.base.held.is_empty() && world.base.decided.is_empty());
    }
}

// F-300
#[test]
fn an_edit_after_the_decision_and_before_it_is_written_is_held_anew() {
    let mut world = contested();
    world.settle();
    assert!(settle::decide(&mut world.base, KEY, Side::Salesforce));
    world.edit_issue("summary", json!("of Jira, later"));
    world.settle();
    assert_eq!(held(&world), Some(("of Salesforce", "of Jira, later")));
    assert_eq!(world.issue.fields["summary"], json!("of Jira, later"));
}

// F-300
#[test]
fn a_conflict_ends_by_itself_when_both_agree_or_one_side_gives_way() {
    let mut agreed = contested();
    agreed.settle();
    agreed.edit_issue("summary", json!("of Salesforce"));
    agreed.settle();
    let mut gave_way = contested();
    gave_way.settle();
    gave_way.edit_issue("summary", json!("start"));
    gave_way.settle();
    for world in [agreed, gave_way] {
        assert_eq!(world.issue.fields["summary"], json!("of Salesforce"));
        assert!(world.base.held.is_empty() && world.plan().findings.is_empty());
    }
    let mut neither = contested();
    neither.settle();
    neither.edit_issue("summary", json!("start"));
    neither.edit_record("Subject", json!("start"));
    neither.settle();
    assert!(neither.base.held.is_empty());
    let mut unmapped = contested();
    unmapped.settle();
    unmapped.item.mappings.clear();
    unmapped.settle();
    assert!(unmapped.base.held.is_empty());
}

// F-300
#[test]
fn two_filled_sides_that_never_agreed_are_held_too() {
    let mut world = World::quiet().with(Owner::Both, Policy::Hold);
    world.edit_record("Subject", json!("of Salesforce"));
    world.edit_issue("summary", json!("of Jira"));
    world.settle();
    assert_eq!(held(&world), Some(("of Salesforce", "of Jira")));
    assert!(settle::decide(&mut world.base, KEY, Side::Jira));
    world.settle();
    assert_eq!(world.record.fields["Subject"], json!("of Jira"));
    assert!(!settle::decide(&mut world.base, KEY, Side::Jira), "there is nothing left to decide");
}
