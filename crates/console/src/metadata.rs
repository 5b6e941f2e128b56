//! What vendors say of themselves, kept for a minute: an author of an item turns many pages, and none
//! of them shall cost the same calls again.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lockstep_engine::{ObjectGroup, Project};
use lockstep_model::field::{IssueStatus, JiraField, RecordStatus, SalesforceField};
use tokio::time::Instant;

/// How long it is believed.
const FRESH: Duration = Duration::from_secs(60);
/// Answers of a kind that are kept at most.
const MANY: usize = 100;

/// Answers of one kind, by what was asked.
pub(crate) struct Kept<T>(Mutex<HashMap<String, (Instant, Arc<T>)>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Kept<T> {
    /// The answer, if it is fresh; else it is asked for. A failure is not kept.
    pub(crate) async fn get<E>(
        &self,
        asked: &str,
        load: impl Future<Output = Result<T, E>>,
    ) -> Result<Arc<T>, E> {
        if let Some(answer) = self.fresh(asked) {
            return Ok(answer);
        }
        let answer = Arc::new(load.await?);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MANY {
            all.clear();
        }
        all.insert(asked.to_owned(), (Instant::now(), Arc::clone(&answer)));
        Ok(answer)
    }

    fn fresh(&self, asked: &str) -> Option<Arc<T>> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, answer) = all.get(asked)?;
        (at.elapsed() < FRESH).then(|| Arc::clone(answer))
    }

    fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Answers of all kinds.
#[derive(Default)]
pub(crate) struct Metadata {
    pub(crate) objects: Kept<Vec<ObjectGroup>>,
    pub(crate) record_fields: Kept<Vec<SalesforceField>>,
    pub(crate) record_statuses: Kept<Vec<RecordStatus>>,
    pub(crate) projects: Kept<Vec<Project>>,
    pub(crate) issue_types: Kept<Vec<String>>,
    pub(crate) issue_fields: Kept<Vec<JiraField>>,
    pub(crate) issue_statuses: Kept<Vec<IssueStatus>>,
}

impl Metadata {
    /// Forgets all of it: somebody has just changed something there.
    pub(crate) fn forget(&self) {
        self.objects.forget();
        self.record_fields.forget();
        self.record_statuses.forget();
        self.projects.forget();
        self.issue_types.forget();
        self.issue_fields.forget();
        self.issue_statuses.forget();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_answer_is_kept_for_a_minute_and_a_failure_is_not() {
        let kept = Kept::default();
        let load = |answer: Result<u8, &'static str>| async move { answer };
        assert_eq!(kept.get("a", load(Err("away"))).await, Err("away"));
        assert_eq!(kept.get("a", load(Ok(1))).await.as_deref(), Ok(&1));
        assert_eq!(kept.get("a", load(Ok(2))).await.as_deref(), Ok(&1), "kept");
        assert_eq!(kept.get("b", load(Ok(3))).await.as_deref(), Ok(&3), "another question");
        for (at, _) in kept.0.lock().expect("no panic").values_mut() {
            *at = at.checked_sub(FRESH).expect("the machine runs for a minute");
        }
        assert_eq!(kept.get("a", load(Ok(2))).await.as_deref(), Ok(&2), "asked again");
        kept.forget();
        assert_eq!(kept.get("a", load(Ok(4))).await.as_deref(), Ok(&4));
    }
}
