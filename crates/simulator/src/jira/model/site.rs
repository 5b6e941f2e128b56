//! The site's issues, its counters and what its acts announce.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::catalog::Project;
use super::issue::{Attachment, Change, ChangeItem, Comment, Issue, IssueLink};
use super::refusal::Refusal;
use super::workflow::Transition;

/// Who acts, and when.
#[derive(Clone, Copy, Debug)]
pub struct Actor<'a> {
    /// Account of the actor.
    pub account: &'a str,
    /// Time of the act.
    pub now: DateTime<Utc>,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum EventKind {
    /// An issue was made.
    Created,
    /// An issue changed; the text is `issue_event_type_name`.
    Updated(&'static str, Option<Change>),
    /// An issue was deleted.
    Deleted,
    /// A comment was added, changed or deleted; the text is the event's name.
    Comment(&'static str, Comment),
    /// A file was added or deleted; the text is the event's name.
    Attachment(&'static str, Attachment),
    /// A property was set or deleted; the text is the event's name, then the key.
    Property(&'static str, String),
}

/// Something to tell webhooks and the search index.
#[derive(Clone, Debug)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// Account that did it.
    pub actor: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The issue after the act (before it, when deleted).
    pub issue: Arc<Issue>,
}

impl Event {
    /// The webhook event's name.
    pub fn name(&self) -> &'static str {
        match &self.kind {
            EventKind::Created => "jira:issue_created",
            EventKind::Updated(..) => "jira:issue_updated",
            EventKind::Deleted => "jira:issue_deleted",
            EventKind::Comment(name, _)
            | EventKind::Attachment(name, _)
            | EventKind::Property(name, _) => name,
        }
    }
}

/// The site.
#[derive(Debug, Default)]
pub struct Site {
    pub(super) issues: BTreeMap<u64, Issue>,
    /// Every key that an issue has or had.
    pub(super) keys: HashMap<String, u64>,
    /// Links between issues.
    pub links: Vec<IssueLink>,
    /// Fields that a screen which asks for the resolution requires besides, by id.
    pub resolve_screen: Vec<String>,
    /// Keys of the projects that are service desks.
    pub service_desks: BTreeSet<String>,
    /// Accounts that may not edit or delete their own comments.
    pub bound: BTreeSet<String>,
    numbers: HashMap<&'static str, u64>,
    id_last: HashMap<&'static str, u64>,
    outbox: Vec<Event>,
}

impl Site {
    /// An empty site.
    pub fn new() -> Self {
        Self::default()
    }

    /// All issues by ascending id.
    pub fn issues(&self) -> impl Iterator<Item = &Issue> {
        self.issues.values()
    }

    /// Ids of the fields that the screen of a transition asks for.
    pub fn screen(&self, step: &Transition) -> Vec<&str> {
        let besides = self.resolve_screen.iter().map(String::as_str);
        let all = std::iter::once("resolution").chain(besides);
        all.filter(|_| step.asks_resolution).collect()
    }

    /// An issue by id.
    pub fn issue(&self, id: u64) -> Option<&Issue> {
        self.issues.get(&id)
    }

    /// An issue by id, to change what has no history (watchers, links, properties).
    pub fn issue_mut(&mut self, id: u64) -> Option<&mut Issue> {
        self.issues.get_mut(&id)
    }

    /// The id behind an id, a key or a former key.
    pub fn find(&self, id_or_key: &str) -> Option<u64> {
        if let Ok(id) = id_or_key.parse::<u64>() {
            return self.issues.contains_key(&id).then_some(id);
        }
        self.keys.get(&id_or_key.to_ascii_uppercase()).copied()
    }

    /// The same, with the level of the hierarchy that the issue stands on.
    pub(super) fn find_with_level(&self, id_or_key: &str) -> Option<(u64, i32)> {
        let id = self.find(id_or_key)?;
        self.issues.get(&id).map(|issue| (id, issue.issue_type().level))
    }

    /// An issue by id, key or former key.
    ///
    /// # Errors
    /// 404 when there is none.
    pub fn get(&self, id_or_key: &str) -> Result<&Issue, Refusal> {
        self.find(id_or_key).and_then(|id| self.issues.get(&id)).ok_or_else(Refusal::no_issue)
    }

    /// The sub-tasks of an issue; what an epic holds are none.
    pub fn subtasks(&self, parent: u64) -> impl Iterator<Item = &Issue> {
        let under =
            move |issue: &&Issue| issue.parent() == Some(parent) && issue.issue_type().subtask;
        self.issues.values().filter(under)
    }

    /// The issue that holds a comment, and the comment.
    pub fn comment(&self, id: u64) -> Option<(&Issue, &Comment)> {
        self.issues.values().find_map(|issue| {
            let comment = issue.comments.iter().find(|comment| comment.id == id)?;
            Some((issue, comment))
        })
    }

    /// What happened since the last call.
    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.outbox)
    }

    /// A fresh id of a kind of thing; kinds count apart, from 10001.
    pub fn next_id(&mut self, kind: &'static str) -> u64 {
        let last = self.id_last.entry(kind).or_insert(10_000);
        *last += 1;
        *last
    }

    pub(super) fn next_key(&mut self, project: &'static Project) -> String {
        let number = self.numbers.entry(project.key).or_insert(0);
        *number += 1;
        format!("{}-{number}", project.key)
    }

    /// Announces an act on an issue that is still there.
    pub fn announce(&mut self, actor: Actor<'_>, id: u64, kind: EventKind) {
        if let Some(issue) = self.issues.get(&id) {
            let issue = Arc::new(issue.clone());
            self.announce_about(actor, issue, kind);
        }
    }

    pub(super) fn announce_about(&mut self, actor: Actor<'_>, issue: Arc<Issue>, kind: EventKind) {
        let actor_account = actor.account.to_owned();
        self.outbox.push(Event { kind, actor: actor_account, at: actor.now, issue });
    }

    /// Adds one history entry and moves `updated`.
    pub(super) fn record(
        &mut self,
        actor: Actor<'_>,
        id: u64,
        items: Vec<ChangeItem>,
        metadata: Option<Value>,
    ) -> Option<Change> {
        let change = Change {
            id: self.next_id("change"),
            author: actor.account.to_owned(),
            created: actor.now,
            items,
            metadata,
        };
        let issue = self.issues.get_mut(&id)?;
        issue.updated = actor.now;
        issue.history.push(change.clone());
        Some(change)
    }

    /// Adds one history entry of one change.
    pub fn record_change(&mut self, actor: Actor<'_>, id: u64, item: ChangeItem) -> Option<Change> {
        self.record(actor, id, vec![item], None)
    }
}
