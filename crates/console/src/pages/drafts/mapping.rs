//! The rows of mappings: fields of both sides to choose from, with what each holds and why one does not
//! fit the other.

use lockstep_model::convert::{Fit, fit_jira, fit_salesforce};
use lockstep_model::field::{JiraField, JiraKind, SalesforceField, SalesforceType};

use super::judge::{Found, remarks};
use super::pickers::Pickers;
use super::sheet::Sheet;
use crate::view::{Choice, Choices, Field, Kind, Remark};

/// A row of the form.
pub(super) struct Row {
    /// As people count.
    pub(super) number: usize,
    pub(super) index: usize,
    pub(super) was: String,
    pub(super) fields: Vec<Field>,
    pub(super) more: Vec<Field>,
    /// Whether the rarer part says something.
    pub(super) open: bool,
    /// What is wrong with the row as a whole.
    pub(super) remarks: Vec<Remark>,
}

/// A pair of fields that look as if they belonged together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Suggestion {
    pub(super) salesforce: String,
    pub(super) jira: String,
    pub(super) words: String,
}

/// Which way the values of a row flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ways {
    to_jira: bool,
    to_salesforce: bool,
}

impl Ways {
    fn of(sheet: &Sheet, path: &str) -> Self {
        let made = ["constant", "template"]
            .iter()
            .any(|key| !sheet.one(&format!("{path}.{key}")).is_empty());
        let (to_jira, to_salesforce) =
            match (sheet.one("mode"), sheet.one(&format!("{path}.owner"))) {
                _ if made => (false, false),
                ("one-way", _) | ("custom", "salesforce") => (true, false),
                ("custom", "jira") => (false, true),
                _ => (true, true),
            };
        Self { to_jira, to_salesforce }
    }

    /// Why a pair of fields cannot be mapped so.
    fn bar(self, record: &SalesforceField, issue: &JiraField) -> Option<String> {
        let there = self.to_jira.then(|| fit_jira(record, issue));
        let back = self.to_salesforce.then(|| fit_salesforce(issue, record));
        let never = [there, back].into_iter().flatten().find_map(|fit| match fit {
            Fit::Never(why) => Some(why),
            Fit::Always | Fit::Sometimes(_) => None,
        });
        let fixed = self.to_salesforce && !record.updateable;
        never.or_else(|| fixed.then(|| "read-only in Salesforce".to_owned()))
    }
}

/// The rows, as far as both sides are known with fields to choose from.
pub(super) fn rows(sheet: &Sheet, pickers: &Pickers, found: &[Found]) -> Vec<Row> {
    let rows = sheet.rows("mappings");
    rows.iter().enumerate().map(|(at, index)| row(sheet, pickers, found, (at, *index))).collect()
}

fn row(sheet: &Sheet, pickers: &Pickers, found: &[Found], (at, index): (usize, usize)) -> Row {
    let path = format!("mappings[{index}]");
    let key = |key: &str| format!("{path}.{key}");
    let filled = |field: Field| {
        let remarks = remarks(found, &field.name);
        let value = sheet.one(&field.name).to_owned();
        field.with(value).remark(remarks)
    };
    let mut fields = vec![
        filled(Field::new(key("salesforce"), "Salesforce field", record_kind(pickers))),
        filled(Field::new(key("jira"), "Jira field", issue_kind(sheet, pickers, &path))),
    ];
    if sheet.one("mode") == "custom" {
        let owners =
            choices(&[("both", "both"), ("salesforce", "Salesforce"), ("jira", "Jira (JSM)")]);
        fields.push(filled(Field::new(key("owner"), "Owner", owners)));
    }
    let policies = [
        ("newest", "the newest wins"),
        ("salesforce", "Salesforce wins"),
        ("jira", "Jira wins"),
        ("hold", "held for a person"),
    ];
    fields.push(filled(Field::new(key("policy"), "If both changed", choices(&policies))));
    let more: Vec<Field> =
        rarer(&path, hint_of_values(sheet, pickers, &path)).into_iter().map(filled).collect();
    let says = |field: &Field| {
        !field.remarks.is_empty() || !["", "false", "same-name"].contains(&field.value.as_str())
    };
    Row {
        number: at + 1,
        index,
        was: sheet.one(&key("was")).to_owned(),
        open: more.iter().any(says),
        remarks: remarks(found, &path),
        fields,
        more,
    }
}

