//! The dry run of an undo: what it would do, for a link or page by page for an item.

use chrono::{DateTime, Utc};
use lockstep_model::batch::Occasion;
use lockstep_model::cost::LINKS_MAX;
use lockstep_model::undo::{Span, UndoCounts, UndoPlan};
use lockstep_model::{Fault, ItemId, LinkId, RecordId, comments};
use lockstep_store::{Link, LinkState};
use serde::{Deserialize, Serialize};

use crate::Engine;
use crate::batch::gather::Gathered;
use crate::catalog::Scene;
use crate::gather::{Remembered, Sight};

/// What an undo would do with one link.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LinkUndo {
    /// The link.
    #[schema(value_type = i64)]
    pub link: LinkId,
    /// The record's id.
    #[schema(value_type = String)]
    pub record: RecordId,
    /// What people call the record.
    pub title: String,
    /// The issue's key, if there is one.
    pub issue: Option<String>,
    /// Which steps.
    #[schema(value_type = Object)]
    pub span: Span,
    /// What it comes to.
    #[schema(value_type = Object)]
    pub counts: UndoCounts,
    /// What would be turned back, what is kept, and what cannot be turned back.
    #[schema(value_type = Object)]
    pub undo: UndoPlan,
}

/// What an undo would do with an item's links.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ItemUndo {
    /// The item's name.
    pub item: String,
    /// From then on.
    pub since: DateTime<Utc>,
    /// Before then.
    pub until: DateTime<Utc>,
    /// What it comes to.
    #[schema(value_type = Object)]
    pub counts: UndoCounts,
    /// Links that were written within the time, as samples.
    pub links: Vec<LinkUndo>,
    /// Links that could not be read, with the reason, as samples.
    #[schema(value_type = Vec<Object>)]
    pub unread: Vec<(String, Fault)>,
    /// How many could not be read.
    pub unread_count: u64,
    /// Whether more links were written than were looked at.
    pub more: bool,
}

impl Engine {
    /// What undoing some steps of a link would do now. One call a side; nothing is written.
    pub async fn preview_undo(&self, id: LinkId, span: Span) -> Result<LinkUndo, Fault> {
        let link = self.link_of_id(id).await?;
        let scene = self.catalog.scene(link.item).await?;
        self.in_step(&scene, Some(&link)).await?;
        let now = (self.clock)();
        scene.salesforce.open(now)?;
        scene.jira.open(now)?;
        Box::pin(self.undo_of(&scene, &link, None, span)).await
    }

    /// What undoing a time span of an item would do: each link that was written then, up to `limit` of
    /// them, with up to `samples` shown. Nothing is written.
    pub async fn preview_undo_item(
        &self,
        id: ItemId,
        (since, until): (DateTime<Utc>, DateTime<Utc>),
        (limit, samples): (u64, usize),
    ) -> Result<ItemUndo, Fault> {
        let scene = self.catalog.scene(id).await?;
        self.in_step(&scene, None).await?;
        let (item, counts) = (scene.spec.name.clone(), UndoCounts::default());
        let (links, unread) = (Vec::new(), Vec::new());
        let mut found =
            ItemUndo { item, since, until, counts, links, unread, unread_count: 0, more: false };
        let page = i64::try_from(LINKS_MAX).unwrap_or(i64::MAX);
        let (mut after, mut left) = (LinkId(0), limit);
        loop {
            let mut ids = self.store.audit().touched(id, (since, until), after, page).await?;
            let Some(last) = ids.last().copied() else {
                return Ok(found);
            };
            after = last;
            if ids.len() as u64 > left {
                ids.truncate(usize::try_from(left).unwrap_or_default());
                found.more = true;
            }
            left -= ids.len() as u64;
            Box::pin(self.undo_of_page(&scene, &ids, samples, &mut found)).await?;
            if found.more {
                return Ok(found);
            }
        }
    }

    async fn undo_of_page(
        &self,
        scene: &Scene,
        ids: &[LinkId],
        samples: usize,
        found: &mut ItemUndo,
    ) -> Result<(), Fault> {
        let mut links = self.store.links().of_item(scene.id, ids).await?;
        links.retain(|link| link.state != LinkState::Unlinked);
        let all: Vec<&Link> = links.iter().collect();
        let Gathered { sights, .. } = scene.gather_many(&all).await?;
        for (link, sight) in links.iter().zip(sights) {
            let span = Span::Time { since: found.since, until: found.until };
            match self.undo_of(scene, link, sight, span).await {
                Ok(one) => {
                    found.counts += one.counts;
                    super::item::keep(&mut found.links, one, samples);
                }
                Err(fault) => {
                    found.unread_count += 1;
                    let what = (format!("link {}", link.id), fault);
                    super::item::keep(&mut found.unread, what, samples);
                }
            }
        }
        Ok(())
    }

    async fn undo_of(
        &self,
        scene: &Scene,
        link: &Link,
        sight: Option<Sight>,
        span: Span,
    ) -> Result<LinkUndo, Fault> {
        let mut sight = match sight {
            Some(sight) => sight,
            None => scene.gather(&link.record, link.issue_id.as_deref()).await?,
        };
        let mut pairs = self.store.links().pairs(link.id).await?;
        comments::seen(&mut pairs, &sight.record, sight.issue.as_ref());
        let files = self.files_of(scene, link.id).await?;
        let (base, occasion) = (&link.base, Occasion::Asked);
        let known = Remembered { base, pairs: &pairs, files: &files, occasion };
        let net = self.net(link.id, &span).await?;
        let undo = self.weigh((scene, &net), &mut sight, known).await?;
        Ok(LinkUndo {
            link: link.id,
            record: link.record.clone(),
            title: sight.record.title,
            issue: sight.issue.map(|issue| issue.key),
            span,
            counts: undo.counts(),
            undo,
        })
    }
}
