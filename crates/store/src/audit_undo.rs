//! The audit trail as an undo reads it: what was written within a span, in the order in which it was.

use chrono::{DateTime, Utc};
use lockstep_model::undo::Span;
use lockstep_model::{ItemId, LinkId};
use uuid::Uuid;

use crate::audit::{self, Audit, AuditRow, columns};
use crate::error::StoreError;
use crate::links::read_id;
use crate::row::read_all;
use crate::statement::statements;

statements! {
    WRITTEN = concat!("SELECT ", columns!(), " FROM audit WHERE link = $1 \
        AND outcome = 'done' AND side IS NOT NULL \
        AND ($2::bigint IS NULL OR id = $2) AND ($3::text IS NULL OR correlation = $3) \
        AND ($4::timestamptz IS NULL OR at >= $4) AND ($5::timestamptz IS NULL OR at < $5) \
        AND ($6::timestamptz IS NULL OR (at, id) > ($6, $7::bigint)) ORDER BY at, id LIMIT $8");
    TOUCHED = "SELECT link.id FROM link WHERE item = $1 AND id > $2 AND EXISTS ( \
            SELECT FROM audit WHERE audit.link = link.id AND at >= $3 AND at < $4 \
                AND outcome = 'done' AND side IS NOT NULL) \
        ORDER BY link.id LIMIT $5";
    TAKEN_UP = "SELECT 1 FROM audit WHERE link = $1 AND step = 'undo' AND outcome = 'noted' \
        AND reason->>'job' = $2 AND at >= $3 LIMIT 1";
}

/// How long before a job was made the database's clock may say that it was taken up.
const CLOCKS: chrono::TimeDelta = chrono::TimeDelta::hours(1);

impl Audit<'_> {
    /// One page of what was written of a link within a span, earliest first, after this row: time and
    /// id of the last one of the page before.
    pub async fn written(
        self,
        link: LinkId,
        span: &Span,
        after: Option<(DateTime<Utc>, i64)>,
        limit: i64,
    ) -> Result<Vec<AuditRow>, StoreError> {
        let (step, run, time) = match span {
            Span::Step { step } => (Some(*step), None, None),
            Span::Run { run } => (None, Some(run.0.as_str()), None),
            Span::Time { since, until } => (None, None, Some((*since, *until))),
        };
        let ((since, until), (at, id)) = (time.unzip(), after.unzip());
        let with: crate::store::Params<'_> =
            &[&link.0, &step, &run, &since, &until, &at, &id, &limit];
        read_all(&self.store.rows(WRITTEN, with).await?, audit::read)
    }

    /// The links of an item that were written within a time, by id, one page of them after this one.
    pub async fn touched(
        self,
        item: ItemId,
        (since, until): (DateTime<Utc>, DateTime<Utc>),
        after: LinkId,
        limit: i64,
    ) -> Result<Vec<LinkId>, StoreError> {
        let with: crate::store::Params<'_> = &[&item.0, &after.0, &since, &until, &limit];
        read_all(&self.store.rows(TOUCHED, with).await?, read_id)
    }

    /// Whether the undo that a job asks for was taken up already: what is to be turned back is kept
    /// with the link since.
    pub async fn taken_up(
        self,
        link: LinkId,
        job: Uuid,
        made: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let (job, since) = (job.to_string(), made - CLOCKS);
        Ok(self.store.row(TAKEN_UP, &[&link.0, &job, &since]).await?.is_some())
    }
}
