//! Conflicts that wait for a person: neither side is written. They end when a person decides, when both
//! sides agree by themselves, or when one of them takes its change back.

use super::{Agreement, Plan, Situation};
use crate::base::Held;
use crate::catalogue::Code;

/// Holds a mapping's conflict, and says so.
pub(super) fn hold(situation: &Situation<'_>, key: &str, values: Held, plan: &mut Plan) {
    let (salesforce, jira) = (values.salesforce.brief(), values.jira.brief());
    let detail = format!("Salesforce shows {salesforce}, Jira shows {jira}");
    plan.find(Code::ConflictHeld, key, detail);
    if situation.base.held.get(key) != Some(&values) {
        plan.agreements.push(Agreement::Held { mapping: key.to_owned(), values });
    }
}

/// Lets go of what was held and is no conflict any more.
pub(super) fn free(situation: &Situation<'_>, plan: &mut Plan) {
    for key in situation.base.held.keys() {
        let held = |code: Code, subject: &str| code == Code::ConflictHeld && subject == key;
        if !plan.findings.iter().any(|finding| held(finding.code, &finding.subject)) {
            plan.agreements.push(Agreement::Freed { mapping: key.clone() });
        }
    }
}

#[cfg(test)]
#[path = "held_tests.rs"]
mod tests;
