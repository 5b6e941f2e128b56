//! Measures: what the charts of the home page are made of.

use std::time::Duration;

use axum::Json;
use axum::extract::{Path, Query, State};
use chrono::{DateTime, TimeDelta, Utc};
use lockstep_store::{Point, Series};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Answer, SEE};
use crate::App;
use crate::routes::Routes;
use crate::trouble::Trouble;

/// Most steps of time that one answer covers: a week in steps of ten minutes.
const STEPS_MAX: i64 = 1008;

/// The shortest step, in seconds: workers count by the minute.
const STEP_MIN: i64 = 60;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get(SEE, "/api/v1/measures/{series}", measures)
}

/// Since when, and in which steps.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Since {
    /// From then on; the last hour unless set.
    since: Option<DateTime<Utc>>,
    /// Seconds of a step; without it one total for each label.
    #[param(minimum = 60)]
    step: Option<i64>,
}

/// What was counted under one label within one step of time.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MeasuredPoint {
    /// The direction, code, lane or number of the connection.
    label: String,
    /// When the step begins; of a total, its first minute.
    at: DateTime<Utc>,
    /// How many.
    count: i64,
    /// The sum of their seconds; zero of what is only counted.
    seconds: f64,
    /// Half of them took no longer than so many seconds; none of what is only counted.
    p50: Option<f64>,
    /// Of a hundred, ninety-five took no longer than so many seconds.
    p95: Option<f64>,
}

impl From<Point> for MeasuredPoint {
    fn from(Point { label, at, tally }: Point) -> Self {
        let (p50, p95) = (tally.quantile(0.5), tally.quantile(0.95));
        Self { label, at, count: tally.count, seconds: tally.sum, p50, p95 }
    }
}

/// A series of the home page: `latency` of changes by direction, `changes` by direction, `failures` by
/// code, `queue_age` of jobs by lane, `calls` by the number of the connection. Steps in which nothing
/// was counted are not among the points.
#[utoipa::path(
    get,
    path = "/api/v1/measures/{series}",
    tag = "measures",
    params(Since),
    responses((status = 200, body = Vec<MeasuredPoint>))
)]
pub(super) async fn measures(
    State(app): State<App>,
    Path(series): Path<String>,
    Query(Since { since, step }): Query<Since>,
) -> Answer<Vec<MeasuredPoint>> {
    let series = Series::from_name(&series).ok_or(Trouble::NotFound("series"))?;
    let now = app.ambient.now();
    let since = since.unwrap_or(now - TimeDelta::hours(1));
    let measures = app.store.measures();
    let points = match step {
        None => measures.totals(series, since).await?,
        Some(step) => measures.series(series, since, length(step, now - since)?).await?,
    };
    Ok(Json(points.into_iter().map(MeasuredPoint::from).collect()))
}

/// The length of a step, where there are not too many of them.
fn length(seconds: i64, span: TimeDelta) -> Result<Duration, Trouble> {
    let seconds = seconds.max(STEP_MIN);
    if span.num_seconds() / seconds > STEPS_MAX {
        let why = format!("That is more than {STEPS_MAX} steps: ask for longer ones, or for less.");
        return Err(Trouble::Refused(why));
    }
    Ok(Duration::from_secs(seconds.unsigned_abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_a_minute_at_least_and_not_too_many() {
        assert_eq!(length(-5, TimeDelta::hours(1)), Ok(Duration::from_secs(60)));
        assert_eq!(length(600, TimeDelta::days(7)), Ok(Duration::from_secs(600)));
        assert!(length(60, TimeDelta::days(1)).is_err());
        assert!(length(i64::MAX, TimeDelta::MAX).is_ok(), "no sum overflows");
    }
}
