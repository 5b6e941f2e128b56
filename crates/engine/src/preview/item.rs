//! An item, planned page by page: however many links it has, a page of them is in memory at a time,
//! and what is kept are counts and a few samples.

use chrono::DateTime;
use lockstep_model::batch::Occasion;
use lockstep_model::cost::{Counts, LINKS_MAX, Work};
use lockstep_model::snapshot::Extras;
use lockstep_model::{Base, Fault, ItemId, LinkId, Record};
use lockstep_salesforce::Cursor;
use lockstep_store::{Filter, Link, LinkState};
use serde::{Deserialize, Serialize};

use super::LinkPreview;
use super::drifted::DriftReport;
use super::estimate::{Estimate, Pace};
use crate::Engine;
use crate::batch::gather::Gathered;
use crate::catalog::Scene;
use crate::gather::{Remembered, Sight};

/// What would be done for an item.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ItemPreview {
    /// The item's name.
    pub item: String,
    /// What the plans come to.
    #[schema(value_type = Object)]
    pub counts: Counts,
    /// What they would take.
    pub estimate: Estimate,
    /// Links with something to do, as samples.
    pub links: Vec<LinkPreview>,
    /// Records that would get an issue, as samples.
    pub new: Vec<LinkPreview>,
    /// Links that could not be read, with the reason, as samples.
    #[schema(value_type = Vec<Object>)]
    pub unread: Vec<(String, Fault)>,
    /// How many could not be read.
    pub unread_count: u64,
    /// How many records count as new, linked ones among them, where the item creates issues.
    pub countable: Option<u64>,
    /// Whether there is more than was looked at.
    pub more: bool,
    /// What differs between the two sides of its links.
    pub drift: DriftReport,
}

/// How much of an item is to be planned and shown.
#[derive(Debug, Clone, Copy)]
pub struct Extent {
    /// Most links, and most new records, to look at.
    pub limit: u64,
    /// Most plans of each kind to keep.
    pub samples: usize,
    /// Whether records without a link are planned too.
    pub new_records: bool,
}

/// An item being planned.
struct Planning<'a> {
    engine: &'a Engine,
    scene: &'a Scene,
    extent: Extent,
    pace: Pace,
    work: Work,
    preview: ItemPreview,
}

impl Engine {
    /// Plans an item and writes nothing; says after each page how far it is.
    pub async fn preview_item(
        &self,
        id: ItemId,
        extent: Extent,
        on_page: &mut (dyn FnMut(&Counts) + Send),
    ) -> Result<ItemPreview, Fault> {
        let scene = self.catalog.scene(id).await?;
        let preview = ItemPreview {
            item: scene.spec.name.clone(),
            counts: Counts::default(),
            estimate: Estimate::default(),
            links: Vec::new(),
            new: Vec::new(),
            unread: Vec::new(),
            unread_count: 0,
            countable: None,
            more: false,
            drift: DriftReport::default(),
        };
        let (pace, work) = (Pace::default(), Work::on(&scene.resolved.schema));
        let mut planning = Planning { engine: self, scene: &scene, extent, pace, work, preview };
        Box::pin(planning.links(on_page)).await?;
        if extent.new_records && scene.spec.creates_issues() {
            Box::pin(planning.new_records(on_page)).await?;
        }
        planning.preview.estimate = planning.pace.estimate(&scene, planning.work.cost());
        Ok(planning.preview)
    }
}

