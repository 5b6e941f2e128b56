//! What a merge of the mapped fields comes to: what is written, and what waits for the item's batch.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{Agreement, FieldChange, Plan, Situation};

/// The fields to be written on either side.
#[derive(Default)]
pub(super) struct Changes {
    pub(super) issue: Vec<FieldChange>,
    pub(super) record: Vec<FieldChange>,
    /// Keys of the mappings that wait for the batch.
    waiting: BTreeSet<String>,
}

impl Changes {
    /// Remembers what waits for the batch, once.
    pub(super) fn wait(
        &mut self,
        situation: &Situation<'_>,
        (mapping, until): (String, DateTime<Utc>),
        plan: &mut Plan,
    ) {
        self.waiting.insert(mapping.clone());
        if situation.base.batch.get(&mapping) != Some(&until) {
            plan.agreements.push(Agreement::Deferred { mapping, until: Some(until) });
        }
    }

    /// Lets go of what waited for the batch and no longer differs. What is written now waits until that is
    /// done.
    pub(super) fn wait_no_longer(&self, situation: &Situation<'_>, plan: &mut Plan) {
        let writes = |key: &str| self.issue.iter().chain(&self.record).any(|it| it.mapping == key);
        for mapping in situation.base.batch.keys() {
            if !self.waiting.contains(mapping) && !writes(mapping) {
                plan.agreements.push(Agreement::Deferred { mapping: mapping.clone(), until: None });
            }
        }
    }
}
