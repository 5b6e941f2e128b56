//! The audit trail: what was done, to what, why, and by whom. Rows are only ever added; months are
//! partitions.

use chrono::{DateTime, Utc};
use lockstep_model::job::Cause;
use lockstep_model::{Code, CorrelationId, ItemId, LinkId, Side};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio_postgres::Row;

use deadpool_postgres::GenericClient;

use crate::error::StoreError;
use crate::row::{Reader, Word as _, read_all, words};
use crate::statement::statements;
use crate::store::{Store, execute_on};

macro_rules! columns {
    () => {
        "id, at, link, item, item_version, correlation, cause, step, subject, side, outcome, code, before, after, \
         reason, actor"
    };
}

pub(crate) use columns;

statements! {
    // One statement for all rows, in their order.
    APPEND = "INSERT INTO audit (link, item, item_version, correlation, cause, step, subject, side, outcome, \
            code, before, after, reason, actor) \
        SELECT (entry->>'link')::bigint, (entry->>'item')::bigint, \
            (entry->>'item_version')::integer, entry->>'correlation', \
            entry->>'cause', entry->>'step', entry->>'subject', entry->>'side', \
            entry->>'outcome', entry->>'code', entry->'before', entry->'after', \
            entry->'reason', entry->>'actor' \
        FROM jsonb_array_elements($1) WITH ORDINALITY AS entries (entry, place) ORDER BY place";
    OF_LINK = concat!("SELECT ", columns!(), " FROM audit WHERE link = $1 \
        ORDER BY at DESC, id DESC LIMIT $2");
    OF_VALUE = concat!("SELECT ", columns!(), " FROM audit WHERE link = $1 AND subject = $2 \
        ORDER BY at DESC, id DESC LIMIT $3");
    REFUSED = "SELECT 1 FROM audit WHERE item = $1 AND step = $2 AND subject = $3 \
        AND outcome = 'refused' AND at > $4 LIMIT 1";
    RECENT = concat!("SELECT ", columns!(), " FROM audit ORDER BY at DESC, id DESC LIMIT $1");
    ENSURE_PARTITIONS = "SELECT audit_ensure_partitions($1) AS made";
    STRAYS = "SELECT count(*) FROM audit_default";
}

words! {
    /// What became of a step.
    Outcome {
        /// It was done.
        Done = "done",
        /// A vendor refused it.
        Refused = "refused",
        /// Nothing was written; it is worth knowing.
        Noted = "noted",
    }
}

/// A row to be added.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAudit {
    /// The link that it is about.
    pub link: Option<LinkId>,
    /// The item that it is about.
    pub item: Option<ItemId>,
    /// By which version of it.
    pub item_version: Option<i32>,
    /// Ties it to job, log and errors.
    pub correlation: CorrelationId,
    /// What made the job.
    pub cause: Cause,
    /// Which step, such as `edit_issue`.
    pub step: String,
    /// What of it: key of the mapping, `status`, `comment <id>`.
    pub subject: String,
    /// The side that was written.
    pub side: Option<Side>,
    /// What became of it.
    pub outcome: Outcome,
    /// Why it was refused, from the catalogue.
    pub code: Option<Code>,
    /// What the side showed before.
    pub before: Value,
    /// What it shows now.
    pub after: Value,
    /// Why it was done.
    pub reason: Value,
    /// The person who asked for it, where one did.
    pub actor: Option<String>,
}

/// A row of the trail.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AuditRow {
    /// Its id.
    pub id: i64,
    /// When it was written, by the database's clock.
    pub at: DateTime<Utc>,
    /// What it says. Its `cause` is kept as a word: a trail outlives the words of its day.
    pub cause: String,
    /// The link that it is about.
    #[schema(value_type = Option<i64>)]
    pub link: Option<LinkId>,
    /// The item that it is about.
    #[schema(value_type = Option<i64>)]
    pub item: Option<ItemId>,
    /// By which version of it; not known of the oldest rows.
    pub item_version: Option<i32>,
    /// Ties it to job, log and errors.
    #[schema(value_type = String)]
    pub correlation: CorrelationId,
    /// Which step.
    pub step: String,
    /// What of it.
    pub subject: String,
    /// The side that was written.
    #[schema(value_type = Option<String>)]
    pub side: Option<Side>,
    /// What became of it.
    pub outcome: Outcome,
    /// Why it was refused: the id of a row of the catalogue.
    pub code: Option<String>,
    /// What the side showed before.
    pub before: Value,
    /// What it showed after.
    pub after: Value,
    /// Why it was done.
    pub reason: Value,
    /// The person who asked for it, where one did.
    pub actor: Option<String>,
}

