//! Every call that the simulated products received.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Older calls are forgotten beyond this number; the counters are not.
const CALLS_KEPT_MAX: usize = 10_000;

/// Bodies in the log are cut after this many bytes.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// Which simulated product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The Jira site.
    Jira,
    /// The Salesforce org.
    Salesforce,
    /// The identity provider.
    Identity,
}

impl Side {
    /// The lower-case name used in the control API and in record file names.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jira => "jira",
            Self::Salesforce => "salesforce",
            Self::Identity => "identity",
        }
    }
}

/// One call and its answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Call {
    /// Position in the log, from 1, never reused.
    #[serde(default)]
    pub seq: u64,
    /// Simulated time at which the call arrived.
    pub at: DateTime<Utc>,
    /// The product called.
    pub side: Side,
    /// HTTP method.
    pub method: String,
    /// Path without query.
    pub path: String,
    /// Raw query, empty when absent.
    pub query: String,
    /// The operation, for example `jira.issue.get`.
    pub operation: String,
    /// The status answered; 0 when the connection was cut without an answer.
    pub status: u16,
    /// Request headers by lower-case name, with credentials redacted.
    pub request_headers: BTreeMap<String, String>,
    /// Request body as text.
    pub request_body: String,
    /// Response body as text, also when the client never saw it.
    pub response_body: String,
}

/// Which calls to read.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct CallFilter {
    /// Only this product.
    pub side: Option<Side>,
    /// Only this operation; a trailing `*` matches a prefix.
    pub operation: Option<String>,
    /// Only calls after this sequence number.
    pub since_seq: Option<u64>,
}

#[derive(Debug, Default)]
struct Log {
    seq_last: u64,
    calls: VecDeque<Call>,
    counters: BTreeMap<String, u64>,
}

/// The log of calls, shared by both products. Clones share the log.
#[derive(Clone, Debug, Default)]
pub struct CallLog {
    log: Arc<Mutex<Log>>,
}

impl CallLog {
    /// An empty log.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a call, gives it its sequence number and counts its operation.
    pub fn push(&self, mut call: Call) -> u64 {
        cut(&mut call.request_body);
        cut(&mut call.response_body);
        let mut log = self.lock();
        log.seq_last += 1;
        call.seq = log.seq_last;
        *log.counters.entry(call.operation.clone()).or_default() += 1;
        if log.calls.len() == CALLS_KEPT_MAX {
            log.calls.pop_front();
        }
        log.calls.push_back(call);
        log.seq_last
    }

    /// Counts an operation that is no HTTP call of its own (a sub-request of a composite call).
    pub fn count(&self, operation: &str) {
        *self.lock().counters.entry(operation.to_owned()).or_default() += 1;
    }

    /// The calls that pass `filter`, oldest first.
    pub fn read(&self, filter: &CallFilter) -> Vec<Call> {
        self.lock().calls.iter().filter(|call| filter.admits(call)).cloned().collect()
    }

    /// How often each operation was called since the last reset.
    pub fn counters(&self) -> BTreeMap<String, u64> {
        self.lock().counters.clone()
    }

    /// Forgets all calls and counters; sequence numbers go on.
    pub fn reset(&self) {
        let mut log = self.lock();
        log.calls.clear();
        log.counters.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CallFilter {
    fn admits(&self, call: &Call) -> bool {
        self.side.is_none_or(|side| side == call.side)
            && self.since_seq.is_none_or(|seq| call.seq > seq)
            && self.operation.as_deref().is_none_or(|wanted| name_matches(wanted, &call.operation))
    }
}

/// Whether `pattern` (exact, or a prefix ending in `*`) names `operation`.
pub(super) fn name_matches(pattern: &str, operation: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => operation.starts_with(prefix),
        None => operation == pattern,
    }
}

fn cut(body: &mut String) {
    if body.len() > BODY_BYTES_MAX {
        let end = (0..=BODY_BYTES_MAX).rev().find(|at| body.is_char_boundary(*at));
        body.truncate(end.unwrap_or(0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(operation: &str) -> Call {
        Call {
            seq: 0,
            at: DateTime::UNIX_EPOCH,
            side: Side::Jira,
            method: "GET".into(),
            path: "/".into(),
            query: String::new(),
            operation: operation.into(),
            status: 200,
            request_headers: BTreeMap::new(),
            request_body: String::new(),
            response_body: "x".repeat(BODY_BYTES_MAX + 10),
        }
    }

    #[test]
    fn filters_by_operation_and_sequence() {
        let log = CallLog::new();
        log.push(call("jira.issue.get"));
        log.push(call("jira.issue.edit"));
        let filter = CallFilter { operation: Some("jira.issue.*".into()), ..Default::default() };
        assert_eq!(log.read(&filter).len(), 2);
        let later = CallFilter { since_seq: Some(1), ..Default::default() };
        assert_eq!(log.read(&later)[0].operation, "jira.issue.edit");
        assert_eq!(log.read(&later)[0].response_body.len(), BODY_BYTES_MAX);
        log.reset();
        assert!(log.counters().is_empty());
        assert_eq!(log.push(call("x")), 3);
    }
}
