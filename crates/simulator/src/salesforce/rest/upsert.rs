//! Upserts by external id, one and many.

use serde_json::{Value, json};

use super::call::Call;
use super::collections::{Batch, save_error};
use super::records::{key_field, several};
use super::reply::Reply;
use crate::salesforce::error::Refusal;
use crate::salesforce::world::{Row, SalesforceWorld};

/// `PATCH /sobjects/X/Key__c/value`; with the key `Id` a plain update.
pub(super) fn by_key(
    world: &mut SalesforceWorld,
    call: &Call<'_>,
    name: &str,
    (key, value): (&str, &str),
) -> Result<Reply, Refusal> {
    let schema = world.schema.clone();
    let object = schema.object(name).ok_or_else(Refusal::not_found)?;
    if key.eq_ignore_ascii_case("Id") {
        return super::records::update(world, call, name, value);
    }
    let field = key_field(world, object, key)?;
    let found = world.find_by(object, field, value);
    if found.len() > 1 {
        return Ok(several(call, object, &found));
    }
    if found.is_empty() && call.param("updateOnly") == Some("true") {
        return Err(Refusal::not_found());
    }
    let fields = call.fields()?;
    if fields.keys().any(|name| name.eq_ignore_ascii_case(&field.name)) {
        let text = format!("The {} field should not be specified in the sobject data.", field.name);
        return Err(Refusal::field("INVALID_FIELD", text, &[&field.name]));
    }
    let done = world.upsert(object, (field, value), &fields, &call.actor())?;
    let body = json!({"id": done.id, "success": true, "errors": [], "created": done.created});
    Ok(Reply::json(if done.created { 201 } else { 200 }, body))
}

/// `PATCH /composite/sobjects/X/Key__c`: up to 200 rows of one object.
pub(super) fn many(
    world: &mut SalesforceWorld,
    call: &Call<'_>,
    name: &str,
    key: &str,
) -> Result<Reply, Refusal> {
    let schema = world.schema.clone();
    let object = schema.object(name).ok_or_else(Refusal::not_found)?;
    let field = key_field(world, object, key)?;
    let batch = Batch::read(call)?;
    let actor = call.actor();
    let body = batch.run(world, |world, record| {
        let fields: Row = record
            .iter()
            .filter(|(name, _)| !name.eq_ignore_ascii_case(&field.name) && *name != "attributes")
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let value = record.iter().find(|(name, _)| name.eq_ignore_ascii_case(&field.name));
        let value = value.and_then(|(_, value)| value.as_str()).unwrap_or_default();
        if value.is_empty() {
            let text = format!("{} not specified", field.name);
            return Err(save_error(&Refusal::field("MISSING_ARGUMENT", text, &[])));
        }
        let done = world.upsert(object, (field, value), &fields, &actor);
        done.map_err(|refusal| save_error(&refusal)).map(
            |done| json!({"id": done.id, "success": true, "errors": [], "created": done.created}),
        )
    });
    Ok(Reply::ok(Value::Array(body)))
}
