//! The condition of a rule: tests of fields, joined by all and any.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::compare;
use crate::convert::read_salesforce;
use crate::field::Schema;
use crate::snapshot::Record;

/// What a record must show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub enum Condition {
    /// Every one of them.
    All(Vec<Condition>),
    /// At least one of them.
    Any(Vec<Condition>),
    /// A test of one field.
    Test(Test),
}

/// A test of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    /// API name of the Salesforce field.
    pub field: String,
    /// How it is compared.
    pub operator: Operator,
    /// With what: nothing for the two emptiness operators, several values for `one-of`, else one.
    pub values: Vec<Value>,
}

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operator {
    /// It holds this value. Case does not count in texts; options are compared by their API value.
    Equals,
    /// It does not, or holds nothing.
    NotEquals,
    /// It holds nothing.
    IsEmpty,
    /// It holds something.
    IsNotEmpty,
    /// More, or later.
    Greater,
    /// Less, or earlier.
    Less,
    /// As much or more.
    AtLeast,
    /// As much or less.
    AtMost,
    /// The text holds this text; the options hold this option.
    Contains,
    /// It holds one of these values.
    OneOf,
}

impl Operator {
    /// Whether it asks for no value.
    pub fn is_bare(self) -> bool {
        matches!(self, Self::IsEmpty | Self::IsNotEmpty)
    }
}

impl Condition {
    /// Whether a record meets it. `None` where that hangs on a field that Salesforce does not show.
    pub fn holds(&self, schema: &Schema, record: &Record) -> Option<bool> {
        match self {
            Self::All(parts) => join(parts, false, schema, record),
            Self::Any(parts) => join(parts, true, schema, record),
            Self::Test(test) => test.holds(schema, record),
        }
    }

    /// Its tests, each with its place in the condition.
    pub fn tests(&self) -> Vec<(String, &Test)> {
        let (name, parts) = match self {
            Self::Test(test) => return vec![(String::new(), test)],
            Self::All(parts) => ("all", parts),
            Self::Any(parts) => ("any", parts),
        };
        let numbered = parts.iter().enumerate();
        let placed = numbered.flat_map(|(index, part)| {
            let tests = part.tests().into_iter();
            tests.map(move |(place, test)| (format!(".{name}[{index}]{place}"), test))
        });
        placed.collect()
    }
}

/// `decisive` of one part decides for all; else what is not known leaves the whole unknown.
fn join(parts: &[Condition], decisive: bool, schema: &Schema, record: &Record) -> Option<bool> {
    let answers: Vec<Option<bool>> = parts.iter().map(|part| part.holds(schema, record)).collect();
    if answers.contains(&Some(decisive)) {
        return Some(decisive);
    }
    (!answers.contains(&None)).then_some(!decisive)
}

impl Test {
    fn holds(&self, schema: &Schema, record: &Record) -> Option<bool> {
        let field = schema.salesforce.get(&self.field)?;
        let shown = read_salesforce(field, record.fields.get(&self.field)?).ok()?;
        let values: Option<Vec<_>> =
            self.values.iter().map(|value| compare::operand(field, value).ok()).collect();
        Some(compare::holds(self.operator, &shown, &values?))
    }
}

/// A condition as it is written.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    all: Option<Vec<Condition>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    any: Option<Vec<Condition>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    operator: Option<Operator>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    values: Option<Vec<Value>>,
}

impl TryFrom<Written> for Condition {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let bare = written.value.is_none() && written.values.is_none();
        match (written.all, written.any, written.field, written.operator) {
            (Some(parts), None, None, None) if bare => joined(parts).map(Self::All),
            (None, Some(parts), None, None) if bare => joined(parts).map(Self::Any),
            (None, None, Some(field), Some(operator)) => {
                let values = values(operator, written.value, written.values)?;
                Ok(Self::Test(Test { field, operator, values }))
            }
            _ => Err("a condition is either `all`, or `any`, or `field` with `operator`"),
        }
    }
}

fn joined(parts: Vec<Condition>) -> Result<Vec<Condition>, &'static str> {
    if parts.is_empty() { Err("`all` and `any` need at least one condition") } else { Ok(parts) }
}

fn values(
    operator: Operator,
    one: Option<Value>,
    several: Option<Vec<Value>>,
) -> Result<Vec<Value>, &'static str> {
    match (operator, one, several) {
        (operator, None, None) if operator.is_bare() => Ok(Vec::new()),
        (operator, ..) if operator.is_bare() => {
            Err("`is-empty` and `is-not-empty` take no value: remove it")
        }
        (Operator::OneOf, None, Some(values)) if !values.is_empty() => Ok(values),
        (Operator::OneOf, ..) => Err("`one-of` takes `values`, a list of at least one"),
        (_, Some(value), None) => Ok(vec![value]),
        _ => Err("this operator takes one `value`"),
    }
}

impl From<Condition> for Written {
    fn from(condition: Condition) -> Self {
        let blank =
            Self { all: None, any: None, field: None, operator: None, value: None, values: None };
        match condition {
            Condition::All(parts) => Self { all: Some(parts), ..blank },
            Condition::Any(parts) => Self { any: Some(parts), ..blank },
            Condition::Test(Test { field, operator, mut values }) => {
                let (field, operator) = (Some(field), operator);
                let several = operator == Operator::OneOf;
                let value = if several { None } else { values.pop() };
                let values = several.then_some(values);
                Self { field, operator: Some(operator), value, values, ..blank }
            }
        }
    }
}
