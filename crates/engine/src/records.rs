//! Records of issues that have none: made where the item's JQL says so, once, whatever crashes.
//!
//! There is no link to hold a lease or a ledger's intent before there is a record. The record's
//! external id, the issue's own id, stands in for both: Salesforce itself keeps a second one out.

use std::collections::BTreeSet;

use lockstep_jira::IssueStamp;
use lockstep_model::plan::{self, FieldChange, NewRecord};
use lockstep_model::{
    Class, Code, ConnectionId, Fault, Issue, Job, LinkId, RecordId, Side, Verdict,
};
use lockstep_salesforce::ExternalKey;
use lockstep_store::{Link, NewAudit, Origin, Outcome, Seen};
use serde_json::{Map, Value, json};

use crate::Engine;
use crate::apply::{MARKER, blame, marker, write_map};
use crate::catalog::Scene;

/// Issues that are held against the JQL in one call.
const MATCHED_MAX: usize = 100;

/// The name of the step in the trail.
const STEP: &str = "create_record";

/// How often a create is tried again without the fields that Salesforce refused.
const TRIES_MAX: usize = 4;

impl Engine {
    /// Looks at an issue that no link names: each item whose JQL fits it makes a record for it.
    pub(crate) async fn look_at_stranger(
        &self,
        job: &Job,
        connection: ConnectionId,
        issue: &str,
    ) -> Verdict {
        let items = match self.store.items().creating_records(connection).await {
            Ok(items) => items,
            Err(error) => return self.verdict(job, None, error.fault()).await,
        };
        let mut links = Vec::new();
        for item in items {
            let scene = match self.catalog.scene(item).await {
                Ok(scene) => scene,
                Err(fault) => return self.verdict(job, None, fault).await,
            };
            match self.record_of_issue(job, &scene, issue).await {
                Ok(link) => links.extend(link),
                Err(fault) => return self.verdict(job, Some(&scene), fault).await,
            }
        }
        match links.as_slice() {
            [] => Verdict::Done,
            [link] => self.reconcile(job, *link).await,
            several => self.fan_out(job, several).await,
        }
    }

    /// Which of the issues that changed have no link under the item and are to get a record. No call
    /// where every issue has its link.
    pub(crate) async fn strangers(
        &self,
        scene: &Scene,
        changed: &[IssueStamp],
        linked: &[Seen],
    ) -> Result<Vec<String>, Fault> {
        let Some(rule) = scene.spec.creates_records() else {
            return Ok(Vec::new());
        };
        let known: BTreeSet<&str> =
            linked.iter().filter_map(|link| link.issue_id.as_deref()).collect();
        let unknown = changed.iter().filter(|issue| !known.contains(issue.id.as_str()));
        let unknown: Vec<String> = unknown.map(|issue| issue.id.clone()).collect();
        let mut all = Vec::new();
        for ids in unknown.chunks(MATCHED_MAX) {
            all.extend(scene.jira.client.matching(&scene.scope(), &rule.jql, ids).await?);
        }
        Ok(all)
    }

    async fn record_of_issue(
        &self,
        job: &Job,
        scene: &Scene,
        issue: &str,
    ) -> Result<Option<LinkId>, Fault> {
        let Some(rule) = scene.spec.creates_records().filter(|_| !scene.paused) else {
            return Ok(None);
        };
        let now = (self.clock)();
        scene.salesforce.open(now)?;
        scene.jira.open(now)?;
        let ids = [issue.to_owned()];
        if scene.jira.client.matching(&scene.scope(), &rule.jql, &ids).await?.is_empty() {
            return Ok(None);
        }
        let read = scene.jira.client.issue(issue, &scene.issue_query()).await;
        let issue = match read {
            Err(fault) if fault.code == Code::JiraIssueGone => return Ok(None),
            read => read?,
        };
        let planned = plan::new_record(&scene.spec, &scene.resolved.schema, &issue);
        let Some(new) = planned else {
            return Ok(None);
        };
        match scene.create_record(&new).await {
            Ok(record) => self.link_record(job, scene, (&record, &issue, &new)).await,
            Err(fault) if fault.class() == Class::Rejected => {
                self.note_no_record(job, scene, (&issue, &fault)).await?;
                Ok(None)
            }
            Err(fault) => Err(fault),
        }
    }

