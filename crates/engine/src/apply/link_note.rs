//! The note on the record about its link: once, whatever crashes.

use lockstep_model::link_note::{SUBJECT, Ties};
use lockstep_model::plan::LinkNote;
use lockstep_model::{Class, Fault, Finding, Side, settle};
use lockstep_store::Origin;
use serde_json::{Value, json};

use super::Act;
use super::ledger::Turn;

impl Act<'_> {
    pub(crate) async fn note_link(&mut self, note: &LinkNote) -> Result<(), Fault> {
        let text = note.text(&self.ties());
        let effect = format!("link:{}:link-note:{}", self.progress.link.id, note.issue);
        let written = match self.intend(&effect, "note_link", &json!(text)).await? {
            Turn::Done { id, .. } => Ok(id),
            Turn::Do => self.put_on_record(&text).await,
            Turn::Look { .. } => {
                if let Some(id) = self.find_link_note(note).await? {
                    Ok(id)
                } else {
                    self.again(&effect).await?;
                    self.put_on_record(&text).await
                }
            }
        };
        match written {
            Ok(id) => {
                self.settled(&effect, &id, None).await?;
                let after = json!({ "comment": id, "issue": note.key });
                self.note("note_link", &id, Side::Salesforce, (Value::Null, after, Value::Null));
                settle::link_noted(&mut self.progress.link.base, &note.issue);
                Ok(())
            }
            Err(fault) => {
                self.not_done(&effect, &fault).await?;
                self.link_not_noted(note, fault)
            }
        }
    }

    /// What the note says of the link.
    fn ties(&self) -> Ties<'_> {
        Ties {
            item: &self.scene.spec.name,
            site: &self.scene.jira.row.base_url,
            automatic: self.progress.link.origin == Origin::Auto,
        }
    }

    async fn put_on_record(&self, text: &str) -> Result<String, Fault> {
        let object = &self.scene.spec.salesforce.object;
        self.scene.salesforce.client.note(object, &self.sight.record.id, text).await
    }

    /// The note that an earlier try wrote, if it did: among all that stands there, not by a search.
    async fn find_link_note(&self, note: &LinkNote) -> Result<Option<String>, Fault> {
        let (object, item) = (&self.scene.spec.salesforce.object, &self.scene.spec.name);
        let client = &self.scene.salesforce.client;
        let there = client.notes(object, &self.sight.record.id).await?;
        Ok(there.into_iter().find(|(_, text)| note.is(text, item)).map(|(id, _)| id))
    }

    /// A record that takes no note is kept in step all the same.
    fn link_not_noted(&mut self, note: &LinkNote, fault: Fault) -> Result<(), Fault> {
        if fault.class() != Class::Rejected {
            return Err(fault);
        }
        self.note_refused(SUBJECT, Side::Salesforce, (Value::Null, json!(note.key)), fault.code);
        settle::link_note_refused(&mut self.progress.link.base, &note.issue, &fault);
        let (subject, detail) = (SUBJECT.to_owned(), fault.to_string());
        self.progress.link.findings.push(Finding { code: fault.code, subject, detail });
        Ok(())
    }
}
