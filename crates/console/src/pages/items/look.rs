//! How an item looks in a table: its mode, its scopes, what it maps, and what is switched on.

use lockstep_model::ConnectedItem;
use lockstep_model::item::{Mode, Owner};
use lockstep_model::object::{Group, standard};
use lockstep_store::{ItemState, ItemSummary};
use serde_json::Value;

use crate::view::{Lozenge, Shell, Time, Tone};

/// Mapped or shown fields that a row names at most.
const NAMED: usize = 4;

/// A row of the table.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) mode: &'static str,
    pub(super) projects: String,
    pub(super) issue_type: String,
    pub(super) object: String,
    /// The group of its object.
    pub(super) group: &'static str,
    pub(super) fields: String,
    pub(super) notes: Vec<String>,
    /// Auto-create, comments, attachments, status.
    pub(super) switches: [(&'static str, bool); 4],
    pub(super) associated: bool,
    pub(super) links: i64,
    pub(super) latest: Latest,
}

/// What the latest sync was.
pub(super) struct Latest {
    pub(super) word: Lozenge,
    pub(super) text: String,
    pub(super) at: Option<Time>,
}

impl Row {
    pub(super) fn of(shell: &Shell, summary: &ItemSummary) -> Self {
        let spec = &summary.item.document;
        Self {
            name: spec.name.clone(),
            mode: mode(spec.mode),
            projects: spec.jira.projects().collect::<Vec<_>>().join(", "),
            issue_type: issue_type(spec),
            object: spec.salesforce.object.clone(),
            group: group(spec),
            fields: fields(spec),
            notes: notes(spec),
            switches: [
                ("Auto create", spec.creates_issues()),
                ("Comments", spec.syncs_comments()),
                ("Attachments", spec.syncs_files()),
                ("Status", spec.syncs_status()),
            ],
            associated: spec.associated.enabled,
            links: summary.links,
            latest: Latest::of(shell, summary),
        }
    }
}

impl Latest {
    /// Display-only, paused, waiting, the counts of the last run, or that somebody must do something.
    pub(super) fn of(shell: &Shell, summary: &ItemSummary) -> Self {
        let at = summary.swept_at.map(|at| shell.time(&at));
        let counts = summary.sweep_counts.as_ref();
        let faults = counts.and_then(|counts| counts["faults"].as_array()).map_or(0, Vec::len);
        let of = |tone, word, text: String| Self { word: Lozenge::new(tone, word), text, at };
        if summary.item.document.mode == Mode::DisplayOnly {
            return of(Tone::Idle, "display-only", String::new());
        }
        if summary.item.state == ItemState::Paused {
            return of(Tone::Idle, "paused", ran(counts));
        }
        if summary.findings > 0 || faults > 0 {
            let findings = summary.findings;
            let text = match (findings, faults) {
                (0, _) => "a side could not be read".to_owned(),
                (1, _) => "1 finding".to_owned(),
                _ => format!("{findings} findings"),
            };
            return of(Tone::Bad, "attention required", text);
        }
        match counts {
            None => of(Tone::Busy, "waiting", "for the first sweep".to_owned()),
            Some(_) => of(Tone::Good, "in step", ran(counts)),
        }
    }
}

/// What the last run counted.
fn ran(counts: Option<&Value>) -> String {
    let Some(counts) = counts else {
        return "never swept".to_owned();
    };
    let count = |key: &str| counts[key].as_u64().unwrap_or_default();
    let (looked, news, created) = (count("looked_at"), count("published"), count("created"));
    format!("{looked} looked at, {news} with news, {created} new")
}

/// A mode as people read it.
pub(super) fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::DisplayOnly => "display-only",
        Mode::OneWay => "one-way",
        Mode::TwoWay => "two-way",
        Mode::Custom => "custom",
    }
}

/// The issue type; a display-only item has none.
pub(super) fn issue_type(spec: &ConnectedItem) -> String {
    match spec.mode {
        Mode::DisplayOnly => "manual link only".to_owned(),
        _ => spec.jira.issue_type.clone(),
    }
}

/// The group of its object.
pub(super) fn group(spec: &ConnectedItem) -> &'static str {
    standard(&spec.salesforce.object).map_or(Group::Custom, |known| known.group).title()
}

/// What it maps, or shows.
pub(super) fn fields(spec: &ConnectedItem) -> String {
    let few = |all: Vec<&str>| {
        let more = all.len().saturating_sub(NAMED);
        let named = all.into_iter().take(NAMED).collect::<Vec<_>>().join(", ");
        if more > 0 { format!("{named} and {more} more") } else { named }
    };
    if spec.mode == Mode::DisplayOnly || spec.mappings.is_empty() {
        return match spec.show.len() {
            0 => "none".to_owned(),
            _ => format!("shows {}", few(spec.show.iter().map(String::as_str).collect())),
        };
    }
    let name = |mapping: &lockstep_model::item::Mapping| {
        let field = if mapping.salesforce.is_empty() { &mapping.jira } else { &mapping.salesforce };
        field.clone()
    };
    let names: Vec<String> = spec.mappings.iter().map(name).collect();
    let count = names.len();
    format!("{count} mapped: {}", few(names.iter().map(String::as_str).collect()))
}

/// Who owns how many mappings, and what the rule does.
fn notes(spec: &ConnectedItem) -> Vec<String> {
    let mut notes = Vec::new();
    if spec.mode == Mode::Custom && !spec.mappings.is_empty() {
        let owned = |owner: Owner| {
            let count = spec.mappings.iter().filter(|one| spec.owner(one) == Some(owner)).count();
            (count, owner)
        };
        let named = [Owner::Salesforce, Owner::Jira, Owner::Both].map(owned);
        let words =
            named.iter().filter(|(count, _)| *count > 0).map(|(count, owner)| match owner {
                Owner::Salesforce => format!("Salesforce owns {count}"),
                Owner::Jira => format!("Jira owns {count}"),
                Owner::Both => format!("both own {count}"),
            });
        notes.push(words.collect::<Vec<_>>().join(", "));
    }
    if let Some(rule) = spec.active_rule() {
        let fields: Vec<&str> =
            rule.when.tests().iter().map(|(_, test)| test.field.as_str()).collect();
        notes.push(format!("a rule on {}", fields.join(", ")));
    }
    notes
}
