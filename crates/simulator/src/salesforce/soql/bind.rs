//! Checks names against the schema and puts them into the case of the schema.

use chrono::{DateTime, Utc};

use super::ast::{Condition, Literal, Path, Query, Select};
use super::bind_value;
use super::fault::{Fault, malformed};
use super::run::{self, Scope};
use crate::salesforce::schema::{Field, Flag, Object};
use crate::salesforce::world::SalesforceWorld;

/// Checks a whole statement over `object`.
pub(super) fn query(
    world: &SalesforceWorld,
    object: &Object,
    query: &mut Query,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    for entry in &mut query.select {
        select(world, object, entry, now)?;
    }
    if let Some(clause) = &mut query.condition {
        condition(world, object, clause, now)?;
    }
    for path in &mut query.group {
        resolve(world, object, path)?;
    }
    let aliases = aliases(query);
    for order in &mut query.order {
        if order.path.names.len() == 1 && aliases.contains(&order.path.names[0]) {
            continue;
        }
        let field = resolve(world, object, &mut order.path)?;
        if field.is_some_and(|field| field.has(Flag::NotFilterable)) {
            let name = order.path.names.join(".");
            let text = format!("field '{name}' can not be sorted in a query call");
            return Err(Fault { code: "INVALID_FIELD", message: text, at: order.path.at });
        }
    }
    Ok(())
}

fn aliases(query: &Query) -> Vec<String> {
    let alias = |entry: &Select| match entry {
        Select::Aggregate { alias, .. } => alias.clone(),
        _ => None,
    };
    query.select.iter().filter_map(alias).collect()
}

fn select(
    world: &SalesforceWorld,
    object: &Object,
    entry: &mut Select,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    match entry {
        Select::Field(path) | Select::Label(path) | Select::Aggregate { of: path, .. } => {
            resolve(world, object, path).map(drop)
        }
        Select::TypeOf { parent, cases, otherwise } => {
            let field = object.parent(&parent.names[0]).ok_or_else(|| no_relation(parent, 0))?;
            parent.names[0] = field.relation.clone().unwrap_or_default();
            for (name, paths) in cases {
                let target = world.schema.object(name).ok_or_else(|| no_type(name, parent.at))?;
                target.name.clone_into(name);
                for path in paths {
                    resolve(world, target, path)?;
                }
            }
            for path in otherwise {
                path.names[0] = capitalised(&path.names[0]);
            }
            Ok(())
        }
        Select::Children(children) => {
            let relation = run::child_relation(world, object, children)?;
            children.from = relation.name.clone().unwrap_or_default();
            let child = world.schema.object(&relation.child);
            let child = child.ok_or_else(|| no_type(&relation.child, children.from_at))?;
            query(world, child, children, now)
        }
        Select::Fields(_) | Select::Count => Ok(()),
    }
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Checks a condition over `object`; sub-queries become the lists that they give.
pub(super) fn condition(
    world: &SalesforceWorld,
    object: &Object,
    clause: &mut Condition,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    match clause {
        Condition::And(parts) | Condition::Or(parts) => {
            parts.iter_mut().try_for_each(|part| condition(world, object, part, now))
        }
        Condition::Not(part) => condition(world, object, part, now),
        Condition::Compare { path, value, .. } => {
            let field = filterable(world, object, path)?;
            bind_value::check(field, path, value, now)
        }
        Condition::Like { path, .. } | Condition::Includes { path, .. } => {
            filterable(world, object, path).map(drop)
        }
        Condition::In { path, values, .. } => {
            let field = filterable(world, object, path)?;
            values.iter_mut().try_for_each(|value| bind_value::check(field, path, value, now))
        }
        Condition::InQuery { path, query, negated } => {
            filterable(world, object, path)?;
            let values = semi_join(world, query, now)?;
            *clause = Condition::In { path: path.clone(), values, negated: *negated };
            Ok(())
        }
    }
}

fn semi_join(
    world: &SalesforceWorld,
    inner: &mut Query,
    now: DateTime<Utc>,
) -> Result<Vec<Literal>, Fault> {
    let [Select::Field(path)] = inner.select.as_slice() else {
        return Err(malformed(
            inner.from_at,
            "A semi join sub-select must select one field".into(),
        ));
    };
    let mut path = path.clone();
    let (name, at) = (inner.from.clone(), inner.from_at);
    let object = world.schema.object(&name).ok_or_else(|| no_type(&name, at))?;
    resolve(world, object, &mut path)?;
    query(world, object, inner, now)?;
    let scope = Scope { version: String::new(), now, deleted: false };
    let rows = run::matching(world, object, inner, &scope);
    let text = |row| world.follow(object, row, &path.names).as_str().map(str::to_owned);
    Ok(rows.into_iter().filter_map(text).map(Literal::Text).collect())
}

fn filterable<'a>(
    world: &'a SalesforceWorld,
    object: &'a Object,
    path: &mut Path,
) -> Result<Option<&'a Field>, Fault> {
    let field = resolve(world, object, path)?;
    if field.is_some_and(|field| field.has(Flag::NotFilterable)) {
        let text = format!("field '{}' can not be filtered in a query call", path.names.join("."));
        return Err(Fault { code: "INVALID_FIELD", message: text, at: path.at });
    }
    Ok(field)
}

