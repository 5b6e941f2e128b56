//! Queries and their pages.

use serde_json::{Value, json};

use super::call::Call;
use super::reply::Reply;
use crate::salesforce::error::Refusal;
use crate::salesforce::soql;
use crate::salesforce::usage::Cursor;
use crate::salesforce::world::SalesforceWorld;

/// Rows a page when the client asks for nothing else; also the most it may ask for.
const BATCH_MAX: usize = 2_000;
/// The least that the client may ask for.
const BATCH_MIN: usize = 200;

/// `GET /query?q=` and `GET /queryAll?q=`.
pub(super) fn first(
    world: &mut SalesforceWorld,
    call: &Call<'_>,
    deleted: bool,
) -> Result<Reply, Refusal> {
    let text = call.param("q").unwrap_or_default();
    let found = soql::run(world, text, &call.scope(deleted))?;
    let batch = batch_size(call);
    if found.rows.len() <= batch {
        let body = json!({"totalSize": found.total, "done": true, "records": found.rows});
        return Ok(Reply::ok(body));
    }
    let id = world.mint.next("01g");
    let cursor = Cursor { rows: found.rows, batch, opened: call.around.now };
    let body = page(&call.version, &id, &cursor, 0);
    world.usage.open(id, cursor);
    Ok(Reply::ok(body))
}

fn batch_size(call: &Call<'_>) -> usize {
    let options = call.header("sforce-query-options").unwrap_or_default();
    let wanted = options
        .split([',', ';'])
        .filter_map(|option| option.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("batchSize"))
        .and_then(|(_, value)| value.trim().parse::<usize>().ok());
    wanted.unwrap_or(BATCH_MAX).clamp(BATCH_MIN, BATCH_MAX)
}

/// `GET /query/01g…-2000`.
pub(super) fn next(
    world: &SalesforceWorld,
    call: &Call<'_>,
    locator: &str,
) -> Result<Reply, Refusal> {
    let known = locator.rsplit_once('-').and_then(|(id, offset)| {
        let offset: usize = offset.parse().ok()?;
        let cursor = world.usage.cursor(id, call.around.now)?;
        (offset < cursor.rows.len()).then(|| page(&call.version, id, cursor, offset))
    });
    known
        .map(Reply::ok)
        .ok_or_else(|| Refusal::new(400, "INVALID_QUERY_LOCATOR", "invalid query locator"))
}

fn page(version: &str, id: &str, cursor: &Cursor, offset: usize) -> Value {
    let end = (offset + cursor.batch).min(cursor.rows.len());
    let done = end == cursor.rows.len();
    let mut body = json!({
        "totalSize": cursor.rows.len(),
        "done": done,
        "records": cursor.rows[offset..end],
    });
    if !done {
        body["nextRecordsUrl"] = json!(format!("/services/data/{version}/query/{id}-{end}"));
    }
    body
}
