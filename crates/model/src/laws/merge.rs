//! The laws of the three-way merge.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::cases;
use super::world::{Habit, World, faithful, pairs};
use crate::adf;
use crate::item::{Owner, Policy};
use crate::plan::{FieldChange, Plan, Step};
use crate::settle;
use crate::snapshot::Side;

/// A person's edit: which side, which of the mapped fields, what it shows then.
#[derive(Debug, Clone)]
pub(super) struct Edit {
    pub(super) side: Side,
    pub(super) field: usize,
    pub(super) value: Value,
}

impl Edit {
    pub(super) fn make(&self, world: &mut World) {
        let (salesforce, jira) = pairs()[self.field];
        match self.side {
            Side::Salesforce => world.edit_record(salesforce, self.value.clone()),
            Side::Jira => world.edit_issue(jira, self.value.clone()),
        }
    }
}

pub(super) fn make(world: &mut World, edits: &[Edit]) {
    for edit in edits {
        edit.make(world);
    }
}

fn words() -> impl Strategy<Value = String> {
    proptest::string::string_regex("[ aBé]{0,6}(\n{0,3}[xY. ]{0,5})?").expect("a pattern")
}

/// What a side may show in a field: also values that the other side does not take.
fn shown(side: Side, field: usize) -> BoxedStrategy<Value> {
    let tier = prop_oneof![Just("Gold"), Just("gold"), Just("Silver"), Just("Bronze")];
    let line = words().prop_map(|text| text.replace('\n', " "));
    match (side, field) {
        (_, 0) => line.prop_map(|text| Value::String(format!("s{text}"))).boxed(),
        (Side::Salesforce, 1) => words().prop_map(nullable).boxed(),
        (Side::Jira, 1) => words().prop_map(|text| adf::from_text(&text)).boxed(),
        (_, 2) => {
            let cents = (-99_999_i32..99_999).prop_map(|cents| json!(f64::from(cents) / 1000.0));
            prop_oneof![4 => cents, 1 => Just(Value::Null)].boxed()
        }
        (Side::Salesforce, 3) => tier.prop_map(|name| json!(name)).boxed(),
        (Side::Jira, 3) => {
            prop_oneof![tier.prop_map(|name| json!({"value": name, "id": "7"})), Just(Value::Null)]
                .boxed()
        }
        (Side::Salesforce, _) => any::<bool>().prop_map(|on| json!(on)).boxed(),
        (Side::Jira, _) => {
            let option = prop_oneof![Just("Yes"), Just("No"), Just("Maybe")];
            prop_oneof![option.prop_map(|name| json!({"value": name})), Just(Value::Null)].boxed()
        }
    }
}

fn nullable(text: String) -> Value {
    if text.is_empty() { Value::Null } else { Value::String(text) }
}

fn side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Salesforce), Just(Side::Jira)]
}

pub(super) fn edit() -> impl Strategy<Value = Edit> {
    (side(), 0..pairs().len()).prop_flat_map(|(side, field)| {
        shown(side, field).prop_map(move |value| Edit { side, field, value })
    })
}

pub(super) fn owner() -> impl Strategy<Value = Owner> {
    prop_oneof![Just(Owner::Salesforce), Just(Owner::Jira), Just(Owner::Both)]
}

pub(super) fn policy() -> impl Strategy<Value = Policy> {
    prop_oneof![
        Just(Policy::Newest),
        Just(Policy::Salesforce),
        Just(Policy::Jira),
        Just(Policy::Hold)
    ]
}

/// What vendors are known to do to texts, and worse.
fn habit() -> impl Strategy<Value = Habit> {
    let collapse: Habit =
        |text| text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let trim: Habit = |text| text.trim().to_owned();
    let upper: Habit = |text| text.to_uppercase();
    let lower: Habit = |text| text.to_lowercase();
    prop_oneof![Just(faithful as Habit), Just(collapse), Just(trim), Just(upper), Just(lower)]
}

pub(super) fn changes(plan: &Plan) -> Vec<(Side, &FieldChange)> {
    let mut found = Vec::new();
    for step in &plan.steps {
        match step {
            Step::EditIssue { changes } => {
                found.extend(changes.iter().map(|each| (Side::Jira, each)));
            }
            Step::UpdateRecord { changes, .. } => {
                found.extend(changes.iter().map(|each| (Side::Salesforce, each)));
            }
            _ => {}
        }
    }
    found
}

