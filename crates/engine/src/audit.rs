//! The audit trail: every step with what was before and after, and why.

use lockstep_model::plan::FieldChange;
use lockstep_model::{Code, Side};
use lockstep_store::{NewAudit, Outcome};
use serde_json::{Value, json};

use crate::apply::Act;

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
        self.progress.audit.push(NewAudit { before, after, reason, ..row });
    }

    /// Notes a field that was written.
    pub(crate) fn note_change(&mut self, step: &str, change: &FieldChange, side: Side) {
        let values = (json!(change.before), json!(change.after), json!(change.reason));
        self.note(step, &change.mapping, side, values);
    }

    /// Notes a field that the vendor refused.
    pub(crate) fn note_refusal(
        &mut self,
        change: &FieldChange,
        side: Side,
        code: Code,
        detail: &str,
    ) {
        let mut row = self.blank("refused", &change.mapping, side);
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
        let mut row = self.blank("refused", subject, side);
        row.outcome = Outcome::Refused;
        row.code = Some(code);
        row.before = before;
        row.after = after;
        self.progress.audit.push(row);
    }

    fn blank(&self, step: &str, subject: &str, side: Side) -> NewAudit {
        NewAudit {
            link: Some(self.progress.link.id),
            item: Some(self.scene.id),
            correlation: self.job.correlation.clone(),
            cause: self.job.cause,
            step: step.to_owned(),
            subject: subject.to_owned(),
            side: Some(side),
            outcome: Outcome::Done,
            code: None,
            before: Value::Null,
            after: Value::Null,
            reason: Value::Null,
            actor: None,
        }
    }
}
