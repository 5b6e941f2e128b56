//! Creating the issue of a record: once, whatever crashes.

use chrono::{DateTime, TimeDelta, Utc};
use lockstep_jira::{CreatedIssue, NewIssue};
use lockstep_model::plan::FieldChange;
use lockstep_model::{Code, Fault, Issue, Side, settle};
use lockstep_store::Origin;
use serde_json::{Map, Value, json};

use super::Act;
use super::fields::{blame, write_map};
use super::ledger::Turn;
use crate::catalog::Scene;

/// The issue property that says which record an issue belongs to; part of the create request itself.
pub(crate) const MARKER: &str = "lockstep.link";

/// How often a create is tried again without the fields that Jira refused.
const TRIES_MAX: usize = 4;

/// How far before the intent the probe starts to look, for clocks that disagree.
const PROBE_MARGIN: TimeDelta = TimeDelta::minutes(5);

impl Act<'_> {
    pub(crate) async fn create_issue(&mut self, changes: &[FieldChange]) -> Result<(), Fault> {
        let effect = self.issue_effect();
        let mut changes = changes.to_vec();
        for _ in 0..TRIES_MAX {
            let fault = match self.create_once(&effect, &changes).await {
                // What another try sent is not known: its base is made anew, from the record.
                Ok(sent) => return self.created(&changes, sent).await,
                Err(fault) => fault,
            };
            self.not_done(&effect, &fault).await?;
            let blamed = blame(&fault, &changes);
            if fault.class() != lockstep_model::Class::Rejected || blamed.is_empty() {
                return Err(fault);
            }
            for (index, code, detail) in blamed.into_iter().rev() {
                let change = changes.remove(index);
                self.refuse(&change, Side::Jira, code, &detail);
            }
        }
        Err(Fault::new(Code::JiraRefused, "the issue could not be created, whatever was left out"))
    }

    /// Creates the issue, or finds the one that an earlier try created; says whether it was sent now.
    async fn create_once(&mut self, effect: &str, changes: &[FieldChange]) -> Result<bool, Fault> {
        let new = self.new_issue(changes);
        let (issue, sent) = match self.intend_issue(effect, &new).await? {
            Turn::Done { id, key } => {
                let key = key.unwrap_or_else(|| id.clone());
                (CreatedIssue { id, key }, false)
            }
            Turn::Do => self.match_or_send(effect, &new).await?,
            Turn::Look { since } => {
                if let Some(found) = self.probe(since).await? {
                    (self.adopt(effect, found).await?, false)
                } else {
                    self.again(effect).await?;
                    self.match_or_send(effect, &new).await?
                }
            }
        };
        self.progress.link.issue_id = Some(issue.id);
        self.progress.link.issue_key = Some(issue.key);
        Ok(sent)
    }

    /// The ledger's key for the issue of this link.
    pub(crate) fn issue_effect(&self) -> String {
        format!("link:{}:issue", self.progress.link.id)
    }

    /// Stores the intent to create an issue and says whose turn it is.
    pub(crate) async fn intend_issue(&self, effect: &str, new: &NewIssue) -> Result<Turn, Fault> {
        let request = json!({ "fields": new.fields, "issue_type": new.issue_type_id });
        self.intend(effect, "create_issue", &request).await
    }

    pub(crate) fn new_issue(&self, changes: &[FieldChange]) -> NewIssue {
        NewIssue {
            project: self.scene.spec.jira.project.clone(),
            issue_type_id: self.scene.resolved.issue_type_id.clone(),
            fields: write_map(changes),
            properties: vec![(MARKER.to_owned(), self.marker())],
        }
    }

    pub(crate) fn marker(&self) -> Value {
        marker(self.scene, self.sight.record.id.as_str(), self.progress.link.origin)
    }

    /// Takes the issue that holds the record's key already, or creates one; says whether it was sent.
    async fn match_or_send(
        &self,
        effect: &str,
        new: &NewIssue,
    ) -> Result<(CreatedIssue, bool), Fault> {
        let Some(found) = self.matched().await? else {
            return Ok((self.send(effect, new).await?, true));
        };
        self.mark(&found).await?;
        tracing::info!(issue = found.key, "the record's issue is there already");
        self.settled(effect, &found.id, Some(&found.key)).await?;
        Ok((found, false))
    }

    async fn send(&self, effect: &str, new: &NewIssue) -> Result<CreatedIssue, Fault> {
        let created = self.scene.jira.client.create_issue(new).await?;
        self.settled(effect, &created.id, Some(&created.key)).await?;
        Ok(created)
    }

    async fn adopt(&self, effect: &str, found: CreatedIssue) -> Result<CreatedIssue, Fault> {
        tracing::info!(issue = found.key, "found the issue whose create was never answered");
        self.settled(effect, &found.id, Some(&found.key)).await?;
        Ok(found)
    }

    /// Whether an issue's marker says that it is this record's.
    pub(crate) fn is_ours(&self, marker: &Value) -> bool {
        let (record, item) = (self.sight.record.id.as_str(), self.scene.spec.name.as_str());
        marker["record"] == record && marker["item"] == item
    }

    /// Looks for an issue that carries our marker, without trusting the search index.
    async fn probe(&self, since: DateTime<Utc>) -> Result<Option<CreatedIssue>, Fault> {
        let scope = self.scene.scope();
        let ours = |marker: &Value| self.is_ours(marker);
        self.scene.jira.client.find_created(&scope, MARKER, ours, since - PROBE_MARGIN).await
    }

    /// Reads the new issue back: what it shows is the first base.
    async fn created(&mut self, changes: &[FieldChange], sent: bool) -> Result<(), Fault> {
        self.note_created(changes, sent);
        let id = self.progress.link.issue_id.clone().unwrap_or_default();
        let query = self.scene.issue_query();
        let issue = self.scene.jira.client.issue(&id, &query).await?;
        self.issue_created(if sent { changes } else { &[] }, issue);
        Ok(())
    }

    /// Notes that the link has its issue.
    pub(crate) fn note_created(&mut self, changes: &[FieldChange], sent: bool) {
        let key = self.progress.link.issue_key.clone().unwrap_or_default();
        let values = (Value::Null, summary(changes), json!({ "sent_now": sent }));
        self.note("create_issue", &key, Side::Jira, values);
    }

    /// The issue shows this after these changes were sent with its create.
    pub(crate) fn issue_created(&mut self, sent: &[FieldChange], issue: Issue) {
        for change in sent {
            let shown = self.shown_by_issue(&issue, &change.field);
            self.note_change("create_issue", change, (Side::Jira, &shown));
            let same = self.same(change, Side::Jira, &shown);
            let base = &mut self.progress.link.base;
            settle::written(base, change, Side::Jira, &shown, same);
        }
        self.sight.issue = Some(issue);
    }
}

/// What an issue's marker says: which record it belongs to, under which item, and who tied them.
pub(crate) fn marker(scene: &Scene, record: &str, origin: Origin) -> Value {
    json!({
        "item": scene.spec.name,
        "object": scene.spec.salesforce.object,
        "record": record,
        "origin": origin.name(),
    })
}

fn summary(changes: &[FieldChange]) -> Value {
    let fields: Map<String, Value> = write_map(changes);
    json!({ "fields": fields.len(), "summary": fields.get("summary") })
}
