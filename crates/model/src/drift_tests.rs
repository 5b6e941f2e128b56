use serde_json::json;

use super::*;
use crate::catalogue::Code;
use crate::item::{Owner, Policy};
use crate::laws::world::World;
use crate::plan::Reason;
use crate::settle;
use crate::snapshot::Side;

const KEY: &str = "Subject:summary";

/// A settled world whose subject Salesforce owns, and which somebody changes in Jira.
fn strayed(policy: DriftPolicy) -> World {
    let mut world = World::quiet().with(Owner::Salesforce, Policy::Newest);
    world.item.drift = policy;
    world.record.fields.insert("Subject".to_owned(), json!("Owned"));
    world.settle();
    world.edit_issue("summary", json!("Strayed"));
    world
}

fn found(world: &World) -> Vec<(String, Cause)> {
    let all = differences(&world.base, &world.plan());
    all.into_iter().map(|one| (one.subject, one.cause)).collect()
}

// F-309
#[test]
fn a_stray_change_is_let_stand_and_counted_until_both_sides_agree() {
    let mut world = strayed(DriftPolicy::Report);
    world.settle();
    assert_eq!(world.issue.fields["summary"], "Strayed");
    let all = differences(&world.base, &world.plan());
    let [one] = &all[..] else { panic!("{all:?}") };
    assert_eq!((one.subject.as_str(), one.cause), (KEY, Cause::Left));
    assert_eq!(one.salesforce, FieldValue::text("Owned"));
    assert_eq!(one.jira, FieldValue::text("Strayed"));
    let mut counts = DriftCounts::default();
    counts.add(&all);
    counts.add(&[]);
    assert_eq!((counts.links, counts.drifted, counts.differences, counts.left), (2, 1, 1, 1));
    world.edit_issue("summary", json!("Owned"));
    world.settle();
    assert_eq!(found(&world), []);
}

// F-309
#[test]
fn a_stray_change_is_healed_and_what_lost_is_known() {
    let mut world = strayed(DriftPolicy::Heal);
    let plan = world.plan();
    let Some(Step::EditIssue { changes }) = plan.steps.first() else { panic!("{plan:?}") };
    let reason = Reason::Conflict {
        winner: Side::Salesforce,
        rule: HEAL.to_owned(),
        lost: FieldValue::text("Strayed"),
    };
    assert_eq!(changes[0].reason, reason);
    assert_eq!(found(&world), [(KEY.to_owned(), Cause::Pending)]);
    world.settle();
    assert_eq!((&world.issue.fields["summary"], found(&world)), (&json!("Owned"), vec![]));
}

// F-309
#[test]
fn what_strayed_before_healing_was_switched_on_is_healed_at_the_next_look() {
    let mut world = strayed(DriftPolicy::Report);
    world.settle();
    world.item.drift = DriftPolicy::Heal;
    world.settle();
    assert_eq!(world.issue.fields["summary"], "Owned");
}

// F-302, F-309
#[test]
fn a_vendor_that_changes_what_is_healed_is_not_chased() {
    let mut world = strayed(DriftPolicy::Heal);
    world.habits.1 = |text| format!("{text}.");
    world.settle();
    assert_eq!(world.issue.fields["summary"], "Owned.");
    assert_eq!(found(&world), [], "its own spelling is no drift");
}

// F-309
#[test]
fn a_stray_change_waits_for_a_person_who_may_take_either_side() {
    for (take, shown) in [(Side::Salesforce, "Owned"), (Side::Jira, "Strayed")] {
        let mut world = strayed(DriftPolicy::Ask);
        let plan = world.plan();
        assert!(plan.steps.is_empty(), "{plan:?}");
        assert!(plan.findings.iter().any(|finding| finding.code == Code::ConflictHeld));
        world.settle();
        assert_eq!(found(&world), [(KEY.to_owned(), Cause::Held)]);
        assert!(settle::decide(&mut world.base, KEY, take));
        world.settle();
        assert_eq!(world.issue.fields["summary"], shown, "{take:?}");
        assert_eq!(world.record.fields["Subject"], "Owned", "Jira's never flows");
        assert_eq!(found(&world), [], "nobody is asked again");
    }
}

// F-309
#[test]
fn a_mapping_may_differ_from_its_item() {
    let mut world = strayed(DriftPolicy::Report);
    world.item.mappings[0].drift = Some(DriftPolicy::Heal);
    world.settle();
    assert_eq!(world.issue.fields["summary"], "Owned");
}
