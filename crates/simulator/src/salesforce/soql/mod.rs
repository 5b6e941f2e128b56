//! SOQL: read, check against the schema, run.

mod aggregate;
mod alias;
mod ast;
mod bind;
mod bind_value;
mod cursor;
mod eval;
mod fault;
mod lexer;
mod literal;
mod parser;
mod predicate;
mod project;
mod restrict;
mod run;

use chrono::{DateTime, Utc};

pub(crate) use ast::Condition;
pub(crate) use eval::holds;
pub(crate) use project::attributes;
pub(crate) use run::{Scope, run};

use super::error::Refusal;
use super::schema::Object;
use super::world::SalesforceWorld;

/// A condition on its own, checked against the object.
pub(crate) fn condition(
    world: &SalesforceWorld,
    object: &Object,
    text: &str,
    now: DateTime<Utc>,
) -> Result<Condition, Refusal> {
    let bound = parser::parse_condition(text).and_then(|mut condition| {
        bind::condition(world, object, &mut condition, now)?;
        Ok(condition)
    });
    bound.map_err(|fault| fault.refusal(text))
}

#[cfg(test)]
mod tests;
