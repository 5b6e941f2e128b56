use serde_json::{Value, json};

use super::*;
use crate::field::{SalesforceField, SalesforceType};
use crate::laws::world::World;
use crate::validate::Severity;

fn condition(written: Value) -> Condition {
    serde_json::from_value(written).expect("a condition")
}

/// A world whose schema has a field of every type that rules tell apart.
fn world() -> World {
    let mut world = World::quiet();
    let mut add = |name: &str, kind| {
        let sample = world.schema.salesforce["Subject"].clone();
        let field = SalesforceField { name: name.to_owned(), kind, ..sample };
        world.schema.salesforce.insert(name.to_owned(), field);
    };
    add("Due__c", SalesforceType::Date);
    add("At__c", SalesforceType::DateTime);
    add("Areas__c", SalesforceType::MultiPicklist);
    add("Owner__c", SalesforceType::Other);
    world
}

fn holds(fields: &Value, written: Value) -> Option<bool> {
    let mut world = world();
    let fields = fields.as_object().cloned().unwrap_or_default();
    world.record.fields = fields.into_iter().collect();
    condition(written).holds(&world.schema, &world.record)
}

fn test(field: &str, operator: &str, value: impl Into<Value>) -> Value {
    json!({"field": field, "operator": operator, "value": value.into()})
}

// F-121, F-122
#[test]
fn values_are_compared_by_their_type() {
    let shown = json!({
        "Subject": "Printer on Fire", "Amount__c": 9.5, "Tier__c": "Gold", "Vip__c": true,
        "Due__c": "2026-11-30", "At__c": "2026-11-22T09:30:00.000+0000", "Areas__c": "A;B",
    });
    for (field, operator, value, expected) in [
        ("Subject", "equals", json!(" printer on fire "), true),
        ("Subject", "equals", json!("printer"), false),
        ("Subject", "not-equals", json!("printer"), true),
        ("Subject", "contains", json!("ON FIRE"), true),
        ("Amount__c", "greater", json!(9), true),
        ("Amount__c", "greater", json!("10"), false),
        ("Amount__c", "at-least", json!(9.50), true),
        ("Amount__c", "less", json!(9.5), false),
        ("Amount__c", "at-most", json!(9.5), true),
        ("Tier__c", "equals", json!("Gold"), true),
        ("Tier__c", "equals", json!("gold"), false),
        ("Vip__c", "equals", json!(true), true),
        ("Vip__c", "not-equals", json!("true"), false),
        ("Due__c", "less", json!("2026-12-01"), true),
        ("Due__c", "equals", json!("2026-11-30"), true),
        ("At__c", "at-least", json!("2026-11-22T10:30:00+01:00"), true),
        ("At__c", "greater", json!("2026-11-22T09:30:00Z"), false),
        ("Areas__c", "contains", json!("B"), true),
        ("Areas__c", "equals", json!("B;A"), true),
        ("Areas__c", "contains", json!("C"), false),
    ] {
        let written = test(field, operator, value.clone());
        assert_eq!(holds(&shown, written), Some(expected), "{field} {operator} {value}");
    }
    let one_of = |field: &str, values: Value| {
        holds(&shown, json!({"field": field, "operator": "one-of", "values": values}))
    };
    assert_eq!(one_of("Tier__c", json!(["Silver", "Gold"])), Some(true));
    assert_eq!(one_of("Tier__c", json!(["Silver"])), Some(false));
    assert_eq!(one_of("Areas__c", json!(["C", "B"])), Some(true));
}

// F-122, F-123
#[test]
fn an_empty_field_passes_only_what_speaks_of_emptiness() {
    let shown = json!({"Subject": null, "Amount__c": null, "Tier__c": "", "Areas__c": null});
    for field in ["Subject", "Amount__c", "Tier__c", "Areas__c"] {
        let bare = |operator: &str| holds(&shown, json!({"field": field, "operator": operator}));
        assert_eq!((bare("is-empty"), bare("is-not-empty")), (Some(true), Some(false)), "{field}");
    }
    for operator in ["equals", "greater", "less", "at-least", "at-most"] {
        assert_eq!(holds(&shown, test("Amount__c", operator, json!(0))), Some(false), "{operator}");
    }
    assert_eq!(holds(&shown, test("Amount__c", "not-equals", json!(0))), Some(true));
    assert_eq!(holds(&shown, test("Subject", "contains", json!("x"))), Some(false));
}

#[test]
fn what_is_not_shown_is_unknown_unless_another_part_decides() {
    let shown = json!({"Amount__c": 5});
    let (known, hidden) =
        (test("Amount__c", "equals", json!(5)), test("Subject", "equals", json!("x")));
    assert_eq!(holds(&shown, hidden.clone()), None);
    assert_eq!(holds(&shown, json!({"any": [hidden, known]})), Some(true));
    assert_eq!(holds(&shown, json!({"all": [hidden, known]})), None);
    let not = test("Amount__c", "not-equals", json!(5));
    assert_eq!(holds(&shown, json!({"all": [hidden, not]})), Some(false));
    assert_eq!(holds(&shown, json!({"any": [hidden, not]})), None);
}

