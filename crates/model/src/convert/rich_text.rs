//! What a mapping knows of rich text.

use super::Crossing;
use crate::rich;
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
}
