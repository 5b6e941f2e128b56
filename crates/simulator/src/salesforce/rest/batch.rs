//! Up to 25 independent calls in one; each of them counts.

use bytes::Bytes;
use serde_json::{Value, json};

use super::call::Call;
use super::composite::subcall;
use super::reply::Reply;
use super::routes::dispatch;
use crate::salesforce::error::Refusal;
use crate::salesforce::world::SalesforceWorld;

/// Sub-requests of one call.
const SUBREQUESTS_MAX: usize = 25;

/// `POST /composite/batch`.
pub(super) fn run(world: &mut SalesforceWorld, call: &Call<'_>) -> Result<Reply, Refusal> {
    let body = call.json()?;
    let requests = body.get("batchRequests").and_then(Value::as_array);
    let requests = requests.ok_or_else(|| Refusal::json("batchRequests is missing"))?;
    if requests.len() > SUBREQUESTS_MAX {
        let text = format!("Batch requests may hold at most {SUBREQUESTS_MAX} subrequests");
        return Err(Refusal::new(400, "INVALID_INPUT", text));
    }
    let halts = body.get("haltOnError") == Some(&Value::Bool(true));
    let (mut results, mut failed) = (Vec::new(), false);
    for (place, request) in requests.iter().enumerate() {
        let reply = if failed && halts {
            let text = "The batch was halted because of an earlier error";
            Reply::from(Refusal::new(412, "BATCH_PROCESSING_HALTED", text))
        } else {
            one(world, call, request, place).into()
        };
        failed |= !reply.is_success();
        results.push(json!({"statusCode": reply.status, "result": reply.body()}));
    }
    Ok(Reply::ok(json!({"hasErrors": failed, "results": results})))
}

fn one(
    world: &mut SalesforceWorld,
    outer: &Call<'_>,
    request: &Value,
    place: usize,
) -> Result<Reply, Refusal> {
    if place > 0 {
        world.usage.take()?;
    }
    let url = request["url"].as_str().unwrap_or_default();
    let body = match &request["richInput"] {
        Value::Null => Bytes::new(),
        body => Bytes::from(body.to_string()),
    };
    let method = request["method"].as_str().unwrap_or_default();
    let sub = subcall(outer, method, url, body, outer.headers.clone())?;
    if sub.path.first().is_some_and(|first| first == "composite") {
        return Err(Refusal::new(400, "INVALID_INPUT", "A batch can't hold a composite call"));
    }
    dispatch(world, &sub)
}
