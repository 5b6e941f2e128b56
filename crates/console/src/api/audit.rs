//! What was done.

use axum::extract::{Query, State};
use chrono::{DateTime, Utc};
use lockstep_store::{AuditFilter, AuditRow, Outcome};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{Answer, Page, SEE, items, links};
use crate::App;
use crate::routes::Routes;
use crate::trouble::Trouble;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get(SEE, "/api/v1/audit", audit)
}

/// Which rows.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichRows {
    /// Name of an item: its rows only.
    item: Option<String>,
    /// A link, by its number, its issue's key or its record's id: its rows only.
    link: Option<String>,
    /// What was done.
    step: Option<String>,
    /// How it ended.
    #[param(value_type = Option<String>)]
    outcome: Option<Outcome>,
    /// `LS-…`: of what it failed.
    code: Option<String>,
    /// Who did it.
    actor: Option<String>,
    /// What ties it to log and job.
    correlation: Option<String>,
    /// What people did, and nothing else.
    #[serde(default)]
    #[param(default = false)]
    by_people: bool,
    /// From then on.
    since: Option<DateTime<Utc>>,
    /// Before then.
    until: Option<DateTime<Utc>>,
    /// The page after this one: `next` of the page before.
    after: Option<String>,
    /// Most rows.
    #[param(default = 100, maximum = 500)]
    limit: Option<u32>,
}

/// Every operator action and every step, latest first, a page at a time.
#[utoipa::path(
    get,
    path = "/api/v1/audit",
    tag = "audit",
    params(WhichRows),
    responses((status = 200, body = Page<AuditRow>))
)]
pub(super) async fn audit(
    State(app): State<App>,
    Query(which): Query<WhichRows>,
) -> Answer<Page<AuditRow>> {
    let item = items::narrowed(&app, which.item.as_deref()).await?;
    let link = match &which.link {
        Some(link) => Some(links::found(&app, link).await?.id),
        None => None,
    };
    let limit = which.limit.unwrap_or(100).clamp(1, 500);
    let filter = AuditFilter {
        item,
        link,
        step: which.step,
        outcome: which.outcome,
        code: which.code,
        actor: which.actor,
        correlation: which.correlation,
        by_people: which.by_people,
        since: which.since,
        until: which.until,
        after: which.after.as_deref().map(key).transpose()?,
        limit,
    };
    let rows = app.store.audit().page(&filter).await?;
    Ok(Page::new(rows, limit as usize, |row| format!("{}.{}", row.at.timestamp_micros(), row.id)))
}

/// A row's place in the list: its time in microseconds, and its number.
fn key(text: &str) -> Result<(DateTime<Utc>, i64), Trouble> {
    let read = || {
        let (at, id) = text.split_once('.')?;
        Some((DateTime::from_timestamp_micros(at.parse().ok()?)?, id.parse().ok()?))
    };
    read().ok_or_else(|| Trouble::Refused("`after` is the `next` of the page before.".to_owned()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_place_in_a_list_is_too_strange(text: String, micros: i64, id: i64) {
            let _read_or_not = key(&text);
            let place = format!("{micros}.{id}");
            if let Ok((at, number)) = key(&place) {
                prop_assert_eq!((at.timestamp_micros(), number), (micros, id));
            }
        }
    }
}
