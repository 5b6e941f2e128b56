//! Up to 200 records in one call.

use serde_json::{Value, json};

use super::call::Call;
use super::reply::Reply;
use crate::salesforce::error::{Complaint, Refusal};
use crate::salesforce::ids;
use crate::salesforce::world::{Row, SalesforceWorld};

/// Rows that one call may write.
const ROWS_MAX: usize = 200;
/// Changes of object from row to row that one call may have.
const CHUNKS_MAX: usize = 10;

/// The rows of a call and whether one failure undoes them all.
pub(super) struct Batch {
    pub(super) records: Vec<Row>,
    pub(super) all_or_none: bool,
}

impl Batch {
    /// Reads `{"allOrNone":…,"records":[…]}`.
    pub(super) fn read(call: &Call<'_>) -> Result<Self, Refusal> {
        let body = call.json()?;
        let records = body.get("records").and_then(Value::as_array);
        let records =
            records.ok_or_else(|| Refusal::json("The request needs a list of records"))?;
        let records: Vec<Row> =
            records.iter().map(|record| record.as_object().cloned().unwrap_or_default()).collect();
        let all_or_none = body.get("allOrNone") == Some(&Value::Bool(true));
        limit(records.len())?;
        let batch = Self { records, all_or_none };
        if batch.chunks() > CHUNKS_MAX {
            let text = "Only 10 chunks of different types are allowed in one request";
            return Err(Refusal::new(400, "INVALID_INPUT", text));
        }
        Ok(batch)
    }

    fn chunks(&self) -> usize {
        let types: Vec<Option<&str>> = self.records.iter().map(type_of).collect();
        1 + types.windows(2).filter(|pair| pair[0] != pair[1]).count()
    }

    /// Writes each row; gives one result a row.
    pub(super) fn run(
        &self,
        world: &mut SalesforceWorld,
        mut write: impl FnMut(&mut SalesforceWorld, &Row) -> Result<Value, Value>,
    ) -> Vec<Value> {
        let all = |world: &mut SalesforceWorld| -> Vec<Result<Value, Value>> {
            self.records.iter().map(|record| write(world, record)).collect()
        };
        settle(world, self.all_or_none, all)
    }
}

/// Runs the writes; with `all_or_none` one failure undoes all and spoils the innocent results.
fn settle(
    world: &mut SalesforceWorld,
    all_or_none: bool,
    all: impl FnOnce(&mut SalesforceWorld) -> Vec<Result<Value, Value>>,
) -> Vec<Value> {
    let is_whole =
        |results: &Vec<Result<Value, Value>>| !all_or_none || results.iter().all(Result::is_ok);
    let results = world.transaction(all, is_whole);
    if is_whole(&results) {
        return results.into_iter().map(|result| result.unwrap_or_else(|error| error)).collect();
    }
    let undone = |_| {
        let text = "Record rolled back because not all records were valid and the request was using AllOrNone header";
        let complaint = Complaint::plain("ALL_OR_NONE_OPERATION_ROLLED_BACK", text);
        json!({"success": false, "errors": [complaint.save_error()]})
    };
    results.into_iter().map(|result| result.map_or_else(|error| error, undone)).collect()
}

fn limit(rows: usize) -> Result<(), Refusal> {
    if rows <= ROWS_MAX {
        return Ok(());
    }
    let text = format!("Request contains more than {ROWS_MAX} records");
    Err(Refusal::new(400, "EXCEEDED_ID_LIMIT", text))
}

fn type_of(record: &Row) -> Option<&str> {
    record.get("attributes").and_then(|attributes| attributes.get("type")).and_then(Value::as_str)
}

/// The save result of a refused row.
pub(super) fn save_error(refusal: &Refusal) -> Value {
    let errors: Vec<Value> = refusal.complaints.iter().map(Complaint::save_error).collect();
    json!({"success": false, "errors": errors})
}

fn failed(id: &str, refusal: &Refusal) -> Value {
    let mut result = save_error(refusal);
    result["id"] = json!(id);
    result
}

fn object_of(world: &SalesforceWorld, record: &Row) -> Result<String, Refusal> {
    let name = type_of(record).unwrap_or_default();
    world.schema.object(name).map(|object| object.name.clone()).ok_or_else(|| {
        Refusal::field("INVALID_TYPE", format!("sObject type '{name}' is not supported."), &[])
    })
}

/// `POST /composite/sobjects`.
pub(super) fn create(world: &mut SalesforceWorld, call: &Call<'_>) -> Result<Reply, Refusal> {
    let actor = call.actor();
    let results = Batch::read(call)?.run(world, |world, record| {
        let made = object_of(world, record).and_then(|name| world.insert(&name, record, &actor));
        made.map_err(|refusal| save_error(&refusal))
            .map(|id| json!({"id": id, "success": true, "errors": []}))
    });
    Ok(Reply::ok(Value::Array(results)))
}

/// `PATCH /composite/sobjects`: each row carries its id.
pub(super) fn update(world: &mut SalesforceWorld, call: &Call<'_>) -> Result<Reply, Refusal> {
    let actor = call.actor();
    let results = Batch::read(call)?.run(world, |world, record| {
        let mut record = record.clone();
        let key = record.keys().find(|name| name.eq_ignore_ascii_case("id")).cloned();
        let id = key.and_then(|key| record.remove(&key)).unwrap_or_default();
        let id = id.as_str().unwrap_or_default().to_owned();
        if id.is_empty() {
            let refusal =
                Refusal::field("MISSING_ARGUMENT", "Id not specified in an update call", &[]);
            return Err(save_error(&refusal));
        }
        let done =
            object_of(world, &record).and_then(|name| world.update(&name, &id, &record, &actor));
        let full = ids::to18(&id).unwrap_or(id);
        done.map_err(|refusal| failed(&full, &refusal))
            .map(|()| json!({"id": full, "success": true, "errors": []}))
    });
    Ok(Reply::ok(Value::Array(results)))
}

/// `DELETE /composite/sobjects?ids=…`.
pub(super) fn delete(world: &mut SalesforceWorld, call: &Call<'_>) -> Result<Reply, Refusal> {
    let list = call.param("ids").unwrap_or_default();
    let wanted: Vec<&str> = list.split(',').map(str::trim).filter(|id| !id.is_empty()).collect();
    limit(wanted.len())?;
    let all_or_none =
        call.param("allOrNone").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let actor = call.actor();
    let schema = world.schema.clone();
    let results = settle(world, all_or_none, |world| {
        let one = |id: &&str| {
            let object = schema.of_id(id);
            let malformed = || Refusal::field("MALFORMED_ID", format!("malformed id {id}"), &[]);
            let done = object
                .ok_or_else(malformed)
                .and_then(|object| world.delete(&object.name, id, &actor));
            let full = ids::to18(id).unwrap_or_else(|| (*id).to_owned());
            done.map_err(|refusal| failed(&full, &refusal))
                .map(|()| json!({"id": full, "success": true, "errors": []}))
        };
        wanted.iter().map(one).collect()
    });
    Ok(Reply::ok(Value::Array(results)))
}
