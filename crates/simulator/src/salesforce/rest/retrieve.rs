//! Many records of one object by id.

use serde_json::Value;

use super::call::Call;
use super::records::shown;
use super::reply::Reply;
use crate::salesforce::error::Refusal;
use crate::salesforce::world::SalesforceWorld;

/// Rows that one call may read.
const ROWS_MAX: usize = 2_000;

/// `POST /composite/sobjects/X {"ids":[…],"fields":[…]}` or `GET …?ids=…&fields=…`: one entry an id, in order, null for
/// what is not there.
pub(super) fn many(world: &SalesforceWorld, call: &Call<'_>, name: &str) -> Result<Reply, Refusal> {
    let object = world.schema.object(name).ok_or_else(Refusal::not_found)?;
    let (ids, fields) = wanted(call)?;
    if ids.len() > ROWS_MAX {
        let text = format!("The maximum number of ids is {ROWS_MAX}");
        return Err(Refusal::new(400, "EXCEEDED_ID_LIMIT", text));
    }
    let names: Vec<&str> = fields.iter().map(String::as_str).collect();
    if let Some(unknown) = names.iter().find(|name| world.visible(object, name).is_none()) {
        let text = format!("No such column '{unknown}' on sobject of type {}", object.name);
        return Err(Refusal::new(400, "INVALID_FIELD", text));
    }
    let row_of = |id: &String| world.locate(object, id).ok().and_then(|id| world.row(object, &id));
    let entry = |id: &String| match row_of(id) {
        Some(row) => shown(world, call, object, row, Some(&names)),
        None => Ok(Value::Null),
    };
    Ok(Reply::ok(Value::Array(ids.iter().map(entry).collect::<Result<_, _>>()?)))
}

fn wanted(call: &Call<'_>) -> Result<(Vec<String>, Vec<String>), Refusal> {
    if call.method == axum::http::Method::GET {
        let list = |name: &str| {
            call.param(name).unwrap_or_default().split(',').map(str::to_owned).collect::<Vec<_>>()
        };
        return Ok((list("ids"), list("fields")));
    }
    let body = call.json()?;
    let list = |name: &str| -> Result<Vec<String>, Refusal> {
        let list = body.get(name).and_then(Value::as_array);
        let list =
            list.ok_or_else(|| Refusal::json(format!("The request needs a list of {name}")))?;
        Ok(list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    };
    Ok((list("ids")?, list("fields")?))
}