/// A world of these owners that was synced, edited, synced, edited again.
fn lived(owner: Owner, policy: Policy, edits: &[Edit], more: &[Edit]) -> World {
    let mut world = World::mapped(owner, policy);
    make(&mut world, edits);
    world.settle();
    make(&mut world, more);
    world
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn planning_again_after_applying_gives_nothing(
        owner in owner(), policy in policy(),
        edits in prop::collection::vec(edit(), 0..8), more in prop::collection::vec(edit(), 0..8),
    ) {
        let mut world = lived(owner, policy, &edits, &more);
        let plan = world.plan();
        world.apply(&plan);
        let again = world.plan();
        prop_assert!(again.is_empty(), "{:#?}\nafter {:#?}", again, plan);
    }

    // F-302
    #[test]
    fn two_lossy_vendors_never_chase_each_other(
        owner in owner(), policy in policy(), habits in (habit(), habit()),
        edits in prop::collection::vec(edit(), 0..8), more in prop::collection::vec(edit(), 0..8),
    ) {
        let mut world = World::mapped(owner, policy);
        world.habits = habits;
        make(&mut world, &edits);
        prop_assert!(world.settle() <= 3);
        make(&mut world, &more);
        prop_assert!(world.settle() <= 3);
    }

    // F-301
    #[test]
    fn an_echo_plans_nothing(
        owner in owner(), policy in policy(), edits in prop::collection::vec(edit(), 0..8),
    ) {
        let mut world = lived(owner, policy, &edits, &[]);
        let before = (world.record.fields.clone(), world.issue.fields.clone());
        world.settle();
        world.clock += 5;
        world.record.modified = super::world::at(world.clock);
        world.issue.updated = super::world::at(world.clock + 1);
        prop_assert!(world.plan().is_empty());
        prop_assert_eq!(before, (world.record.fields, world.issue.fields));
    }

    #[test]
    fn the_order_of_hints_does_not_matter(
        first in prop::collection::vec(edit(), 0..8),
        edits in single_sided().prop_flat_map(|edits| {
            let order = Just(edits.clone()).prop_shuffle();
            let pauses = prop::collection::vec(any::<bool>(), edits.len());
            (Just(edits), order, pauses)
        }),
    ) {
        let (edits, order, pauses) = edits;
        let start = lived(Owner::Both, Policy::Newest, &first, &[]);
        let mut at_once = start.clone();
        make(&mut at_once, &edits);
        at_once.settle();
        let mut one_by_one = start;
        for (edit, pause) in order.iter().zip(pauses) {
            edit.make(&mut one_by_one);
            if pause {
                one_by_one.settle();
            }
        }
        one_by_one.settle();
        prop_assert_eq!(at_once.record.fields, one_by_one.record.fields);
        prop_assert_eq!(at_once.issue.fields, one_by_one.issue.fields);
        prop_assert_eq!(at_once.base, one_by_one.base);
    }

    // F-54, F-103, F-104, F-111, F-112
    #[test]
    fn what_one_side_owns_never_flows_the_other_way(
        owner in prop_oneof![Just(Owner::Salesforce), Just(Owner::Jira)], policy in policy(),
        edits in prop::collection::vec(edit(), 0..8), more in prop::collection::vec(edit(), 0..8),
    ) {
        let world = lived(owner, policy, &edits, &more);
        let owning = if owner == Owner::Jira { Side::Jira } else { Side::Salesforce };
        for (side, change) in changes(&world.plan()) {
            prop_assert_ne!(side, owning, "{:?}", change);
        }
    }

    // F-310
    #[test]
    fn a_value_that_does_not_convert_harms_only_its_own_field(
        policy in policy(),
        edits in prop::collection::vec(edit(), 0..8), more in prop::collection::vec(edit(), 0..8),
    ) {
        let mut world = lived(Owner::Both, policy, &edits, &more);
        world.edit_record("Tier__c", json!("Bronze"));
        let with = world.plan();
        world.item.mappings.retain(|mapping| mapping.salesforce != "Tier__c");
        let without = world.plan();
        let others = |plan: &Plan| {
            changes(plan)
                .into_iter()
                .filter(|(_, change)| change.mapping != "Tier__c:customfield_2")
                .map(|(side, change)| (side, change.clone()))
                .collect::<Vec<_>>()
        };
        prop_assert_eq!(others(&with), others(&without));
    }

    // F-300
    #[test]
    fn what_is_held_is_never_written_until_a_person_decides(
        edits in prop::collection::vec(edit(), 0..8), more in prop::collection::vec(edit(), 0..12),
        take in side(),
    ) {
        let mut world = lived(Owner::Both, Policy::Hold, &edits, &more);
        world.settle();
        let held: Vec<String> = world.base.held.keys().cloned().collect();
        let before = (world.record.fields.clone(), world.issue.fields.clone());
        prop_assert!(world.plan().is_empty());
        for key in &held {
            settle::decide(&mut world.base, key, take);
        }
        for (side, change) in changes(&world.plan()) {
            prop_assert_eq!(side, take.other());
            prop_assert!(held.contains(&change.mapping), "{:?}", change);
        }
        world.settle();
        prop_assert!(world.base.held.is_empty());
        let kept = match take {
            Side::Salesforce => before.0 == world.record.fields,
            Side::Jira => before.1 == world.issue.fields,
        };
        prop_assert!(kept, "the side that was taken is not written");
    }

    // F-105
    #[test]
    fn the_newest_wins_whichever_side_it_is_on(first in side(), gap in 0_i64..3) {
        let mut world = lived(Owner::Both, Policy::Newest, &[], &[]);
        world.edit_record("Subject", json!("start"));
        world.settle();
        let edit = |world: &mut World, side: Side| match side {
            Side::Salesforce => world.edit_record("Subject", json!("of Salesforce")),
            Side::Jira => world.edit_issue("summary", json!("of Jira")),
        };
        edit(&mut world, first);
        world.clock += gap;
        edit(&mut world, first.other());
        world.settle();
        let winner = json!(format!("of {}", first.other().name()));
        prop_assert_eq!(&world.record.fields["Subject"], &winner);
        prop_assert_eq!(&world.issue.fields["summary"], &winner);
    }
}

/// At most one edit of each field.
fn single_sided() -> impl Strategy<Value = Vec<Edit>> {
    prop::collection::vec(edit(), 0..8).prop_map(|edits| {
        let mut kept: Vec<Edit> = Vec::new();
        for edit in edits {
            if kept.iter().all(|before| before.field != edit.field) {
                kept.push(edit);
            }
        }
        kept
    })
}
