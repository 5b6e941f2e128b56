//! The org's call budget and its open query cursors.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::error::Refusal;

/// Calls a day of a Developer Edition org.
const CALLS_MAX: u64 = 15_000;
/// How long a query locator lives, in hours.
const CURSOR_HOURS: i64 = 48;

/// The rest of a long query result.
#[derive(Clone, Debug)]
pub(crate) struct Cursor {
    /// All rows.
    pub(crate) rows: Vec<Value>,
    /// Rows a page.
    pub(crate) batch: usize,
    /// When the query ran.
    pub(crate) opened: DateTime<Utc>,
}

/// Calls made and calls allowed.
#[derive(Debug)]
pub(crate) struct Usage {
    /// Calls allowed in 24 hours.
    pub(crate) max: u64,
    /// Calls counted.
    pub(crate) used: u64,
    /// Calls still to be refused for too many long requests at a time.
    pub(crate) concurrent: u64,
    cursors: BTreeMap<String, Cursor>,
}

impl Default for Usage {
    fn default() -> Self {
        Self { max: CALLS_MAX, used: 0, concurrent: 0, cursors: BTreeMap::new() }
    }
}

impl Usage {
    /// Counts one call, or refuses it.
    pub(crate) fn take(&mut self) -> Result<(), Refusal> {
        let refuse = |text| Err(Refusal::new(403, "REQUEST_LIMIT_EXCEEDED", text));
        if self.concurrent > 0 {
            self.concurrent -= 1;
            return refuse("ConcurrentPerOrgLongTxn Limit exceeded.");
        }
        if self.used >= self.max {
            return refuse("TotalRequests Limit exceeded.");
        }
        self.used += 1;
        Ok(())
    }

    /// The value of `Sforce-Limit-Info`.
    pub(crate) fn header(&self) -> String {
        format!("api-usage={}/{}", self.used, self.max)
    }

    /// Keeps a result for its next pages, and forgets those that are too old.
    pub(crate) fn open(&mut self, id: String, cursor: Cursor) {
        let oldest = cursor.opened - TimeDelta::hours(CURSOR_HOURS);
        self.cursors.retain(|_, cursor| cursor.opened > oldest);
        self.cursors.insert(id, cursor);
    }

    /// A kept result.
    pub(crate) fn cursor(&self, id: &str, now: DateTime<Utc>) -> Option<&Cursor> {
        let oldest = now - TimeDelta::hours(CURSOR_HOURS);
        self.cursors.get(id).filter(|cursor| cursor.opened > oldest)
    }

    /// Forgets all cursors, as a restart of the instance does.
    pub(crate) fn close_cursors(&mut self) {
        self.cursors.clear();
    }
}
