//! The drift report: what differs between the two sides of an item's links, with a number.

use lockstep_model::cost::Counts;
use lockstep_model::drift::{Difference, DriftCounts};
use lockstep_model::{Fault, ItemId, LinkId, RecordId};
use serde::{Deserialize, Serialize};

use super::{Extent, LinkPreview};
use crate::Engine;

/// What differs between the two sides of an item's links.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DriftReport {
    /// How much.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub counts: DriftCounts,
    /// Links with differences, as samples.
    pub samples: Vec<LinkDrift>,
}

/// What differs between the two sides of a link.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LinkDrift {
    /// The link.
    #[schema(value_type = Option<i64>)]
    pub link: Option<LinkId>,
    /// The record's id.
    #[schema(value_type = String)]
    pub record: RecordId,
    /// What people call the record.
    pub title: String,
    /// The issue's key.
    pub issue: Option<String>,
    /// What differs.
    #[schema(value_type = Vec<Object>)]
    pub differences: Vec<Difference>,
}

/// The drift of an item.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ItemDrift {
    /// The item's name.
    pub item: String,
    /// What differs.
    #[serde(flatten)]
    pub report: DriftReport,
    /// How many links could not be read.
    pub unread: u64,
    /// Whether there is more than was looked at.
    pub more: bool,
}

impl Engine {
    /// What differs between the two sides of an item's links. Nothing is written.
    pub async fn drift_of_item(
        &self,
        id: ItemId,
        extent: Extent,
        on_page: &mut (dyn FnMut(&Counts) + Send),
    ) -> Result<ItemDrift, Fault> {
        let extent = Extent { new_records: false, ..extent };
        let looked = self.preview_item(id, extent, on_page).await?;
        let (unread, more) = (looked.unread_count, looked.more);
        Ok(ItemDrift { item: looked.item, report: looked.drift, unread, more })
    }
}

impl DriftReport {
    /// Takes a link in; it is a sample if there are fewer than `samples`.
    pub(super) fn add(&mut self, link: &LinkPreview, samples: usize) {
        self.counts.add(&link.differences);
        if link.differences.is_empty() || self.samples.len() >= samples {
            return;
        }
        self.samples.push(LinkDrift {
            link: link.link,
            record: link.record.clone(),
            title: link.title.clone(),
            issue: link.issue.clone(),
            differences: link.differences.clone(),
        });
    }
}
