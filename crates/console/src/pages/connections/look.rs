//! How a connection looks: its state, its calls, and a test of it as a checklist.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use lockstep_engine::ConnectionTest;
use lockstep_store::{CallUsage, Connection, ConnectionKind, ConnectionState};

use crate::App;
use crate::trouble::Trouble;
use crate::view::words::grouped;
use crate::view::{Lozenge, Tone, duration};

/// A test as a checklist.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Checklist {
    pub(crate) lines: Vec<Line>,
}

/// A check of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) ok: bool,
    pub(crate) name: String,
    pub(crate) detail: String,
    /// The error's code, title and remedy.
    pub(crate) code: Option<(String, &'static str, &'static str)>,
}

impl From<&ConnectionTest> for Checklist {
    fn from(test: &ConnectionTest) -> Self {
        let line = |check: &lockstep_engine::Check| Line {
            ok: check.ok,
            name: check.name.clone(),
            detail: check.detail.clone(),
            code: check.code.map(|code| (code.to_string(), code.title(), code.remedy())),
        };
        Self { lines: test.checks.iter().map(line).collect() }
    }
}

impl Checklist {
    /// Whether everything holds.
    pub(crate) fn ok(&self) -> bool {
        self.lines.iter().all(|line| line.ok)
    }

    /// How many hold, of how many.
    pub(crate) fn held(&self) -> String {
        let held = self.lines.iter().filter(|line| line.ok).count();
        format!("{held} of {} checks hold", self.lines.len())
    }
}

/// What a vendor is called.
pub(super) fn vendor(kind: ConnectionKind) -> &'static str {
    match kind {
        ConnectionKind::Salesforce => "Salesforce",
        ConnectionKind::Jira => "Jira",
    }
}

/// The state in a word.
pub(crate) fn state(row: &Connection, now: DateTime<Utc>) -> Lozenge {
    match &row.state {
        ConnectionState::Paused { .. } => Lozenge::new(Tone::Bad, "needs you"),
        ConnectionState::Active if wait(row, now).is_some() => {
            Lozenge::new(Tone::Late, "held back")
        }
        ConnectionState::Active => Lozenge::new(Tone::Good, "Connected"),
    }
}

/// How long the vendor still wants to be left alone.
pub(crate) fn wait(row: &Connection, now: DateTime<Utc>) -> Option<TimeDelta> {
    row.hold_until.map(|until| until - now).filter(|left| *left > TimeDelta::zero())
}

/// Why it is not active, and until when.
pub(super) fn why(row: &Connection) -> String {
    match &row.state {
        ConnectionState::Paused { code, .. } => format!("{} ({code})", code.title()),
        ConnectionState::Active => String::new(),
    }
}

/// How long it is held back, in words.
pub(super) fn held(row: &Connection, now: DateTime<Utc>) -> Option<String> {
    wait(row, now)
        .map(|left| format!("The vendor asks to be left alone for another {}.", duration(left)))
}

/// The calls of every connection since midnight, and what the vendors tell of theirs.
pub(super) async fn usage(app: &App, now: DateTime<Utc>) -> Result<Vec<CallUsage>, Trouble> {
    let midnight = now.date_naive().and_time(NaiveTime::MIN).and_utc();
    Ok(app.store.connections().usage(midnight).await?)
}

/// The calls of one connection, in words.
pub(super) fn calls(usage: &[CallUsage], row: &Connection) -> String {
    let Some(usage) = usage.iter().find(|one| one.connection == row.id) else {
        return "none counted".to_owned();
    };
    let ours = format!("{} by Lockstep", grouped(usage.calls));
    match &usage.limit {
        Some(limit) => {
            format!("{ours}; the org counts {} of {}", grouped(limit.used), grouped(limit.max))
        }
        None => ours,
    }
}
