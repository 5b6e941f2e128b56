use super::*;
use crate::item::{Otherwise, Policy, ValuePair};
use crate::laws::world::{item, mapping, schema};
use crate::validate::{validate, validate_against};

fn tier() -> Mapping {
    mapping("Tier__c", "customfield_2", Owner::Both, Policy::Newest)
}

fn paths(mode: Mode, mapping: Mapping) -> Vec<String> {
    let mut item = item();
    item.mode = mode;
    item.mappings = vec![mapping];
    let mut problems = validate(&item);
    problems.extend(validate_against(&item, &schema()));
    problems.into_iter().map(|problem| problem.path).collect()
}

fn custom(mapping: Mapping) -> Vec<String> {
    paths(Mode::Custom, mapping)
}

// F-315
#[test]
fn constants_and_templates_fill_one_field_and_flow_one_way() {
    let free = |mapping: Mapping| Mapping { owner: None, ..mapping };
    let constant = |salesforce: &str, jira: &str, text: &str| {
        let owner = Owner::Both;
        let constant = Some(text.to_owned());
        free(Mapping { constant, ..mapping(salesforce, jira, owner, Policy::Newest) })
    };
    assert_eq!(custom(constant("", "customfield_2", "Gold")), [""; 0]);
    assert_eq!(custom(constant("Tier__c", "", "silver")), [""; 0]);
    assert_eq!(custom(constant("", "customfield_2", "Bronze")), ["mappings[0].constant"]);
    assert_eq!(custom(constant("Tier__c", "customfield_2", "Gold")), ["mappings[0].constant"]);
    let template = |text: &str| {
        let template = Some(text.to_owned());
        free(Mapping { template, ..mapping("", "summary", Owner::Both, Policy::Newest) })
    };
    assert_eq!(custom(template("{{ Subject }} {{ Tier__c }}"))[1..], [""; 0]);
    assert_eq!(custom(template("{{ Subjct }}"))[0], "mappings[0].template");
    assert_eq!(custom(template("{{ Subject")), ["mappings[0].template", "mappings[0].jira"]);
    let owned = Mapping { owner: Some(Owner::Jira), ..template("{{ Subject }}") };
    assert_eq!(custom(owned)[0], "mappings[0].owner");
    let none = Mapping { owner: None, ..mapping("Subject", "", Owner::Both, Policy::Newest) };
    assert_eq!(custom(none)[0], "mappings[0]");
}

// F-211, F-315
#[test]
fn values_defaults_and_truncation_must_make_sense() {
    let default = |text: &str| Mapping { default: Some(text.to_owned()), ..tier() };
    assert_eq!(custom(default("Gold")), [""; 0]);
    assert_eq!(custom(default("Bronze")), ["mappings[0].default"]);
    let long = Mapping { truncate: true, ..tier() };
    assert_eq!(custom(long.clone()), ["mappings[0].truncate"]);
    assert_eq!(custom(Mapping { owner: Some(Owner::Salesforce), ..long.clone() }), [""; 0]);
    assert_eq!(paths(Mode::OneWay, Mapping { owner: None, ..long }), [""; 0]);
    let pair = |salesforce: &str, jira: &str| ValuePair {
        salesforce: salesforce.to_owned(),
        jira: jira.to_owned(),
    };
    let mapped = |map| Mapping {
        values: Some(ValueMap { map, otherwise: Otherwise::LeaveAlone }),
        ..tier()
    };
    assert_eq!(custom(mapped(vec![pair("Gold", "Silver"), pair("Silver", "Gold")])), [""; 0]);
    assert_eq!(
        custom(mapped(vec![pair("Gold", "Gold"), pair("Bronze", "Tin")])),
        ["mappings[0].values.map[1].jira", "mappings[0].values.map[1].salesforce"]
    );
}