/// What was done and why.
#[derive(Debug, Clone, Copy)]
pub struct Audit<'a> {
    pub(crate) store: &'a Store,
}

impl Audit<'_> {
    /// Adds rows outside a commit: what people did.
    pub async fn append(self, rows: &[NewAudit]) -> Result<(), StoreError> {
        append_on(&self.store.client().await?, rows).await
    }

    /// What was done to a link, latest first.
    pub async fn of_link(self, link: LinkId, limit: i64) -> Result<Vec<AuditRow>, StoreError> {
        read_all(&self.store.rows(OF_LINK, &[&link.0, &limit]).await?, read)
    }

    /// Whether a step of an item was refused since then.
    pub async fn refused(
        self,
        item: ItemId,
        (step, subject): (&str, &str),
        since: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let with: crate::store::Params<'_> = &[&item.0, &step, &subject, &since];
        Ok(self.store.row(REFUSED, with).await?.is_some())
    }

    /// What was done to one value of a link, latest first: the key of a mapping, or `status`.
    pub async fn of_value(
        self,
        link: LinkId,
        subject: &str,
        limit: i64,
    ) -> Result<Vec<AuditRow>, StoreError> {
        read_all(&self.store.rows(OF_VALUE, &[&link.0, &subject, &limit]).await?, read)
    }

    /// What was done lately, latest first.
    pub async fn recent(self, limit: i64) -> Result<Vec<AuditRow>, StoreError> {
        read_all(&self.store.rows(RECENT, &[&limit]).await?, read)
    }

    /// Makes the partitions of this month and of the next ones, and says how many are new.
    pub async fn ensure_partitions(self, months_ahead: i32) -> Result<i32, StoreError> {
        let row = self.store.row(ENSURE_PARTITIONS, &[&months_ahead]).await?;
        row.map_or(Ok(0), |row| Reader::new("audit", &row).get("made"))
    }

    /// How many rows no month's partition has taken. More than none: the tick does not run.
    pub async fn strays(self) -> Result<i64, StoreError> {
        let row = self.store.row(STRAYS, &[]).await?;
        row.map_or(Ok(0), |row| Reader::new("audit_default", &row).get("count"))
    }
}

/// Adds rows on a connection or in a transaction.
pub(crate) async fn append_on(
    on: &impl GenericClient,
    rows: &[NewAudit],
) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let expected = rows.len() as u64;
    let entries = Value::Array(rows.iter().map(NewAudit::entry).collect());
    match execute_on(on, APPEND, &[&entries]).await? {
        actual if actual == expected => Ok(()),
        actual => Err(StoreError::RowsAffected { expected, actual }),
    }
}

impl NewAudit {
    /// What a person did or asked for; what it was about is filled in by the caller.
    pub fn by_person(actor: &str, correlation: CorrelationId, step: &str, subject: &str) -> Self {
        Self {
            link: None,
            item: None,
            item_version: None,
            correlation,
            cause: Cause::Person,
            step: step.to_owned(),
            subject: subject.to_owned(),
            side: None,
            outcome: Outcome::Done,
            code: None,
            before: Value::Null,
            after: Value::Null,
            reason: Value::Null,
            actor: Some(actor.to_owned()),
        }
    }

    fn entry(&self) -> Value {
        json!({
            "link": self.link,
            "item": self.item,
            "item_version": self.item_version,
            "correlation": self.correlation,
            "cause": self.cause.name(),
            "step": self.step,
            "subject": self.subject,
            "side": self.side.map(Side::word),
            "outcome": self.outcome.name(),
            "code": self.code.map(Code::id),
            "before": self.before,
            "after": self.after,
            "reason": self.reason,
            "actor": self.actor,
        })
    }
}

pub(crate) fn read(row: &Row) -> Result<AuditRow, StoreError> {
    let reader = Reader::new("audit", row);
    Ok(AuditRow {
        id: reader.get("id")?,
        at: reader.get("at")?,
        link: reader.get::<Option<i64>>("link")?.map(LinkId),
        item: reader.get::<Option<i64>>("item")?.map(ItemId),
        item_version: reader.get("item_version")?,
        correlation: CorrelationId(reader.get("correlation")?),
        cause: reader.get("cause")?,
        step: reader.get("step")?,
        subject: reader.get("subject")?,
        side: reader.maybe_word("side")?,
        outcome: reader.word("outcome")?,
        code: reader.get("code")?,
        before: reader.get("before")?,
        after: reader.get("after")?,
        reason: reader.get("reason")?,
        actor: reader.get("actor")?,
    })
}
