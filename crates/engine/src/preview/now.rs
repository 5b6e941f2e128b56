//! A link as both sides show it now, for a person who looks at it.

use std::collections::BTreeMap;

use lockstep_model::batch::Occasion;
use lockstep_model::plan::{Shown, shown};
use lockstep_model::{Code, Fault, LinkId, Plan, comments};
use serde::Serialize;

use crate::Engine;
use crate::gather::Remembered;

/// A link as both sides show it now, and what would be done about it.
#[derive(Debug, Clone, Serialize)]
pub struct LinkNow {
    /// What people call the record.
    pub title: String,
    /// The issue's key now.
    pub issue: Option<String>,
    /// What both sides show of each mapping, by its key.
    pub fields: BTreeMap<String, Shown>,
    /// The record's status, where the item syncs it.
    pub record_status: Option<String>,
    /// The name of the issue's status.
    pub issue_status: Option<String>,
    /// What would be done.
    pub plan: Plan,
}

impl Engine {
    /// Reads both sides of a link, plans on that, and writes nothing. One call a side.
    pub async fn look_at_link(&self, id: LinkId) -> Result<LinkNow, Fault> {
        let link = self.store.links().get(id).await?;
        let missing = || Fault::new(Code::NotLinked, format!("link {id}"));
        let link = link.ok_or_else(missing)?;
        let scene = self.catalog.scene(link.item).await?;
        let now = (self.clock)();
        scene.salesforce.open(now)?;
        scene.jira.open(now)?;
        let mut sight = scene.gather(&link.record, link.issue_id.as_deref()).await?;
        let mut pairs = self.store.links().pairs(id).await?;
        comments::seen(&mut pairs, &sight.record, sight.issue.as_ref());
        let files = self.files_of(&scene, id).await?;
        let (base, occasion) = (&link.base, Occasion::Asked);
        let known = Remembered { base, pairs: &pairs, files: &files, occasion };
        let plan = Box::pin(scene.plan(&mut sight, known)).await?;
        Ok(LinkNow {
            fields: shown(&scene.situation(&sight, known)),
            title: sight.record.title,
            record_status: sight.record.status,
            issue_status: sight.issue.as_ref().map(|issue| issue.status.name.clone()),
            issue: sight.issue.map(|issue| issue.key),
            plan,
        })
    }
}