/// What becomes of what strays: of one mapping, and without the first choice of a whole item.
pub(super) const STRAYED: [(&str, &str); 4] = [
    ("", "as the item says"),
    ("report", "stands, and is reported"),
    ("heal", "is written over with the owner's value"),
    ("ask", "waits for a person"),
];

fn rarer(path: &str, options: String) -> Vec<Field> {
    let key = |key: &str| format!("{path}.{key}");
    let otherwise = [
        ("same-name", "cross under their own name"),
        ("leave-alone", "are left alone and reported"),
        ("use", "become the values below"),
    ];
    vec![
        Field::new(key("values.map"), "Values that belong together", Kind::Lines).hint(options),
        Field::new(key("values.otherwise"), "Values that no line names", choices(&otherwise)),
        Field::line(key("values.use.salesforce"), "In Salesforce they become"),
        Field::line(key("values.use.jira"), "In Jira they become"),
        Field::line(key("default"), "First value where the source is empty"),
        Field::line(key("constant"), "Always this value")
            .hint("Name only the one field that it fills."),
        Field::line(key("template"), "Joined from several record fields").hint(
            "Such as {{ CaseNumber }}: {{ Subject }}. Name only the Jira field; it flows one way.",
        ),
        Field::new(key("drift"), "A change on the side that does not own it", choices(&STRAYED)),
        Field::new(key("truncate"), "Shorten a text that is too long", Kind::Tick),
        Field::new(key("round"), "Round a number with too many digits", Kind::Tick),
    ]
}

