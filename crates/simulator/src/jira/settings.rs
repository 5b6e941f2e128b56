//! What the control API may tune on the site.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::core::SigningKey;

/// Knobs of the site.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "independent switches of a site")]
pub struct Settings {
    /// How long the search index lags behind, in milliseconds.
    pub index_lag_ms: i64,
    /// Whether writes to one issue are limited to 20 in 2 s and 100 in 30 s.
    pub per_issue_limits: bool,
    /// Calls a second for each HTTP method; unlimited when absent.
    pub burst_per_second: Option<u32>,
    /// First pause before a webhook is sent again, in milliseconds; doubles each time.
    pub webhook_backoff_ms: u64,
    /// How often a webhook is sent again.
    pub webhook_retries_max: u32,
    /// Largest attachment, in bytes.
    pub upload_bytes_max: usize,
    /// Whether a download leads to the media host even where the caller wants no redirect.
    pub media_always_elsewhere: bool,
    /// Whether the integration user has *View (read-only) workflow*.
    pub workflow_readable: bool,
    /// Fields that a screen which asks for the resolution requires besides, by id.
    pub resolve_screen: Vec<String>,
    /// Keys of the projects that are service desks.
    pub service_desks: BTreeSet<String>,
    /// Whether the integration may edit and delete its own comments.
    pub own_comments: bool,
    /// Keys of the issues that nobody sees but the integration.
    pub restricted: BTreeSet<String>,
    /// Account ids of the people who see issues and edit none.
    pub lookers: BTreeSet<String>,
    /// The keys that Forge publishes for its invocation tokens.
    pub forge_keys: Vec<SigningKey>,
    /// The time zone in every caller's profile; each has its own when absent.
    pub time_zone: Option<chrono_tz::Tz>,
    /// Permissions that the integration user lacks everywhere, by key.
    pub lacking: BTreeSet<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            index_lag_ms: 0,
            per_issue_limits: true,
            burst_per_second: None,
            webhook_backoff_ms: 500,
            webhook_retries_max: 5,
            upload_bytes_max: 1_000_000_000,
            media_always_elsewhere: false,
            workflow_readable: true,
            resolve_screen: Vec::new(),
            service_desks: BTreeSet::new(),
            own_comments: true,
            restricted: BTreeSet::new(),
            lookers: BTreeSet::new(),
            forge_keys: vec![SigningKey::First],
            time_zone: None,
            lacking: BTreeSet::new(),
        }
    }
}
