//! One card, with everything that it shows.

use lockstep_model::item::Mode;
use lockstep_model::object::{Group, standard};
use lockstep_model::{ConnectedItem, Fault, FieldValue, Finding};
use lockstep_store::{Link, LinkState};

use super::cards::{Covering, Sighting};
use crate::view::{Lozenge, Shell, Time, Tone};

const LINKED: Lozenge = Lozenge::new(Tone::Good, "Linked");
const NOT_LINKED: Lozenge = Lozenge::new(Tone::Idle, "Not linked");
const ATTENTION: Lozenge = Lozenge::new(Tone::Bad, "Needs attention");

/// An item's card.
pub(super) struct Card {
    pub(super) item: String,
    /// `Service Cloud / Case`.
    pub(super) context: String,
    pub(super) mode: &'static str,
    pub(super) status: &'static str,
    pub(super) paused: bool,
    pub(super) state: Lozenge,
    pub(super) linked: Option<Linked>,
}

/// A linked record.
pub(super) struct Linked {
    pub(super) link: i64,
    pub(super) record: String,
    pub(super) title: Option<String>,
    pub(super) url: Option<String>,
    pub(super) fields: Vec<Row>,
    pub(super) notes: Vec<Note>,
    pub(super) automatic: bool,
    pub(super) removable: bool,
    pub(super) synced: Option<Time>,
    pub(super) associated: bool,
}

/// A field of the preview.
pub(super) struct Row {
    pub(super) label: String,
    pub(super) field: String,
    pub(super) value: String,
}

/// What needs attention.
pub(super) struct Note {
    pub(super) code: String,
    pub(super) what: String,
    pub(super) remedy: String,
}

impl Card {
    pub(super) fn new(one: &Covering, seen: Option<Sighting>, shell: &Shell) -> Self {
        let spec = &one.item.document;
        let linked =
            one.link.as_ref().zip(seen).map(|(link, seen)| linked(spec, link, seen, shell));
        let state = match &linked {
            None => NOT_LINKED,
            Some(linked) if linked.notes.is_empty() => LINKED,
            Some(_) => ATTENTION,
        };
        Self {
            item: spec.name.clone(),
            context: context(spec),
            mode: mode(spec.mode),
            status: status(spec),
            paused: one.is_paused(),
            state,
            linked,
        }
    }
}

/// Module and object of an item.
pub(super) fn context(spec: &ConnectedItem) -> String {
    let object = &spec.salesforce.object;
    let group = standard(object).map_or(Group::Custom, |known| known.group);
    format!("{} / {object}", group.title())
}

fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::DisplayOnly => "Display only",
        Mode::OneWay => "One-way from Salesforce",
        Mode::TwoWay => "Two-way",
        Mode::Custom => "Custom, by field",
    }
}

fn status(spec: &ConnectedItem) -> &'static str {
    match (spec.mode, spec.status.enabled) {
        (Mode::DisplayOnly, _) => "nothing is written",
        (_, true) => "status in step",
        (_, false) => "status apart",
    }
}

fn linked(spec: &ConnectedItem, link: &Link, seen: Sighting, shell: &Shell) -> Linked {
    let mut notes = notes(link);
    let (title, fields) = match seen.shown {
        Ok(view) => (Some(view.title), view.fields.into_iter().map(row).collect()),
        Err(fault) => {
            notes.push(Note::of(&fault));
            (None, Vec::new())
        }
    };
    Linked {
        link: link.id.0,
        record: link.record.to_string(),
        title,
        url: seen.url,
        fields,
        notes,
        automatic: link.origin == lockstep_store::Origin::Auto,
        removable: link.is_removable(),
        synced: link.synced_at.as_ref().map(|at| shell.time(at)),
        associated: spec.associated.enabled,
    }
}

fn row(field: lockstep_engine::ShownField) -> Row {
    Row { value: text(&field.value), label: field.label, field: field.field }
}

/// What keeps a link from being in step.
fn notes(link: &Link) -> Vec<Note> {
    let mut notes: Vec<Note> = link.findings.iter().map(Note::of_finding).collect();
    notes.extend(link.base.held.keys().map(|mapping| Note {
        code: String::new(),
        what: format!("Both sides changed {mapping}, and neither is written yet"),
        remedy: "An administrator of Lockstep decides which value is taken.".to_owned(),
    }));
    if link.state == LinkState::Gone {
        notes.push(Note {
            code: String::new(),
            what: "The Salesforce record is no longer there".to_owned(),
            remedy: "Unlink it here, then link another one.".to_owned(),
        });
    }
    notes
}

impl Note {
    fn of(fault: &Fault) -> Self {
        let (code, remedy) = (fault.code.to_string(), fault.code.remedy().to_owned());
        Self { code, what: fault.code.title().to_owned(), remedy }
    }

    fn of_finding(finding: &Finding) -> Self {
        let (code, title) = (finding.code, finding.code.title());
        let what = format!("{}: {title}", finding.subject);
        Self { code: code.to_string(), what, remedy: code.remedy().to_owned() }
    }
}

/// A value as people read it.
fn text(value: &FieldValue) -> String {
    match value {
        FieldValue::Empty => "–".to_owned(),
        FieldValue::Text(text) | FieldValue::Choice(text) => text.clone(),
        FieldValue::Document(document) => lockstep_model::adf::to_text(document),
        FieldValue::Number(number) => number.to_string(),
        FieldValue::Bool(true) => "yes".to_owned(),
        FieldValue::Bool(false) => "no".to_owned(),
        FieldValue::Date(date) => date.to_string(),
        FieldValue::DateTime(at) => at.format("%F %H:%M UTC").to_string(),
        FieldValue::Choices(choices) => choices.join(", "),
    }
}
