//! Runs a statement.

use std::cmp::Ordering;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::ast::{Condition, Literal, Operator, Order, Query, Select};
use super::eval::{holds, sorts};
use super::fault::Fault;
use super::{aggregate, bind, parser, project, restrict};
use crate::salesforce::error::Refusal;
use crate::salesforce::schema::{ChildRelation, Object};
use crate::salesforce::world::{Row, SalesforceWorld, is_deleted};

/// Largest `OFFSET`.
const OFFSET_MAX: usize = 2_000;

/// Under what circumstances a statement runs.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    /// API version for the addresses of rows (`v67.0`).
    pub(crate) version: String,
    /// The time, for date words.
    pub(crate) now: DateTime<Utc>,
    /// Whether rows in the recycle bin count.
    pub(crate) deleted: bool,
}

/// What a statement found.
#[derive(Debug)]
pub(crate) struct Found {
    /// `totalSize`.
    pub(crate) total: usize,
    /// Rows as the API shows them; none for `COUNT()`.
    pub(crate) rows: Vec<Value>,
}

/// Reads, checks and runs a statement.
pub(crate) fn run(world: &SalesforceWorld, text: &str, scope: &Scope) -> Result<Found, Refusal> {
    let bound = parser::parse(text).and_then(|mut query| {
        let name = (query.from.clone(), query.from_at);
        let object = world.seen(&name.0).ok_or_else(|| bind::no_type(&name.0, name.1))?;
        bind::query(world, object, &mut query, scope.now)?;
        restrict::check(world, object, &query)?;
        Ok((object, query))
    });
    let (object, query) = bound.map_err(|fault| fault.refusal(text))?;
    if query.offset > OFFSET_MAX {
        let text = format!("Maximum SOQL offset allowed is {OFFSET_MAX}");
        return Err(Refusal::new(400, "NUMBER_OUTSIDE_VALID_RANGE", text));
    }
    if query.select == [Select::Count] {
        let total = page(matching(world, object, &query, scope), &query).len();
        return Ok(Found { total, rows: Vec::new() });
    }
    let rows = if aggregate::wanted(&query) {
        aggregate::rows(world, object, &query, scope)
    } else {
        let found = page(matching(world, object, &query, scope), &query);
        project::rows(world, object, &query, &found, scope)
    };
    Ok(Found { total: rows.len(), rows })
}

/// The rows that fit, in order, before limit and offset.
pub(super) fn matching<'a>(
    world: &'a SalesforceWorld,
    object: &Object,
    query: &Query,
    scope: &Scope,
) -> Vec<&'a Row> {
    let fits = |row: &&Row| {
        (scope.deleted || !is_deleted(row))
            && query.condition.as_ref().is_none_or(|clause| holds(world, object, row, clause))
    };
    let mut rows: Vec<&Row> = match query.condition.as_ref().and_then(named_ids) {
        Some(ids) => ids.iter().filter_map(|id| world.row(object, id)).filter(fits).collect(),
        None => world.rows(object).filter(fits).collect(),
    };
    if !query.order.is_empty() && !aggregate::wanted(query) {
        rows.sort_by(|one, other| compare_rows(world, object, &query.order, one, other));
    }
    rows
}

/// The ids that a condition asks for, when it asks for ids: spares the walk over the table.
fn named_ids(condition: &Condition) -> Option<Vec<String>> {
    let text = |literal: &Literal| match literal {
        Literal::Text(text) => Some(text.clone()),
        _ => None,
    };
    let mut ids: Vec<String> = match condition {
        Condition::Compare { path, operator: Operator::Equal, value } if path.names == ["Id"] => {
            text(value).into_iter().collect()
        }
        Condition::In { path, values, negated: false } if path.names == ["Id"] => {
            values.iter().filter_map(text).collect()
        }
        Condition::And(parts) => return parts.iter().find_map(named_ids),
        _ => return None,
    };
    ids.sort();
    ids.dedup();
    Some(ids)
}

fn compare_rows(
    world: &SalesforceWorld,
    object: &Object,
    keys: &[Order],
    one: &Row,
    other: &Row,
) -> Ordering {
    let by_key = |key: &Order| {
        let one = world.follow(object, one, &key.path.names);
        let other = world.follow(object, other, &key.path.names);
        compare_keys(key, &one, &other)
    };
    keys.iter().map(by_key).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

/// Nulls come first unless the statement says last, whatever the direction.
pub(super) fn compare_keys(key: &Order, one: &Value, other: &Value) -> Ordering {
    match (one.is_null(), other.is_null()) {
        (true, true) => Ordering::Equal,
        (true, false) if key.nulls_last => Ordering::Greater,
        (true, false) => Ordering::Less,
        (false, true) if key.nulls_last => Ordering::Less,
        (false, true) => Ordering::Greater,
        (false, false) if key.descending => sorts(other, one),
        (false, false) => sorts(one, other),
    }
}

/// The rows between offset and limit.
pub(super) fn page<T>(rows: Vec<T>, query: &Query) -> Vec<T> {
    rows.into_iter().skip(query.offset).take(query.limit.unwrap_or(usize::MAX)).collect()
}

/// The relation that a sub-query names; none to an object that the user does not see.
pub(super) fn child_relation(
    world: &SalesforceWorld,
    object: &Object,
    query: &Query,
) -> Result<ChildRelation, Fault> {
    let is_named = |relation: &ChildRelation| {
        relation.name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(&query.from))
    };
    let found = world.schema.children(&object.name).into_iter().find(is_named);
    found.filter(|relation| world.seen(&relation.child).is_some()).ok_or_else(|| {
        let text = format!(
            "Didn't understand relationship '{}' in FROM part of query call. If you are attempting to use a \
             custom relationship, be sure to append the '__r' after the custom relationship name. Please \
             reference your WSDL or the describe call for the appropriate names.",
            query.from
        );
        Fault { code: "INVALID_TYPE", message: text, at: query.from_at }
    })
}
