//! A sheet is the item: there and back nothing is lost, and what is typed is what is applied.

use lockstep_model::drift::DriftPolicy;
use lockstep_model::field::SalesforceType;
use lockstep_model::{ConnectedItem, ItemDocument};
use serde_json::json;

use super::begin::whole;
use super::rule;
use super::sheet::Sheet;

const EXAMPLE: &str = include_str!("../../../../../deploy/examples/support-bugs.yaml");

/// What a form has to say in ways of its own: several conditions, people, keys, made-up values.
const RICH: &str = r#"
name: rich
salesforce: { connection: acme-org, object: Case }
jira: { connection: acme-site, project: SUP, issue_type: Bug }
mode: custom
mappings:
  - { salesforce: Subject, jira: summary, owner: both, policy: hold }
  - salesforce: Priority
    jira: priority
    owner: salesforce
    values: { map: [{ salesforce: High, jira: P1 }, { salesforce: Low, jira: P3 }], otherwise: leave-alone }
  - salesforce: Tier__c
    jira: customfield_10060
    owner: jira
    values: { map: [], otherwise: { use: { salesforce: Gold } } }
  - { jira: labels, constant: escalated }
  - { salesforce: Type, jira: customfield_2, owner: salesforce, drift: ask }
  - { jira: environment, template: "{{ CaseNumber }}: {{ Subject }}" }
  - { salesforce: Amount__c, jira: customfield_1, owner: both, default: "1", truncate: true, round: true }
show: [Subject, Account.Name]
parent: { salesforce: ParentId, item: epics }
drift: heal
link_note: true
associated: { enabled: true, limit: 9 }
status:
  enabled: true
  map: [{ salesforce: Closed, jira: Done, resolution: Fixed }, { salesforce: New, jira: To Do }]
  fields: { customfield_10060: Gold }
comments: { enabled: true, publish: true, internal: skip, deletes: mark, brake_percent: 40 }
activities: { as: worklog, estimate: auto }
files: { enabled: true, max_mb: 25, notes: false }
auto_create:
  enabled: true
  from: { since: 2026-11-01T00:00:00Z }
  match: { salesforce: CaseNumber, jira: key }
  from_jira: { jql: labels = escalated, external_id: Jira_Key__c }
rule:
  when:
    all:
      - { field: Type, operator: equals, value: Problem }
      - { field: Amount__c, operator: at-least, value: 5000 }
  status_when_met: In Progress
  create_when_not_met: true
users: [{ salesforce: ada@acme.example, jira: "557058:1" }]
time_zone: Europe/Berlin
sweep_seconds: 60
"#;

fn item(yaml: &str) -> ConnectedItem {
    ItemDocument::read(yaml).expect("an item").item
}

fn unknown(_: &str) -> Option<SalesforceType> {
    None
}

fn back(sheet: &Sheet, item: &ConnectedItem) -> ConnectedItem {
    let (read, found) = sheet.item(&whole(item), &unknown);
    assert_eq!(found, []);
    read.expect("an item")
}

// F-118
#[test]
fn an_item_survives_the_way_through_the_form() {
    let display = "name: seen\nmode: display-only\nsalesforce: { connection: o, object: Lead }\n\
        jira: { connection: s, projects: [SUP, OPS] }\nshow: [Name]\n";
    let single = EXAMPLE.to_owned()
        + "rule:\n  when: { field: Amount__c, operator: one-of, values: [1, true, \"2\"] }\n";
    let within = EXAMPLE.to_owned()
        + "rule: { when: { any: [{ field: Type, operator: is-empty }, \
            { all: [{ field: Type, operator: equals, value: Problem }] }] } }\n";
    let alone =
        EXAMPLE.to_owned() + "rule: { when: { any: [{ field: Type, operator: is-not-empty }] } }\n";
    for yaml in [EXAMPLE, RICH, display, &single, &within, &alone] {
        let item = item(yaml);
        assert_eq!(back(&Sheet::of(&whole(&item)), &item), item);
    }
}

// F-118, F-335
#[test]
fn what_the_form_does_not_ask_for_stays_as_it_is() {
    let before = item(RICH);
    let mut sheet = Sheet::of(&whole(&before));
    sheet.remove_row("mappings", 0);
    let path = sheet.add_row("mappings");
    sheet.set(&format!("{path}.salesforce"), "Reason");
    sheet.set(&format!("{path}.jira"), "customfield_3");
    sheet.set("rule.status_when_not_met", "To Do");
    let after = back(&sheet, &before);
    assert_eq!(after.mappings.len(), 7);
    assert_eq!(after.mappings[..6], before.mappings[1..]);
    assert_eq!(after.mappings[6].salesforce, "Reason");
    let (old, new) = (before.rule.expect("a rule"), after.rule.expect("a rule"));
    assert_eq!((new.when, new.status_when_not_met.as_deref()), (old.when, Some("To Do")));
    assert_eq!((after.users, after.status.fields), (before.users, before.status.fields));
}

