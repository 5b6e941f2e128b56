//! The laws of what a mapping says about its values.

use proptest::prelude::*;
use serde_json::json;

use super::cases;
use super::world::{World, mapping};
use crate::convert::Crossing;
use crate::item::{Mapping, Otherwise, Owner, Policy, ValueMap, ValuePair};
use crate::plan::Step;
use crate::snapshot::Side;
use crate::value::FieldValue;

fn pairs() -> impl Strategy<Value = Vec<ValuePair>> {
    let name = prop::sample::select(vec!["Gold", "Silver", "Bronze", "Tin", "yes", "No", ""]);
    let pair = (name.clone(), name).prop_map(|(salesforce, jira)| ValuePair {
        salesforce: salesforce.to_owned(),
        jira: jira.to_owned(),
    });
    prop::collection::vec(pair, 0..4)
}

fn otherwise() -> impl Strategy<Value = Otherwise> {
    prop_oneof![Just(Otherwise::SameName), Just(Otherwise::LeaveAlone)]
}

/// A world whose tier is mapped by this map, beside a subject that is mapped as it is.
fn mapped(map: Vec<ValuePair>, otherwise: Otherwise) -> World {
    let mut world = World::quiet().with(Owner::Both, Policy::Newest);
    let tier = mapping("Tier__c", "customfield_2", Owner::Both, Policy::Newest);
    world.item.mappings.push(Mapping { values: Some(ValueMap { map, otherwise }), ..tier });
    world
}

proptest! {
    #![proptest_config(cases())]

    // F-315
    #[test]
    fn where_names_are_unique_a_value_comes_back_as_it_went(swap in any::<bool>(), gold in any::<bool>()) {
        let pair = |salesforce: &str, jira: &str| ValuePair {
            salesforce: salesforce.to_owned(),
            jira: jira.to_owned(),
        };
        let map = if swap {
            vec![pair("Gold", "Silver"), pair("Silver", "Gold")]
        } else {
            vec![pair("Gold", "Gold"), pair("Silver", "Silver")]
        };
        let world = mapped(map, Otherwise::LeaveAlone);
        let crossing = Crossing::of(&world.item, &world.schema, &world.item.mappings[1]).expect("both fields");
        let value = FieldValue::Choice(if gold { "Gold" } else { "Silver" }.to_owned());
        for from in [Side::Salesforce, Side::Jira] {
            let there = crossing.across(from, &value).expect("across").value;
            let back = crossing.across(from.other(), &there).expect("back").value;
            prop_assert_eq!(&back, &value);
            prop_assert_eq!(there == value, !swap);
        }
    }

    // F-310, F-315
    #[test]
    fn whatever_a_map_says_both_sides_settle_and_the_other_field_is_synced(
        map in pairs(), otherwise in otherwise(),
        tier in prop::sample::select(vec!["Gold", "Silver", "Lead"]), in_jira in any::<bool>(),
    ) {
        let mut world = mapped(map, otherwise);
        world.edit_record("Subject", json!("first"));
        if in_jira {
            world.edit_issue("customfield_2", json!({"value": tier}));
        } else {
            world.edit_record("Tier__c", json!(tier));
        }
        world.settle();
        prop_assert_eq!(&world.issue.fields["summary"], &json!("first"));
        prop_assert!(world.plan().is_empty());
        world.edit_issue("summary", json!("second"));
        world.settle();
        prop_assert_eq!(&world.record.fields["Subject"], &json!("second"));
    }

    // F-302, F-315
    #[test]
    fn what_is_made_up_flows_one_way_and_settles(
        subject in "[ -~]{0,20}", other in "[a-z]{1,8}", amount in -9_999_i32..9_999,
    ) {
        let mut world = World::quiet();
        let made = Mapping { owner: None, ..mapping("", "", Owner::Both, Policy::Newest) };
        let joined = "{{ Subject }}/{{ Amount__c }}!".to_owned();
        world.item.mappings = vec![
            Mapping { jira: "summary".to_owned(), template: Some(joined), ..made.clone() },
            Mapping { jira: "customfield_2".to_owned(), constant: Some("gold".to_owned()), ..made },
        ];
        world.edit_record("Subject", json!(subject));
        world.edit_record("Amount__c", json!(f64::from(amount) / 100.0));
        world.edit_issue("summary", json!(other));
        world.settle();
        let plan = world.plan();
        prop_assert!(plan.is_empty(), "{plan:#?}");
        prop_assert_eq!(&world.issue.fields["customfield_2"], &json!({"value": "Gold"}));
        world.edit_record("Subject", json!("new"));
        let writes_the_record = |step: &Step| matches!(step, Step::UpdateRecord { .. });
        prop_assert!(!world.plan().steps.iter().any(writes_the_record));
        world.settle();
        let summary = world.issue.fields["summary"].as_str().unwrap_or_default().to_owned();
        prop_assert!(summary.starts_with("new/"), "{summary}");
    }
}

// F-302, F-315
#[test]
fn a_default_fills_the_first_value_only() {
    let mut world = World::quiet();
    let tier = mapping("Tier__c", "customfield_2", Owner::Both, Policy::Newest);
    world.item.mappings = vec![Mapping { default: Some("Silver".to_owned()), ..tier }];
    world.settle();
    assert_eq!(world.issue.fields["customfield_2"], json!({"value": "Silver"}));
    assert!(world.plan().is_empty(), "the record stays empty");
    world.edit_record("Tier__c", json!("Gold"));
    world.settle();
    assert_eq!(world.issue.fields["customfield_2"], json!({"value": "Gold"}));
    world.edit_record("Tier__c", json!(null));
    world.settle();
    assert_eq!(world.issue.fields["customfield_2"], json!(null), "emptied by a person");
}

// F-211
#[test]
fn a_shortened_copy_is_said_as_long_as_it_stands() {
    let mut world = World::quiet();
    let subject = mapping("Description", "summary", Owner::Salesforce, Policy::Newest);
    world.item.mappings = vec![Mapping { truncate: true, ..subject }];
    world.edit_record("Description", json!("long ".repeat(80)));
    world.settle();
    let summary = world.issue.fields["summary"].as_str().unwrap_or_default().to_owned();
    assert!(summary.ends_with('…') && summary.chars().count() <= 255, "{summary}");
    let told: Vec<_> = world.plan().findings.iter().map(|finding| finding.code.id()).collect();
    assert_eq!(told, ["LS-MD-013"]);
    world.edit_record("Description", json!("short"));
    world.settle();
    assert_eq!(world.plan().findings, []);
}
