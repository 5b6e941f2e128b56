use serde_json::json;

use super::*;
use crate::item::{Mode, Policy};
use crate::laws::world::{World, mapping, pairs};
use crate::plan::{self, Plan};
use crate::settle;

fn planned(world: &World) -> Plan {
    plan::plan(&Situation { issue: None, ..world.situation() })
}

/// What the issue is created with, or `None` where it is not.
fn created(plan: &Plan) -> Option<Vec<(&str, serde_json::Value)>> {
    match plan.steps.as_slice() {
        [Step::CreateIssue { changes }] => Some(
            changes.iter().map(|change| (change.field.as_str(), change.write.clone())).collect(),
        ),
        [] => None,
        _ => panic!("more than a creation: {plan:#?}"),
    }
}

fn codes(plan: &Plan) -> Vec<Code> {
    plan.findings.iter().map(|finding| finding.code).collect()
}

fn record(fields: &[(&str, serde_json::Value)]) -> World {
    let mut world = World::mapped(Owner::Both, Policy::Newest);
    for (name, value) in fields {
        world.record.fields.insert((*name).to_owned(), value.clone());
    }
    world
}

#[test]
fn the_filled_fields_are_created_at_once() {
    let world =
        record(&[("Subject", json!("s")), ("Tier__c", json!("gold")), ("Amount__c", json!(null))]);
    let plan = planned(&world);
    assert_eq!(
        created(&plan),
        Some(vec![("summary", json!("s")), ("customfield_2", json!({"value": "Gold"}))])
    );
    assert_eq!(codes(&plan), []);
}

#[test]
fn what_jira_owns_or_the_screen_lacks_is_left_out() {
    let mut world =
        record(&[("Subject", json!("s")), ("Amount__c", json!(5)), ("Tier__c", json!("Gold"))]);
    world.item.mappings[2].owner = Some(Owner::Jira);
    world.schema.jira.get_mut("customfield_2").expect("a field").on_create = false;
    assert_eq!(created(&planned(&world)), Some(vec![("summary", json!("s"))]));
}

#[test]
fn a_value_that_does_not_convert_harms_only_itself() {
    let world = record(&[("Subject", json!("s")), ("Tier__c", json!("Bronze"))]);
    let plan = planned(&world);
    assert_eq!(created(&plan), Some(vec![("summary", json!("s"))]));
    assert_eq!(
        (codes(&plan), plan.findings[0].subject.as_str()),
        (vec![Code::ConvertOption], "Tier__c:customfield_2")
    );
}

#[test]
fn a_required_field_that_nothing_fills_stops_the_creation() {
    let mut world = record(&[("Subject", json!("s"))]);
    world.schema.jira.get_mut("customfield_1").expect("a field").required = true;
    let plan = planned(&world);
    assert_eq!((created(&plan), codes(&plan)), (None, vec![Code::JiraRequiredField]));
    world.record.fields.insert("Amount__c".to_owned(), json!(1));
    assert!(created(&planned(&world)).is_some());
}

#[test]
fn the_title_is_the_summary_only_where_none_is_mapped() {
    let mut world = record(&[]);
    let plan = planned(&world);
    assert_eq!((created(&plan), codes(&plan)), (None, vec![Code::JiraRequiredField]));
    world.item.mappings.remove(0);
    world.record.title = "00001026\nPrinter".to_owned();
    assert_eq!(created(&planned(&world)), Some(vec![("summary", json!("00001026 Printer"))]));
    world.record.title = "x".repeat(256);
    let plan = planned(&world);
    assert_eq!(
        (created(&plan), codes(&plan)),
        (None, vec![Code::ConvertTooLong, Code::JiraRequiredField])
    );
}

#[test]
fn what_jira_refused_is_left_out_the_next_time() {
    let mut world = record(&[("Subject", json!("s")), ("Amount__c", json!(5))]);
    let plan = planned(&world);
    let [Step::CreateIssue { changes }] = plan.steps.as_slice() else { panic!("{plan:?}") };
    settle::refused(
        &mut world.base,
        &changes[1],
        Side::Jira,
        Code::JiraFieldNotOnScreen,
        "no screen",
    );
    let plan = planned(&world);
    assert_eq!(created(&plan), Some(vec![("summary", json!("s"))]));
    assert_eq!(codes(&plan), [Code::JiraFieldNotOnScreen]);
}

// F-49, F-50, F-110, F-113
#[test]
fn a_display_only_item_plans_nothing_at_all() {
    let mut world = record(&[("Subject", json!("s"))]);
    world.item.mode = Mode::DisplayOnly;
    world.item.status.enabled = true;
    world.item.comments.enabled = true;
    assert_eq!(planned(&world), Plan::default());
    assert_eq!(world.plan(), Plan::default());
}

// F-54, F-111, F-112
#[test]
fn one_way_and_two_way_ignore_the_owners_of_mappings() {
    let mut world = record(&[("Subject", json!("s"))]);
    world.item.mappings = pairs()
        .map(|(salesforce, jira)| mapping(salesforce, jira, Owner::Jira, Policy::Newest))
        .into();
    for mode in [Mode::OneWay, Mode::TwoWay] {
        world.item.mode = mode;
        assert!(created(&planned(&world)).is_some());
    }
}

// F-116, F-127, F-128, F-129, F-135
#[test]
fn a_record_that_does_not_meet_the_rule_opens_an_issue_only_where_that_is_said() {
    let mut world = record(&[("Subject", json!("s")), ("Vip__c", json!(false))]);
    let when = json!({"field": "Vip__c", "operator": "equals", "value": true});
    world.item.rule = Some(serde_json::from_value(json!({"when": when})).expect("a rule"));
    let plan = planned(&world);
    assert_eq!((created(&plan), codes(&plan)), (None, vec![Code::RuleSkipped]));
    assert!(plan.findings[0].detail.starts_with("auto-create skipped: "), "{plan:?}");
    world.record.fields.insert("Vip__c".to_owned(), json!(true));
    assert!(created(&planned(&world)).is_some());
    world.record.fields.remove("Vip__c");
    assert_eq!(codes(&planned(&world)), [Code::RuleSkipped], "what is not shown is not met");
    world.item.rule.as_mut().expect("a rule").create_when_not_met = true;
    assert!(created(&planned(&world)).is_some());
}
