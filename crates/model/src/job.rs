//! A job: what the broker carries. It names work and carries identity, never content.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::fault::Fault;
use crate::ids::{ConnectionId, CorrelationId, ItemId, LinkId, RecordId};
use crate::snapshot::Side;
use crate::undo::Span;

/// One job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Its identity: the same through every retry and redelivery.
    pub id: Uuid,
    /// What to look at.
    pub kind: JobKind,
    /// Which lane it travels in.
    pub lane: Lane,
    /// Failed attempts so far, counted by ourselves.
    pub attempt: u32,
    /// When it was first accepted.
    pub first_seen: DateTime<Utc>,
    /// Ties it to log, audit and errors.
    pub correlation: CorrelationId,
    /// What made it.
    pub cause: Cause,
    /// The promise row that it keeps, if it is more than a hint.
    #[serde(default)]
    pub promise: Option<i64>,
}

impl Job {
    /// What a person asks for, under a new identity: in the live lane, to be promised.
    pub fn asked(
        kind: JobKind,
        (id, correlation): (Uuid, CorrelationId),
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            id,
            lane: Lane::Live,
            attempt: 0,
            first_seen: now,
            correlation,
            cause: kind.cause(),
            kind,
            promise: None,
        }
    }
}

/// What a job asks a worker to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "look_at", rename_all = "snake_case")]
pub enum JobKind {
    /// A Jira issue, by id: every link that it has.
    Issue {
        /// The site.
        connection: ConnectionId,
        /// Issue id (not key).
        issue: String,
        /// The issue's `updated` when the hint was made, where it says so: a link that was
        /// planned on that version or a later one needs no look.
        #[serde(default)]
        version: Option<DateTime<Utc>>,
    },
    /// A Salesforce record under one item: its link, made if the item creates issues.
    Record {
        /// The item.
        item: ItemId,
        /// The record.
        record: RecordId,
    },
    /// One link.
    Link {
        /// The link.
        link: LinkId,
    },
    /// Several links of one item, read and written together.
    Batch {
        /// The item.
        item: ItemId,
        /// The links; no more than [`crate::cost::LINKS_MAX`].
        links: Vec<LinkId>,
    },
    /// One link, after a held conflict of one of its mappings was decided.
    Decide {
        /// The link.
        link: LinkId,
        /// Key of the mapping.
        mapping: String,
        /// The side whose value is taken.
        take: Side,
        /// Who decided.
        actor: String,
    },
    /// One link, some steps of which are to be undone.
    Undo {
        /// The link.
        link: LinkId,
        /// Which steps.
        span: Span,
        /// Who asked.
        actor: String,
    },
    /// Every link of an item that was written within a time, to be undone: a job each.
    UndoItem {
        /// The item.
        item: ItemId,
        /// From then on.
        since: DateTime<Utc>,
        /// Before then.
        until: DateTime<Utc>,
        /// Who asked.
        actor: String,
    },
    /// A whole item: what changed on both sides since the last sweep, and what is new.
    Sweep {
        /// The item.
        item: ItemId,
    },
}

impl JobKind {
    /// What makes such a job that somebody asks for.
    pub fn cause(&self) -> Cause {
        match self {
            Self::Undo { .. } | Self::UndoItem { .. } => Cause::Undo,
            _ => Cause::Person,
        }
    }

    /// A bounded name, for metric labels and logs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Issue { .. } => "issue",
            Self::Record { .. } => "record",
            Self::Link { .. } => "link",
            Self::Batch { .. } => "batch",
            Self::Decide { .. } => "decide",
            Self::Undo { .. } => "undo",
            Self::UndoItem { .. } => "undo_item",
            Self::Sweep { .. } => "sweep",
        }
    }
}

/// What made a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// A Jira webhook.
    Webhook,
    /// A cron tick.
    Tick,
    /// A sweep found a difference.
    Sweep,
    /// A person asked.
    Person,
    /// A dead letter was replayed.
    Replay,
    /// A person asked to undo what was done.
    Undo,
}

impl Cause {
    /// A bounded name, for audit rows and metric labels.
    pub fn name(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Tick => "tick",
            Self::Sweep => "sweep",
            Self::Person => "person",
            Self::Replay => "replay",
            Self::Undo => "undo",
        }
    }
}

/// The two lanes: what a person waits for never queues behind a backfill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lane {
    /// What a person waits for.
    Live,
    /// Sweeps and backfills.
    Bulk,
}

impl Lane {
    /// Both, in order of precedence.
    pub const ALL: [Self; 2] = [Self::Live, Self::Bulk];

    /// `live` or `bulk`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Bulk => "bulk",
        }
    }
}

/// What becomes of a job after an attempt. Decided where the knowledge is, settled in one place.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Acknowledge: done, or nothing to do.
    Done,
    /// Not a failure: come back after this long, without counting an attempt (a lease held by
    /// another worker, a connection that is held back, a shutdown).
    Later(Duration),
    /// A passing fault: climb the ladder, counting an attempt.
    Retry(Fault),
    /// Give up now: to the dead letters, with the reason.
    Dead(Fault),
}

impl Verdict {
    /// A bounded name, for metric labels and logs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Later(_) => "later",
            Self::Retry(_) => "retry",
            Self::Dead(_) => "dead",
        }
    }
}
