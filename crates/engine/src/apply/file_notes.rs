//! Notes about files: which came from the other side. Each once, whatever crashes.

use lockstep_jira::NewComment;
use lockstep_model::files::FileNote;
use lockstep_model::{Class, Fault, Finding, Side, adf, comments};
use serde_json::{Value, json};

use super::Act;
use super::ledger::Turn;

impl Act<'_> {
    pub(crate) async fn note_files(&mut self, note: &FileNote) -> Result<(), Fault> {
        let effect = self.note_effect(note);
        let written = match self.intend(&effect, "note_files", &json!(note.text)).await? {
            Turn::Done { .. } => return self.files_noted(note).await,
            Turn::Do => self.write_note(note).await,
            Turn::Look { .. } => {
                if let Some(id) = self.find_note(note).await? {
                    Ok(id)
                } else {
                    self.again(&effect).await?;
                    self.write_note(note).await
                }
            }
        };
        match written {
            Ok(id) => {
                self.settled(&effect, &id, None).await?;
                let after = json!({ "comment": id, "files": note.sources });
                self.note("note_files", &id, note.on, (Value::Null, after, Value::Null));
            }
            Err(fault) => {
                self.not_done(&effect, &fault).await?;
                self.note_not_written(note, fault)?;
            }
        }
        self.files_noted(note).await
    }

    /// A note that is refused is reported once, and not offered again.
    fn note_not_written(&mut self, note: &FileNote, fault: Fault) -> Result<(), Fault> {
        if fault.class() != Class::Rejected {
            return Err(fault);
        }
        let values = (Value::Null, json!(note.text));
        self.note_refused("file note", note.on, values, fault.code);
        let (subject, detail) = ("file note".to_owned(), fault.to_string());
        self.progress.link.findings.push(Finding { code: fault.code, subject, detail });
        Ok(())
    }

    async fn write_note(&self, note: &FileNote) -> Result<String, Fault> {
        match note.on {
            Side::Salesforce => {
                let object = &self.scene.spec.salesforce.object;
                let record = &self.sight.record.id;
                self.scene.salesforce.client.note(object, record, &note.text).await
            }
            Side::Jira => {
                let issue = self.progress.link.issue_id.clone().unwrap_or_default();
                let body = adf::from_text(&note.text);
                let new = NewComment { body, properties: Vec::new(), internal: true };
                Ok(self.scene.jira.client.add_comment(&issue, &new).await?.id)
            }
        }
    }

    /// The note that an earlier try wrote, if it did: among all that stands there, not by a search.
    async fn find_note(&self, note: &FileNote) -> Result<Option<String>, Fault> {
        let there: Vec<(String, String)> = match note.on {
            Side::Salesforce => {
                let object = &self.scene.spec.salesforce.object;
                self.scene.salesforce.client.notes(object, &self.sight.record.id).await?
            }
            Side::Jira => {
                let issue = self.progress.link.issue_id.clone().unwrap_or_default();
                let all = self.scene.jira.client.comments(&issue).await?;
                all.into_iter().map(|each| (each.id.clone(), comments::text(&each))).collect()
            }
        };
        let found = there.into_iter().find(|(_, text)| note.is(text));
        Ok(found.map(|(id, _)| id))
    }

    async fn files_noted(&mut self, note: &FileNote) -> Result<(), Fault> {
        let (link, origin) = (self.progress.link.id, note.on.other());
        let files = self.engine.store.files();
        files.noted(link, self.fence, (origin, &note.sources)).await?;
        for pair in self.progress.files.iter_mut().filter(|pair| pair.origin == origin) {
            let source = pair.source().unwrap_or_default();
            pair.noted |= note.sources.iter().any(|id| id == source);
        }
        Ok(())
    }

    /// The ledger's key for a note: it follows from the files that it names.
    fn note_effect(&self, note: &FileNote) -> String {
        let sources: Vec<&[u8]> = note.sources.iter().map(String::as_bytes).collect();
        let side = note.on.name().to_lowercase();
        format!("link:{}:file-note:{side}:{}", self.progress.link.id, crate::digest::id(&sources))
    }
}
