//! What work costs in calls: the one table that the executor of batches works by and that a plan is
//! reckoned with.

/// Most links that are read and written together: as many issues as one call reads with their
/// comments.
pub const LINKS_MAX: usize = 100;
