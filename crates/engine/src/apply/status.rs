//! Moving either side's status.

use lockstep_model::base::{Seen, StatusRefusal};
use lockstep_model::plan::{Move, Reason, StatusChange};
use lockstep_model::status::SUBJECT;
use lockstep_model::{Class, Fault, Finding, Side, settle, undo};
use serde_json::{Value, json};

use super::Act;

impl Act<'_> {
    pub(crate) async fn transition_issue(&mut self, step: &Move) -> Result<(), Fault> {
        let Some(id) = self.progress.link.issue_id.clone() else {
            return Ok(());
        };
        let client = &self.scene.jira.client;
        match client.transition(&id, &step.transition, step.fields.clone()).await {
            Ok(()) => {}
            Err(fault) if fault.class() == Class::Rejected => {
                self.move_refused(step, &fault);
                return Ok(());
            }
            Err(fault) => return Err(fault),
        }
        settle::issue_moved(&mut self.progress.link.base, step);
        let (before, after) = (json!(step.from), json!(step.to));
        self.note("transition_issue", "status", Side::Jira, (before, after, json!(step.reason)));
        self.sight.issue = Some(client.issue(&id, &self.scene.issue_query()).await?);
        self.sight.extras.transitions = None;
        Ok(())
    }

    fn move_refused(&mut self, step: &Move, fault: &Fault) {
        let from =
            self.sight.issue.as_ref().map(|issue| issue.status.id.clone()).unwrap_or_default();
        let values = (json!(step.from), json!(step.to));
        if matches!(step.reason, Reason::Undo { .. }) {
            return self.turn_refused(fault, Side::Jira, values);
        }
        self.remember_refusal((&step.follows, &from), fault, Side::Jira, values);
    }

    /// The record's status was refused; the rest of the step goes on.
    pub(crate) fn status_refused(&mut self, change: &StatusChange, fault: &Fault) {
        let values = (json!(change.from), json!(change.to));
        if matches!(change.reason, Reason::Undo { .. }) {
            return self.turn_refused(fault, Side::Salesforce, values);
        }
        let statuses = (change.from.as_str(), change.follows_id.as_str());
        self.remember_refusal(statuses, fault, Side::Salesforce, values);
    }

    /// A status that was to be turned back stays where it is, and that is all.
    fn turn_refused(&mut self, fault: &Fault, side: Side, values: (Value, Value)) {
        undo::settle::left(&mut self.progress.link.base, SUBJECT, side);
        self.note_refused(SUBJECT, side, values, fault.code);
    }

    fn remember_refusal(
        &mut self,
        (record, issue): (&str, &str),
        fault: &Fault,
        side: Side,
        values: (Value, Value),
    ) {
        let detail = fault.to_string();
        let refusal = StatusRefusal {
            salesforce: record.to_owned(),
            jira: issue.to_owned(),
            code: fault.code,
            detail: detail.clone(),
            seen: self.seen(side),
        };
        settle::move_refused(&mut self.progress.link.base, refusal);
        let finding = Finding { code: fault.code, subject: "status".to_owned(), detail };
        self.progress.link.findings.push(finding);
        self.note_refused("status", side, values, fault.code);
    }

    /// The version of a side that is in sight.
    fn seen(&self, side: Side) -> Option<Seen> {
        let at = match side {
            Side::Salesforce => Some(self.sight.record.modified),
            Side::Jira => self.sight.issue.as_ref().map(|issue| issue.updated),
        };
        at.map(|at| Seen { side, at })
    }

    /// The record's status was written.
    pub(crate) fn record_moved(&mut self, change: &StatusChange) {
        settle::record_moved(&mut self.progress.link.base, change);
        let values = (json!(change.from), json!(change.to), json!(change.reason));
        self.note("update_record", "status", Side::Salesforce, values);
    }
}
