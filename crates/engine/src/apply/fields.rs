//! Writing fields of either side. A field that the vendor refuses is left out and reported; the
//! others are written.

use lockstep_model::convert::Crossing;
use lockstep_model::plan::{FieldChange, StatusChange};
use lockstep_model::{
    Class, Code, Fault, FieldValue, Finding, Issue, Record, Side, convert, parent, settle,
};
use lockstep_salesforce::Change;
use serde_json::{Map, Value};

use super::Act;
use super::writing::is_open;

/// A change that the vendor refused: its place, why, and in which words.
pub(crate) type Blamed = (usize, Code, String);

/// What a step writes, in wire form.
pub(crate) fn write_map(changes: &[FieldChange]) -> Map<String, Value> {
    changes.iter().map(|change| (change.field.clone(), change.write.clone())).collect()
}

/// What an update of a record writes, in wire form.
pub(crate) fn record_map(
    changes: &[FieldChange],
    status: Option<&StatusChange>,
) -> Map<String, Value> {
    let mut fields = write_map(changes);
    if let Some(change) = status {
        fields.insert(change.field.clone(), Value::from(change.to.clone()));
    }
    fields
}

/// Which of the changes the vendor complained about, in order of their place. A complaint that
/// names none of several fields blames none; one about a single change is that change's.
pub(crate) fn blame(fault: &Fault, changes: &[FieldChange]) -> Vec<Blamed> {
    let complaint = |change: &FieldChange| fault.fields.iter().find(|f| f.field == change.field);
    let named: Vec<Blamed> = changes
        .iter()
        .enumerate()
        .filter_map(|(index, change)| {
            let said = complaint(change)?;
            let code = if fault.code.id().starts_with("LS-JR") {
                lockstep_jira::errors::field_code(&said.message)
            } else {
                fault.code
            };
            Some((index, code, said.message.clone()))
        })
        .collect();
    match (named.is_empty(), changes) {
        (true, [_]) => vec![(0, fault.code, fault.detail.clone())],
        _ => named,
    }
}

