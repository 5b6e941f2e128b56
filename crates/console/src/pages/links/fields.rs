//! The table of a link's fields: what both sides agreed on, what they show now, and how each stands.

use lockstep_engine::LinkNow;
use lockstep_model::base::{Base, FieldBase, Refusal};
use lockstep_model::item::{Made, Mapping};
use lockstep_model::plan::Shown;
use lockstep_model::{ConnectedItem, FieldValue, Finding, Schema, Side};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::view::{Lozenge, Tone, words};

/// What the statuses are called, in place of a mapping.
const STATUS: &str = "status";

/// A field on one side: what people call it, and what programs do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) label: String,
    pub(super) api: String,
}

/// What both sides show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Both {
    pub(super) salesforce: String,
    pub(super) jira: String,
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) salesforce: Name,
    pub(super) jira: Name,
    pub(super) base: Option<Both>,
    pub(super) now: Option<Both>,
    pub(super) owner: &'static str,
    pub(super) policy: &'static str,
    pub(super) state: Lozenge,
    /// What more there is to say.
    pub(super) note: String,
    /// Its key, as an address spells it.
    pub(super) key: String,
    /// Whether a person must decide.
    pub(super) held: bool,
}

/// What is known of a link's fields.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a> {
    pub(super) spec: &'a ConnectedItem,
    pub(super) schema: &'a Schema,
    pub(super) base: &'a Base,
    pub(super) findings: &'a [Finding],
    pub(super) now: Option<&'a LinkNow>,
}

impl Fields<'_> {
    /// A row for the status, where it is synced, and for each mapping.
    pub(super) fn rows(self) -> Vec<Row> {
        let status = self.spec.syncs_status().then(|| self.status());
        status.into_iter().chain(self.spec.mappings.iter().map(|m| self.mapping(m))).collect()
    }

    fn mapping(self, mapping: &Mapping) -> Row {
        let key = mapping.key();
        let base = self.base.fields.get(&key);
        let now = self.now.and_then(|now| now.fields.get(&key));
        let refused =
            base.map_or_else(|| self.base.first_refused.get(&key), |base| base.refused.as_ref());
        let held = self.base.held.contains_key(&key);
        let (state, note) = self.state(&key, held, refused, (base, now));
        Row {
            salesforce: self.salesforce(mapping),
            jira: self.jira(mapping),
            base: base.map(|base| both(&base.salesforce, &base.jira)),
            now: now.map(shown),
            owner: words::owner(self.spec.owner(mapping)),
            policy: words::policy(mapping.policy),
            state,
            note,
            key: spelled(&key),
            held,
        }
    }

    fn state(
        self,
        key: &str,
        held: bool,
        refused: Option<&Refusal>,
        (base, now): (Option<&FieldBase>, Option<&Shown>),
    ) -> (Lozenge, String) {
        if held {
            let note = "both sides changed it, and a person decides";
            return (Lozenge::new(Tone::Bad, "needs you"), note.to_owned());
        }
        if let Some(refused) = refused {
            let note = format!("{}: {}", refused.by.name(), refused.detail);
            return (Lozenge::new(Tone::Bad, "refused"), note);
        }
        if let Some(finding) = self.findings.iter().find(|finding| finding.subject == key) {
            return (Lozenge::new(Tone::Late, "left alone"), finding.detail.clone());
        }
        let apart = self.base.apart.contains(key);
        match (base, now) {
            (Some(_), None) if apart => differs(),
            (None, _) => (Lozenge::new(Tone::Busy, "not synced yet"), String::new()),
            (Some(base), Some(now)) => match moved(base, now) {
                (_, note) if apart && note.is_empty() => differs(),
                told => told,
            },
            (Some(_), None) => (Lozenge::new(Tone::Good, "in step"), String::new()),
        }
    }

    fn status(self) -> Row {
        let base = self.base.status.as_ref();
        let known = |id: &str| self.schema.issue_statuses.iter().find(|each| each.id == id);
        let named = |id: &str| known(id).map_or_else(|| id.to_owned(), |known| known.name.clone());
        let refused = base.and_then(|base| base.refused.as_ref());
        let finding = self.findings.iter().find(|finding| finding.subject == STATUS);
        let (state, note) = match (base, refused, finding) {
            (_, Some(refused), _) => (Lozenge::new(Tone::Bad, "refused"), refused.detail.clone()),
            (_, None, Some(finding)) => {
                (Lozenge::new(Tone::Late, "left alone"), finding.detail.clone())
            }
            (None, None, None) => (Lozenge::new(Tone::Busy, "not synced yet"), String::new()),
            (Some(_), None, None) if self.base.apart.contains(STATUS) => differs(),
            (Some(base), None, None) if base.journey.is_some() => {
                (Lozenge::new(Tone::Busy, "on its way"), String::new())
            }
            _ => (Lozenge::new(Tone::Good, "in step"), String::new()),
        };
        let field = self.spec.status_field().unwrap_or_default();
        Row {
            salesforce: Name { label: self.label(field), api: field.to_owned() },
            jira: Name { label: "Status".to_owned(), api: STATUS.to_owned() },
            base: base
                .map(|base| Both { salesforce: base.salesforce.clone(), jira: named(&base.jira) }),
            now: self.now.map(|now| Both {
                salesforce: now.record_status.clone().unwrap_or_default(),
                jira: now.issue_status.clone().unwrap_or_default(),
            }),
            owner: "both",
            policy: "the newer wins",
            state,
            note,
            key: STATUS.to_owned(),
            held: false,
        }
    }

    fn salesforce(self, mapping: &Mapping) -> Name {
        match mapping.made() {
            Some((Side::Salesforce, made)) => made_up(made),
            _ => Name { label: self.label(&mapping.salesforce), api: mapping.salesforce.clone() },
        }
    }

    fn jira(self, mapping: &Mapping) -> Name {
        if let Some((Side::Jira, made)) = mapping.made() {
            return made_up(made);
        }
        let known = self.schema.jira.get(&mapping.jira);
        let label = known.map_or_else(|| mapping.jira.clone(), |known| known.name.clone());
        Name { label, api: mapping.jira.clone() }
    }

    fn label(self, field: &str) -> String {
        let known = self.schema.salesforce.get(field);
        known.map_or_else(|| field.to_owned(), |known| known.label.clone())
    }
}

