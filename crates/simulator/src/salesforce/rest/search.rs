//! Search: a word over the text fields of some objects. There is no index, so nothing lags.

use serde_json::{Value, json};

use super::call::Call;
use super::records::shown;
use super::reply::Reply;
use crate::salesforce::error::Refusal;
use crate::salesforce::schema::Object;
use crate::salesforce::soql::{self, Condition, attributes};
use crate::salesforce::world::{Row, SalesforceWorld, is_deleted};

/// Rows that one search gives at most.
const ROWS_MAX: usize = 2_000;

/// What to look for in one object.
struct Wanted {
    object: String,
    fields: Vec<String>,
    limit: usize,
    condition: Option<String>,
}

/// `GET /search?q=FIND {words} IN ALL FIELDS RETURNING Case(Id, Subject WHERE … LIMIT 10)`.
pub(super) fn sosl(world: &SalesforceWorld, call: &Call<'_>) -> Result<Reply, Refusal> {
    let text = call.param("q").unwrap_or_default();
    let malformed = |text: &str| Refusal::new(400, "MALFORMED_SEARCH", text);
    let words = text.split_once('{').and_then(|(_, rest)| rest.split_once('}'));
    let no_term = "No search term found. The search term must be enclosed in braces.";
    let (words, rest) = words.ok_or_else(|| malformed(no_term))?;
    let words = words.replace('\\', "");
    let upper = rest.to_ascii_uppercase();
    let returning = upper.find("RETURNING").map(|at| &rest[at + "RETURNING".len()..]);
    let wanted = match returning {
        Some(list) => entries(list).iter().map(|entry| wanted(entry)).collect(),
        None => searchable(world),
    };
    let rows = find(world, call, &words, &wanted)?;
    Ok(Reply::ok(json!({"searchRecords": rows})))
}

/// `Case(Id,Subject), Account` as separate entries.
fn entries(list: &str) -> Vec<String> {
    let (mut entries, mut depth) = (vec![String::new()], 0_i32);
    for letter in list.chars() {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        if letter == ',' && depth == 0 {
            entries.push(String::new());
        } else if let Some(last) = entries.last_mut() {
            last.push(letter);
        }
    }
    entries
}

fn wanted(entry: &str) -> Wanted {
    let (object, inner) = entry.split_once('(').unwrap_or((entry, ""));
    let object = object.split_whitespace().next().unwrap_or_default().to_owned();
    let inner = inner.trim_end().trim_end_matches(')');
    let upper = inner.to_ascii_uppercase();
    let cut = |word: &str| upper.find(word).unwrap_or(inner.len());
    let (filter, limit, order) = (cut(" WHERE "), cut(" LIMIT "), cut(" ORDER BY "));
    let fields = &inner[..filter.min(limit).min(order)];
    let until = limit.min(order);
    let count = inner.get(limit + 7..).and_then(|rest| rest.split_whitespace().next());
    Wanted {
        object,
        fields: fields
            .split(',')
            .map(|name| name.trim().to_owned())
            .filter(|n| !n.is_empty())
            .collect(),
        limit: count.and_then(|count| count.parse().ok()).unwrap_or(ROWS_MAX),
        condition: inner
            .get(filter + 7..until.max(filter + 7).min(inner.len()))
            .filter(|c| !c.is_empty())
            .map(str::to_owned),
    }
}