impl Act<'_> {
    pub(crate) async fn edit_issue(&mut self, changes: &[FieldChange]) -> Result<(), Fault> {
        let Some(id) = self.progress.link.issue_id.clone() else {
            return Ok(());
        };
        let query = self.scene.issue_query();
        let mut batches = vec![changes.to_vec()];
        while let Some(batch) = batches.pop() {
            let client = &self.scene.jira.client;
            match client.edit_issue(&id, write_map(&batch), &query).await {
                Ok(issue) => self.issue_written(&batch, issue),
                Err(fault) => batches.extend(self.give_way(fault, batch, Side::Jira)?),
            }
        }
        Ok(())
    }

    fn issue_written(&mut self, changes: &[FieldChange], issue: Issue) {
        for change in changes {
            let shown = self.shown_by_issue(&issue, &change.field);
            self.field_written(change, Side::Jira, &shown);
        }
        self.sight.issue = Some(issue);
    }

    /// Updates the record. While the answer is open, what was to be written is remembered, so that it is
    /// not taken for a person's edit.
    pub(crate) async fn update_record(
        &mut self,
        changes: &[FieldChange],
        status: Option<&StatusChange>,
    ) -> Result<(), Fault> {
        self.about_to_write(changes, status).await?;
        let outcome = self.update_bit_by_bit(changes, status).await;
        if !outcome.as_ref().is_err_and(is_open) {
            self.progress.link.base.writing.clear();
        }
        outcome
    }

    async fn update_bit_by_bit(
        &mut self,
        changes: &[FieldChange],
        status: Option<&StatusChange>,
    ) -> Result<(), Fault> {
        let mut batches = vec![(changes.to_vec(), status)];
        while let Some((batch, status)) = batches.pop() {
            match self.write_record(record_map(&batch, status)).await {
                Ok(record) => self.record_written(&batch, status, record),
                Err(fault) if fault.class() != Class::Rejected => return Err(fault),
                Err(fault) => match status {
                    Some(change) if refuses_status(&fault, change, &batch) => {
                        self.status_refused(change, &fault);
                        batches.push((batch, None));
                        batches.retain(|(fields, status)| !fields.is_empty() || status.is_some());
                    }
                    // None of these was named: fields and status go apart.
                    Some(_) if !names_any(&fault, &batch) => {
                        batches.extend([(Vec::new(), status), (batch, None)]);
                    }
                    _ => {
                        let smaller = self.give_way(fault, batch, Side::Salesforce)?;
                        let mut smaller = smaller.into_iter();
                        // The status goes along with what is left.
                        batches.extend(smaller.next().map(|batch| (batch, status)));
                        batches.extend(smaller.map(|batch| (batch, None)));
                    }
                },
            }
        }
        Ok(())
    }

    async fn write_record(&self, fields: Map<String, Value>) -> Result<Record, Fault> {
        let object = &self.scene.spec.salesforce.object;
        let seen = &self.sight.record;
        // What the gather could not read would spoil the answer to a write that was made.
        let mut query = self.scene.record_query();
        query.fields.retain(|field| seen.fields.contains_key(field));
        let change = self.record_change(fields);
        self.scene.salesforce.client.update(object, &seen.id, change, &query).await
    }

    /// A change of the record on condition that it is still as it was read.
    pub(crate) fn record_change(&self, fields: Map<String, Value>) -> Change {
        Change { fields, unmodified_since: Some(self.sight.record.modified) }
    }

    pub(crate) fn record_written(
        &mut self,
        changes: &[FieldChange],
        status: Option<&StatusChange>,
        mut record: Record,
    ) {
        for change in changes {
            let shown = self.shown_by_record(&record, &change.field);
            self.field_written(change, Side::Salesforce, &shown);
        }
        if let Some(change) = status {
            self.record_moved(change);
        }
        // The update reads the record back without its comments and files: those gathered still stand.
        record.comments.clone_from(&self.sight.record.comments);
        record.files.clone_from(&self.sight.record.files);
        record.feed.clone_from(&self.sight.record.feed);
        record.activities.clone_from(&self.sight.record.activities);
        self.sight.record = record;
    }

    fn field_written(&mut self, change: &FieldChange, side: Side, shown: &FieldValue) {
        let same = self.same(change, side, shown);
        settle::written(&mut self.progress.link.base, change, side, shown, same);
        let step = if side == Side::Jira { "edit_issue" } else { "update_record" };
        self.note_change(step, change, (side, shown));
    }

    /// What of a refused batch is worth another try: without the changes that the vendor named, or,
    /// where it named none, in two halves. A refusal that is about the whole record or issue, and no
    /// value, is the fault itself.
    fn give_way(
        &mut self,
        fault: Fault,
        mut batch: Vec<FieldChange>,
        side: Side,
    ) -> Result<Vec<Vec<FieldChange>>, Fault> {
        if fault.class() != Class::Rejected || batch.is_empty() || is_of_the_whole(&fault) {
            return Err(fault);
        }
        let blamed = blame(&fault, &batch);
        if blamed.is_empty() {
            let rest = batch.split_off(batch.len() / 2);
            return Ok(vec![rest, batch]);
        }
        for (index, code, detail) in blamed.into_iter().rev() {
            let change = batch.remove(index);
            self.refuse(&change, side, code, &detail);
        }
        Ok(if batch.is_empty() { Vec::new() } else { vec![batch] })
    }

    /// Remembers a value that the vendor refused: it is reported, and not offered again until it changes.
    pub(crate) fn refuse(&mut self, change: &FieldChange, side: Side, code: Code, detail: &str) {
        settle::refused(&mut self.progress.link.base, change, side, code, detail);
        let subject = change.mapping.clone();
        self.progress.link.findings.push(Finding { code, subject, detail: detail.to_owned() });
        self.note_refusal(change, side, code, detail);
    }

    /// What the issue shows of a field now.
    pub(crate) fn shown_by_issue(&self, issue: &Issue, field: &str) -> FieldValue {
        if field == parent::FIELD && self.scene.spec.parent.is_some() {
            return parent::shown(&issue.fields);
        }
        let (known, raw) = (self.scene.resolved.schema.jira.get(field), issue.fields.get(field));
        let read = known.map(|known| convert::read_jira(known, raw.unwrap_or(&Value::Null)));
        read.and_then(Result::ok).unwrap_or_default()
    }

    /// What the record shows of a field now.
    pub(crate) fn shown_by_record(&self, record: &Record, field: &str) -> FieldValue {
        let (known, raw) =
            (self.scene.resolved.schema.salesforce.get(field), record.fields.get(field));
        let read = known.map(|known| convert::read_salesforce(known, raw.unwrap_or(&Value::Null)));
        read.and_then(Result::ok).unwrap_or_default()
    }

    /// Whether a write came back as it was meant.
    pub(crate) fn same(&self, change: &FieldChange, side: Side, shown: &FieldValue) -> bool {
        if change.mapping == parent::PARENT {
            return *shown == change.after;
        }
        let mapping =
            self.scene.spec.mappings.iter().find(|mapping| mapping.key() == change.mapping);
        let schema = &self.scene.resolved.schema;
        let crossing =
            mapping.and_then(|mapping| Crossing::of(&self.scene.spec, schema, mapping).ok());
        crossing.is_some_and(|crossing| settle::came_back(&crossing, side, change, shown))
    }
}

/// Whether a refusal is about the record or issue as a whole: it is gone, or we may not write it.
fn is_of_the_whole(fault: &Fault) -> bool {
    let whole = [
        Code::JiraIssueGone,
        Code::JiraNoPermission,
        Code::SfRecordGone,
        Code::SfNoAccess,
        Code::SfConverted,
        Code::SfStorage,
    ];
    fault.fields.is_empty() && whole.contains(&fault.code)
}

fn names_any(fault: &Fault, fields: &[FieldChange]) -> bool {
    fields.iter().any(|change| fault.fields.iter().any(|f| f.field == change.field))
}

fn refuses_status(fault: &Fault, change: &StatusChange, fields: &[FieldChange]) -> bool {
    fields.is_empty() || fault.fields.iter().any(|f| f.field == change.field)
}
