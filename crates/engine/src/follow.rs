//! What became of the two sides of a link: merged records are followed, moved issues are told.

use lockstep_model::{Code, Fault, Finding, Side, object};
use lockstep_store::{NewAudit, Outcome};
use serde_json::json;

use crate::Engine;
use crate::apply::{MARKER, Progress, Round, marker};
use crate::audit::blank;
use crate::gather::Sight;

impl Engine {
    /// What was gathered; where the record was merged into another one, what there is of that one.
    pub(crate) async fn after_a_merge(
        &self,
        round: Round<'_>,
        mut progress: Progress,
        gathered: Result<Sight, Fault>,
    ) -> (Progress, Result<Sight, Fault>) {
        if !gathered.as_ref().is_err_and(|fault| fault.code == Code::SfRecordGone) {
            return (progress, gathered);
        }
        let gathered = match self.follow_merge(round, &mut progress).await {
            Ok(false) => gathered,
            Ok(true) => {
                let issue = progress.link.issue_id.as_deref();
                round.scene.gather(&progress.link.record, issue).await
            }
            Err(fault) => Err(fault),
        };
        (progress, gathered)
    }

    /// Where the link's record was merged into another one, the link goes on with that one. `false`:
    /// it was not merged, or the other one has a link of its own, which is noted.
    async fn follow_merge(&self, round: Round<'_>, progress: &mut Progress) -> Result<bool, Fault> {
        let object = round.scene.spec.salesforce.object.as_str();
        if !object::standard(object).is_some_and(|known| known.merges) {
            return Ok(false);
        }
        let lost = progress.link.record.clone();
        let Some(master) = round.scene.salesforce.client.master(object, &lost).await? else {
            return Ok(false);
        };
        let fence = round.held.fence;
        if !self.store.links().follow(progress.link.id, fence, &master).await? {
            progress.link.findings.retain(|finding| finding.code != Code::SfMerged);
            let detail = format!("{lost} was merged into {master}, which is linked already");
            progress.link.findings.push(Finding {
                code: Code::SfMerged,
                subject: "record".to_owned(),
                detail,
            });
            return Ok(false);
        }
        let who = (round.job, round.scene);
        progress.audit.push(NewAudit {
            side: Some(Side::Salesforce),
            outcome: Outcome::Noted,
            code: Some(Code::SfMerged),
            before: json!(lost),
            after: json!(master),
            ..blank(who, progress.link.id, "follow_merge", "record")
        });
        progress.link.record = master;
        self.mark_again(round, progress).await;
        Ok(true)
    }

    /// The issue's marker names the record: it moves along.
    async fn mark_again(&self, round: Round<'_>, progress: &Progress) {
        let link = &progress.link;
        let Some(issue) = link.issue_id.as_deref() else {
            return;
        };
        let marker = marker(round.scene, link.record.as_str(), link.origin);
        let written = round.scene.jira.client.set_property(issue, MARKER, &marker).await;
        if let Err(fault) = written {
            tracing::warn!("the issue's marker could not be written: {fault}");
        }
    }
}
