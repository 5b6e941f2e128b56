//! Creating many issues in one call: each with its intent in the ledger before it and its mark inside
//! it, so that each is there once, whatever crashes.

use lockstep_jira::{CreatedIssue, NewIssue};
use lockstep_model::cost::CREATES_MAX;
use lockstep_model::plan::FieldChange;
use lockstep_model::{Fault, Issue, Plan, Step};
use serde_json::Value;

use super::{Batch, Member};
use crate::apply::create::MARKER;
use crate::apply::ledger::Turn;

/// An issue to create for the member in this place.
struct Create {
    member: usize,
    plan: Plan,
}

/// A create whose intent is stored.
struct Intended<'a> {
    create: &'a Create,
    effect: String,
    new: NewIssue,
}

impl Create {
    fn of(member: usize, plan: Plan) -> Option<Self> {
        plan.steps
            .iter()
            .any(|step| matches!(step, Step::CreateIssue { .. }))
            .then_some(Self { member, plan })
    }

    fn changes(&self) -> &[FieldChange] {
        let changes = self.plan.steps.iter().find_map(|step| match step {
            Step::CreateIssue { changes } => Some(changes.as_slice()),
            _ => None,
        });
        changes.unwrap_or_default()
    }
}

impl Batch<'_> {
    /// Creates the issues of records that have none. One that was tried before, or is refused, is left
    /// to the create of a single issue, which looks for it first and knows what to leave out.
    /// So is one whose issue may be there already.
    pub(super) async fn create_issues(&self, members: &mut [Member]) {
        if self.scene.spec.auto_create.matching.is_some() {
            return;
        }
        let plans = members.iter().map(|member| member.plan(self.scene)).enumerate();
        let creates: Vec<Create> =
            plans.filter_map(|(place, plan)| Create::of(place, plan?)).collect();
        for creates in creates.chunks(CREATES_MAX) {
            let intended = self.intend(creates, members).await;
            if intended.is_empty() {
                continue;
            }
            if let Err(fault) = self.create_some(&intended, members).await {
                for one in &intended {
                    self.not_created(one, &fault, &mut members[one.create.member]).await;
                }
            }
        }
    }

    async fn intend<'a>(&self, creates: &'a [Create], members: &mut [Member]) -> Vec<Intended<'a>> {
        let mut intended = Vec::with_capacity(creates.len());
        for create in creates {
            let member = &mut members[create.member];
            let Some(act) = self.act(member) else {
                continue;
            };
            let (effect, new) = (act.issue_effect(), act.new_issue(create.changes()));
            match act.intend_issue(&effect, &new).await {
                Ok(Turn::Do) => intended.push(Intended { create, effect, new }),
                Ok(Turn::Look { .. } | Turn::Done { .. }) => {}
                Err(fault) => member.failed(&fault),
            }
        }
        intended
    }

    async fn create_some(
        &self,
        intended: &[Intended<'_>],
        members: &mut [Member],
    ) -> Result<(), Fault> {
        let client = &self.scene.jira.client;
        let new: Vec<NewIssue> = intended.iter().map(|one| one.new.clone()).collect();
        let created = client.create_issues(&new).await?;
        for (place, fault) in &created.refused {
            if let Some(one) = intended.get(*place) {
                self.not_created(one, fault, &mut members[one.create.member]).await;
            }
        }
        let ids: Vec<String> = created.issues.into_iter().map(|issue| issue.id).collect();
        let query = self.scene.issue_query();
        // Their intents stay open if this fails: whoever comes next finds them by their marks.
        for (issue, mark) in
            client.marked_issues(&ids, &query, MARKER).await.map_err(|fault| unread(&fault))?
        {
            self.created(issue, &mark, intended, members).await;
        }
        Ok(())
    }

    /// Gives an issue to the record that its mark names.
    async fn created(
        &self,
        issue: Issue,
        mark: &Value,
        intended: &[Intended<'_>],
        members: &mut [Member],
    ) {
        for one in intended {
            let member = &mut members[one.create.member];
            let Some(mut act) = self.act(member) else {
                continue;
            };
            if !act.is_ours(mark) {
                continue;
            }
            let made = CreatedIssue { id: issue.id.clone(), key: issue.key.clone() };
            match act.settled(&one.effect, &made.id, Some(&made.key)).await {
                Ok(()) => {
                    act.remember(&one.create.plan.agreements);
                    act.progress.link.issue_id = Some(made.id);
                    act.progress.link.issue_key = Some(made.key);
                    act.note_created(one.create.changes(), true);
                    act.issue_created(one.create.changes(), issue);
                }
                Err(fault) => member.failed(&fault),
            }
            return;
        }
    }

    async fn not_created(&self, one: &Intended<'_>, fault: &Fault, member: &mut Member) {
        let noted = match self.act(member) {
            Some(act) => act.not_done(&one.effect, fault).await,
            None => Ok(()),
        };
        member.failed(noted.as_ref().err().unwrap_or(fault));
    }
}

/// A fault of the read after creates that were made: whatever it is, it says nothing about them.
fn unread(fault: &Fault) -> Fault {
    Fault::new(
        lockstep_model::Code::JiraUnavailable,
        format!("created, but not read back: {fault}"),
    )
}
