//! Measures: what workers counted by the minute, for the charts of pages.

use std::time::Duration;

use chrono::{DateTime, Utc};
use lockstep_model::ConnectionId;
use serde::Serialize;
use tokio_postgres::Row;
use tokio_postgres::types::Json;

use crate::connections::Connections;
use crate::error::StoreError;
use crate::row::{Reader, read_all};
use crate::statement::statements;
use crate::store::{Store, execute_on};
use crate::tally::{Measured, Series, Tally};

/// The sums of each bucket; as many as a tally has.
macro_rules! bucket_sums {
    () => {
        "CASE WHEN sum(cardinality(buckets)) > 0 THEN ARRAY[sum(buckets[1]), sum(buckets[2]), \
         sum(buckets[3]), sum(buckets[4]), sum(buckets[5]), sum(buckets[6]), sum(buckets[7]), \
         sum(buckets[8]), sum(buckets[9]), sum(buckets[10]), sum(buckets[11]), sum(buckets[12]), \
         sum(buckets[13])]::bigint[] ELSE '{}' END AS buckets"
    };
}

statements! {
    // In one order, so that two workers never wait for each other.
    ADD = "WITH told AS (INSERT INTO connection_usage AS known (connection, used, max, seen_at) \
            SELECT connection.id, (one->>'used')::bigint, (one->>'max')::bigint, \
                (one->>'seen_at')::timestamptz \
            FROM jsonb_array_elements($2) AS one \
            JOIN connection ON connection.id = (one->>'connection')::bigint ORDER BY connection.id \
            ON CONFLICT (connection) DO UPDATE SET used = excluded.used, max = excluded.max, \
                seen_at = excluded.seen_at WHERE known.seen_at < excluded.seen_at) \
        INSERT INTO measure AS known (series, label, minute, count, sum, buckets) \
        SELECT one->>'series', one->>'label', (one->>'minute')::timestamptz, \
            (one->>'count')::bigint, (one->>'sum')::double precision, \
            ARRAY(SELECT number::bigint FROM jsonb_array_elements_text(one->'buckets') \
                WITH ORDINALITY AS buckets (number, place) ORDER BY place) \
        FROM jsonb_array_elements($1) AS one ORDER BY 1, 2, 3 \
        ON CONFLICT (series, label, minute) DO UPDATE SET count = known.count + excluded.count, \
            sum = known.sum + excluded.sum, \
            buckets = ARRAY(SELECT coalesce(mine, 0) + coalesce(more, 0) \
                FROM unnest(known.buckets, excluded.buckets) \
                    WITH ORDINALITY AS two (mine, more, place) ORDER BY place)";
    SERIES = concat!("SELECT label, \
            to_timestamp(floor(extract(epoch FROM minute) / $3::double precision) \
                * $3::double precision) AS at, \
            sum(count)::bigint AS count, sum(sum) AS sum, ", bucket_sums!(), " \
        FROM measure WHERE series = $1 AND minute >= $2 GROUP BY 1, 2 ORDER BY 2, 1");
    TOTALS = concat!("SELECT label, min(minute) AS at, sum(count)::bigint AS count, \
            sum(sum) AS sum, ", bucket_sums!(), " \
        FROM measure WHERE series = $1 AND minute >= $2 GROUP BY label ORDER BY label");
    USAGE = "SELECT connection.id, used, max, seen_at, coalesce(made.calls, 0)::bigint AS calls \
        FROM connection LEFT JOIN connection_usage ON connection = connection.id \
        LEFT JOIN (SELECT label, sum(count) AS calls FROM measure \
            WHERE series = 'calls' AND minute >= $1 GROUP BY label) AS made \
            ON made.label = connection.id::text ORDER BY connection.name";
    PURGE = "DELETE FROM measure WHERE ctid = ANY(ARRAY( \
        SELECT ctid FROM measure WHERE minute < now() - make_interval(secs => $1) LIMIT $2))";
}

/// How much of an org's daily calls was used, as an answer told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LimitSeen {
    /// The connection.
    pub connection: ConnectionId,
    /// Calls used in the last 24 hours, by everybody.
    pub used: i64,
    /// Calls that there are.
    pub max: i64,
    /// When that was told.
    pub seen_at: DateTime<Utc>,
}

/// What was counted under one label within one step of time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Point {
    /// The direction, code, lane or connection.
    pub label: String,
    /// When the step begins; of a total, its first minute.
    pub at: DateTime<Utc>,
    /// What was counted.
    pub tally: Tally,
}

/// What a connection's calls come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CallUsage {
    /// The connection.
    pub connection: ConnectionId,
    /// Calls of ours since the given time, as far as workers have told.
    pub calls: i64,
    /// What the vendor told last, if it tells.
    pub limit: Option<LimitSeen>,
}

/// What workers counted.
#[derive(Debug, Clone, Copy)]
pub struct Measures<'a> {
    pub(crate) store: &'a Store,
}

impl Measures<'_> {
    /// Adds what was counted to what is stored, by one statement. It is not tried twice: whoever gets
    /// an error still has what it counted, and if only the answer was lost it counts double.
    pub async fn add(self, measured: &[Measured], limits: &[LimitSeen]) -> Result<(), StoreError> {
        let client = self.store.client().await?;
        execute_on(&client, ADD, &[&Json(measured), &Json(limits)]).await.map(|_| ())
    }

    /// What was counted since then, by label and steps of time, in their order. Steps in which
    /// nothing was counted are not among them.
    pub async fn series(
        self,
        series: Series,
        since: DateTime<Utc>,
        step: Duration,
    ) -> Result<Vec<Point>, StoreError> {
        let seconds = step.as_secs_f64().max(60.0);
        read_all(&self.store.rows(SERIES, &[&series.name(), &since, &seconds]).await?, read)
    }

    /// What was counted since then, by label. [`Tally::quantile`] tells p50 and p95.
    pub async fn totals(
        self,
        series: Series,
        since: DateTime<Utc>,
    ) -> Result<Vec<Point>, StoreError> {
        read_all(&self.store.rows(TOTALS, &[&series.name(), &since]).await?, read)
    }

    /// Deletes up to `limit` rows older than `age`, and says how many.
    pub async fn purge(self, age: Duration, limit: i64) -> Result<u64, StoreError> {
        self.store.execute(PURGE, &[&age.as_secs_f64(), &limit]).await
    }
}

impl Connections<'_> {
    /// The calls of each connection since then, such as since midnight, and what its vendor told.
    pub async fn usage(self, since: DateTime<Utc>) -> Result<Vec<CallUsage>, StoreError> {
        read_all(&self.store.rows(USAGE, &[&since]).await?, read_usage)
    }
}

fn read(row: &Row) -> Result<Point, StoreError> {
    let reader = Reader::new("measure", row);
    let tally = Tally {
        count: reader.get("count")?,
        sum: reader.get("sum")?,
        buckets: reader.get("buckets")?,
    };
    Ok(Point { label: reader.get("label")?, at: reader.get("at")?, tally })
}

fn read_usage(row: &Row) -> Result<CallUsage, StoreError> {
    let reader = Reader::new("connection_usage", row);
    let connection = ConnectionId(reader.get("id")?);
    let seen_at: Option<DateTime<Utc>> = reader.get("seen_at")?;
    let limit = match seen_at {
        Some(seen_at) => {
            let (used, max) = (reader.get("used")?, reader.get("max")?);
            Some(LimitSeen { connection, used, max, seen_at })
        }
        None => None,
    };
    Ok(CallUsage { connection, calls: reader.get("calls")?, limit })
}
