//! Conditional requests on rows, one second coarse.

use chrono::{DateTime, SubsecRound as _, Utc};
use serde_json::Value;

use super::call::Call;
use crate::salesforce::error::Refusal;
use crate::salesforce::stamp;
use crate::salesforce::world::Row;

fn modified(row: &Row) -> Option<DateTime<Utc>> {
    row.get("SystemModstamp").and_then(Value::as_str).and_then(stamp::parse)
}

/// Refuses with 412 when the row is newer than `If-Unmodified-Since`, with 400 when that is no date.
pub(super) fn still_unmodified(call: &Call<'_>, row: &Row) -> Result<(), Refusal> {
    let Some(text) = call.header("if-unmodified-since") else {
        return Ok(());
    };
    let since = stamp::parse_http(text).ok_or_else(|| {
        Refusal::new(400, "INVALID_HTTP_HEADER", format!("Invalid If-Unmodified-Since: {text}"))
    })?;
    if modified(row).is_some_and(|at| at > since) { Err(Refusal::stale()) } else { Ok(()) }
}

/// Whether the row did not change after `If-Modified-Since`.
pub(super) fn unmodified_since(call: &Call<'_>, row: &Row) -> bool {
    let since = call.header("if-modified-since").and_then(stamp::parse_http);
    since.zip(modified(row)).is_some_and(|(since, at)| at <= since)
}

/// Whether the client's copy of a describe result, known by stamp or by tag, is still good.
pub(super) fn fresh(call: &Call<'_>, changed: DateTime<Utc>, tag: &str) -> bool {
    if let Some(known) = call.header("if-none-match") {
        return known.split(',').any(|known| known.trim() == tag);
    }
    let since = call.header("if-modified-since").and_then(stamp::parse_http);
    since.is_some_and(|since| changed.trunc_subsecs(0) <= since)
}
