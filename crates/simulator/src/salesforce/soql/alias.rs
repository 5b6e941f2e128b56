//! `SELECT c.Id FROM Case c` means `SELECT Id FROM Case`.

use super::ast::{Condition, Path, Query, Select};

/// Takes the alias off every path.
pub(super) fn strip(query: &mut Query, alias: &str) {
    for entry in &mut query.select {
        match entry {
            Select::Field(path) | Select::Label(path) | Select::Aggregate { of: path, .. } => {
                cut(path, alias);
            }
            Select::TypeOf { parent, .. } => cut(parent, alias),
            Select::Children(children) => {
                let rest = children.from.strip_prefix(&format!("{alias}."));
                if let Some(rest) = rest.map(str::to_owned) {
                    children.from = rest;
                }
            }
            Select::Fields(_) | Select::Count => {}
        }
    }
    if let Some(condition) = &mut query.condition {
        each_path(condition, &mut |path| cut(path, alias));
    }
    query.order.iter_mut().for_each(|order| cut(&mut order.path, alias));
    query.group.iter_mut().for_each(|path| cut(path, alias));
}

fn cut(path: &mut Path, alias: &str) {
    if path.names.len() > 1 && path.names[0].eq_ignore_ascii_case(alias) {
        path.names.remove(0);
    }
}

/// Visits the paths of a condition, not those of its sub-queries.
pub(super) fn each_path(condition: &mut Condition, visit: &mut impl FnMut(&mut Path)) {
    match condition {
        Condition::And(parts) | Condition::Or(parts) => {
            for part in parts {
                each_path(part, visit);
            }
        }
        Condition::Not(part) => each_path(part, visit),
        Condition::Compare { path, .. }
        | Condition::Like { path, .. }
        | Condition::In { path, .. }
        | Condition::InQuery { path, .. }
        | Condition::Includes { path, .. } => visit(path),
    }
}
