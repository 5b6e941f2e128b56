//! What people ask for: a promise that a worker keeps, and a row in the audit.

use lockstep_engine::{Asked, ByHand};
use lockstep_model::{CorrelationId, Fault, ItemId, JobKind, LinkId};
use lockstep_store::NewAudit;
use serde_json::Value;

use crate::Console;
use crate::trouble::Trouble;

/// What somebody did or asked for, as the audit tells it.
pub(crate) struct Act<'a> {
    /// Which step, such as `refresh`.
    pub(crate) step: &'a str,
    /// What of it.
    pub(crate) subject: &'a str,
    pub(crate) item: Option<ItemId>,
    pub(crate) link: Option<LinkId>,
    pub(crate) after: Value,
}

impl<'a> Act<'a> {
    /// About something that is neither an item nor a link.
    pub(crate) fn new(step: &'a str, subject: &'a str) -> Self {
        Self { step, subject, item: None, link: None, after: Value::Null }
    }
}

impl Console {
    /// A new correlation id.
    pub(crate) fn correlation(&self) -> CorrelationId {
        CorrelationId(self.ambient.id().to_string())
    }

    /// Promises a job, and notes who asked for it: pages, panel and API ask by this alone.
    pub(crate) async fn ask(&self, kind: JobKind, by: ByHand<'_>) -> Result<Asked, Fault> {
        self.engine.ask(kind, self.ambient.id(), by).await
    }

    /// Notes in the audit what somebody did, about something that is neither an item nor a link.
    pub(crate) async fn note(
        &self,
        actor: &str,
        step: &str,
        subject: &str,
        after: Value,
    ) -> Result<(), Trouble> {
        let act = Act { after, ..Act::new(step, subject) };
        self.note_act(actor, act, self.correlation()).await
    }

    /// Notes in the audit what somebody did.
    pub(crate) async fn note_act(
        &self,
        actor: &str,
        act: Act<'_>,
        correlation: CorrelationId,
    ) -> Result<(), Trouble> {
        let row = NewAudit {
            link: act.link,
            item: act.item,
            after: act.after,
            ..NewAudit::by_person(actor, correlation, act.step, act.subject)
        };
        Ok(self.store.audit().append(&[row]).await?)
    }
}
