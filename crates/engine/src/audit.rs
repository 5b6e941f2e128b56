//! The audit trail: every step with what was before and after, and why.

use lockstep_model::job::Cause;
use lockstep_model::plan::{Agreement, FieldChange, Reason};
use lockstep_model::status::SUBJECT as STATUS;
use lockstep_model::undo::Undoing;
use lockstep_model::{Code, FieldValue, Job, LinkId, Side};
use lockstep_store::{NewAudit, Outcome};
use serde_json::{Value, json};

use crate::apply::Act;
use crate::catalog::Scene;

impl Act<'_> {
    /// Notes a step that was done: what was before and after, and why.
    pub(crate) fn note(
        &mut self,
        step: &str,
        subject: &str,
        side: Side,
        (before, after, reason): (Value, Value, Value),
    ) {
        let row = self.blank(step, subject, side);
        let row = asked_for(NewAudit { before, after, ..row }, &reason);
        // How old a change was says nothing where it is undone.
        if row.cause == Cause::Undo {
            self.engine.count_change(side);
        } else {
            self.measure(side);
        }
        self.progress.audit.push(NewAudit { reason, ..row });
    }

    /// Counts what was written on a side, and how old the change was: once a look, and not of a first
    /// sync, for what lay there before the link was made says nothing.
    fn measure(&mut self, written: Side) {
        self.engine.count_change(written);
        let first = self.progress.link.synced_at.is_none();
        let Some((record, issue)) = self.progress.changed.filter(|_| !first) else {
            return;
        };
        if self.progress.measured.insert(written) {
            let changed = if written == Side::Jira { Some(record) } else { issue };
            if let Some(changed) = changed {
                self.engine.note_latency(written, changed);
            }
        }
    }

    /// Notes a field that was written, and what its side shows since, where that is something else.
    pub(crate) fn note_change(
        &mut self,
        step: &str,
        change: &FieldChange,
        (side, shown): (Side, &FieldValue),
    ) {
        let mut reason = json!(change.reason);
        if *shown != change.after {
            reason["shown"] = json!(shown);
        }
        self.note(step, &change.mapping, side, (json!(change.before), json!(change.after), reason));
    }

    /// Notes what became of values that were to be turned back and are not written now.
    pub(crate) fn note_undoing(&mut self, agreements: &[Agreement]) {
        for agreement in agreements {
            match agreement {
                Agreement::Turned { undoing, apart, .. } => self.note_turned(undoing, *apart),
                Agreement::Left { undoing, shown } => self.note_left(undoing, shown),
                _ => {}
            }
        }
    }

    /// A worker that was killed wrote it, and could not say so.
    fn note_turned(&mut self, undoing: &Undoing, apart: bool) {
        let turn = &undoing.turn;
        let step = match (turn.side, turn.subject.as_str()) {
            (Side::Salesforce, _) => "update_record",
            (Side::Jira, STATUS) => "transition_issue",
            (Side::Jira, _) => "edit_issue",
        };
        let kept = |value: &FieldValue| match turn.subject.as_str() {
            STATUS => json!(value.as_text()),
            _ => json!(value),
        };
        let reason = json!(Reason::Undo { by: undoing.by.clone(), apart });
        let values = (kept(&turn.wrote), kept(&turn.back), reason);
        self.note(step, &turn.subject, turn.side, values);
    }

    fn note_left(&mut self, undoing: &Undoing, shown: &FieldValue) {
        let turn = &undoing.turn;
        let row = self.blank("undo_kept", &turn.subject, turn.side);
        let mut row = asked_for(row, &json!(Reason::Undo { by: undoing.by.clone(), apart: false }));
        row.outcome = Outcome::Noted;
        row.before = json!(turn.wrote);
        row.after = json!(shown);
        row.reason = json!({ "because": "edited", "side": turn.side, "back": turn.back });
        self.progress.audit.push(row);
    }

    /// Notes a field that the vendor refused.
    pub(crate) fn note_refusal(
        &mut self,
        change: &FieldChange,
        side: Side,
        code: Code,
        detail: &str,
    ) {
        self.engine.count_failure(code);
        let row = self.blank("refused", &change.mapping, side);
        let mut row = asked_for(row, &json!(change.reason));
        row.outcome = Outcome::Refused;
        row.code = Some(code);
        row.before = json!(change.before);
        row.after = json!(change.after);
        row.reason = json!({ "vendor": detail });
        self.progress.audit.push(row);
    }

    /// Notes a move or a comment that the vendor refused.
    pub(crate) fn note_refused(
        &mut self,
        subject: &str,
        side: Side,
        (before, after): (Value, Value),
        code: Code,
    ) {
        self.engine.count_failure(code);
        let mut row = self.blank("refused", subject, side);
        row.outcome = Outcome::Refused;
        row.code = Some(code);
        row.before = before;
        row.after = after;
        self.progress.audit.push(row);
    }

    /// Notes the conflicts that wait for a person from now on, and those that no longer do.
    pub(crate) fn note_held(&mut self, agreements: &[Agreement]) {
        for agreement in agreements {
            let (step, mapping, after) = match agreement {
                Agreement::Held { mapping, values } => ("hold", mapping, json!(values)),
                Agreement::Freed { mapping } => ("free", mapping, Value::Null),
                _ => continue,
            };
            let before = self.progress.link.base.fields.get(mapping);
            let mut row = blank((self.job, self.scene), self.progress.link.id, step, mapping);
            row.outcome = Outcome::Noted;
            row.code = Some(Code::ConflictHeld);
            row.before = before.map_or(
                Value::Null,
                |base| json!({ "salesforce": base.salesforce, "jira": base.jira }),
            );
            row.after = after;
            row.reason = json!({ "because": "conflict", "rule": "hold" });
            self.progress.audit.push(row);
        }
    }

    fn blank(&self, step: &str, subject: &str, side: Side) -> NewAudit {
        let row = blank((self.job, self.scene), self.progress.link.id, step, subject);
        NewAudit { side: Some(side), ..row }
    }
}

/// What is done for an undo is told under the id of who asked for it, whichever job does it.
fn asked_for(row: NewAudit, reason: &Value) -> NewAudit {
    match serde_json::from_value(reason.clone()) {
        Ok(Reason::Undo { by, .. }) => NewAudit {
            cause: Cause::Undo,
            correlation: by.correlation,
            actor: Some(by.actor),
            ..row
        },
        _ => row,
    }
}

/// A row that says nothing yet but who did what, to which link, by which version of its item.
pub(crate) fn blank(
    (job, scene): (&Job, &Scene),
    link: LinkId,
    step: &str,
    subject: &str,
) -> NewAudit {
    NewAudit {
        link: Some(link),
        item: Some(scene.id),
        item_version: Some(scene.version),
        correlation: job.correlation.clone(),
        cause: job.cause,
        step: step.to_owned(),
        subject: subject.to_owned(),
        side: None,
        outcome: Outcome::Done,
        code: None,
        before: Value::Null,
        after: Value::Null,
        reason: Value::Null,
        actor: None,
    }
}
