//! The effect ledger at work: an intent before the write, its result after it, and a look at the
//! other side for an intent that has none.

use std::time::Duration;

use lockstep_model::{Class, Code, Fault};
use lockstep_store::{Intent, NewEffect};
use serde_json::Value;

use super::Act;

/// What to do about a write that must happen once.
pub(crate) enum Turn {
    /// It was never tried: do it.
    Do,
    /// It was tried and the answer was lost: look for it, then do it.
    Look {
        /// When it was tried.
        since: chrono::DateTime<chrono::Utc>,
    },
    /// It was done, with this result.
    Done {
        /// The vendor's id.
        id: String,
        /// The vendor's key, for issues.
        key: Option<String>,
    },
}

impl Act<'_> {
    /// Stores the intent of a write and says whose turn it is.
    pub(crate) async fn intend(
        &self,
        key: &str,
        kind: &str,
        request: &Value,
    ) -> Result<Turn, Fault> {
        let intent = NewEffect {
            key,
            link: self.progress.link.id,
            kind,
            request_hash: &crate::digest::id(&[request.to_string().as_bytes()]).to_string(),
            fence: self.fence,
        };
        match self.engine.store.effects().intend(&intent).await? {
            Intent::Fresh => Ok(Turn::Do),
            Intent::Done { external_id, external_key } => {
                Ok(Turn::Done { id: external_id, key: external_key })
            }
            Intent::Stale => Err(lost(key)),
            Intent::Unsettled { since, age } => self.old_enough(age).map(|()| Turn::Look { since }),
        }
    }

    /// A write whose answer was lost may still be under way at the vendor: it is left alone until it
    /// was old enough when both sides were read, so that what was seen then is final.
    fn old_enough(&self, age: Duration) -> Result<(), Fault> {
        let when_read = age.saturating_sub(self.sight.read.elapsed());
        match self.engine.settings.settle_after.checked_sub(when_read) {
            None | Some(Duration::ZERO) => Ok(()),
            Some(left) => Err(Fault::new(Code::EffectUnsettled, "").after(Some(left))),
        }
    }

    /// Begins a write anew that a look has shown not to have happened: its age counts from now.
    pub(crate) async fn again(&self, effect: &str) -> Result<(), Fault> {
        let reopened = self.engine.store.effects().reopen(effect, self.fence).await;
        if reopened? { Ok(()) } else { Err(lost(effect)) }
    }

    /// Stores the result of a write.
    pub(crate) async fn settled(
        &self,
        effect: &str,
        id: &str,
        key: Option<&str>,
    ) -> Result<(), Fault> {
        let done = self.engine.store.effects().done(effect, id, key, self.fence).await;
        if done? { Ok(()) } else { Err(lost(effect)) }
    }

    /// Notes that a write was refused: it did not happen, and may be tried anew. A fault that leaves
    /// the outcome open keeps the intent open.
    pub(crate) async fn not_done(&self, effect: &str, fault: &Fault) -> Result<(), Fault> {
        let certain = matches!(
            fault.class(),
            Class::Rejected | Class::Throttled | Class::Unauthorized | Class::Broken
        );
        if certain {
            let noted =
                self.engine.store.effects().failed(effect, &fault.to_string(), self.fence).await;
            noted?;
        }
        Ok(())
    }
}

fn lost(effect: &str) -> Fault {
    Fault::new(Code::LeaseLost, effect)
}
