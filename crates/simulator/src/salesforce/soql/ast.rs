//! A statement in parts.

use chrono::NaiveDate;

/// A field, perhaps over relationships, and its place in the statement.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Path {
    pub(crate) names: Vec<String>,
    pub(crate) at: usize,
}

/// One entry of a `SELECT` list.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Select {
    /// A field.
    Field(Path),
    /// `toLabel(field)`.
    Label(Path),
    /// `FIELDS(ALL)` and its kin, with the word between the brackets.
    Fields(String),
    /// A sub-query over children.
    Children(Box<Query>),
    /// `TYPEOF parent WHEN Object THEN fields ... ELSE fields END`.
    TypeOf { parent: Path, cases: Vec<(String, Vec<Path>)>, otherwise: Vec<Path> },
    /// `COUNT()`.
    Count,
    /// `COUNT(field)`, `MIN(field)`, `MAX(field)`, `SUM(field)`, `AVG(field)`, with its alias.
    Aggregate { function: String, of: Path, alias: Option<String> },
}

/// A sort key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Order {
    pub(crate) path: Path,
    pub(crate) descending: bool,
    pub(crate) nulls_last: bool,
}

/// A whole statement.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Query {
    pub(crate) select: Vec<Select>,
    /// Object name; the relationship name in a sub-query over children.
    pub(crate) from: String,
    pub(crate) from_at: usize,
    pub(crate) condition: Option<Condition>,
    pub(crate) group: Vec<Path>,
    pub(crate) order: Vec<Order>,
    pub(crate) limit: Option<usize>,
    pub(crate) offset: usize,
}

/// A `WHERE` clause.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Condition {
    And(Vec<Condition>),
    Or(Vec<Condition>),
    Not(Box<Condition>),
    Compare {
        path: Path,
        operator: Operator,
        value: Literal,
    },
    Like {
        path: Path,
        pattern: Vec<Glyph>,
    },
    /// `IN`; `NOT IN` when negated.
    In {
        path: Path,
        values: Vec<Literal>,
        negated: bool,
    },
    /// `IN (SELECT ...)`.
    InQuery {
        path: Path,
        query: Box<Query>,
        negated: bool,
    },
    /// `INCLUDES`; each entry is a set that must be there whole.
    Includes {
        path: Path,
        sets: Vec<Vec<String>>,
        negated: bool,
    },
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A piece of a `LIKE` pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Glyph {
    /// `%`
    Many,
    /// `_`
    One,
    /// A letter, in lower case.
    Letter(char),
}

/// A value in a statement.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Literal {
    Null,
    Boolean(bool),
    Number(f64),
    Text(String),
    Date(NaiveDate),
    /// A moment, as the API writes it.
    Moment(String),
    /// `TODAY`, `LAST_N_DAYS:7`, ...
    Relative(String, i64),
    /// A relative date once the clock was read: first day and first day after.
    Days(NaiveDate, NaiveDate),
}
