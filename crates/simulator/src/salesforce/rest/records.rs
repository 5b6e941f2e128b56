//! One record: create, read, change, delete.

use serde_json::{Value, json};

use super::call::Call;
use super::precondition;
use super::reply::Reply;
use crate::salesforce::error::Refusal;
use crate::salesforce::schema::{Field, Flag, Object};
use crate::salesforce::soql::attributes;
use crate::salesforce::stamp;
use crate::salesforce::world::{Row, SalesforceWorld};

/// The address of a record.
pub(super) fn address(call: &Call<'_>, object: &str, id: &str) -> String {
    format!("/services/data/{}/sobjects/{object}/{id}", call.version)
}

/// `POST /sobjects/X`, JSON or multipart.
pub(super) fn create(
    world: &mut SalesforceWorld,
    call: &Call<'_>,
    name: &str,
) -> Result<Reply, Refusal> {
    let schema = world.schema.clone();
    let object = schema.object(name).ok_or_else(Refusal::not_found)?;
    let fields = match &call.form {
        Some(form) => form.fields.clone(),
        None => call.fields()?,
    };
    world.arrived = call.form.as_ref().and_then(|form| form.file.clone());
    let inserted = world.insert(&object.name, &fields, &call.actor());
    world.arrived = None;
    let id = inserted?;
    let body = json!({"id": id, "success": true, "errors": []});
    Ok(Reply::json(201, body).with("location", address(call, &object.name, &id)))
}

/// `GET /sobjects/X/id?fields=A,B`.
pub(super) fn read(
    world: &SalesforceWorld,
    call: &Call<'_>,
    name: &str,
    id: &str,
) -> Result<Reply, Refusal> {
    let object = world.seen(name).ok_or_else(Refusal::not_found)?;
    let id = world.locate(object, id)?;
    let row = world.row(object, &id).ok_or_else(Refusal::not_found)?;
    show(world, call, object, row)
}

fn show(
    world: &SalesforceWorld,
    call: &Call<'_>,
    object: &Object,
    row: &Row,
) -> Result<Reply, Refusal> {
    precondition::still_unmodified(call, row)?;
    if precondition::unmodified_since(call, row) {
        return Ok(Reply::empty(304));
    }
    let names = call.param("fields").map(|list| list.split(',').map(str::trim).collect::<Vec<_>>());
    let body = shown(world, call, object, row, names.as_deref())?;
    let modified = row.get("SystemModstamp").and_then(Value::as_str).and_then(stamp::parse);
    let reply = Reply::ok(body);
    Ok(match modified {
        Some(at) => reply.with("last-modified", stamp::http(at)),
        None => reply,
    })
}

/// A record with the named fields, or with all that the user sees.
pub(super) fn shown(
    world: &SalesforceWorld,
    call: &Call<'_>,
    object: &Object,
    row: &Row,
    names: Option<&[&str]>,
) -> Result<Value, Refusal> {
    let id = row.get("Id").and_then(Value::as_str).unwrap_or_default();
    let mut body = Row::new();
    body.insert("attributes".into(), attributes(&call.version, &object.name, id));
    let fields: Vec<&Field> = match names {
        None => object.fields.iter().filter(|field| world.shows(object, field)).collect(),
        Some(names) => names
            .iter()
            .filter(|name| !name.is_empty())
            .map(|name| world.visible(object, name).ok_or_else(|| no_column(object, name)))
            .collect::<Result<_, _>>()?,
    };
    for field in fields {
        body.insert(field.name.clone(), world.value(object, row, field).into_owned());
    }
    Ok(Value::Object(body))
}

fn no_column(object: &Object, name: &str) -> Refusal {
    let text = format!(
        "\n{name} FROM {}\n^\nERROR at Row:1:Column:1\nNo such column '{name}' on entity '{}'. If you are \
         attempting to use a custom field, be sure to append the '__c' after the custom field name. Please \
         reference your WSDL or the describe call for the appropriate names.",
        object.name, object.name
    );
    Refusal::new(400, "INVALID_FIELD", text)
}

/// `PATCH /sobjects/X/id`: 204 without a body.
pub(super) fn update(
    world: &mut SalesforceWorld,
    call: &Call<'_>,
    name: &str,
    id: &str,
) -> Result<Reply, Refusal> {
    let schema = world.schema.clone();
    let object = schema.object(name).ok_or_else(Refusal::not_found)?;
    let id = world.locate(object, id)?;
    if let Some(row) = world.row(object, &id) {
        precondition::still_unmodified(call, row)?;
    }
    world.update(&object.name, &id, &call.fields()?, &call.actor())?;
    Ok(Reply::empty(204))
}

/// `DELETE /sobjects/X/id`.
pub(super) fn delete(
    world: &mut SalesforceWorld,
    call: &Call<'_>,
    name: &str,
    id: &str,
) -> Result<Reply, Refusal> {
    world.delete(name, id, &call.actor())?;
    Ok(Reply::empty(204))
}

/// A field that finds records, by name.
pub(super) fn key_field<'a>(
    world: &SalesforceWorld,
    object: &'a Object,
    name: &str,
) -> Result<&'a Field, Refusal> {
    let field = world.visible(object, name).filter(|field| field.has(Flag::IdLookup));
    field.ok_or_else(|| {
        let text = "Provided external ID field does not exist or is not accessible";
        Refusal::new(404, "NOT_FOUND", format!("{text}: {name}"))
    })
}

/// The one record whose key field holds the value; 300 when there are several.
fn single(
    world: &SalesforceWorld,
    call: &Call<'_>,
    object: &Object,
    (key, value): (&str, &str),
) -> Result<Result<String, Reply>, Refusal> {
    let field = key_field(world, object, key)?;
    let mut found = world.find_by(object, field, value);
    match found.len() {
        0 => Err(Refusal::not_found()),
        1 => Ok(Ok(found.remove(0))),
        _ => Ok(Err(several(call, object, &found))),
    }
}

/// 300 with the addresses of the records that match.
pub(super) fn several(call: &Call<'_>, object: &Object, ids: &[String]) -> Reply {
    Reply::json(300, ids.iter().map(|id| Value::String(address(call, &object.name, id))).collect())
}

/// `GET /sobjects/X/Key__c/value`, or a parent record (`GET /sobjects/X/id/Account`).
pub(super) fn read_by(
    world: &SalesforceWorld,
    call: &Call<'_>,
    name: &str,
    (key, value): (&str, &str),
) -> Result<Reply, Refusal> {
    let object = world.schema.object(name).ok_or_else(Refusal::not_found)?;
    if object.field(key).is_none() && object.parent(value).is_some() {
        let id = world.locate(object, key)?;
        let row = world.row(object, &id).ok_or_else(Refusal::not_found)?;
        let (target, parent) = world.parent(object, row, value).ok_or_else(Refusal::not_found)?;
        return show(world, call, target, parent);
    }
    match single(world, call, object, (key, value))? {
        Ok(id) => show(world, call, object, world.row(object, &id).ok_or_else(Refusal::not_found)?),
        Err(several) => Ok(several),
    }
}

/// `DELETE /sobjects/X/Key__c/value`.
pub(super) fn delete_by(
    world: &mut SalesforceWorld,
    call: &Call<'_>,
    name: &str,
    key: (&str, &str),
) -> Result<Reply, Refusal> {
    let schema = world.schema.clone();
    let object = schema.object(name).ok_or_else(Refusal::not_found)?;
    match single(world, call, object, key)? {
        Ok(id) => delete(world, call, &object.name, &id),
        Err(several) => Ok(several),
    }
}
