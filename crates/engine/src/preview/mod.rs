//! The dry run: the same gather and the same plan, and nothing is written.

mod drifted;
mod estimate;
mod item;
mod now;
mod undone;

use lockstep_model::batch::Occasion;
use lockstep_model::cost::{Counts, Work};
use lockstep_model::drift::{self, Difference};
use lockstep_model::{Code, Fault, LinkId, Plan, RecordId, comments};
use lockstep_store::Link;
use serde::{Deserialize, Serialize};

pub use self::drifted::{DriftReport, ItemDrift, LinkDrift};
pub use self::estimate::Estimate;
use self::estimate::Pace;
pub use self::item::{Extent, ItemPreview};
pub use self::now::LinkNow;
pub use self::undone::{ItemUndo, LinkUndo};
use crate::Engine;
use crate::batch::gather::Gathered;
use crate::catalog::Scene;
use crate::gather::{Remembered, Sight};

/// What would be done for one link.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LinkPreview {
    /// The link; none for a record that would be linked.
    #[schema(value_type = Option<i64>)]
    pub link: Option<LinkId>,
    /// The record's id.
    #[schema(value_type = String)]
    pub record: RecordId,
    /// What people call the record.
    pub title: String,
    /// The issue's key, if there is one.
    pub issue: Option<String>,
    /// What would be done.
    #[schema(value_type = Object)]
    pub plan: Plan,
    /// What differs between the two sides; a drift report has it.
    #[serde(skip)]
    differences: Vec<Difference>,
}

/// What would be done for one link, and what it would take.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LinkPlan {
    /// What would be done.
    #[serde(flatten)]
    pub preview: LinkPreview,
    /// What that comes to.
    #[schema(value_type = Object)]
    pub counts: Counts,
    /// What it would take.
    pub estimate: Estimate,
}

impl LinkPreview {
    /// Whether there is anything to do, to remember or to know.
    fn tells_something(&self) -> bool {
        !self.plan.is_empty() || !self.plan.findings.is_empty()
    }

    fn new(link: Option<LinkId>, sight: Sight, plan: Plan) -> Self {
        let Sight { record, issue, .. } = sight;
        let (record, title, issue) = (record.id, record.title, issue.map(|issue| issue.key));
        Self { link, record, title, issue, plan, differences: Vec::new() }
    }
}

impl Engine {
    /// Plans one link and writes nothing.
    pub async fn preview_link(&self, id: LinkId) -> Result<LinkPlan, Fault> {
        let link = self.store.links().get(id).await?;
        let missing = || Fault::new(Code::NotLinked, format!("link {id}"));
        let link = link.ok_or_else(missing)?;
        let scene = self.catalog.scene(link.item).await?;
        let mut pace = Pace::default();
        let Gathered { sights, took } = Box::pin(scene.gather_many(&[&link])).await?;
        pace.note(took);
        let sight = sights.into_iter().next().flatten();
        let preview = Box::pin(self.preview(&scene, &link, sight)).await?;
        let (mut counts, mut work) = (Counts::default(), Work::on(&scene.resolved.schema));
        counts.add(&preview.plan);
        work.add(&preview.plan);
        let estimate = pace.estimate(&scene, work.cost());
        Ok(LinkPlan { preview, counts, estimate })
    }

    /// Plans a link on what was read of it; what did not come with others is read alone, which tells
    /// why.
    async fn preview(
        &self,
        scene: &Scene,
        link: &Link,
        sight: Option<Sight>,
    ) -> Result<LinkPreview, Fault> {
        let mut pairs = self.store.links().pairs(link.id).await?;
        let mut sight = match sight {
            Some(sight) => sight,
            None => scene.gather(&link.record, link.issue_id.as_deref()).await?,
        };
        comments::seen(&mut pairs, &sight.record, sight.issue.as_ref());
        let files = self.files_of(scene, link.id).await?;
        let (base, occasion) = (&link.base, Occasion::Asked);
        let known = Remembered { base, pairs: &pairs, files: &files, occasion };
        let plan = scene.plan(&mut sight, known).await?;
        let differences = drift::differences(&link.base, &plan);
        Ok(LinkPreview { differences, ..LinkPreview::new(Some(link.id), sight, plan) })
    }
}