/// What both sides offer, so that lines can be copied together.
fn hint_of_values(sheet: &Sheet, pickers: &Pickers, path: &str) -> String {
    let record = pickers.record_field(sheet.one(&format!("{path}.salesforce")));
    let issue = pickers.issue_field(sheet.one(&format!("{path}.jira")));
    let listed = |side: &str, values: &[String]| {
        (!values.is_empty()).then(|| format!("{side} offers {}.", values.join(", ")))
    };
    let salesforce = record.and_then(|field| listed("Salesforce", &field.picklist));
    let jira = issue.and_then(|field| listed("Jira", &field.allowed));
    let lead = Some("A line each, Salesforce first: High = P1.".to_owned());
    [lead, salesforce, jira].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// A choice of plain words.
pub(super) fn choices(all: &[(&str, &str)]) -> Kind {
    let all = all.iter().map(|(value, label)| Choice::new(*value, *label)).collect();
    Kind::Choice(vec![Choices { heading: String::new(), all }])
}

/// The record's fields; a line to type in where they are not known.
pub(super) fn record_kind(pickers: &Pickers) -> Kind {
    if pickers.record_fields.is_empty() {
        return Kind::Line("text");
    }
    let all = pickers.record_fields.iter().map(|f| Choice::new(f.name.clone(), record_label(f)));
    let all = std::iter::once(Choice::new("", "choose")).chain(all).collect();
    Kind::Choice(vec![Choices { heading: String::new(), all }])
}

/// The issue's fields; those that the row's record field does not fit are barred, and say why.
fn issue_kind(sheet: &Sheet, pickers: &Pickers, path: &str) -> Kind {
    if pickers.issue_fields.is_empty() {
        return Kind::Line("text");
    }
    let record = pickers.record_field(sheet.one(&format!("{path}.salesforce")));
    let (ways, chosen) = (Ways::of(sheet, path), sheet.one(&format!("{path}.jira")));
    let all = pickers.issue_fields.iter().map(|field| {
        // A field may be named as people call it: it is the one that is meant.
        let named = pickers.issue_field(chosen).is_some_and(|one| one.id == field.id);
        let value = if named { chosen } else { field.id.as_str() };
        let why = record.filter(|_| !named).and_then(|record| ways.bar(record, field));
        let label = issue_label(field);
        match why {
            Some(why) => Choice { barred: true, ..Choice::new(value, format!("{label} ({why})")) },
            None => Choice::new(value, label),
        }
    });
    let all = std::iter::once(Choice::new("", "choose")).chain(all).collect();
    Kind::Choice(vec![Choices { heading: String::new(), all }])
}

/// `Subject, text 255, required: Subject`
pub(super) fn record_label(field: &SalesforceField) -> String {
    let kind = SalesforceType::ALL.iter().find(|(kind, _)| *kind == field.kind);
    let kind = kind.map_or("anything else", |(_, words)| words);
    let length = if field.length > 0 { format!(" {}", field.length) } else { String::new() };
    let required = !field.nillable && !field.defaulted_on_create && field.createable;
    let required = if required { ", required" } else { "" };
    let fixed = if field.updateable { "" } else { ", read-only" };
    format!("{} ({}), {kind}{length}{required}{fixed}", field.label, field.name)
}

/// `Summary (summary), text, required`
pub(super) fn issue_label(field: &JiraField) -> String {
    let kind = JiraKind::ALL.iter().find(|(kind, _)| *kind == field.kind);
    let kind = kind.map_or("anything else", |(_, words)| words);
    let required = if field.required { ", required" } else { "" };
    let once = if field.on_edit == Some(false) { ", set on create only" } else { "" };
    format!("{} ({}), {kind}{required}{once}", field.name, field.id)
}

/// Pairs of fields that are not mapped yet, bear the same name and convert. None of them is applied by
/// itself.
pub(super) fn suggestions(sheet: &Sheet, pickers: &Pickers) -> Vec<Suggestion> {
    let rows = sheet.rows("mappings");
    let used = |side: &str, name: &str| {
        rows.iter().any(|row| sheet.one(&format!("mappings[{row}].{side}")) == name)
    };
    let ways = match sheet.one("mode") {
        "one-way" => Ways { to_jira: true, to_salesforce: false },
        _ => Ways { to_jira: true, to_salesforce: true },
    };
    let mut all = Vec::new();
    for record in pickers.record_fields.iter().filter(|field| !used("salesforce", &field.name)) {
        let alike = |issue: &&JiraField| {
            !used("jira", &issue.id)
                && same_name(record, issue)
                && ways.bar(record, issue).is_none()
        };
        if let Some(issue) = pickers.issue_fields.iter().find(alike) {
            all.push(Suggestion {
                salesforce: record.name.clone(),
                jira: issue.id.clone(),
                words: format!("{} with {}", record.label, issue.name),
            });
        }
    }
    all
}

/// Names that mean the same on both sides.
const SYNONYMS: [(&str, &str); 3] =
    [("subject", "summary"), ("name", "summary"), ("title", "summary")];

fn same_name(record: &SalesforceField, issue: &JiraField) -> bool {
    let plain = |text: &str| {
        let text = text.trim_end_matches("__c").chars().filter(|c| c.is_alphanumeric());
        text.flat_map(char::to_lowercase).collect::<String>()
    };
    let ours = [plain(&record.name), plain(&record.label)];
    let theirs = [plain(&issue.id), plain(&issue.name)];
    let equal = ours.iter().any(|one| theirs.contains(one));
    let meant = |(one, other): &(&str, &str)| {
        ours.iter().any(|it| it == one) && theirs.iter().any(|it| it == other)
    };
    equal || SYNONYMS.iter().any(meant)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn record(name: &str, kind: SalesforceType) -> SalesforceField {
        let (name, label) = (name.to_owned(), name.trim_end_matches("__c").to_owned());
        SalesforceField {
            name,
            label,
            kind,
            updateable: true,
            createable: true,
            length: 80,
            ..SalesforceField::made_up()
        }
    }

    fn issue(id: &str, name: &str, kind: JiraKind) -> JiraField {
        JiraField {
            id: id.to_owned(),
            name: name.to_owned(),
            kind,
            on_create: true,
            ..JiraField::made_up()
        }
    }

    fn pickers() -> Pickers {
        Pickers {
            record_fields: Arc::new(vec![
                record("Subject", SalesforceType::Text),
                record("Due_Date__c", SalesforceType::Date),
                record("Region__c", SalesforceType::Date),
            ]),
            issue_fields: Arc::new(vec![
                issue("summary", "Summary", JiraKind::Text),
                issue("customfield_1", "Due date", JiraKind::Date),
                issue("customfield_2", "Region", JiraKind::Number),
            ]),
            ..Pickers::default()
        }
    }

    fn sheet(rows: &[(&str, &str)]) -> Sheet {
        let mut sheet = Sheet::default();
        sheet.set("mode", "two-way");
        for (salesforce, jira) in rows {
            let path = sheet.add_row("mappings");
            sheet.set(&format!("{path}.salesforce"), salesforce);
            sheet.set(&format!("{path}.jira"), jira);
        }
        sheet
    }

    // F-38, F-40
    #[test]
    fn a_choice_says_api_name_type_length_and_what_is_required() {
        let field = SalesforceField { nillable: false, ..record("Subject", SalesforceType::Text) };
        assert_eq!(record_label(&field), "Subject (Subject), text 80, required");
        let field = JiraField { required: true, ..issue("summary", "Summary", JiraKind::Text) };
        assert_eq!(issue_label(&field), "Summary (summary), text, required, set on create only");
    }

    // F-188
    #[test]
    fn a_target_that_does_not_fit_is_barred_with_the_reason() {
        let rows = rows(&sheet(&[("Due_Date__c", "summary")]), &pickers(), &[]);
        let Kind::Choice(groups) = &rows[0].fields[1].kind else { panic!("a choice") };
        let of =
            |value: &str| groups[0].all.iter().find(|one| one.value == value).expect("offered");
        assert!(
            !of("customfield_1").barred
                && of("customfield_1").label
                    == "Due date (customfield_1), date, set on create only"
        );
        assert!(of("customfield_2").barred, "a date is no number");
        assert!(
            of("customfield_2").label.contains("do not convert"),
            "{}",
            of("customfield_2").label
        );
        assert!(
            of("summary").chosen && !of("summary").barred,
            "what is chosen stays, and is judged beside it"
        );
    }

    #[test]
    fn pairs_of_one_name_are_suggested_while_they_convert_and_are_free() {
        let all = suggestions(&sheet(&[]), &pickers());
        let pairs: Vec<_> =
            all.iter().map(|one| (one.salesforce.as_str(), one.jira.as_str())).collect();
        assert_eq!(
            pairs,
            [("Subject", "summary"), ("Due_Date__c", "customfield_1")],
            "a date is no number"
        );
        let left = suggestions(&sheet(&[("Subject", "summary")]), &pickers());
        assert_eq!(left.len(), 1);
    }

    // F-117
    #[test]
    fn an_owner_is_asked_for_in_custom_mode_only() {
        let mut sheet = sheet(&[("Subject", "summary")]);
        let names = |sheet: &Sheet| {
            let rows = rows(sheet, &pickers(), &[]);
            rows[0].fields.iter().map(|field| field.name.clone()).collect::<Vec<_>>()
        };
        assert!(!names(&sheet).contains(&"mappings[0].owner".to_owned()));
        sheet.set("mode", "custom");
        assert!(names(&sheet).contains(&"mappings[0].owner".to_owned()));
    }
}
