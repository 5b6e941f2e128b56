//! An item as a sheet of fields, as a form has it: made of a document, filled in by hand, and laid over
//! the document again. What no field asks for stays in the document as it is.

use std::collections::BTreeMap;

use lockstep_model::ConnectedItem;
use lockstep_model::field::SalesforceType;
use lockstep_model::validate::Problem;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::paths::{FIRST, Holds, MAPPING, SECOND, STATUS, part, put, shown, take, typed};
use super::values;

/// The fields by name, each with what was typed; a box that is ticked comes after its hidden `false`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Sheet(BTreeMap<String, Vec<String>>);

/// What kind of field the object has under a name, where that is known.
pub(super) type KindOf<'a> = &'a dyn Fn(&str) -> Option<SalesforceType>;

impl Sheet {
    /// The sheet of a document.
    pub(super) fn of(document: &Value) -> Self {
        let mut sheet = Self::default();
        for (path, holds) in FIRST.iter().chain(SECOND) {
            sheet.0.insert((*path).to_owned(), shown(part(document, path), *holds));
        }
        sheet.0.insert("show".to_owned(), shown(document.get("show"), Holds::List));
        for (index, mapping) in rows_of(document, "mappings").iter().enumerate() {
            sheet.put_row(&format!("mappings[{index}]"), mapping, MAPPING);
            sheet.set(&format!("mappings[{index}].was"), &index.to_string());
            values::show(&mut sheet, &format!("mappings[{index}]"), mapping);
        }
        let pairs = part(document, "status.map").and_then(Value::as_array);
        for (index, pair) in pairs.into_iter().flatten().enumerate() {
            sheet.put_row(&format!("status.map[{index}]"), pair, STATUS);
        }
        values::show_rest(&mut sheet, document);
        sheet
    }

    fn put_row(&mut self, path: &str, row: &Value, keys: &[(&str, Holds)]) {
        for (key, holds) in keys {
            self.0.insert(format!("{path}.{key}"), shown(row.get(key), *holds));
        }
    }

    /// The last value of a field; empty where it has none.
    pub(super) fn one(&self, name: &str) -> &str {
        self.all(name).last().map(|text| text.trim()).unwrap_or_default()
    }

    /// Every value of a field.
    pub(super) fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether a box is ticked.
    pub(super) fn ticked(&self, name: &str) -> bool {
        self.one(name) == "true"
    }