    /// Links the record that was made with its issue, and marks the issue.
    async fn link_record(
        &self,
        job: &Job,
        scene: &Scene,
        (record, issue, new): (&RecordId, &Issue, &NewRecord),
    ) -> Result<Option<LinkId>, Fault> {
        let ours = Some((issue.id.as_str(), issue.key.as_str()));
        let (link, made) = self.store.links().create(scene.id, record, Origin::Auto, ours).await?;
        if link.issue_id.as_deref() != Some(issue.id.as_str()) {
            tracing::warn!(record = %record, "the issue's record is linked with another issue");
            return Ok(None);
        }
        if made {
            let marker = marker(scene, record.as_str(), Origin::Auto);
            scene.jira.client.set_property(&issue.id, MARKER, &marker).await?;
            let after = json!({ "record": record, "fields": new.changes.len() });
            let row = NewAudit { after, ..created(job, scene, issue, Some(&link)) };
            self.store.audit().append(&[row]).await?;
        }
        Ok(Some(link.id))
    }

    /// A record that Salesforce would not take is told in the trail: there is no link to tell it.
    async fn note_no_record(
        &self,
        job: &Job,
        scene: &Scene,
        (issue, fault): (&Issue, &Fault),
    ) -> Result<(), Fault> {
        tracing::warn!(issue = issue.key, code = fault.code.id(), "no record was made: {fault}");
        let audit = self.store.audit();
        // Once for each version of the issue: a sweep comes by more often.
        if audit.refused(scene.id, (STEP, &issue.key), issue.updated).await? {
            return Ok(());
        }
        let row = NewAudit {
            outcome: Outcome::Refused,
            code: Some(fault.code),
            reason: json!({ "vendor": fault.to_string() }),
            ..created(job, scene, issue, None)
        };
        audit.append(&[row]).await.map_err(Fault::from)
    }
}

fn created(job: &Job, scene: &Scene, issue: &Issue, link: Option<&Link>) -> NewAudit {
    NewAudit {
        link: link.map(|link| link.id),
        item: Some(scene.id),
        item_version: Some(scene.version),
        correlation: job.correlation.clone(),
        cause: job.cause,
        step: STEP.to_owned(),
        subject: issue.key.clone(),
        side: Some(Side::Salesforce),
        outcome: Outcome::Done,
        code: None,
        before: Value::Null,
        after: Value::Null,
        reason: Value::Null,
        actor: None,
    }
}

impl Scene {
    /// Creates the record, or finds the one that an earlier try created: what people changed on it
    /// since is left alone.
    async fn create_record(&self, new: &NewRecord) -> Result<RecordId, Fault> {
        let client = &self.salesforce.client;
        let (field, value) = &new.key;
        let key = ExternalKey { object: &self.spec.salesforce.object, field, value };
        if let Some(known) = client.by_key(&key).await? {
            return Ok(known);
        }
        let mut changes = new.changes.clone();
        for _ in 0..TRIES_MAX {
            let fault = match client.upsert(&key, written(new, &changes)).await {
                Ok(record) => return Ok(record),
                // Another worker was quicker.
                Err(fault) if fault.code == Code::SfDuplicate => {
                    return client.by_key(&key).await?.ok_or(fault);
                }
                Err(fault) => fault,
            };
            let blamed = blame(&fault, &changes);
            if fault.class() != Class::Rejected || blamed.is_empty() {
                return Err(fault);
            }
            // Once the record is there, the look at its link tells of the field.
            for (index, _, _) in blamed.into_iter().rev() {
                changes.remove(index);
            }
        }
        Err(Fault::new(Code::SfRefused, "the record could not be created, whatever was left out"))
    }
}

/// The fields that are sent: the mapped ones and the first status.
fn written(new: &NewRecord, changes: &[FieldChange]) -> Map<String, Value> {
    let mut fields = write_map(changes);
    let status = new.status.iter().map(|change| (change.field.clone(), json!(change.to)));
    fields.extend(status);
    fields
}