// F-123
#[test]
fn a_condition_is_written_one_way_and_says_what_is_wrong_with_another() {
    for (written, complaint) in [
        (json!({"field": "A", "operator": "is-empty", "value": 1}), "take no value"),
        (json!({"field": "A", "operator": "equals"}), "takes one `value`"),
        (json!({"field": "A", "operator": "one-of", "value": 1}), "takes `values`"),
        (json!({"field": "A"}), "a condition is either"),
        (json!({"all": [], "any": []}), "a condition is either"),
        (json!({"all": []}), "at least one condition"),
        (json!({"field": "A", "operator": "resembles", "value": 1}), "unknown variant"),
        (json!({"field": "A", "operator": "is-empty", "not": 1}), "unknown field"),
    ] {
        let error = serde_json::from_value::<Condition>(written.clone()).expect_err("refused");
        assert!(error.to_string().contains(complaint), "{written}: {error}");
    }
    for written in [
        json!({"field": "A", "operator": "is-empty"}),
        json!({"all": [{"any": [{"field": "A", "operator": "equals", "value": 1}]},
            {"field": "B", "operator": "one-of", "values": ["x", "y"]}]}),
    ] {
        assert_eq!(serde_json::to_value(condition(written.clone())).expect("json"), written);
    }
}

fn ruled(when: Value) -> World {
    let mut world = world();
    world.item.rule = Some(Rule {
        when: condition(when),
        status_when_met: None,
        status_when_not_met: None,
        create_when_not_met: false,
    });
    world
}

fn places(world: &World) -> Vec<(String, Severity)> {
    let mut problems = check(&world.item);
    problems.extend(check_against(&world.item, &world.schema));
    problems.into_iter().map(|problem| (problem.path, problem.severity)).collect()
}

// F-124, F-133
#[test]
fn a_rule_is_held_against_the_metadata_of_both_sides() {
    let vip = test("Vip__c", "equals", json!(true));
    let one = |when: Value| {
        let mut world = ruled(when);
        world.item.auto_create.enabled = true;
        places(&world)
    };
    let error = |path: &str| vec![(path.to_owned(), Severity::Error)];
    assert_eq!(one(json!({"all": [vip, test("Tier__c", "equals", json!("Gold"))]})), []);
    assert_eq!(
        one(json!({"all": [vip, {"any": [test("Tier__c", "equals", json!("Bronze"))]}]})),
        error("rule.when.all[1].any[0].value")
    );
    assert_eq!(
        one(json!({"field": "Tier__c", "operator": "one-of", "values": ["Gold", "gold"]})),
        error("rule.when.values[1]")
    );
    assert_eq!(one(test("Gone__c", "equals", json!(1))), error("rule.when.field"));
    assert_eq!(one(test("Amount__c", "greater", json!("much"))), error("rule.when.value"));
    assert_eq!(one(test("Amount__c", "equals", json!(""))), error("rule.when.value"));
    assert_eq!(one(test("Amount__c", "contains", json!(1))), error("rule.when.operator"));
    assert_eq!(one(test("Subject", "greater", json!("a"))), error("rule.when.operator"));
    assert_eq!(
        one(json!({"field": "Vip__c", "operator": "is-empty"})),
        error("rule.when.operator")
    );
    assert_eq!(one(test("Owner__c", "equals", json!("a"))), error("rule.when.operator"));
    let mut world = ruled(vip);
    let rule = world.item.rule.as_mut().expect("a rule");
    rule.status_when_met = Some("Doing".to_owned());
    rule.status_when_not_met = Some(" waiting ".to_owned());
    let problems = check_against(&world.item, &world.schema);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0].path, "rule.status_when_met");
    assert!(problems[0].hint.contains("`To Do`, `Working`"), "{problems:?}");
    world.schema.workflow = vec![crate::field::Way { from: None, to: "2".to_owned() }];
    let unreached = check_against(&world.item, &world.schema).pop().expect("a problem");
    assert_eq!(unreached.path, "rule.status_when_not_met");
}

// F-115, F-116, F-127
#[test]
fn a_rule_without_effect_is_said() {
    let warned = |change: fn(&mut World)| {
        let mut world = ruled(test("Vip__c", "equals", json!(true)));
        change(&mut world);
        places(&world).into_iter().map(|(path, _)| path).collect::<Vec<_>>()
    };
    assert_eq!(warned(|_| ()), ["rule"]);
    assert_eq!(warned(|world| world.item.auto_create.enabled = true), <[&str; 0]>::default());
    let create = |world: &mut World| {
        let rule = world.item.rule.as_mut().expect("a rule");
        rule.status_when_met = Some("Working".to_owned());
        rule.create_when_not_met = true;
    };
    assert_eq!(warned(create), ["rule.create_when_not_met"]);
    assert_eq!(warned(|world| world.item.mode = crate::item::Mode::DisplayOnly), ["rule"]);
}
