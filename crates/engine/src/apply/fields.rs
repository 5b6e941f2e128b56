//! Writing fields of either side. A field that the vendor refuses is left out and reported; the
//! others are written.

use lockstep_model::plan::{FieldChange, StatusChange};
use lockstep_model::{
    Class, Code, Fault, FieldValue, Finding, Issue, Record, Side, convert, settle,
};
use lockstep_salesforce::Change;
use serde_json::{Map, Value};

use super::Act;

/// A change that the vendor refused: its place, why, and in which words.
pub(crate) type Blamed = (usize, Code, String);

/// What a step writes, in wire form.
pub(crate) fn write_map(changes: &[FieldChange]) -> Map<String, Value> {
    changes
        .iter()
        .map(|change| (change.field.clone(), change.write.clone()))
        .collect()
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
        let mut left = changes.to_vec();
        while !left.is_empty() {
            let query = self.scene.issue_query();
            match self
                .scene
                .jira
                .client
                .edit_issue(&id, write_map(&left), &query)
                .await
            {
                Ok(issue) => {
                    self.issue_written(&left, issue);
                    return Ok(());
                }
                Err(fault) => self.give_way(fault, &mut left, Side::Jira)?,
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

    pub(crate) async fn update_record(
        &mut self,
        changes: &[FieldChange],
        status: Option<&StatusChange>,
    ) -> Result<(), Fault> {
        let mut left = changes.to_vec();
        let mut status = status;
        while !left.is_empty() || status.is_some() {
            let mut fields = write_map(&left);
            if let Some(change) = status {
                fields.insert(change.field.clone(), Value::from(change.to.clone()));
            }
            match self.write_record(fields).await {
                Ok(record) => {
                    self.record_written(&left, status, record);
                    return Ok(());
                }
                Err(fault) if fault.class() != Class::Rejected => return Err(fault),
                Err(fault) => match status {
                    Some(change) if refuses_status(&fault, change, &left) => {
                        self.status_refused(change, &fault);
                        status = None;
                    }
                    // Nothing was named: the fields go alone; the next plan brings the status back.
                    Some(_) if fault.fields.is_empty() => status = None,
                    _ => self.give_way(fault, &mut left, Side::Salesforce)?,
                },
            }
        }
        Ok(())
    }

    async fn write_record(&self, fields: Map<String, Value>) -> Result<Record, Fault> {
        let object = &self.scene.spec.salesforce.object;
        let seen = &self.sight.record;
        let query = self.scene.record_query();
        let change = Change {
            fields,
            unmodified_since: Some(seen.modified),
        };
        self.scene
            .salesforce
            .client
            .update(object, &seen.id, change, &query)
            .await
    }

    fn record_written(
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
        // The update reads the record back without its comments: those gathered still stand.
        record.comments.clone_from(&self.sight.record.comments);
        self.sight.record = record;
    }

    fn field_written(&mut self, change: &FieldChange, side: Side, shown: &FieldValue) {
        let same = self.same(change, side, shown);
        settle::written(&mut self.progress.link.base, change, side, shown, same);
        let step = if side == Side::Jira {
            "edit_issue"
        } else {
            "update_record"
        };
        self.note_change(step, change, side);
    }

    /// Drops the changes that the vendor refused from `left`, or returns the fault when it is not
    /// about any of them. A refusal that names no field is narrowed down by halves.
    fn give_way(
        &mut self,
        fault: Fault,
        left: &mut Vec<FieldChange>,
        side: Side,
    ) -> Result<(), Fault> {
        if fault.class() != Class::Rejected || left.is_empty() {
            return Err(fault);
        }
        let blamed = blame(&fault, left);
        if blamed.is_empty() {
            // Nothing was named: the first half goes on alone; the next plan brings the rest back.
            left.truncate(left.len() / 2);
            return Ok(());
        }
        for (index, code, detail) in blamed.into_iter().rev() {
            let change = left.remove(index);
            self.refuse(&change, side, code, &detail);
        }
        Ok(())
    }

    /// Remembers a value that the vendor refused: it is reported, and not offered again until it changes.
    pub(crate) fn refuse(&mut self, change: &FieldChange, side: Side, code: Code, detail: &str) {
        settle::refused(&mut self.progress.link.base, change, side, code, detail);
        let subject = change.mapping.clone();
        self.progress.link.findings.push(Finding {
            code,
            subject,
            detail: detail.to_owned(),
        });
        self.note_refusal(change, side, code, detail);
    }

    /// What the issue shows of a field now.
    pub(crate) fn shown_by_issue(&self, issue: &Issue, field: &str) -> FieldValue {
        let (known, raw) = (
            self.scene.resolved.schema.jira.get(field),
            issue.fields.get(field),
        );
        let read = known.map(|known| convert::read_jira(known, raw.unwrap_or(&Value::Null)));
        read.and_then(Result::ok).unwrap_or_default()
    }

    /// What the record shows of a field now.
    pub(crate) fn shown_by_record(&self, record: &Record, field: &str) -> FieldValue {
        let (known, raw) = (
            self.scene.resolved.schema.salesforce.get(field),
            record.fields.get(field),
        );
        let read = known.map(|known| convert::read_salesforce(known, raw.unwrap_or(&Value::Null)));
        read.and_then(Result::ok).unwrap_or_default()
    }

    /// Whether a write came back as it was meant.
    pub(crate) fn same(&self, change: &FieldChange, side: Side, shown: &FieldValue) -> bool {
        let mapping = self
            .scene
            .spec
            .mappings
            .iter()
            .find(|mapping| mapping.key() == change.mapping);
        let schema = &self.scene.resolved.schema;
        mapping.is_some_and(|mapping| settle::came_back(schema, mapping, side, change, shown))
    }
}

fn refuses_status(fault: &Fault, change: &StatusChange, fields: &[FieldChange]) -> bool {
    fields.is_empty() || fault.fields.iter().any(|f| f.field == change.field)
}
