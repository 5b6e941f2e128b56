//! Up to 25 dependent calls in one.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use bytes::Bytes;
use serde_json::{Value, json};

use super::call::{Call, pairs, segments};
use super::operation;
use super::reference::{Results, fill, fill_value};
use super::reply::{Content, Reply};
use super::routes::dispatch;
use crate::salesforce::error::Refusal;
use crate::salesforce::world::{SalesforceWorld, as_row};

/// Sub-requests of one call.
const SUBREQUESTS_MAX: usize = 25;
/// How many of them may be queries or collections.
const HEAVY_MAX: usize = 5;
/// Headers that a sub-request shares with the whole call and may not set.
const SHARED_HEADERS: [&str; 3] = ["accept", "authorization", "content-type"];

/// A sub-request that was answered.
struct Answered {
    reference: String,
    reply: Reply,
}

/// `POST /composite`: always 200 once the call itself is sound.
pub(super) fn run(world: &mut SalesforceWorld, call: &Call<'_>) -> Result<Reply, Refusal> {
    let body = call.json()?;
    let requests = body.get("compositeRequest").and_then(Value::as_array);
    let requests = requests.ok_or_else(|| Refusal::json("compositeRequest is missing"))?;
    check(requests)?;
    let all_or_none = body.get("allOrNone") == Some(&Value::Bool(true));
    let all_well = |answers: &Vec<Answered>| answers.iter().all(|answer| answer.reply.is_success());
    let keep = |answers: &Vec<Answered>| !all_or_none || all_well(answers);
    let mut answers = world.transaction(|world| all(world, call, requests, all_or_none), keep);
    if !keep(&answers) {
        spoil(&mut answers);
    }
    let shown: Vec<Value> = answers.iter().map(show).collect();
    Ok(Reply::ok(json!({"compositeResponse": shown})))
}

fn check(requests: &[Value]) -> Result<(), Refusal> {
    let invalid = |text: String| Err(Refusal::new(400, "INVALID_INPUT", text));
    if requests.len() > SUBREQUESTS_MAX {
        return invalid(format!(
            "Composite requests may hold at most {SUBREQUESTS_MAX} subrequests"
        ));
    }
    let url = |request: &Value| request["url"].as_str().unwrap_or_default().to_owned();
    let heavy = |request: &&Value| {
        let url = url(request);
        url.contains("/query?") || url.contains("/queryAll?") || url.contains("/composite/sobjects")
    };
    if requests.iter().filter(heavy).count() > HEAVY_MAX {
        return invalid(format!("At most {HEAVY_MAX} subrequests may be queries or collections"));
    }
    let mut seen = Vec::new();
    for request in requests {
        let reference = request["referenceId"].as_str().unwrap_or_default();
        let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        if reference.is_empty() || !reference.chars().all(plain) || seen.contains(&reference) {
            return invalid(format!(
                "Provided referenceId ('{reference}') must start with a letter or a number, be unique, \
                 and hold only letters, numbers and underscores"
            ));
        }
        seen.push(reference);
        let headers = request["httpHeaders"].as_object().into_iter().flatten();
        for (name, _) in headers {
            if SHARED_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
                return invalid(format!("The header {name} can't be set on a subrequest"));
            }
        }
    }
    Ok(())
}

/// Runs the sub-requests in order; with `all_or_none` stops working at the first failure.
fn all(
    world: &mut SalesforceWorld,
    call: &Call<'_>,
    requests: &[Value],
    all_or_none: bool,
) -> Vec<Answered> {
    let (mut results, mut answers, mut halted) = (Results::new(), Vec::new(), false);
    for request in requests {
        let reference = request["referenceId"].as_str().unwrap_or_default().to_owned();
        let reply = if halted { rolled_back() } else { one(world, call, request, &results).into() };
        if reply.is_success() {
            results.insert(reference.clone(), reply.body());
        } else {
            halted |= all_or_none;
        }
        answers.push(Answered { reference, reply });
    }
    answers
}

fn one(
    world: &mut SalesforceWorld,
    outer: &Call<'_>,
    request: &Value,
    results: &Results,
) -> Result<Reply, Refusal> {
    let url = fill(request["url"].as_str().unwrap_or_default(), results)?;
    let body = match &request["body"] {
        Value::Null => Bytes::new(),
        body => Bytes::from(fill_value(body, results)?.to_string()),
    };
    let method = request["method"].as_str().unwrap_or_default();
    let sub = subcall(outer, method, &url, body, headers(&request["httpHeaders"]))?;
    if sub.path.first().is_some_and(|first| first == "composite")
        && sub.path.get(1).is_none_or(|second| second != "sobjects")
    {
        return Err(Refusal::new(400, "INVALID_INPUT", "A composite call can't hold another one"));
    }
    dispatch(world, &sub)
}

/// A call inside a call.
pub(super) fn subcall<'a>(
    outer: &Call<'a>,
    method: &str,
    url: &str,
    body: Bytes,
    headers: HeaderMap,
) -> Result<Call<'a>, Refusal> {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let mut path = segments(path);
    if path.len() > 2 && path[0] == "services" && path[1] == "data" {
        path.drain(..2);
    }
    if path.is_empty() {
        return Err(Refusal::not_found());
    }
    let version = path.remove(0);
    super::versions::check(&version)?;
    let method: Method = method.parse().map_err(|_| Refusal::not_found())?;
    let names: Vec<&str> = path.iter().map(String::as_str).collect();
    outer.around.calls.count(&format!("{}.sub", operation::api(method.as_str(), &names)));
    let query = pairs(&query.replace('+', "%20"));
    Ok(Call { around: outer.around, method, path, version, query, headers, body, form: None })
}

fn headers(given: &Value) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in given.as_object().into_iter().flatten() {
        let value = value.as_str().and_then(|value| HeaderValue::from_str(value).ok());
        if let (Ok(name), Some(value)) = (name.to_ascii_lowercase().parse::<HeaderName>(), value) {
            headers.insert(name, value);
        }
    }
    headers
}

fn rolled_back() -> Reply {
    let text =
        "The transaction was rolled back since another operation in the same transaction failed.";
    Refusal::new(400, "PROCESSING_HALTED", text).into()
}

/// What went well was undone with what failed.
fn spoil(answers: &mut [Answered]) {
    for answer in answers.iter_mut().filter(|answer| answer.reply.is_success()) {
        answer.reply = rolled_back();
    }
}

fn show(answer: &Answered) -> Value {
    let location = answer.reply.headers.iter().find(|(name, _)| *name == "location");
    let headers = location.map_or(json!({}), |(_, url)| json!({"Location": url}));
    let body = match &answer.reply.content {
        Content::Json(body) => body.clone(),
        Content::Empty => Value::Null,
        Content::Raw(..) | Content::File(_) => {
            json!([{"errorCode": "INVALID_INPUT", "message": "Blobs can't be read here"}])
        }
    };
    Value::Object(as_row(json!({
        "body": body,
        "httpHeaders": headers,
        "httpStatusCode": answer.reply.status,
        "referenceId": answer.reference,
    })))
}
