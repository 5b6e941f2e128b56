//! What work costs in calls: the one table that the executor of batches works by and that a plan is
//! reckoned with.

use std::ops::AddAssign;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::comments::{Copy, Removal, Rewrite};
use crate::field::Schema;
use crate::plan::{FileNote, FileStep, Plan, Reason, Step};
use crate::snapshot::Side;

/// Most links that are read and written together: as many issues as Jira gives in one call with
/// their comments (`bulkFetchIssues`).
pub const LINKS_MAX: usize = 100;

/// Most records that one call changes. A composite call may have 25 parts, but it must end before the
/// leases do that it is made under: ten seconds, unless set otherwise, leave half a second a change
/// for an org's triggers and flows.
pub const RECORDS_MAX: usize = 16;

/// Most issues that one call creates (`createIssues`).
pub const CREATES_MAX: usize = 50;

/// Links of batches that a process brings in step at a time.
pub const HANDS: usize = 8;

/// Calls of one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Calls {
    /// Those that serve many links: one after another.
    pub together: u64,
    /// Those that serve one link: [`HANDS`] at a time.
    pub apart: u64,
}

impl Calls {
    /// All of them.
    pub fn total(self) -> u64 {
        self.together + self.apart
    }

    /// How long they take where one takes `each`.
    pub fn time(self, each: Duration) -> Duration {
        let hands = u64::try_from(HANDS).unwrap_or(1);
        let turns = self.together + self.apart.div_ceil(hands);
        each.saturating_mul(u32::try_from(turns).unwrap_or(u32::MAX))
    }
}

/// Calls of both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Cost {
    /// Of the org.
    pub salesforce: Calls,
    /// Of the site.
    pub jira: Calls,
}

impl AddAssign for Cost {
    fn add_assign(&mut self, other: Self) {
        for (sum, more) in [(&mut self.salesforce, other.salesforce), (&mut self.jira, other.jira)]
        {
            sum.together += more.together;
            sum.apart += more.apart;
        }
    }
}

/// Work that plans ask for, summed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Work {
    links: usize,
    records: usize,
    creates: usize,
    /// What is done link by link.
    apart: Cost,
    /// Whether the record's side of a conflict is dated by the history of its fields.
    histories: bool,
}

impl Work {
    /// No work yet, on an object of this schema.
    pub fn on(schema: &Schema) -> Self {
        Self { histories: schema.history.is_some(), ..Self::default() }
    }

    /// Adds what a plan asks for. One that writes nothing is no work.
    pub fn add(&mut self, plan: &Plan) {
        if plan.steps.is_empty() {
            return;
        }
        self.links += 1;
        let (moves, dated) = asked(plan);
        self.apart.jira.apart += u64::from(moves) + u64::from(dated);
        self.apart.salesforce.apart += u64::from(dated && self.histories);
        for step in &plan.steps {
            self.add_step(step, !moves && !dated);
        }
    }

    fn add_step(&mut self, step: &Step, together: bool) {
        let Cost { salesforce, jira } = &mut self.apart;
        match step {
            Step::CreateIssue { .. } => self.creates += 1,
            Step::UpdateRecord { .. } if together => self.records += 1,
            Step::UpdateRecord { .. } | Step::NoteLink(_) => salesforce.apart += 1,
            Step::EditIssue { .. } => jira.apart += 1,
            // One is made, and the issue is read again.
            Step::TransitionIssue(_) => jira.apart += 2,
            Step::CopyComment(Copy { on, .. })
            | Step::RewriteComment(Rewrite { on, .. })
            | Step::RemoveComment(Removal { on, .. })
            | Step::File(FileStep::Note(FileNote { on, .. })) => match on {
                Side::Salesforce => salesforce.apart += 1,
                Side::Jira => jira.apart += 1,
            },
            // It comes down from one side and goes up to the other.
            Step::File(FileStep::Copy { .. }) => {
                salesforce.apart += 1;
                jira.apart += 1;
            }
            Step::PairComments(_) | Step::File(FileStep::Pair(_)) => {}
        }
    }

    /// What it costs in batches: reading both sides, and every write.
    pub fn cost(&self) -> Cost {
        let in_calls =
            |count: usize, most: usize| u64::try_from(count.div_ceil(most)).unwrap_or(u64::MAX);
        let mut cost = self.apart;
        let reads = in_calls(self.links, LINKS_MAX);
        cost.salesforce.together += reads + in_calls(self.records, RECORDS_MAX);
        cost.jira.together += in_calls(self.links - self.creates, LINKS_MAX);
        // Each create of many is read back, for what it shows is the first base.
        cost.jira.together += 2 * in_calls(self.creates, CREATES_MAX);
        cost
    }
}

/// What a plan asked for before it was whole: the transitions that Jira offers, and what tells which
/// side is newer. Such a link is brought in step by itself.
fn asked(plan: &Plan) -> (bool, bool) {
    let moves = plan.steps.iter().any(|step| matches!(step, Step::TransitionIssue(_)));
    let by_time =
        |reason: &Reason| matches!(reason, Reason::Conflict { rule, .. } if rule == "newest");
    let dated = plan.steps.iter().any(|step| reasons(step).into_iter().any(by_time));
    (moves, dated)
}

