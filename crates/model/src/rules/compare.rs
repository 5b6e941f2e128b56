//! Typed comparison: numbers as numbers, days as days, options by their API value.

use std::cmp::Ordering;

use serde_json::Value;

use super::Operator;
use crate::convert::read_salesforce;
use crate::field::{SalesforceField, SalesforceType};
use crate::value::FieldValue;

/// What a value in a rule means for a field; or why it means nothing.
pub(super) fn operand(field: &SalesforceField, value: &Value) -> Result<FieldValue, String> {
    let read = read_salesforce(field, value).map_err(|error| error.detail)?;
    if read.is_empty() {
        return Err("the value is empty: use `is-empty` or `is-not-empty`".to_owned());
    }
    Ok(read)
}

/// Whether fields of a type can be compared so; or which operators suit it.
pub(super) fn suits(operator: Operator, kind: SalesforceType) -> Result<(), &'static str> {
    use Operator as O;
    use SalesforceType as T;
    let ordered = matches!(kind, T::Number | T::Currency | T::Percent | T::Date | T::DateTime);
    let fits = match operator {
        O::IsEmpty | O::IsNotEmpty => kind != T::Checkbox,
        O::Equals | O::NotEquals | O::OneOf => kind != T::Other,
        O::Greater | O::Less | O::AtLeast | O::AtMost => ordered,
        O::Contains => !ordered && !matches!(kind, T::Checkbox | T::Picklist | T::Other),
    };
    match kind {
        _ if fits => Ok(()),
        T::Checkbox => Err("a checkbox takes `equals` or `not-equals` with true or false"),
        T::Other => Err("this field takes `is-empty` or `is-not-empty`"),
        _ if ordered => Err("numbers and dates do not take `contains`"),
        _ => Err("only numbers, dates and date-times are more or less than another"),
    }
}

/// Whether a field that shows `shown` passes.
pub(super) fn holds(operator: Operator, shown: &FieldValue, values: &[FieldValue]) -> bool {
    let order = || values.first().and_then(|value| order(shown, value));
    match operator {
        Operator::IsEmpty => shown.is_empty(),
        Operator::IsNotEmpty => !shown.is_empty(),
        Operator::Equals => values.iter().all(|value| same(shown, value)),
        Operator::NotEquals => !values.iter().all(|value| same(shown, value)),
        Operator::OneOf => values.iter().any(|value| same(shown, value) || shares(shown, value)),
        Operator::Contains => values.iter().all(|value| contains(shown, value)),
        Operator::Greater => order() == Some(Ordering::Greater),
        Operator::Less => order() == Some(Ordering::Less),
        Operator::AtLeast => order().is_some_and(Ordering::is_ge),
        Operator::AtMost => order().is_some_and(Ordering::is_le),
    }
}

fn same(a: &FieldValue, b: &FieldValue) -> bool {
    match (a, b) {
        (FieldValue::Text(a), FieldValue::Text(b)) => folded(a) == folded(b),
        _ => a == b,
    }
}

fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}

fn order(a: &FieldValue, b: &FieldValue) -> Option<Ordering> {
    match (a, b) {
        (FieldValue::Number(a), FieldValue::Number(b)) => Some(a.cmp(b)),
        (FieldValue::Date(a), FieldValue::Date(b)) => Some(a.cmp(b)),
        (FieldValue::DateTime(a), FieldValue::DateTime(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

fn contains(shown: &FieldValue, part: &FieldValue) -> bool {
    match (shown, part) {
        (FieldValue::Text(text), FieldValue::Text(part)) => folded(text).contains(&folded(part)),
        (FieldValue::Choices(all), FieldValue::Choices(some)) => {
            some.iter().all(|each| all.contains(each))
        }
        _ => false,
    }
}

fn shares(shown: &FieldValue, value: &FieldValue) -> bool {
    match (shown, value) {
        (FieldValue::Choices(all), FieldValue::Choices(some)) => {
            some.iter().any(|each| all.contains(each))
        }
        _ => false,
    }
}
