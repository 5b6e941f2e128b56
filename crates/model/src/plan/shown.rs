//! What both sides show of each mapping, for people to look at.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::mapped::Mapped;
use super::{Plan, Situation};
use crate::snapshot::Side;
use crate::value::FieldValue;

/// What both sides show of a mapping; `None` where it cannot be read, or there is no issue yet.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Shown {
    /// As Salesforce shows it.
    pub salesforce: Option<FieldValue>,
    /// As Jira shows it.
    pub jira: Option<FieldValue>,
}

/// What both sides show of each mapping that is synced, by its key.
pub fn shown(situation: &Situation<'_>) -> BTreeMap<String, Shown> {
    // What cannot be read is a finding of the plan.
    let mut unread = Plan::default();
    let all = Mapped::all(situation, &mut unread);
    let both = all.into_iter().map(|mapped| {
        let salesforce = mapped.shown(Side::Salesforce, &situation.record.fields, &mut unread);
        let issue = situation.issue;
        let jira = issue.and_then(|issue| mapped.shown(Side::Jira, &issue.fields, &mut unread));
        (mapped.key, Shown { salesforce, jira })
    });
    both.collect()
}
