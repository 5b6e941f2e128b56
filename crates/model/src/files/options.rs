//! The files of an item.

use serde::{Deserialize, Serialize};

/// Largest ceiling that an item may set, in megabytes: Salesforce takes two gigabytes a request.
pub const MAX_MB: u32 = 2_000;

/// What a megabyte is, in bytes.
const MB: u64 = 1_000_000;

/// File sync of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FileOptions {
    /// On or off.
    pub enabled: bool,
    /// Ceiling in megabytes: a larger file is reported and left where it is.
    pub max_mb: u32,
    /// Whether each side says which files came from the other one.
    pub notes: bool,
}

impl Default for FileOptions {
    fn default() -> Self {
        Self { enabled: false, max_mb: 10, notes: true }
    }
}

impl FileOptions {
    /// The ceiling in bytes.
    pub fn max_bytes(&self) -> u64 {
        u64::from(self.max_mb) * MB
    }

    /// Whether a file of so many bytes is copied. Salesforce takes none without bytes.
    pub fn takes(&self, size: u64) -> bool {
        size > 0 && size <= self.max_bytes()
    }
}

/// A size as people read it: in megabytes, with one digit behind the point.
pub fn megabytes(size: u64) -> String {
    let tenths = size.saturating_mul(10).div_ceil(MB);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}
