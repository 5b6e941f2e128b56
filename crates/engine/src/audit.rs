//! The audit trail: every step with what was before and after, and why.

use lockstep_model::plan::{Agreement, FieldChange};
use lockstep_model::{Code, Job, LinkId, Side};
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
        self.progress.audit.push(NewAudit { before, after, reason, ..row });
        self.measure(side);
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
        self.engine.count_failure(code);
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
