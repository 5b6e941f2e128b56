//! The search index, which may lag behind the site.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::model::{Event, EventKind, Issue};

#[derive(Debug)]
struct Pending {
    due_ms: i64,
    id: u64,
    issue: Option<Arc<Issue>>,
}

/// What search sees.
#[derive(Debug, Default)]
pub struct Index {
    seen: BTreeMap<u64, Arc<Issue>>,
    pending: VecDeque<Pending>,
}

impl Index {
    /// Takes note of an event; search sees it after the lag.
    pub fn note(&mut self, event: &Event, lag_ms: i64) {
        let issue = match event.kind {
            EventKind::Deleted => None,
            _ if self.is_deleted(event.issue.id) => return,
            EventKind::Comment("comment_deleted", _) if !self.knows(event.issue.id) => return,
            _ => Some(event.issue.clone()),
        };
        let due_ms = event.at.timestamp_millis() + lag_ms;
        if lag_ms == 0 && self.pending.is_empty() {
            self.apply(event.issue.id, issue);
        } else {
            self.pending.push_back(Pending { due_ms, id: event.issue.id, issue });
        }
    }

    /// Lets everything that is due be seen.
    pub fn catch_up(&mut self, now_ms: i64) {
        while self.pending.front().is_some_and(|next| next.due_ms <= now_ms) {
            if let Some(next) = self.pending.pop_front() {
                self.apply(next.id, next.issue);
            }
        }
    }

    /// The issues that search sees.
    pub fn issues(&self) -> impl Iterator<Item = &Arc<Issue>> {
        self.seen.values()
    }

    fn apply(&mut self, id: u64, issue: Option<Arc<Issue>>) {
        match issue {
            Some(issue) => drop(self.seen.insert(id, issue)),
            None => drop(self.seen.remove(&id)),
        }
    }

    fn is_deleted(&self, id: u64) -> bool {
        let last = self.pending.iter().rev().find(|pending| pending.id == id);
        last.is_some_and(|pending| pending.issue.is_none())
    }

    fn knows(&self, id: u64) -> bool {
        self.seen.contains_key(&id) || self.pending.iter().any(|pending| pending.id == id)
    }
}