impl Planning<'_> {
    async fn links(&mut self, on_page: &mut (dyn FnMut(&Counts) + Send)) -> Result<(), Fault> {
        let mut after: Option<LinkId> = None;
        let mut left = self.extent.limit;
        loop {
            let limit = u32::try_from(LINKS_MAX).unwrap_or(u32::MAX);
            let filter = Filter { item: Some(self.scene.id), limit, after, ..Filter::default() };
            let mut page = self.engine.store.links().list(&filter).await?;
            let Some(last) = page.last() else {
                return Ok(());
            };
            after = Some(last.id);
            if page.len() as u64 > left {
                page.truncate(usize::try_from(left).unwrap_or_default());
                self.preview.more = true;
            }
            left -= page.len() as u64;
            page.retain(|link| link.state != LinkState::Unlinked);
            self.page(&page).await?;
            on_page(&self.preview.counts);
            if self.preview.more {
                return Ok(());
            }
        }
    }

    async fn page(&mut self, links: &[Link]) -> Result<(), Fault> {
        let all: Vec<&Link> = links.iter().collect();
        let Gathered { sights, took } = self.scene.gather_many(&all).await?;
        self.pace.note(took);
        let mut planned = Vec::with_capacity(links.len());
        for (link, sight) in links.iter().zip(sights) {
            match self.engine.preview(self.scene, link, sight).await {
                Ok(one) => planned.push(one),
                Err(fault) => {
                    self.preview.unread_count += 1;
                    let what = (format!("link {}", link.id), fault);
                    keep(&mut self.preview.unread, what, self.extent.samples);
                }
            }
        }
        self.count(&planned);
        for one in &planned {
            self.preview.drift.add(one, self.extent.samples);
        }
        for one in planned.into_iter().filter(LinkPreview::tells_something) {
            keep(&mut self.preview.links, one, self.extent.samples);
        }
        Ok(())
    }

    fn count(&mut self, planned: &[LinkPreview]) {
        for one in planned {
            self.preview.counts.add(&one.plan);
            self.work.add(&one.plan);
        }
    }

    /// Records that would be linked: those since the item's start that have no link.
    async fn new_records(
        &mut self,
        on_page: &mut (dyn FnMut(&Counts) + Send),
    ) -> Result<(), Fault> {
        let since = self.scene.resolved.create_since;
        let object = &self.scene.spec.salesforce.object;
        let countable = self.scene.salesforce.client.count(object, since).await?;
        self.preview.countable = Some(countable);
        let since = since.unwrap_or(DateTime::UNIX_EPOCH);
        let mut cursor = Cursor { stamp: since, id: None };
        let mut query = self.scene.record_query();
        query.comments = false;
        let mut left = self.extent.limit;
        loop {
            let client = &self.scene.salesforce.client;
            let page = client.changed_since(object, &cursor, &query, LINKS_MAX).await?;
            let last = page.records.last().map(|last| (last.modified, last.id.to_string()));
            let new = |record: &Record| record.created >= since;
            let records: Vec<Record> = page.records.into_iter().filter(new).collect();
            left = self.new_page(records, left).await?;
            on_page(&self.preview.counts);
            let Some((stamp, id)) = last.filter(|_| page.more) else {
                return Ok(());
            };
            if left == 0 {
                self.preview.more = true;
                return Ok(());
            }
            cursor = Cursor { stamp, id: Some(id) };
        }
    }

    async fn new_page(&mut self, records: Vec<Record>, mut left: u64) -> Result<u64, Fault> {
        let ids: Vec<_> = records.iter().map(|record| record.id.clone()).collect();
        let known = self.engine.store.links().by_records(self.scene.id, &ids).await?;
        let is_known = |record: &Record| known.iter().any(|link| link.record == record.id);
        let mut planned = Vec::new();
        for record in records.into_iter().filter(|record| !is_known(record)) {
            if left == 0 {
                self.preview.more = true;
                break;
            }
            left -= 1;
            let read = tokio::time::Instant::now();
            let mut sight = Sight { record, issue: None, extras: Extras::default(), read };
            self.scene.see_parents(vec![&mut sight]).await?;
            let (base, occasion) = (&Base::default(), Occasion::Asked);
            let nothing = Remembered { base, pairs: &[], files: &[], occasion };
            let plan = self.scene.plan(&mut sight, nothing).await?;
            planned.push(LinkPreview::new(None, sight, plan));
        }
        self.count(&planned);
        for one in planned {
            keep(&mut self.preview.new, one, self.extent.samples);
        }
        Ok(left)
    }
}

/// Keeps one more sample, where there are not enough.
pub(super) fn keep<T>(samples: &mut Vec<T>, one: T, most: usize) {
    if samples.len() < most {
        samples.push(one);
    }
}