/// The field that a path ends in, its names put into the schema's case; nothing for the name or
/// type of a parent that may be of several objects.
pub(super) fn resolve<'a>(
    world: &'a SalesforceWorld,
    object: &'a Object,
    path: &mut Path,
) -> Result<Option<&'a Field>, Fault> {
    if path.names.len() > 1
        && path.names[0].eq_ignore_ascii_case(&object.name)
        && object.parent(&path.names[0]).is_none()
    {
        path.names.remove(0);
    }
    let mut here = object;
    for step in 0..path.names.len() - 1 {
        let field = here.parent(&path.names[step]).filter(|field| world.shows(here, field));
        let field = field.ok_or_else(|| no_relation(path, step))?;
        path.names[step] = field.relation.clone().unwrap_or_default();
        if field.polymorphic() {
            return of_many(world, field, path, step + 1);
        }
        here = world.schema.object(&field.refers[0]).ok_or_else(|| no_relation(path, step))?;
    }
    let last = path.names.len() - 1;
    let field = world.visible(here, &path.names[last]).ok_or_else(|| no_column(here, path))?;
    field.name.clone_into(&mut path.names[last]);
    Ok(Some(field))
}

fn of_many<'a>(
    world: &'a SalesforceWorld,
    field: &Field,
    path: &mut Path,
    step: usize,
) -> Result<Option<&'a Field>, Fault> {
    let last = path.names.len() - 1;
    if last == step && ["name", "type"].contains(&path.names[last].to_ascii_lowercase().as_str()) {
        path.names[last] = capitalised(&path.names[last].to_ascii_lowercase());
        return Ok(None);
    }
    let targets = || field.refers.iter().filter_map(|name| world.schema.object(name));
    let found = targets().find_map(|target| world.visible(target, &path.names[step]));
    let Some(found) = found.filter(|_| last == step) else {
        return Err(targets()
            .next()
            .map_or_else(|| no_relation(path, step), |target| no_column(target, path)));
    };
    found.name.clone_into(&mut path.names[step]);
    Ok(Some(found))
}

fn no_column(object: &Object, path: &Path) -> Fault {
    let name = path.names.last().cloned().unwrap_or_default();
    let text = format!(
        "No such column '{name}' on entity '{}'. If you are attempting to use a custom field, be sure \
         to append the '__c' after the custom field name. Please reference your WSDL or the describe \
         call for the appropriate names.",
        object.name
    );
    Fault { code: "INVALID_FIELD", message: text, at: path.at }
}

fn no_relation(path: &Path, step: usize) -> Fault {
    let text = format!(
        "Didn't understand relationship '{}' in field path. If you are attempting to use a custom \
         relationship, be sure to append the '__r' after the custom relationship name. Please reference \
         your WSDL or the describe call for the appropriate names.",
        path.names[step]
    );
    Fault { code: "INVALID_FIELD", message: text, at: path.at }
}

/// The object does not exist, or the user may not read it.
pub(super) fn no_type(name: &str, at: usize) -> Fault {
    let text = format!(
        "sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure \
         to append the '__c' after the entity name. Please reference your WSDL or the describe call for \
         the appropriate names."
    );
    Fault { code: "INVALID_TYPE", message: text, at }
}
