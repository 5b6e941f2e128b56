//! The dry run: the same gather and the same plan, and nothing is written.

use lockstep_model::snapshot::Extras;
use lockstep_model::{Base, Fault, ItemId, LinkId, Plan, RecordId};
use lockstep_salesforce::Cursor;
use lockstep_store::{Filter, Link};
use serde::Serialize;

use crate::Engine;
use crate::catalog::Scene;
use crate::gather::Remembered;

/// What would be done for one link.
#[derive(Debug, Clone, Serialize)]
pub struct LinkPreview {
    /// The link; none for a record that would be linked.
    pub link: Option<LinkId>,
    /// The record's id.
    pub record: RecordId,
    /// What people call the record.
    pub title: String,
    /// The issue's key, if there is one.
    pub issue: Option<String>,
    /// What would be done.
    pub plan: Plan,
}

/// What would be done for an item.
#[derive(Debug, Clone, Serialize)]
pub struct ItemPreview {
    /// The item's name.
    pub item: String,
    /// Links that were looked at.
    pub links: Vec<LinkPreview>,
    /// Records that would get an issue.
    pub new: Vec<LinkPreview>,
    /// Links and records that could not be read, with the reason.
    pub unread: Vec<(String, Fault)>,
    /// Whether there is more than was looked at.
    pub more: bool,
    /// How many records count as new, linked ones among them, where the item creates issues.
    pub countable: Option<u64>,
}

impl Engine {
    /// Plans one link and writes nothing.
    pub async fn preview_link(&self, id: LinkId) -> Result<LinkPreview, Fault> {
        let link = self.store.links().get(id).await?;
        let missing = || Fault::new(lockstep_model::Code::NotLinked, format!("link {id}"));
        let link = link.ok_or_else(missing)?;
        let scene = self.catalog.scene(link.item).await?;
        self.preview(&scene, &link).await
    }

    async fn preview(&self, scene: &Scene, link: &Link) -> Result<LinkPreview, Fault> {
        let pairs = self.store.links().pairs(link.id).await?;
        let mut sight = scene.gather(&link.record, link.issue_id.as_deref()).await?;
        let files = self.files_of(scene, link.id).await?;
        let known = Remembered { base: &link.base, pairs: &pairs, files: &files };
        let plan = scene.plan(&mut sight, known).await?;
        Ok(LinkPreview {
            link: Some(link.id),
            record: link.record.clone(),
            title: sight.record.title,
            issue: sight.issue.map(|issue| issue.key),
            plan,
        })
    }

    /// Plans an item and writes nothing: at most `limit` links and `limit` new records.
    pub async fn preview_item(&self, id: ItemId, limit: usize) -> Result<ItemPreview, Fault> {
        let scene = self.catalog.scene(id).await?;
        let filter = Filter {
            item: Some(id),
            limit: u32::try_from(limit).unwrap_or(u32::MAX).saturating_add(1),
            ..Filter::default()
        };
        let mut links = self.store.links().list(&filter).await?;
        let mut preview = ItemPreview {
            item: scene.spec.name.clone(),
            links: Vec::new(),
            new: Vec::new(),
            unread: Vec::new(),
            more: links.len() > limit,
            countable: None,
        };
        links.truncate(limit);
        for link in &links {
            match self.preview(&scene, link).await {
                Ok(one) => preview.links.push(one),
                Err(fault) => preview.unread.push((format!("link {}", link.id), fault)),
            }
        }
        if scene.spec.creates_issues() {
            self.preview_new(&scene, limit, &mut preview).await?;
        }
        Ok(preview)
    }

    async fn preview_new(
        &self,
        scene: &Scene,
        limit: usize,
        preview: &mut ItemPreview,
    ) -> Result<(), Fault> {
        let since = scene.resolved.create_since;
        let object = &scene.spec.salesforce.object;
        preview.countable = Some(scene.salesforce.client.count(object, since).await?);
        let since = since.unwrap_or(chrono::DateTime::UNIX_EPOCH);
        let cursor = Cursor { stamp: since, id: None };
        let query = scene.record_query();
        let page = scene.salesforce.client.changed_since(object, &cursor, &query, limit).await?;
        preview.more |= page.more;
        for record in page.records.into_iter().filter(|record| record.created >= since) {
            let known = self.store.links().by_record(scene.id, &record.id).await?;
            if known.is_some() {
                continue;
            }
            let (id, title) = (record.id.clone(), record.title.clone());
            let mut sight = crate::gather::Sight {
                record,
                issue: None,
                extras: Extras::default(),
                read: tokio::time::Instant::now(),
            };
            let nothing = Remembered { base: &Base::default(), pairs: &[], files: &[] };
            let plan = scene.plan(&mut sight, nothing).await?;
            preview.new.push(LinkPreview { link: None, record: id, title, issue: None, plan });
        }
        Ok(())
    }
}
