//! What a mapping knows of rich text.

use super::Crossing;
use crate::rich::{self, over_html, rich_over_adf, text_over_adf};
use crate::snapshot::Side;
use crate::value::FieldValue;

impl Crossing<'_> {
    /// Whether two values of a side's field look the same: HTML counts by what it shows, for
    /// Salesforce rewrites markup when it saves.
    pub fn alike(&self, side: Side, one: &FieldValue, other: &FieldValue) -> bool {
        match (side, one, other) {
            (Side::Salesforce, FieldValue::Text(one), FieldValue::Text(other))
                if self.salesforce.html =>
            {
                rich::alike(one, other)
            }
            _ => one == other,
        }
    }

    /// What `side`, which shows `now`, is to show: `after`, but of rich text every block that reads
    /// the same stays as it is there, with all that the other side cannot show.
    pub(crate) fn laid_over(&self, side: Side, now: &FieldValue, after: FieldValue) -> FieldValue {
        let laid = match (side, now, &after) {
            (Side::Jira, FieldValue::Document(now), FieldValue::Document(new)) => {
                let laid = if self.salesforce.html { rich_over_adf } else { text_over_adf };
                super::jira::document(&laid(now, new)).ok()
            }
            (Side::Salesforce, FieldValue::Text(now), FieldValue::Text(new))
                if self.salesforce.html =>
            {
                super::salesforce::long_text(&over_html(now, new), &self.salesforce).ok()
            }
            _ => None,
        };
        laid.unwrap_or(after)
    }
}
