//! `GROUP BY` and the aggregate functions.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::ast::{Path, Query, Select};
use super::eval::sorts;
use super::run::{Scope, compare_keys, matching, page};
use crate::salesforce::schema::Object;
use crate::salesforce::world::{Row, SalesforceWorld};

/// Whether the statement gives groups rather than records.
pub(super) fn wanted(query: &Query) -> bool {
    let is_aggregate = |entry: &Select| matches!(entry, Select::Aggregate { .. });
    !query.group.is_empty() || query.select.iter().any(is_aggregate)
}

/// One row a group.
pub(super) fn rows(
    world: &SalesforceWorld,
    object: &Object,
    query: &Query,
    scope: &Scope,
) -> Vec<Value> {
    let value = |row: &Row, path: &Path| world.follow(object, row, &path.names).into_owned();
    let mut groups: BTreeMap<String, Vec<&Row>> = BTreeMap::new();
    if query.group.is_empty() {
        groups.insert(String::new(), Vec::new());
    }
    for row in matching(world, object, query, scope) {
        let key: Vec<Value> = query.group.iter().map(|path| value(row, path)).collect();
        let key = if key.is_empty() { String::new() } else { Value::Array(key).to_string() };
        groups.entry(key).or_default().push(row);
    }
    let mut shown: Vec<Value> = groups
        .values()
        .map(|rows| {
            let column = |path: &Path| rows.iter().map(|row| value(row, path)).collect();
            Value::Object(group(query, rows.len(), column))
        })
        .collect();
    for key in query.order.iter().rev() {
        let name = &key.path.names[key.path.names.len() - 1];
        shown.sort_by(|one, other| compare_keys(key, &one[name], &other[name]));
    }
    page(shown, query)
}

fn group(query: &Query, count: usize, column: impl Fn(&Path) -> Vec<Value>) -> Row {
    let mut shown = Row::new();
    shown.insert("attributes".into(), json!({"type": "AggregateResult"}));
    let mut unnamed = 0;
    for entry in &query.select {
        match entry {
            Select::Field(path) => {
                let name = path.names[path.names.len() - 1].clone();
                shown.insert(name, column(path).into_iter().next().unwrap_or_default());
            }
            Select::Aggregate { function, of, alias } => {
                let name = alias.clone().unwrap_or_else(|| format!("expr{unnamed}"));
                unnamed += usize::from(alias.is_none());
                shown.insert(name, aggregate(function, column(of)));
            }
            Select::Count => {
                shown.insert(format!("expr{unnamed}"), json!(count));
                unnamed += 1;
            }
            _ => {}
        }
    }
    shown
}

fn aggregate(function: &str, mut values: Vec<Value>) -> Value {
    values.retain(|value| !value.is_null());
    values.sort_by(sorts);
    let sum = values.iter().filter_map(Value::as_f64).sum::<f64>();
    match function {
        "COUNT" => json!(values.len()),
        "COUNT_DISTINCT" => {
            values.dedup();
            json!(values.len())
        }
        "MIN" => values.into_iter().next().unwrap_or_default(),
        "MAX" => values.pop().unwrap_or_default(),
        "AVG" if values.is_empty() => Value::Null,
        "AVG" => json!(sum / f64::from(u32::try_from(values.len()).unwrap_or(u32::MAX))),
        _ => json!(sum),
    }
}