fn made_up(made: Made<'_>) -> Name {
    let (label, api) = match made {
        Made::Constant(value) => ("Always the same", value),
        Made::Template(source) => ("Made of several fields", source),
    };
    Name { label: label.to_owned(), api: words::clipped(api) }
}

/// An undo turned one side back, and nobody has changed either since.
fn differs() -> (Lozenge, String) {
    let note = "after an undo each side keeps what it shows, until somebody changes one";
    (Lozenge::new(Tone::Idle, "agree to differ"), note.to_owned())
}

/// How a mapping stands whose sides were read just now.
fn moved(base: &FieldBase, now: &Shown) -> (Lozenge, String) {
    let differs = |now: &Option<FieldValue>, base| now.as_ref().is_some_and(|now| now != base);
    let moved = (differs(&now.salesforce, &base.salesforce), differs(&now.jira, &base.jira));
    let note = match moved {
        (false, false) => return (Lozenge::new(Tone::Good, "in step"), String::new()),
        (true, true) => "changed on both sides",
        (true, false) => "changed in Salesforce",
        (false, true) => "changed in Jira",
    };
    (Lozenge::new(Tone::Busy, "catching up"), note.to_owned())
}

fn both(salesforce: &FieldValue, jira: &FieldValue) -> Both {
    Both { salesforce: words::value(salesforce), jira: words::value(jira) }
}

fn shown(now: &Shown) -> Both {
    let side = |value: &Option<FieldValue>| {
        value.as_ref().map_or_else(|| "cannot be read".to_owned(), words::value)
    };
    Both { salesforce: side(&now.salesforce), jira: side(&now.jira) }
}

