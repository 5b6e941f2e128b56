//! Drift: differences that stand between the two sides of a link, and what an item does about those
//! that no owner's change explains.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

use crate::base::Base;
use crate::item::{ConnectedItem, Mapping};
use crate::plan::{Agreement, FieldChange, Plan, Step};
use crate::value::FieldValue;

/// The rule by which an owner's value comes back to the side that strayed.
pub const HEAL: &str = "heal";

/// What becomes of a change on the side that does not own a mapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DriftPolicy {
    /// It stands, and is reported.
    #[default]
    Report,
    /// The owner's value is written over it.
    Heal,
    /// It stands until a person decides.
    Ask,
}

impl ConnectedItem {
    /// What becomes of a change on the side that does not own `mapping`.
    pub fn drift_of(&self, mapping: &Mapping) -> DriftPolicy {
        mapping.drift.unwrap_or(self.drift)
    }
}

/// Why a difference is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Nobody has looked since a side changed: the plan would mend it.
    Pending,
    /// The side that does not own it strayed, and the item lets that stand; or an undo turned one side
    /// back, and the two agree to differ until one of them changes.
    Left,
    /// It waits for a person.
    Held,
    /// A side would not take the value.
    Refused,
}

/// A difference between the two sides of a link.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// Key of the mapping, `status`, or what step would mend it.
    pub subject: String,
    /// Why it is there.
    pub cause: Cause,
    /// What Salesforce shows; empty where it is no field's.
    pub salesforce: FieldValue,
    /// What Jira shows.
    pub jira: FieldValue,
}

/// How many differences there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DriftCounts {
    /// Links that were looked at.
    pub links: u64,
    /// Of these: links with a difference.
    pub drifted: u64,
    /// Differences in all.
    pub differences: u64,
    /// Of these: what the plan would mend.
    pub pending: u64,
    /// Of these: what is let stand.
    pub left: u64,
    /// Of these: what waits for a person.
    pub held: u64,
    /// Of these: what a side would not take.
    pub refused: u64,
}

impl DriftCounts {
    /// Counts the differences of a link in.
    pub fn add(&mut self, differences: &[Difference]) {
        self.links += 1;
        self.drifted += u64::from(!differences.is_empty());
        for difference in differences {
            self.differences += 1;
            *match difference.cause {
                Cause::Pending => &mut self.pending,
                Cause::Left => &mut self.left,
                Cause::Held => &mut self.held,
                Cause::Refused => &mut self.refused,
            } += 1;
        }
    }
}

impl AddAssign for DriftCounts {
    fn add_assign(&mut self, other: Self) {
        self.links += other.links;
        self.drifted += other.drifted;
        self.differences += other.differences;
        self.pending += other.pending;
        self.left += other.left;
        self.held += other.held;
        self.refused += other.refused;
    }
}

/// The differences of a link, from its base and what a plan would do now; each subject once.
pub fn differences(base: &Base, plan: &Plan) -> Vec<Difference> {
    let mut all: Vec<Difference> = Vec::new();
    let mut add = |one: Difference| {
        if !all.iter().any(|known| known.subject == one.subject) {
            all.push(one);
        }
    };
    plan.steps.iter().flat_map(pending).for_each(&mut add);
    for agreement in &plan.agreements {
        if let Agreement::Held { mapping, values } = agreement {
            let values = (values.salesforce.clone(), values.jira.clone());
            add(of_field(mapping, Cause::Held, values));
        }
    }
    for (mapping, held) in &base.held {
        add(of_field(mapping, Cause::Held, (held.salesforce.clone(), held.jira.clone())));
    }
    for (mapping, field) in &base.fields {
        let shown = || (field.salesforce.clone(), field.jira.clone());
        if field.refused.is_some() {
            add(of_field(mapping, Cause::Refused, shown()));
        } else if base.drift.contains_key(mapping) || base.apart.contains(mapping) {
            add(of_field(mapping, Cause::Left, shown()));
        }
    }
    for (mapping, refusal) in &base.first_refused {
        let values = match refusal.by {
            crate::Side::Jira => (refusal.value.clone(), FieldValue::Empty),
            crate::Side::Salesforce => (FieldValue::Empty, refusal.value.clone()),
        };
        add(of_field(mapping, Cause::Refused, values));
    }
    all
}

/// What a step would mend.
fn pending(step: &Step) -> Vec<Difference> {
    let nothing = (FieldValue::Empty, FieldValue::Empty);
    let named = |subject: &str| vec![of_field(subject, Cause::Pending, nothing.clone())];
    let on = |change: &FieldChange, issue: bool| {
        let (source, before) = (change.source.clone(), change.before.clone());
        let values = if issue { (source, before) } else { (before, source) };
        of_field(&change.mapping, Cause::Pending, values)
    };
    let status = |salesforce: &str, jira: &str| {
        let values = (FieldValue::text(salesforce), FieldValue::text(jira));
        of_field("status", Cause::Pending, values)
    };
    match step {
        Step::CreateIssue { .. } => named("issue"),
        Step::EditIssue { changes } => changes.iter().map(|change| on(change, true)).collect(),
        Step::UpdateRecord { changes, status: moved } => {
            let moved = moved.iter().map(|change| status(&change.from, &change.follows));
            changes.iter().map(|change| on(change, false)).chain(moved).collect()
        }
        Step::TransitionIssue(step) => vec![status(&step.follows, &step.from)],
        Step::CopyComment(copy) => named(&format!("comment {}", copy.source)),
        Step::RewriteComment(rewrite) => named(&format!("comment {}", rewrite.source)),
        Step::RemoveComment(removal) => named(&format!("comment {}", removal.source)),
        Step::File(crate::plan::FileStep::Copy { file, .. }) => named(&format!("file {}", file.id)),
        // What is only to be remembered or noted is no difference of content.
        Step::PairComments(_) | Step::File(_) | Step::NoteLink(_) => Vec::new(),
    }
}

fn of_field(
    subject: &str,
    cause: Cause,
    (salesforce, jira): (FieldValue, FieldValue),
) -> Difference {
    Difference { subject: subject.to_owned(), cause, salesforce, jira }
}

#[cfg(test)]
#[path = "drift_tests.rs"]
mod tests;
