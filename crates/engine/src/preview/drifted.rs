//! The drift report: what differs between the two sides of an item's links, with a number.

use lockstep_model::drift::{Difference, DriftCounts};
use lockstep_model::{LinkId, RecordId};
use serde::{Deserialize, Serialize};

use super::LinkPreview;

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
