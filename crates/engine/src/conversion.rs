//! A lead that was converted: where its item says so, the lead's issue goes on with what it became.

use lockstep_model::converted::{self, Converted};
use lockstep_model::{Code, Fault, JobKind, RecordId, Side};
use lockstep_store::{HandedOn, Heir, LinkState, NewAudit, Outcome};
use serde_json::json;

use crate::apply::{MARKER, Progress, Round, marker};
use crate::audit::blank;
use crate::catalog::Scene;
use crate::gather::Sight;
use crate::{Engine, lease};

impl Engine {
    /// Hands the issue of a converted lead on to what the lead became, if its item wants that and
    /// another item can take it. `true`: the link is apart now, and there is nothing left to do for it.
    /// Where nobody takes it, the sight says why.
    pub(crate) async fn follow_conversion(
        &self,
        round: Round<'_>,
        progress: &mut Progress,
        sight: &mut Sight,
    ) -> Result<bool, Fault> {
        let scene = round.scene;
        if scene.spec.converted != Converted::Follow || sight.issue.is_none() {
            return Ok(false);
        }
        let mut why = None;
        for (object, record) in converted::heirs(&scene.spec, &sight.record) {
            let connections = (scene.salesforce.row.id, scene.jira.row.id);
            for item in self.store.items().of_object(connections, object).await? {
                let heir = self.catalog.scene(item).await?;
                if !converted::goes_on(&heir.spec, &scene.spec) {
                    continue;
                }
                if self.hand_on(round, progress, (&heir, &record)).await? {
                    return Ok(true);
                }
                why.get_or_insert_with(|| format!("{object} {record} is linked already"));
            }
        }
        let nobody = "no active item of what it became has the same connections, project and type";
        sight.extras.stays = Some(why.unwrap_or_else(|| nobody.to_owned()));
        Ok(false)
    }

    /// Ties the issue to the record under the heir's item. `false`: the record has a link there.
    async fn hand_on(
        &self,
        round: Round<'_>,
        progress: &mut Progress,
        (heir, record): (&Scene, &RecordId),
    ) -> Result<bool, Fault> {
        let link = &progress.link;
        let to = Heir { item: heir.id, record };
        let made = self.store.links().hand_on(link.id, round.held.fence, to).await?;
        let new = match made {
            HandedOn::Made(new) => new,
            HandedOn::Taken => return Ok(false),
            HandedOn::Stale => return Err(lease::lost(link.id)),
        };
        let who = (round.job, round.scene);
        let row = NewAudit {
            side: Some(Side::Salesforce),
            outcome: Outcome::Noted,
            code: Some(Code::SfConverted),
            before: json!({ "record": link.record }),
            after: json!({ "record": record, "link": new.id, "item": heir.spec.name }),
            ..blank(who, link.id, "follow_conversion", "record")
        };
        progress.audit.push(row);
        progress.link.state = LinkState::Unlinked;
        progress.link.findings.clear();
        if let Some(issue) = new.issue_id.as_deref() {
            let marker = marker(heir, record.as_str(), new.origin);
            if let Err(fault) = heir.jira.client.set_property(issue, MARKER, &marker).await {
                tracing::warn!("the issue's marker could not be written: {fault}");
            }
        }
        // A hint: the sweep of the heir's item finds the new link too.
        let look = JobKind::Link { link: new.id };
        if let Err(fault) = self.follow_up(round.job, look, round.job.lane).await {
            tracing::warn!(link = %new.id, "the new link waits for its sweep: {fault}");
        }
        Ok(true)
    }
}