    /// Whether the form asked for it.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Sets a field.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), vec![value.to_owned()]);
    }

    /// Takes the fields of a page over: what begins with one of `parts` and is not among them is gone.
    pub(super) fn turn<'a>(
        &mut self,
        parts: &[&str],
        posted: impl Iterator<Item = (&'a str, &'a str)>,
    ) {
        let mut fresh: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in posted {
            fresh.entry(name.to_owned()).or_default().push(value.to_owned());
        }
        self.0.retain(|name, _| !parts.iter().any(|part| within(name, part)));
        self.0.extend(
            fresh
                .into_iter()
                .filter(|(name, _)| parts.iter().any(|part| within(name, part)) || name == "show"),
        );
    }

    /// The numbers of the rows under a path, in their order.
    pub(super) fn rows(&self, path: &str) -> Vec<usize> {
        let start = format!("{path}[");
        let number = |name: &String| name.strip_prefix(&start)?.split_once(']')?.0.parse().ok();
        let mut all: Vec<usize> = self.0.keys().filter_map(number).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Adds an empty row under a path; gives its own path.
    pub(super) fn add_row(&mut self, path: &str) -> String {
        let next = self.rows(path).last().map_or(0, |last| last + 1);
        let row = format!("{path}[{next}]");
        self.set(&format!("{row}.salesforce"), "");
        self.set(&format!("{row}.jira"), "");
        row
    }

    /// Takes a row away; the rows after it move up.
    pub(super) fn remove_row(&mut self, path: &str, gone: usize) {
        let start = format!("{path}[");
        let old = std::mem::take(&mut self.0);
        for (name, values) in old {
            let row = name.strip_prefix(&start).and_then(|rest| rest.split_once(']'));
            match row.and_then(|(number, rest)| Some((number.parse::<usize>().ok()?, rest))) {
                Some((number, _)) if number == gone => {}
                Some((number, rest)) if number > gone => {
                    self.0.insert(format!("{path}[{}]{rest}", number - 1), values);
                }
                _ => drop(self.0.insert(name, values)),
            }
        }
    }

    /// The item that the sheet says, laid over the document it began from; and what cannot be read.
    pub(super) fn item(
        &self,
        base: &Value,
        kind: KindOf<'_>,
    ) -> (Option<ConnectedItem>, Vec<Problem>) {
        let (document, mut problems) = self.document(base, kind);
        match serde_json::from_value(document) {
            Ok(item) => (Some(item), problems),
            Err(why) => {
                let hint = "Choose each of them anew, or mend the item in its YAML.";
                problems.push(Problem::error("", format!("this is no item: {why}"), hint));
                (None, problems)
            }
        }
    }

    /// The document that the sheet says.
    pub(super) fn document(&self, base: &Value, kind: KindOf<'_>) -> (Value, Vec<Problem>) {
        let (mut document, mut problems) = (base.clone(), Vec::new());
        for (path, holds) in FIRST.iter().chain(SECOND) {
            self.lay(&mut document, (path, path), *holds, &mut problems);
        }
        self.lay(&mut document, ("show", "show"), Holds::List, &mut problems);
        self.scope(&mut document);
        let mappings = self.mappings(base, &mut problems);
        put(&mut document, "mappings", json!(mappings));
        if self.has("status.enabled") {
            put(&mut document, "status.map", json!(self.status_map(&mut problems)));
        }
        values::lay_rest(self, &mut document, base, kind, &mut problems);
        (document, problems)
    }

    /// A display-only item has projects and no issue type; any other one project.
    fn scope(&self, document: &mut Value) {
        if self.one("mode") == "display-only" {
            take(document, "jira.issue_type");
            if part(document, "jira.projects").is_some() {
                take(document, "jira.project");
            }
        } else {
            take(document, "jira.projects");
        }
    }

    /// Lays one field over a document.
    fn lay(
        &self,
        document: &mut Value,
        (name, path): (&str, &str),
        holds: Holds,
        problems: &mut Vec<Problem>,
    ) {
        let Some(values) = self.0.get(name) else {
            return;
        };
        match typed(values, holds) {
            Ok(Some(value)) => put(document, path, value),
            Ok(None) => take(document, path),
            Err(why) => problems.push(Problem::error(name, why, "Write digits only.")),
        }
    }

    fn mappings(&self, base: &Value, problems: &mut Vec<Problem>) -> Vec<Value> {
        let before = rows_of(base, "mappings");
        let rows = self.rows("mappings").into_iter().map(|index| {
            let path = format!("mappings[{index}]");
            let was = self.one(&format!("{path}.was")).parse::<usize>().ok();
            let was = was.and_then(|was| before.get(was)).cloned();
            let mut row = was.unwrap_or_else(|| json!({}));
            for (key, holds) in MAPPING {
                self.lay(&mut row, (&format!("{path}.{key}"), key), *holds, problems);
            }
            if self.one("mode") != "custom" {
                take(&mut row, "owner");
            }
            values::lay(self, &path, &mut row, problems);
            row
        });
        rows.collect()
    }

    fn status_map(&self, problems: &mut Vec<Problem>) -> Vec<Value> {
        let rows = self.rows("status.map").into_iter().map(|index| {
            let (path, mut row) = (format!("status.map[{index}]"), json!({}));
            for (key, holds) in STATUS {
                self.lay(&mut row, (&format!("{path}.{key}"), key), *holds, problems);
            }
            row
        });
        rows.collect()
    }
}

/// Whether a field belongs to a part: `status.map[0].jira` to `status`.
fn within(name: &str, part: &str) -> bool {
    name.strip_prefix(part).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

fn rows_of<'a>(document: &'a Value, key: &str) -> &'a [Value] {
    document.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}
