//! Whether a row fits a condition, and how values compare.

use std::cmp::Ordering;

use chrono::NaiveDate;
use serde_json::Value;

use super::ast::{Condition, Glyph, Literal, Operator, Path};
use crate::salesforce::schema::Object;
use crate::salesforce::world::{Row, SalesforceWorld};

/// Whether the row fits a condition that was checked against its object.
pub(crate) fn holds(
    world: &SalesforceWorld,
    object: &Object,
    row: &Row,
    condition: &Condition,
) -> bool {
    let value = |path: &Path| world.follow(object, row, &path.names);
    match condition {
        Condition::And(parts) => parts.iter().all(|part| holds(world, object, row, part)),
        Condition::Or(parts) => parts.iter().any(|part| holds(world, object, row, part)),
        Condition::Not(part) => !holds(world, object, row, part),
        Condition::Compare { path, operator, value: literal } => {
            compares(&value(path), *operator, literal)
        }
        Condition::Like { path, pattern } => {
            value(path).as_str().is_some_and(|text| like(&letters(text), pattern))
        }
        Condition::In { path, values, negated } => {
            let value = value(path);
            values.iter().any(|literal| compares(&value, Operator::Equal, literal)) != *negated
        }
        Condition::InQuery { .. } => false,
        Condition::Includes { path, sets, negated } => includes(&value(path), sets) != *negated,
    }
}

fn includes(value: &Value, sets: &[Vec<String>]) -> bool {
    let text = value.as_str().unwrap_or_default().to_lowercase();
    let chosen: Vec<&str> = text.split(';').collect();
    sets.iter().any(|set| set.iter().all(|wanted| chosen.contains(&wanted.as_str())))
}

/// Null equals null only; it is unequal to everything else, and neither less nor greater.
fn compares(value: &Value, operator: Operator, literal: &Literal) -> bool {
    if let Literal::Days(from, to) = literal {
        return within(value, operator, *from, *to);
    }
    if let (Value::String(value), Literal::Text(literal)) = (value, literal)
        && matches!(operator, Operator::Equal | Operator::Unequal)
    {
        return same(value, literal) == (operator == Operator::Equal);
    }
    let order = order_of(value, literal);
    match operator {
        Operator::Equal => order == Some(Ordering::Equal),
        Operator::Unequal => order != Some(Ordering::Equal),
        Operator::Less => order == Some(Ordering::Less),
        Operator::LessOrEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        Operator::Greater => order == Some(Ordering::Greater),
        Operator::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
    }
}

fn order_of(value: &Value, literal: &Literal) -> Option<Ordering> {
    match (value, literal) {
        (Value::Null, Literal::Null) => Some(Ordering::Equal),
        (Value::Bool(value), Literal::Boolean(literal)) => Some(value.cmp(literal)),
        (Value::Number(value), Literal::Number(literal)) => value.as_f64()?.partial_cmp(literal),
        (Value::String(value), Literal::Text(literal)) => Some(texts(value, literal)),
        (Value::String(value), Literal::Moment(literal)) => Some(value.as_str().cmp(literal)),
        (Value::String(value), Literal::Date(literal)) => {
            Some(value.as_str().cmp(&literal.to_string()))
        }
        _ => None,
    }
}

fn within(value: &Value, operator: Operator, from: NaiveDate, to: NaiveDate) -> bool {
    let Some(day) = value.as_str().and_then(|text| text.get(..10)) else {
        return operator == Operator::Unequal;
    };
    let (from, to) = (from.to_string(), to.to_string());
    let (before, after) = (day < from.as_str(), day >= to.as_str());
    match operator {
        Operator::Equal => !before && !after,
        Operator::Unequal => before || after,
        Operator::Less => before,
        Operator::LessOrEqual => !after,
        Operator::Greater => after,
        Operator::GreaterOrEqual => !before,
    }
}

/// Equality without regard to case, and without the cost of an order.
fn same(one: &str, other: &str) -> bool {
    if one.is_ascii() && other.is_ascii() {
        return one.eq_ignore_ascii_case(other) && (one == other || !is_id(one));
    }
    one.to_lowercase() == other.to_lowercase()
}

/// Text compares without regard to case; two ids compare by their bytes.
fn texts(one: &str, other: &str) -> Ordering {
    if is_id(one) && is_id(other) {
        return one.cmp(other);
    }
    if one.len() == other.len() && one.eq_ignore_ascii_case(other) {
        return Ordering::Equal;
    }
    one.to_lowercase().cmp(&other.to_lowercase())
}

/// Ids keep their case: two may differ in nothing else.
fn is_id(text: &str) -> bool {
    text.len() == 18 && crate::salesforce::ids::to18(text).is_some()
}

fn letters(text: &str) -> Vec<char> {
    text.chars().flat_map(char::to_lowercase).collect()
}

fn like(text: &[char], pattern: &[Glyph]) -> bool {
    match pattern {
        [] => text.is_empty(),
        [Glyph::Many] => true,
        [Glyph::Many, rest @ ..] => (0..=text.len()).any(|skip| like(&text[skip..], rest)),
        [Glyph::One, rest @ ..] => text.split_first().is_some_and(|(_, tail)| like(tail, rest)),
        [Glyph::Letter(letter), rest @ ..] => {
            text.split_first().is_some_and(|(first, tail)| first == letter && like(tail, rest))
        }
    }
}

/// How two values of one field sort; null is equal to null here.
pub(super) fn sorts(one: &Value, other: &Value) -> Ordering {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one.as_f64().partial_cmp(&other.as_f64()).unwrap_or(Ordering::Equal)
        }
        // Ids come first where a field holds other texts too: the order must be total.
        (Value::String(one), Value::String(other)) => {
            is_id(other).cmp(&is_id(one)).then_with(|| texts(one, other))
        }
        (Value::Bool(one), Value::Bool(other)) => one.cmp(other),
        _ => Ordering::Equal,
    }
}