/// `GET` or `POST /parameterizedSearch`.
pub(super) fn parameterized(world: &SalesforceWorld, call: &Call<'_>) -> Result<Reply, Refusal> {
    let body = if call.body.is_empty() { from_query(call) } else { call.json()? };
    let words = body.get("q").and_then(Value::as_str).unwrap_or_default();
    let list = |value: &Value| -> Vec<String> {
        let names = value.as_array().into_iter().flatten();
        names.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let number = |value: &Value| {
        value
            .as_u64()
            .or_else(|| value.as_str()?.parse().ok())
            .and_then(|n| usize::try_from(n).ok())
    };
    let entry = |entry: &Value| Wanted {
        object: entry["name"].as_str().unwrap_or_default().to_owned(),
        fields: list(if entry["fields"].is_null() { &body["fields"] } else { &entry["fields"] }),
        limit: number(&entry["limit"])
            .or_else(|| number(&body["defaultLimit"]))
            .unwrap_or(ROWS_MAX),
        condition: entry["where"].as_str().map(str::to_owned),
    };
    let wanted = match body["sobjects"].as_array() {
        Some(entries) => entries.iter().map(entry).collect(),
        None => searchable(world),
    };
    let mut rows = find(world, call, words, &wanted)?;
    rows.truncate(number(&body["overallLimit"]).unwrap_or(ROWS_MAX));
    Ok(Reply::ok(json!({"searchRecords": rows})))
}

fn from_query(call: &Call<'_>) -> Value {
    let split = |name: &str| {
        call.param(name).map(|list| list.split(',').map(str::trim).collect::<Vec<_>>())
    };
    let mut body = json!({"q": call.param("q"), "overallLimit": call.param("overallLimit")});
    if let Some(names) = split("sobject") {
        let fields = |name: &str| split(&format!("{name}.fields")).or_else(|| split("fields"));
        body["sobjects"] =
            names.iter().map(|name| json!({"name": name, "fields": fields(name)})).collect();
    }
    body
}

fn searchable(world: &SalesforceWorld) -> Vec<Wanted> {
    let all = world.schema.objects().filter(|object| object.can("search"));
    all.map(|object| Wanted {
        object: object.name.clone(),
        fields: Vec::new(),
        limit: ROWS_MAX,
        condition: None,
    })
    .collect()
}

fn find(
    world: &SalesforceWorld,
    call: &Call<'_>,
    words: &str,
    wanted: &[Wanted],
) -> Result<Vec<Value>, Refusal> {
    let words: Vec<String> =
        words.split_whitespace().map(|word| word.trim_matches(['*', '"']).to_lowercase()).collect();
    let mut rows = Vec::new();
    for wanted in wanted {
        let object = world.seen(&wanted.object).ok_or_else(|| {
            let text = format!("sObject type '{}' is not supported.", wanted.object);
            Refusal::new(400, "INVALID_TYPE", text)
        })?;
        let condition = wanted.condition.as_deref();
        let condition = condition.map(|text| soql::condition(world, object, text, call.around.now));
        let found = hits(world, object, &words, condition.transpose()?.as_ref());
        let names: Vec<&str> = wanted.fields.iter().map(String::as_str).collect();
        for row in found.into_iter().take(wanted.limit) {
            rows.push(match names.as_slice() {
                [] => bare(call, object, row),
                names => shown(world, call, object, row, Some(names))?,
            });
        }
    }
    Ok(rows)
}

fn bare(call: &Call<'_>, object: &Object, row: &Row) -> Value {
    let id = row.get("Id").and_then(Value::as_str).unwrap_or_default();
    json!({"attributes": attributes(&call.version, &object.name, id), "Id": id})
}

fn hits<'a>(
    world: &'a SalesforceWorld,
    object: &Object,
    words: &[String],
    condition: Option<&Condition>,
) -> Vec<&'a Row> {
    let has = |row: &Row, word: &String| {
        object.fields.iter().filter(|field| field.kind.is_text() && world.shows(object, field)).any(
            |field| {
                row.get(&field.name)
                    .and_then(Value::as_str)
                    .is_some_and(|text| text.to_lowercase().contains(word))
            },
        )
    };
    let fits = |row: &&Row| {
        !is_deleted(row)
            && !words.is_empty()
            && words.iter().all(|word| has(row, word))
            && condition.is_none_or(|condition| soql::holds(world, object, row, condition))
    };
    world.rows(object).filter(fits).collect()
}
