//! What changed and what was deleted in a span of time.

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use serde_json::{Value, json};

use super::call::Call;
use super::reply::Reply;
use crate::salesforce::error::Refusal;
use crate::salesforce::stamp;
use crate::salesforce::world::{SalesforceWorld, is_deleted};

/// How far back updates can be asked for, in days.
const UPDATED_DAYS: i64 = 30;
/// How long deletions are remembered, in days.
const DELETED_DAYS: i64 = 15;

struct Span {
    start: DateTime<Utc>,
    end: DateTime<Utc>,
}

impl Span {
    /// Reads `start` and `end` to the minute.
    fn read(call: &Call<'_>, days: i64) -> Result<Self, Refusal> {
        let moment = |name: &str| {
            let text = call.param(name).unwrap_or_default().replace(' ', "+");
            let at =
                stamp::parse(&text).and_then(|at| at.duration_trunc(TimeDelta::minutes(1)).ok());
            at.ok_or_else(|| {
                Refusal::new(400, "INVALID_FIELD", format!("{name} is no date-time: {text}"))
            })
        };
        let span = Self { start: moment("start")?, end: moment("end")? };
        if span.start >= span.end {
            return Err(bad_date("startDate must be before endDate"));
        }
        if span.start < call.around.now - TimeDelta::days(days) {
            return Err(bad_date(&format!("startDate cannot be more than {days} days ago")));
        }
        Ok(span)
    }

    fn holds(&self, at: DateTime<Utc>) -> bool {
        at >= self.start && at < self.end
    }

    /// No later than the present minute.
    fn covered(&self, now: DateTime<Utc>) -> String {
        let minute = now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now);
        stamp::stamp(self.end.min(minute))
    }
}

fn bad_date(text: &str) -> Refusal {
    Refusal::new(400, "INVALID_REPLICATION_DATE", text)
}

/// `GET /sobjects/X/updated?start&end`.
pub(super) fn updated(
    world: &SalesforceWorld,
    call: &Call<'_>,
    name: &str,
) -> Result<Reply, Refusal> {
    let object = world.schema.object(name).ok_or_else(Refusal::not_found)?;
    let span = Span::read(call, UPDATED_DAYS)?;
    let stamp_of = |row: &&crate::salesforce::world::Row| {
        row.get("SystemModstamp").and_then(Value::as_str).and_then(stamp::parse)
    };
    let ids: Vec<&Value> = world
        .rows(object)
        .filter(|row| !is_deleted(row) && stamp_of(row).is_some_and(|at| span.holds(at)))
        .filter_map(|row| row.get("Id"))
        .collect();
    Ok(Reply::ok(json!({"ids": ids, "latestDateCovered": span.covered(call.around.now)})))
}

/// `GET /sobjects/X/deleted?start&end`.
pub(super) fn deleted(
    world: &SalesforceWorld,
    call: &Call<'_>,
    name: &str,
) -> Result<Reply, Refusal> {
    let object = world.schema.object(name).ok_or_else(Refusal::not_found)?;
    let span = Span::read(call, DELETED_DAYS)?;
    let records: Vec<Value> = world
        .deletions
        .iter()
        .filter(|gone| gone.object == object.name && span.holds(gone.at))
        .map(|gone| json!({"id": gone.id, "deletedDate": stamp::stamp(gone.at)}))
        .collect();
    Ok(Reply::ok(json!({
        "deletedRecords": records,
        "earliestDateAvailable": stamp::stamp(call.around.now - TimeDelta::days(DELETED_DAYS)),
        "latestDateCovered": span.covered(call.around.now),
    })))
}