/// A part of an address.
fn spelled(key: &str) -> String {
    utf8_percent_encode(key, NON_ALPHANUMERIC).to_string()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use lockstep_model::Code;
    use lockstep_model::base::Held;
    use serde_json::json;

    use super::*;

    fn spec() -> ConnectedItem {
        serde_json::from_value(json!({
            "name": "support",
            "salesforce": { "connection": "org", "object": "Case" },
            "jira": { "connection": "site", "project": "SUP", "issue_type": "Bug" },
            "mode": "two-way",
            "mappings": [
                { "salesforce": "Subject", "jira": "summary" },
                { "jira": "labels", "constant": "crm" },
            ],
            "status": { "enabled": true },
        }))
        .expect("an item")
    }

    fn text(text: &str) -> FieldValue {
        FieldValue::text(text)
    }

    fn agreed(value: &str) -> Base {
        let field = FieldBase {
            salesforce: text(value),
            jira: text(value),
            unsettled: false,
            refused: None,
        };
        Base { fields: [("Subject:summary".to_owned(), field)].into(), ..Base::default() }
    }

    fn seen(salesforce: &str, jira: &str) -> LinkNow {
        let shown = Shown { salesforce: Some(text(salesforce)), jira: Some(text(jira)) };
        LinkNow {
            title: "00001026".to_owned(),
            issue: None,
            fields: BTreeMap::from([("Subject:summary".to_owned(), shown)]),
            record_status: Some("Working".to_owned()),
            issue_status: Some("In Progress".to_owned()),
            plan: lockstep_model::Plan::default(),
        }
    }

    fn subject(base: &Base, findings: &[Finding], now: Option<&LinkNow>) -> Row {
        let (spec, schema) = (spec(), Schema::default());
        let rows = Fields { spec: &spec, schema: &schema, base, findings, now }.rows();
        assert_eq!(rows.len(), 3, "the status, and each mapping");
        assert_eq!(rows[2].salesforce.label, "Always the same");
        rows[1].clone()
    }

    // F-334
    #[test]
    fn a_row_says_what_was_agreed_what_is_shown_now_and_how_it_stands() {
        let base = agreed("on fire");
        let row = subject(&base, &[], None);
        assert_eq!((row.state.text, row.owner, row.policy), ("in step", "both", "the newer wins"));
        assert_eq!(row.base.as_ref().map(|both| both.jira.as_str()), Some("on fire"));
        assert_eq!((row.now, row.key.as_str()), (None, "Subject%3Asummary"));

        let now = seen("on fire", "out");
        let row = subject(&base, &[], Some(&now));
        assert_eq!((row.state.text, row.note.as_str()), ("catching up", "changed in Jira"));
        let now = seen("a", "b");
        assert_eq!(subject(&base, &[], Some(&now)).note, "changed on both sides");
        assert_eq!(subject(&Base::default(), &[], None).state.text, "not synced yet");
    }

    #[test]
    fn what_needs_somebody_is_said_before_anything_else() {
        let mut base = agreed("on fire");
        let key = "Subject:summary".to_owned();
        let finding =
            Finding { code: Code::FieldMissing, subject: key.clone(), detail: "gone".to_owned() };
        let found = std::slice::from_ref(&finding);
        assert_eq!(subject(&base, found, None).state.text, "left alone");
        let refusal = Refusal {
            by: Side::Jira,
            value: text("x"),
            code: Code::FieldMissing,
            detail: "too long".to_owned(),
        };
        base.fields.get_mut(&key).expect("there").refused = Some(refusal);
        let row = subject(&base, found, None);
        assert_eq!((row.state.text, row.note.as_str()), ("refused", "Jira: too long"));
        base.held.insert(key, Held { salesforce: text("a"), jira: text("b") });
        let row = subject(&base, found, None);
        assert_eq!((row.state.text, row.held), ("needs you", true));
    }
}
