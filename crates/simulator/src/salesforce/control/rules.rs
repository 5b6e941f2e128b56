//! Validation and assignment rules, as an administrator sets them.

use std::sync::Arc;

use axum::Json;
use axum::extract::State as Shared;
use axum::http::StatusCode;
use serde::Deserialize;

use super::Refused;
use crate::salesforce::error::Refusal;
use crate::salesforce::soql::{self, Condition};
use crate::salesforce::world::{AssignmentRule, DuplicateRule, SalesforceWorld, ValidationRule};
use crate::salesforce::{State, ids};

/// A validation rule.
#[derive(Debug, Deserialize)]
pub(super) struct Validation {
    /// Guarded object; `Case` when absent.
    #[serde(default = "case")]
    object: String,
    /// SOQL condition under which a save is refused; always when absent.
    #[serde(default)]
    when: Option<String>,
    message: String,
    #[serde(default)]
    field: Option<String>,
}

fn case() -> String {
    "Case".to_owned()
}

fn condition(
    state: &State,
    world: &SalesforceWorld,
    name: &str,
    text: Option<&str>,
) -> Result<(String, Option<Condition>), Refused> {
    let object = world.schema.object(name).ok_or_else(Refusal::not_found)?;
    let parsed = text.map(|text| soql::condition(world, object, text, state.clock.now()));
    Ok((object.name.clone(), parsed.transpose()?))
}

/// `POST /validation_rules {"object", "when", "message", "field"}`.
pub(super) async fn add_validation(
    Shared(state): Shared<Arc<State>>,
    Json(rule): Json<Validation>,
) -> Result<StatusCode, Refused> {
    let mut world = state.world();
    let (object, when) = condition(&state, &world, &rule.object, rule.when.as_deref())?;
    let rule = ValidationRule { object, when, message: rule.message, field: rule.field };
    world.validation_rules.push(rule);
    Ok(StatusCode::CREATED)
}

/// `DELETE /validation_rules`.
pub(super) async fn clear_validation(Shared(state): Shared<Arc<State>>) -> StatusCode {
    state.world().validation_rules.clear();
    StatusCode::NO_CONTENT
}

/// One assignment rule.
#[derive(Debug, Deserialize)]
pub(super) struct Assignment {
    #[serde(default = "case")]
    object: String,
    #[serde(default)]
    when: Option<String>,
    owner: String,
}

/// `POST /assignment_rules [{"object", "when", "owner"}]`: replaces all rules; an empty list
/// switches assignment off.
pub(super) async fn set_assignment(
    Shared(state): Shared<Arc<State>>,
    Json(rules): Json<Vec<Assignment>>,
) -> Result<StatusCode, Refused> {
    let mut world = state.world();
    let mut read = Vec::new();
    for rule in rules {
        let (object, when) = condition(&state, &world, &rule.object, rule.when.as_deref())?;
        let owner = ids::to18(&rule.owner).ok_or_else(|| Refusal::json("owner is no id"))?;
        read.push(AssignmentRule { object, when, owner });
    }
    world.assignment_rules = read;
    Ok(StatusCode::NO_CONTENT)
}

/// One duplicate rule.
#[derive(Debug, Deserialize)]
pub(super) struct Duplicate {
    object: String,
    field: String,
    #[serde(default)]
    allow_save: bool,
}

/// `POST /duplicate_rules [{"object", "field", "allow_save"}]`: replaces all rules.
pub(super) async fn set_duplicates(
    Shared(state): Shared<Arc<State>>,
    Json(rules): Json<Vec<Duplicate>>,
) -> Result<StatusCode, Refused> {
    let mut world = state.world();
    let mut read = Vec::new();
    for rule in rules {
        let object = world.schema.object(&rule.object).ok_or_else(Refusal::not_found)?;
        let field = object.field(&rule.field).ok_or_else(Refusal::not_found)?;
        let (object, field) = (object.name.clone(), field.name.clone());
        read.push(DuplicateRule { object, field, allow_save: rule.allow_save });
    }
    world.duplicate_rules = read;
    Ok(StatusCode::NO_CONTENT)
}
