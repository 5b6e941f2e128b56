use chrono_tz::Europe::Berlin;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::item::{Owner, Policy};
use crate::laws::world::{World, at};
use crate::plan::Step;

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

// F-193
#[test]
fn a_batch_comes_at_the_full_hour_or_at_two_in_the_night() {
    let next = |schedule: Schedule, zone, now| schedule.next(zone, utc(now));
    let now = "2026-11-22T10:20:30.5Z";
    assert_eq!(next(Schedule::Sweep, Tz::UTC, now), utc(now));
    assert_eq!(next(Schedule::Hourly, Tz::UTC, now), utc("2026-11-22T11:00:00Z"));
    let india = next(Schedule::Hourly, chrono_tz::Asia::Kolkata, now);
    assert_eq!(india, utc("2026-11-22T10:30:00Z"), "its clock reads 16:00 then");
    assert_eq!(next(Schedule::Nightly, Berlin, now), utc("2026-11-23T01:00:00Z"));
    assert_eq!(
        next(Schedule::Nightly, Berlin, "2026-11-22T00:59:59Z"),
        utc("2026-11-22T01:00:00Z")
    );
    assert_eq!(
        next(Schedule::Nightly, Berlin, "2026-03-28T12:00:00Z"),
        utc("2026-03-29T01:00:00Z"),
        "the clocks go from two to three"
    );
}

proptest! {
    // F-193
    #[test]
    fn there_is_always_a_next_batch_and_it_is_near(seconds in 0_i64..200_000_000, zone in 0_usize..590) {
        let zone = chrono_tz::TZ_VARIANTS[zone % chrono_tz::TZ_VARIANTS.len()];
        let now = utc("2024-01-01T00:00:00Z") + Duration::seconds(seconds);
        let hourly = Schedule::Hourly.next(zone, now);
        prop_assert!(hourly > now && hourly <= now + Duration::hours(1), "{zone} {now} {hourly}");
        let nightly = Schedule::Nightly.next(zone, now);
        prop_assert!(nightly > now && nightly <= now + Duration::hours(27), "{zone} {now} {nightly}");
    }
}

/// A world in which `Subject` waits for the batch and `Amount__c` does not, at a minute after ten.
fn hybrid() -> World {
    let mut world = World::mapped(Owner::Both, Policy::Newest);
    for mapping in &mut world.item.mappings {
        mapping.when = if mapping.salesforce == "Subject" { When::Batch } else { When::Live };
    }
    world.edit_record("Subject", json!("First"));
    world.edit_record("Amount__c", json!(1));
    world.settle();
    world
}

fn fields(step: &Step) -> Vec<&str> {
    match step {
        Step::EditIssue { changes } | Step::UpdateRecord { changes, .. } => {
            changes.iter().map(|change| change.field.as_str()).collect()
        }
        other => panic!("{other:?}"),
    }
}

// F-193
#[test]
fn a_hint_writes_what_is_live_and_the_batch_the_rest() {
    let mut world = hybrid();
    world.edit_issue("summary", json!("Second"));
    world.edit_issue("customfield_1", json!(2));
    world.occasion = Occasion::Hint(at(5));
    let plan = world.plan();
    assert_eq!(plan.steps.iter().flat_map(fields).collect::<Vec<_>>(), ["Amount__c"]);
    world.settle();
    assert_eq!(world.base.batch["Subject:summary"], at(60));
    assert!(world.plan().is_empty(), "it is remembered once");
    for early in [Occasion::Sweep(at(59)), Occasion::Hint(at(61))] {
        world.occasion = early;
        assert!(world.plan().is_empty(), "{early:?}");
    }
    world.occasion = Occasion::Sweep(at(61));
    world.settle();
    assert_eq!(world.record.fields["Subject"], json!("Second"));
    assert!(world.base.batch.is_empty());
}

// F-193
#[test]
fn what_was_taken_back_before_the_batch_is_not_written() {
    let mut world = hybrid();
    world.occasion = Occasion::Hint(at(5));
    world.edit_issue("summary", json!("Second"));
    world.settle();
    world.edit_issue("summary", json!("First"));
    world.settle();
    assert!(world.base.batch.is_empty());
    world.occasion = Occasion::Sweep(at(61));
    assert!(world.plan().is_empty());
}

// F-193
#[test]
fn a_person_who_asks_does_not_wait_and_a_mapping_may_come_to_be_live() {
    let mut world = hybrid();
    world.occasion = Occasion::Hint(at(5));
    world.edit_issue("summary", json!("Second"));
    world.settle();
    let mut asked = world.clone();
    asked.occasion = Occasion::Asked;
    asked.settle();
    assert_eq!(asked.record.fields["Subject"], json!("Second"));
    for mapping in &mut world.item.mappings {
        mapping.when = When::Live;
    }
    world.settle();
    assert_eq!(world.record.fields["Subject"], json!("Second"));
    assert!(world.base.batch.is_empty());
}

// F-193
#[test]
fn what_cannot_be_written_is_told_at_once_and_does_not_wait() {
    let mut world = hybrid();
    world.item.mappings[3].when = When::Batch;
    world.occasion = Occasion::Hint(at(5));
    world.edit_record("Tier__c", json!("Bronze"));
    world.settle();
    let found = world.plan().findings;
    assert_eq!(found.iter().map(|one| one.code).collect::<Vec<_>>(), [crate::Code::ConvertOption]);
    assert!(world.base.batch.is_empty());
}

// F-193
#[test]
fn both_sides_are_decided_on_as_they_are_when_the_batch_comes() {
    let mut world = hybrid();
    world.occasion = Occasion::Hint(at(5));
    world.edit_issue("summary", json!("Second"));
    world.settle();
    world.edit_record("Subject", json!("Third"));
    world.extras.issue_times = None;
    assert!(world.plan().wants.is_empty(), "nothing is read for what waits");
    world.settle();
    world.extras.issue_times = Some([("summary".to_owned(), at(1))].into());
    world.occasion = Occasion::Sweep(at(61));
    world.settle();
    assert_eq!(world.issue.fields["summary"], json!("Third"), "the later one");
}

proptest! {
    // F-193
    #[test]
    fn no_hint_writes_a_batch_field_and_no_change_is_lost(
        edits in prop::collection::vec((any::<bool>(), 0_i64..4, any::<bool>()), 1..12), last in any::<bool>(),
    ) {
        let mut world = hybrid();
        let mut clock = 0;
        for (in_jira, value, swept) in edits {
            clock += 3;
            let value = json!(format!("Value {value}"));
            if in_jira { world.edit_issue("summary", value) } else { world.edit_record("Subject", value) }
            world.occasion = if swept { Occasion::Sweep(at(clock)) } else { Occasion::Hint(at(clock)) };
            let (before, after) = (world.record.fields.clone(), world.issue.fields.clone());
            world.settle();
            prop_assert_eq!((&before, &after), (&world.record.fields, &world.issue.fields));
        }
        world.occasion = if last { Occasion::Sweep(at(60)) } else { Occasion::Asked };
        world.settle();
        prop_assert_eq!(&world.record.fields["Subject"], &world.issue.fields["summary"]);
        prop_assert!(world.base.batch.is_empty());
    }
}