// F-103, F-105
#[test]
fn owners_go_with_the_custom_mode_and_projects_with_the_display_only_one() {
    let before = item(RICH);
    let mut sheet = Sheet::of(&whole(&before));
    sheet.set("mode", "two-way");
    assert!(back(&sheet, &before).mappings.iter().all(|mapping| mapping.owner.is_none()));
    sheet.set("mode", "display-only");
    sheet.set("jira.projects", "OPS");
    let seen = back(&sheet, &before);
    assert_eq!(seen.jira.projects().collect::<Vec<_>>(), ["OPS"]);
    assert_eq!(seen.jira.issue_type, "");
}

// F-121, F-122, F-123
#[test]
fn a_rule_is_one_test_of_a_field_with_values_of_its_type() {
    let before = item(EXAMPLE);
    let mut sheet = Sheet::of(&whole(&before));
    sheet.set("rule.enabled", "true");
    sheet.set("rule.tests[0].field", "Amount__c");
    sheet.set("rule.tests[0].operator", "at-least");
    sheet.set("rule.tests[0].value", "5000");
    let number = |_: &str| Some(SalesforceType::Number);
    let when = |sheet: &Sheet, kind: super::sheet::KindOf<'_>| {
        let (read, found) = sheet.item(&whole(&before), kind);
        assert_eq!(found, []);
        json!(read.expect("an item").rule.expect("a rule").when)
    };
    let wanted = json!({ "field": "Amount__c", "operator": "at-least", "value": 5000 });
    assert_eq!(when(&sheet, &number), wanted);
    assert_eq!(when(&sheet, &unknown)["value"], "5000", "a text is written as it was typed");
    sheet.set("rule.tests[0].operator", "is-empty");
    assert_eq!(when(&sheet, &number), json!({ "field": "Amount__c", "operator": "is-empty" }));
    sheet.set("rule.tests[0].operator", "one-of");
    sheet.set("rule.tests[0].value", "1\n\n 2 ");
    assert_eq!(when(&sheet, &number)["values"], json!([1, 2]));
    sheet.set("rule.enabled", "false");
    assert_eq!(back(&sheet, &before).rule, None);
}

// F-121
#[test]
fn several_tests_are_rows_joined_by_all_or_any_of_them() {
    let before = item(RICH);
    let mut sheet = Sheet::of(&whole(&before));
    assert_eq!((sheet.rows(rule::TESTS), sheet.one("rule.join")), (vec![0, 1], "all"));
    let row = rule::add(&mut sheet);
    sheet.set(&format!("{row}.field"), "Region__c");
    sheet.set(&format!("{row}.operator"), "is-not-empty");
    sheet.set("rule.join", "any");
    rule::remove(&mut sheet, 0);
    let when = json!(back(&sheet, &before).rule.expect("a rule").when);
    let amount = json!({ "field": "Amount__c", "operator": "at-least", "value": 5000 });
    let region = json!({ "field": "Region__c", "operator": "is-not-empty" });
    assert_eq!(when, json!({ "any": [amount, region] }));
    rule::remove(&mut sheet, 0);
    let when = json!(back(&sheet, &before).rule.expect("a rule").when);
    assert_eq!(when, region, "one test needs no list");
    rule::remove(&mut sheet, 0);
    assert_eq!(sheet.rows(rule::TESTS), [0], "there is a row to type in always");
}

// F-318
#[test]
fn a_parent_is_there_only_whole_and_drift_is_the_items_or_a_mappings() {
    let before = item(RICH);
    let mut sheet = Sheet::of(&whole(&before));
    sheet.set("parent.salesforce", "");
    sheet.set("parent.item", "");
    sheet.set("drift", "ask");
    sheet.set("mappings[4].drift", "");
    let after = back(&sheet, &before);
    assert_eq!((after.parent, after.drift), (None, DriftPolicy::Ask));
    assert_eq!((before.mappings[4].drift, after.mappings[4].drift), (Some(DriftPolicy::Ask), None));
}

#[test]
fn what_cannot_be_read_is_said_at_its_field() {
    let before = item(EXAMPLE);
    let mut sheet = Sheet::of(&whole(&before));
    sheet.set("files.max_mb", "ten");
    sheet.set("auto_create.from", "since");
    sheet.set("auto_create.since", "yesterday");
    sheet.set("mappings[0].values.map", "High P1");
    let (_, found) = sheet.item(&whole(&before), &unknown);
    let paths: Vec<&str> = found.iter().map(|one| one.path.as_str()).collect();
    assert_eq!(paths, ["files.max_mb", "mappings[0].values.map", "auto_create.since"]);
}

#[test]
fn a_page_takes_over_its_own_fields_and_no_others() {
    let mut sheet = Sheet::of(&whole(&item(EXAMPLE)));
    let rows = sheet.rows("mappings").len();
    let posted =
        [("name", "other"), ("mappings[0].salesforce", "Subject"), ("comments.enabled", "false")];
    sheet.turn(&["name", "mappings"], posted.into_iter());
    assert_eq!((sheet.one("name"), sheet.rows("mappings").len()), ("other", 1));
    assert!(rows > 1 && sheet.ticked("comments.enabled"), "another page's field is not taken");
    let ticked = [("comments.enabled", "false"), ("comments.enabled", "true")];
    sheet.turn(&["comments"], ticked.into_iter());
    assert!(sheet.ticked("comments.enabled") && !sheet.has("comments.publish"));
}