/// Why a step writes what it writes.
fn reasons(step: &Step) -> Vec<&Reason> {
    match step {
        Step::CreateIssue { changes } | Step::EditIssue { changes } => {
            changes.iter().map(|change| &change.reason).collect()
        }
        Step::UpdateRecord { changes, status } => {
            let status = status.iter().map(|change| &change.reason);
            changes.iter().map(|change| &change.reason).chain(status).collect()
        }
        Step::TransitionIssue(step) => vec![&step.reason],
        Step::CopyComment(_)
        | Step::RewriteComment(_)
        | Step::RemoveComment(_)
        | Step::PairComments(_)
        | Step::File(_)
        | Step::NoteLink(_) => Vec::new(),
    }
}

/// What plans come to, link by link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Links and new records that were planned.
    pub looked_at: u64,
    /// Of these: records that would get an issue.
    pub create: u64,
    /// Of these: links that would be written to.
    pub update: u64,
    /// Of these: links with nothing to write.
    pub skip: u64,
    /// Links, of whichever kind, where both sides changed the same thing.
    pub conflict: u64,
    /// Links, of whichever kind, with something that cannot or shall not be done.
    pub refused: u64,
}

impl Counts {
    /// Counts a plan in.
    pub fn add(&mut self, plan: &Plan) {
        self.looked_at += 1;
        let creates = |step: &Step| matches!(step, Step::CreateIssue { .. });
        let kind = match plan.steps.as_slice() {
            [] => &mut self.skip,
            steps if steps.iter().any(creates) => &mut self.create,
            _ => &mut self.update,
        };
        *kind += 1;
        self.conflict += u64::from(plan.steps.iter().any(decides_a_conflict));
        self.refused += u64::from(!plan.findings.is_empty());
    }
}

/// Whether a step writes what won over a change of the side that it is written to.
fn decides_a_conflict(step: &Step) -> bool {
    reasons(step).into_iter().any(|reason| matches!(reason, Reason::Conflict { .. }))
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.looked_at += other.looked_at;
        self.create += other.create;
        self.update += other.update;
        self.skip += other.skip;
        self.conflict += other.conflict;
        self.refused += other.refused;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{FieldChange, Finding};
    use crate::value::FieldValue;
    use crate::{Code, Side};
    use serde_json::Value;

    fn plan(step: Step) -> Plan {
        Plan { steps: vec![step], ..Plan::default() }
    }

    fn edit() -> Plan {
        plan(Step::EditIssue { changes: Vec::new() })
    }

    fn update() -> Plan {
        plan(Step::UpdateRecord { changes: Vec::new(), status: None })
    }

    fn create() -> Plan {
        plan(Step::CreateIssue { changes: Vec::new() })
    }

    fn cost(plans: &[Plan]) -> (u64, u64) {
        let mut work = Work::default();
        for plan in plans {
            work.add(plan);
        }
        let cost = work.cost();
        (cost.salesforce.total(), cost.jira.total())
    }

    // F-303, F-323
    #[test]
    fn a_hundred_changes_cost_what_the_goal_allows() {
        assert_eq!(cost(&vec![edit(); 100]), (1, 101));
        assert_eq!(cost(&vec![update(); 100]), (8, 1));
        assert_eq!(cost(&vec![create(); 100]), (1, 4));
        assert_eq!(cost(&[update()]), (2, 1));
    }

    // F-303
    #[test]
    fn what_writes_nothing_costs_nothing() {
        assert_eq!(cost(&[Plan::default(), Plan::default()]), (0, 0));
    }

    // F-303
    #[test]
    fn calls_that_serve_one_link_are_made_several_at_a_time() {
        let calls = Calls { together: 2, apart: 17 };
        assert_eq!(calls.time(Duration::from_millis(100)), Duration::from_millis(500));
    }

    // F-303
    #[test]
    fn every_link_is_counted_once_by_kind() {
        let conflict = Reason::Conflict {
            winner: Side::Jira,
            rule: "newest".to_owned(),
            lost: FieldValue::Empty,
        };
        let change = FieldChange {
            mapping: "Subject:summary".to_owned(),
            field: "Subject".to_owned(),
            before: FieldValue::Empty,
            after: FieldValue::Empty,
            source: FieldValue::Empty,
            write: Value::Null,
            reason: conflict,
        };
        let decided = plan(Step::UpdateRecord { changes: vec![change], status: None });
        let finding =
            Finding { code: Code::JiraTooLong, subject: "x".to_owned(), detail: String::new() };
        let refused = Plan { findings: vec![finding], ..Plan::default() };
        let mut counts = Counts::default();
        for plan in [&decided, &refused, &create(), &edit(), &Plan::default()] {
            counts.add(plan);
        }
        let kinds = (counts.create, counts.update, counts.skip);
        assert_eq!((counts.looked_at, kinds), (5, (1, 2, 2)));
        assert_eq!((counts.conflict, counts.refused), (1, 1));
        let mut twice = counts;
        twice += counts;
        assert_eq!(twice.looked_at, 10);
    }
}
