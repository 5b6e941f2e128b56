//! Changing many records in one call.

use lockstep_model::cost::RECORDS_MAX;
use lockstep_model::plan::{FieldChange, StatusChange};
use lockstep_model::{Code, Fault, Plan, Record, RecordId, Step};
use lockstep_salesforce::Change;

use super::{Batch, Member};
use crate::apply::fields::record_map;
use crate::apply::writing::is_open;

/// A record's update, taken from the plan of the member in this place.
struct Update {
    member: usize,
    plan: Plan,
}

impl Update {
    fn of(member: usize, plan: Plan) -> Option<Self> {
        plan.steps
            .iter()
            .any(|step| matches!(step, Step::UpdateRecord { .. }))
            .then_some(Self { member, plan })
    }

    fn step(&self) -> (&[FieldChange], Option<&StatusChange>) {
        let update = self.plan.steps.iter().find_map(|step| match step {
            Step::UpdateRecord { changes, status } => Some((changes.as_slice(), status.as_ref())),
            _ => None,
        });
        update.unwrap_or_default()
    }
}

impl Batch<'_> {
    /// Writes the records that shall change. One that is refused stays as it was planned on, and is
    /// tried again alone.
    pub(super) async fn write_records(&self, members: &mut [Member]) {
        let plans = members.iter().map(|member| member.plan(self.scene)).enumerate();
        let updates: Vec<Update> =
            plans.filter_map(|(place, plan)| Update::of(place, plan?)).collect();
        for updates in updates.chunks(RECORDS_MAX) {
            match self.write_some(updates, members).await {
                Ok(written) => {
                    for (update, written) in updates.iter().zip(written) {
                        self.record_answered(update, written, &mut members[update.member]);
                    }
                }
                Err(fault) => {
                    for update in updates {
                        members[update.member].failed(&fault);
                    }
                }
            }
        }
    }

    async fn write_some(
        &self,
        updates: &[Update],
        members: &mut [Member],
    ) -> Result<Vec<Result<Record, Fault>>, Fault> {
        self.about_to_write(updates, members).await?;
        let mut query = self.scene.record_query();
        let mut changes: Vec<(RecordId, Change)> = Vec::with_capacity(updates.len());
        for update in updates {
            let Some(act) = self.act(&mut members[update.member]) else {
                continue;
            };
            // What the gather could not read would spoil the answer to a write that was made.
            query.fields.retain(|field| act.sight.record.fields.contains_key(field));
            let (fields, status) = update.step();
            changes
                .push((act.sight.record.id.clone(), act.record_change(record_map(fields, status))));
        }
        let object = &self.scene.spec.salesforce.object;
        self.scene.salesforce.client.update_many(object, changes, &query).await
    }

    /// Keeps what is about to be written to all of them.
    async fn about_to_write(
        &self,
        updates: &[Update],
        members: &mut [Member],
    ) -> Result<(), Fault> {
        let mut writing = Vec::with_capacity(updates.len());
        for update in updates {
            if let Some(mut act) = self.act(&mut members[update.member]) {
                let (changes, status) = update.step();
                writing.extend(act.writing(changes, status));
            }
        }
        if writing.is_empty() || self.engine.store.links().about_to_write(&writing).await? {
            return Ok(());
        }
        Err(Fault::new(Code::LeaseLost, "one of a batch"))
    }

    fn record_answered(
        &self,
        update: &Update,
        written: Result<Record, Fault>,
        member: &mut Member,
    ) {
        if !written.as_ref().is_err_and(is_open) {
            member.progress.link.base.writing.clear();
        }
        match written {
            Ok(record) => {
                if let Some(mut act) = self.act(member) {
                    act.remember(&update.plan.agreements);
                    let (changes, status) = update.step();
                    act.record_written(changes, status, record);
                }
            }
            // What was read is no longer so.
            Err(fault) if fault.code == Code::SfChangedMeanwhile => member.sight = None,
            Err(fault) => member.failed(&fault),
        }
    }
}
