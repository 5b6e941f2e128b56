//! The laws of conditional rules.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::cases;
use super::world::World;
use crate::rules::{Condition, Operator, Test};

/// The operator that says the opposite of a field that may be empty.
fn opposite(operator: Operator) -> Option<Operator> {
    Some(match operator {
        Operator::Equals => Operator::NotEquals,
        Operator::NotEquals => Operator::Equals,
        Operator::IsEmpty => Operator::IsNotEmpty,
        Operator::IsNotEmpty => Operator::IsEmpty,
        _ => return None,
    })
}

fn negated(condition: &Condition) -> Condition {
    let all = |parts: &[Condition]| parts.iter().map(negated).collect();
    match condition {
        Condition::All(parts) => Condition::Any(all(parts)),
        Condition::Any(parts) => Condition::All(all(parts)),
        Condition::Test(test) => {
            let operator = opposite(test.operator).expect("an operator with an opposite");
            Condition::Test(Test { operator, ..test.clone() })
        }
    }
}

fn test(operator: Operator, number: Option<i64>) -> Condition {
    let values = number.map(Value::from).into_iter().collect();
    Condition::Test(Test { field: "Amount__c".to_owned(), operator, values })
}

fn leaf() -> impl Strategy<Value = Condition> {
    let fields = prop_oneof![Just("Amount__c"), Just("Subject"), Just("Hidden__c")];
    (fields, 0..4_usize, 0..3_i64).prop_map(|(field, operator, value)| {
        let operator =
            [Operator::Equals, Operator::NotEquals, Operator::IsEmpty, Operator::IsNotEmpty]
                [operator];
        let values = if operator.is_bare() { Vec::new() } else { vec![json!(value)] };
        Condition::Test(Test { field: field.to_owned(), operator, values })
    })
}

fn tree() -> impl Strategy<Value = Condition> {
    leaf().prop_recursive(3, 16, 3, |inner| {
        let parts = prop::collection::vec(inner, 1..4);
        prop_oneof![parts.clone().prop_map(Condition::All), parts.prop_map(Condition::Any)]
    })
}

fn number() -> impl Strategy<Value = Value> {
    prop_oneof![Just(Value::Null), (0..3_i64).prop_map(Value::from)]
}

fn world(amount: &Value, subject: &Value) -> World {
    let mut world = World::quiet();
    world.edit_record("Amount__c", amount.clone());
    world.edit_record("Subject", subject.clone());
    world
}

fn holds(world: &World, condition: &Condition) -> Option<bool> {
    condition.holds(&world.schema, &world.record)
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn the_negation_of_a_condition_joins_the_negations_the_other_way(
        condition in tree(), amount in number(), subject in number(),
    ) {
        let world = world(&amount, &subject);
        let (plain, negated) = (holds(&world, &condition), holds(&world, &negated(&condition)));
        prop_assert_eq!(plain.map(|met| !met), negated);
    }

    #[test]
    fn a_condition_reads_back_as_it_was_written(condition in tree()) {
        let written = serde_json::to_value(&condition).expect("json");
        prop_assert_eq!(serde_json::from_value::<Condition>(written).expect("read"), condition);
    }

    // F-122
    #[test]
    fn a_filled_number_is_less_equal_or_greater(amount in 0..3_i64, than in 0..3_i64) {
        let world = world(&json!(amount), &Value::Null);
        let is = |operator| holds(&world, &test(operator, Some(than))) == Some(true);
        let (less, equal, greater) =
            (is(Operator::Less), is(Operator::Equals), is(Operator::Greater));
        prop_assert_eq!([less, equal, greater].iter().filter(|one| **one).count(), 1);
        prop_assert_eq!(is(Operator::AtMost), less || equal);
        prop_assert_eq!(is(Operator::AtLeast), greater || equal);
    }

    // F-122
    #[test]
    fn an_empty_number_is_neither_less_nor_more_than_any(than in 0..3_i64) {
        let world = world(&Value::Null, &Value::Null);
        let ordered = [Operator::Less, Operator::Greater, Operator::AtLeast, Operator::AtMost];
        for operator in ordered.into_iter().chain([Operator::Equals]) {
            prop_assert_eq!(holds(&world, &test(operator, Some(than))), Some(false));
        }
        prop_assert_eq!(holds(&world, &test(Operator::IsEmpty, None)), Some(true));
    }
}
