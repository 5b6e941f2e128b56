//! An item as somebody wrote it: YAML, with the place of everything in it.

mod error;
mod node;

use serde::{Deserialize, Serialize};
use std::fmt;

use crate::item::ConnectedItem;
use crate::validate::Problem;
use node::Node;

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Counted from one.
    pub line: u64,
    /// In characters, counted from one.
    pub column: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// An item with the places of its parts.
#[derive(Debug, Clone)]
pub struct ItemDocument {
    /// What was written.
    pub item: ConnectedItem,
    places: Option<Node>,
}

impl ItemDocument {
    /// Reads YAML. A key that no item has, a value of the wrong form and a key that is missing are
    /// problems with their place and what would be right.
    pub fn read(text: &str) -> Result<Self, Problem> {
        let item = serde_saphyr::from_str(text).map_err(|why| error::problem(&why))?;
        Ok(Self { item, places: serde_saphyr::from_str(text).ok() })
    }

    /// The place of a path such as `mappings[2].jira`; of what is not written, where it would stand.
    pub fn place(&self, path: &str) -> Option<Place> {
        Some(self.places.as_ref()?.find(path))
    }

    /// Gives each problem its place.
    pub fn locate(&self, problems: &mut [Problem]) {
        for problem in problems {
            problem.place = self.place(&problem.path);
        }
    }
}

/// The item as YAML, as [`ItemDocument::read`] reads it.
pub fn write(item: &ConnectedItem) -> String {
    // An item has no key that is no text and no number that YAML lacks, so it can always be written.
    serde_saphyr::to_string(item).unwrap_or_default()
}

#[cfg(test)]
mod tests;
