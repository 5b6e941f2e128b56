//! Copying files: each content once, whatever crashes, and never more of it in memory than a few pieces.

use lockstep_model::files::{FilePair, FileStep, marker, safe_name};
use lockstep_model::snapshot::File;
use lockstep_model::{Class, Code, Fault, Side, settle};
use lockstep_salesforce::NewFile;
use serde_json::{Value, json};

use super::Act;
use super::ledger::Turn;
use crate::pipe::{Seal, pipe};

impl Act<'_> {
    pub(crate) async fn file(&mut self, step: &FileStep) -> Result<(), Fault> {
        match step {
            FileStep::Copy { from, file } => self.copy_file(*from, file).await,
            FileStep::Pair(pair) => self.pair_file(pair).await,
            FileStep::Note(note) => self.note_files(note).await,
        }
    }

    async fn copy_file(&mut self, from: Side, file: &File) -> Result<(), Fault> {
        let effect = self.file_effect(from, &file.id);
        let request = json!({ "name": file.name, "size": file.size });
        let (copy, hash) = match self.intend(&effect, "copy_file", &request).await? {
            Turn::Done { id, key } => (id, key.or_else(|| file.hash.clone()).unwrap_or_default()),
            // The gather before this plan listed every file and none was this one's copy.
            turn @ (Turn::Do | Turn::Look { .. }) => {
                if matches!(turn, Turn::Look { .. }) {
                    self.again(&effect).await?;
                }
                match self.transfer(from, file, &effect).await {
                    Ok(copied) => copied,
                    Err(fault) => return self.file_not_copied(&effect, (from, file), fault).await,
                }
            }
        };
        self.settled(&effect, &copy, Some(&hash)).await?;
        let after = json!({ "file": copy, "name": file.name, "size": file.size });
        let values = (Value::Null, after, Value::Null);
        self.note("copy_file", &file.id, from.other(), values);
        self.keep_file(self.copied(from, file, (copy, hash))).await
    }

    /// Sends a file across. An expired session cost nothing but the bytes that were read: once more.
    async fn transfer(
        &self,
        from: Side,
        file: &File,
        effect: &str,
    ) -> Result<(String, String), Fault> {
        match self.transfer_once(from, file, effect).await {
            Err(fault) if fault.code == Code::SfSessionExpired => {
                self.transfer_once(from, file, effect).await
            }
            other => other,
        }
    }

    /// Gives the copy's id and the hash of what went through.
    async fn transfer_once(
        &self,
        from: Side,
        file: &File,
        effect: &str,
    ) -> Result<(String, String), Fault> {
        let (org, site) = (&self.scene.salesforce.client, &self.scene.jira.client);
        let (name, seal) = (safe_name(&file.name), self.seal(effect));
        let issue = self.progress.link.issue_id.clone().unwrap_or_default();
        let (sent, receipt) = match from {
            Side::Jira => {
                let source = site.download(&file.id, file.size).await?;
                let (bytes, receipt) = pipe(source, file, seal);
                let key = self.progress.link.issue_key.as_deref().unwrap_or(&issue);
                let description = marker(&file.id, key);
                let new = NewFile { name, size: file.size, description };
                (org.upload(&self.sight.record.id, &new, bytes).await, receipt)
            }
            Side::Salesforce => {
                let source = org.download(&file.id, file.size).await?;
                let (bytes, receipt) = pipe(source, file, seal);
                (site.attach(&issue, (&name, file.size), bytes).await, receipt)
            }
        };
        match (sent, receipt.read()) {
            (Ok(copy), Some(Ok(hash))) => Ok((copy, hash)),
            // The end was never sent, so there is no copy.
            (_, Some(Err(fault))) => {
                let effects = self.engine.store.effects();
                effects.failed(effect, &fault.to_string(), self.fence).await?;
                Err(fault)
            }
            (Err(fault), _) => Err(fault),
            (Ok(_), None) => Err(Fault::new(too_early(from), "a file was taken before its end")),
        }
    }

    /// What the end of a copy waits for: that the lease is still ours. The intent's age counts from
    /// then, however long the file took, so that whoever comes after us waits long enough.
    fn seal(&self, effect: &str) -> Seal {
        let (store, fence) = (self.engine.store.clone(), self.fence);
        let effect = effect.to_owned();
        Box::pin(async move {
            let ours = store.effects().reopen(&effect, fence).await?;
            if ours { Ok(()) } else { Err(Fault::new(Code::LeaseLost, effect)) }
        })
    }

    /// A file that cannot be copied holds back no other.
    async fn file_not_copied(
        &mut self,
        effect: &str,
        (from, file): (Side, &File),
        fault: Fault,
    ) -> Result<(), Fault> {
        self.not_done(effect, &fault).await?;
        if fault.class() != Class::Rejected {
            return Err(fault);
        }
        let subject = format!("file {}", file.id);
        let values = (Value::Null, json!({ "name": file.name, "size": file.size }));
        self.note_refused(&subject, from.other(), values, fault.code);
        let base = &mut self.progress.link.base;
        settle::file_refused(base, &file.id, fault.code, &fault.to_string());
        Ok(())
    }

    /// Takes over a copy that is already there, or a file whose content is: nothing is written. A copy
    /// of ours, whose answer was lost, is settled in the ledger and still to be noted.
    async fn pair_file(&mut self, pair: &FilePair) -> Result<(), Fault> {
        let mut pair = FilePair { noted: true, ..pair.clone() };
        let effects = self.engine.store.effects();
        // Which of two was first is the vendors' clocks' word; which is ours, the ledger knows.
        for origin in [pair.origin, pair.origin.other()] {
            let (Some(source), Some(copy)) = (pair.on(origin), pair.on(origin.other())) else {
                break;
            };
            let effect = self.file_effect(origin, source);
            if effects.done(&effect, copy, Some(&pair.hash), self.fence).await? {
                (pair.origin, pair.noted) = (origin, !self.scene.spec.files.notes);
                break;
            }
        }
        self.keep_file(pair).await
    }

    fn copied(&self, from: Side, file: &File, (copy, hash): (String, String)) -> FilePair {
        let (salesforce, jira) = match from {
            Side::Salesforce => (file.id.clone(), copy),
            Side::Jira => (copy, file.id.clone()),
        };
        FilePair {
            salesforce: Some(salesforce),
            jira: Some(jira),
            origin: from,
            name: file.name.clone(),
            size: file.size,
            hash,
            noted: !self.scene.spec.files.notes,
        }
    }

    async fn keep_file(&mut self, pair: FilePair) -> Result<(), Fault> {
        let link = self.progress.link.id;
        self.engine.store.files().add(link, self.fence, &pair).await?;
        self.progress.files.push(pair);
        Ok(())
    }

    /// The ledger's key for the copy of a file that stands on `side`.
    fn file_effect(&self, side: Side, id: &str) -> String {
        let side = side.name().to_lowercase();
        format!("link:{}:file:{side}:{id}", self.progress.link.id)
    }
}

/// Whose answer came before the file's end.
fn too_early(from: Side) -> Code {
    match from {
        Side::Jira => Code::SfBadAnswer,
        Side::Salesforce => Code::JiraBadAnswer,
    }
}
