//! Records with their children, all or none.

use serde_json::{Value, json};

use super::call::Call;
use super::reply::Reply;
use crate::salesforce::error::{Complaint, Refusal};
use crate::salesforce::schema::Object;
use crate::salesforce::world::{Row, SalesforceWorld};

/// Records of one call.
const RECORDS_MAX: usize = 200;

/// A refused record with its reference id.
type Failure = (String, Refusal);

/// `POST /composite/tree/X`.
pub(super) fn create(
    world: &mut SalesforceWorld,
    call: &Call<'_>,
    name: &str,
) -> Result<Reply, Refusal> {
    let schema = world.schema.clone();
    let object = schema.object(name).ok_or_else(Refusal::not_found)?;
    let body = call.json()?;
    let records = body.get("records").and_then(Value::as_array);
    let records = records.ok_or_else(|| Refusal::json("records is missing"))?;
    let made = world.transaction(
        |world| {
            let mut made = Vec::new();
            plant(world, call, object, records, &mut made)?;
            Ok::<_, Failure>(made)
        },
        |made| made.as_ref().is_ok_and(|made| made.len() <= RECORDS_MAX),
    );
    match made {
        Ok(made) if made.len() > RECORDS_MAX => {
            let text = format!("At most {RECORDS_MAX} records may be created at once");
            Err(Refusal::new(400, "INVALID_INPUT", text))
        }
        Ok(made) => Ok(Reply::json(201, json!({"hasErrors": false, "results": made}))),
        Err((reference, refusal)) => {
            let errors: Vec<Value> = refusal.complaints.iter().map(Complaint::save_error).collect();
            let result = json!({"referenceId": reference, "errors": errors});
            Ok(Reply::json(400, json!({"hasErrors": true, "results": [result]})))
        }
    }
}

fn plant(
    world: &mut SalesforceWorld,
    call: &Call<'_>,
    object: &Object,
    records: &[Value],
    made: &mut Vec<Value>,
) -> Result<(), Failure> {
    for record in records {
        let record = record.as_object().cloned().unwrap_or_default();
        let reference = record.get("attributes").and_then(|a| a["referenceId"].as_str());
        let reference = reference.unwrap_or_default().to_owned();
        let failed = |refusal| (reference.clone(), refusal);
        let (fields, children) = split(record);
        let id = world.insert(&object.name, &fields, &call.actor()).map_err(failed)?;
        made.push(json!({"referenceId": reference, "id": id}));
        for (relation, mut records) in children {
            let schema = world.schema.clone();
            let relations = schema.children(&object.name);
            let found = relations.iter().find(|of| of.name.as_deref() == Some(relation.as_str()));
            let unknown = || {
                failed(Refusal::field(
                    "INVALID_FIELD",
                    format!("No such relationship {relation}"),
                    &[],
                ))
            };
            let found = found.ok_or_else(unknown)?;
            let child = schema.object(&found.child).ok_or_else(unknown)?;
            for record in &mut records {
                record[&found.field] = json!(id);
            }
            plant(world, call, child, &records, made)?;
        }
    }
    Ok(())
}

/// The record's own fields, and its lists of children.
fn split(record: Row) -> (Row, Vec<(String, Vec<Value>)>) {
    let (mut fields, mut children) = (Row::new(), Vec::new());
    for (name, value) in record {
        match value.get("records").and_then(Value::as_array) {
            Some(records) => children.push((name, records.clone())),
            None => {
                fields.insert(name, value);
            }
        }
    }
    (fields, children)
}
