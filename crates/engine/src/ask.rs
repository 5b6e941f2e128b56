//! What a person asks for and a worker does: a job that is promised, and a row of the audit.

use lockstep_model::undo::Span;
use lockstep_model::{CorrelationId, Fault, Job, JobKind, LinkId};
use lockstep_store::NewAudit;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{ByHand, Engine};

/// A job that was promised: a worker takes it within a second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Asked {
    /// Number of the promise.
    pub promise: i64,
    /// The job's own id.
    pub job: Uuid,
    /// Ties it to log and audit.
    #[schema(value_type = String)]
    pub correlation: CorrelationId,
}

impl Engine {
    /// Promises a job under a new id, and notes who asked for it.
    pub async fn ask(&self, kind: JobKind, id: Uuid, by: ByHand<'_>) -> Result<Asked, Fault> {
        self.note_asked(&kind, by).await?;
        let job = Job::asked(kind, (id, by.correlation.clone()), (self.clock)());
        let promise = self.store.promises().make(&job, None).await?;
        Ok(Asked { promise, job: id, correlation: job.correlation })
    }

    async fn note_asked(&self, kind: &JobKind, by: ByHand<'_>) -> Result<(), Fault> {
        let of_link = async |id: LinkId| {
            let link = self.store.links().get(id).await?;
            let subject = link.as_ref().and_then(|link| link.issue_key.clone());
            let item = link.map(|link| link.item);
            Ok::<_, Fault>((Some(id), item, subject.unwrap_or_else(|| id.to_string())))
        };
        let (link, item, subject) = match kind {
            JobKind::Link { link } | JobKind::Undo { link, .. } => of_link(*link).await?,
            JobKind::Decide { link, mapping, .. } => {
                let (link, item, _) = of_link(*link).await?;
                (link, item, mapping.clone())
            }
            JobKind::Record { item, record } => (None, Some(*item), record.to_string()),
            JobKind::Sweep { item } | JobKind::UndoItem { item, .. } => {
                let named = self.store.items().get(*item).await?.map(|item| item.document.name);
                (None, Some(*item), named.unwrap_or_else(|| item.to_string()))
            }
            other => (None, None, other.name().to_owned()),
        };
        let row = NewAudit {
            link,
            item,
            cause: kind.cause(),
            after: told(kind),
            ..NewAudit::by_person(by.actor, by.correlation.clone(), step(kind), &subject)
        };
        self.store.audit().append(&[row]).await.map_err(Fault::from)
    }
}

/// What the audit tells of what somebody asked for.
fn told(kind: &JobKind) -> Value {
    match kind {
        JobKind::Undo { span, .. } => Value::String(span.text()),
        JobKind::UndoItem { since, until, .. } => {
            Value::String(Span::Time { since: *since, until: *until }.text())
        }
        other => json!(other),
    }
}

/// What the audit calls what somebody asked for.
fn step(kind: &JobKind) -> &'static str {
    match kind {
        JobKind::Decide { .. } => "decide",
        JobKind::Sweep { .. } => "sweep",
        JobKind::Undo { .. } | JobKind::UndoItem { .. } => "undo",
        JobKind::Issue { .. }
        | JobKind::Record { .. }
        | JobKind::Link { .. }
        | JobKind::Batch { .. } => "refresh",
    }
}
