//! The audit trail in pages, for people: filtered, latest first. Each page is planned anew, for what
//! it is filtered by decides which index serves it.

use chrono::{DateTime, Utc};
use lockstep_model::{ItemId, LinkId};

use crate::audit::{self, Audit, AuditRow, Outcome, columns};
use crate::error::StoreError;
use crate::row::{Reader, read_all};
use crate::search::COUNT_MAX;
use crate::statement::statements;
use crate::store::Params;

macro_rules! filters {
    () => {
        "($1::bigint IS NULL OR item = $1) AND ($2::bigint IS NULL OR link = $2) \
         AND ($3::text IS NULL OR step = $3) AND ($4::text IS NULL OR outcome = $4) \
         AND ($5::text IS NULL OR code = $5) AND ($6::text IS NULL OR actor = $6) \
         AND ($7::text IS NULL OR correlation = $7) AND (NOT $8 OR actor IS NOT NULL) \
         AND ($9::timestamptz IS NULL OR at >= $9) AND ($10::timestamptz IS NULL OR at < $10)"
    };
}

statements! {
    // The plain comparison, besides that of both, leaves out the months after the page's end.
    PAGE = concat!("SELECT ", columns!(), " FROM audit WHERE ", filters!(), " \
        AND ($11::timestamptz IS NULL OR (at <= $11 AND (at, id) < ($11, $12::bigint))) \
        ORDER BY at DESC, id DESC LIMIT $13");
    COUNT = concat!("SELECT count(*) FROM (SELECT FROM audit WHERE ", filters!(), " LIMIT $11) AS one");
}

/// Which rows of the trail are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// About one item.
    pub item: Option<ItemId>,
    /// About one link.
    pub link: Option<LinkId>,
    /// Of one step, such as `edit_issue`.
    pub step: Option<String>,
    /// With one outcome.
    pub outcome: Option<Outcome>,
    /// With one code of the catalogue.
    pub code: Option<String>,
    /// Asked for by one person.
    pub actor: Option<String>,
    /// Under one correlation id.
    pub correlation: Option<String>,
    /// Asked for by any person.
    pub by_people: bool,
    /// From this time on.
    pub since: Option<DateTime<Utc>>,
    /// Before this time.
    pub until: Option<DateTime<Utc>>,
    /// After this row: time and id of the last one of the page before.
    pub after: Option<(DateTime<Utc>, i64)>,
    /// How many at most; 0 means 50.
    pub limit: u32,
}

impl Audit<'_> {
    /// One page of the rows that are wanted, latest first.
    pub async fn page(self, filter: &AuditFilter) -> Result<Vec<AuditRow>, StoreError> {
        let (at, id) = filter.after.unzip();
        let limit = if filter.limit == 0 { 50 } else { i64::from(filter.limit) };
        let rows = self.filtered(PAGE, filter, &[&at, &id, &limit]).await?;
        read_all(&rows, audit::read)
    }

    /// How many rows are wanted, on all pages; no more than [`COUNT_MAX`].
    pub async fn count(self, filter: &AuditFilter) -> Result<i64, StoreError> {
        let rows = self.filtered(COUNT, filter, &[&COUNT_MAX]).await?;
        rows.first().map_or(Ok(0), |row| Reader::new("audit", row).get("count"))
    }

    async fn filtered(
        self,
        sql: &str,
        filter: &AuditFilter,
        rest: Params<'_>,
    ) -> Result<Vec<tokio_postgres::Row>, StoreError> {
        let AuditFilter { step, code, actor, correlation, by_people, since, until, .. } = filter;
        let (item, link) = (filter.item.map(|item| item.0), filter.link.map(|link| link.0));
        let outcome = filter.outcome.map(Outcome::name);
        let filters: Params<'_> =
            &[&item, &link, step, &outcome, code, actor, correlation, by_people, since, until];
        self.store.planned_rows(sql, &[filters, rest].concat()).await
    }
}
