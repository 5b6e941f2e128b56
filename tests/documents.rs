//! Documents that tests keep true.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use lockstep_model::Code;
use lockstep_model::convert::{Fit, fit_jira, fit_salesforce};
use lockstep_model::field::{JiraField, JiraKind, SalesforceField, SalesforceType};
use lockstep_service::variables;

use crate::tree::{files, none, read, root};

/// docs/errors.md, as the catalogue has it.
fn errors_page() -> String {
    let mut page = String::from(
        "# Errors\n\nEvery error that Lockstep reports has one permanent code. This page is made from the catalogue in\n\
         `crates/model/src/catalogue.rs`; a test keeps it true, and\n\
         `LOCKSTEP_WRITE_DOCS=1 cargo test -p lockstep-tests documents` writes it.\n\n\
         | class | what Lockstep does |\n|---|---|\n\
         | transient | retries, with backoff and jitter |\n\
         | throttled | waits as long as the vendor says, and holds the whole connection back |\n\
         | unauthorized | pauses the connection until its credential is mended |\n\
         | rejected | reports the field, syncs the others, and does not retry until something changes |\n\
         | broken | gives the job up to the dead letters, with the reason |\n",
    );
    for code in Code::ALL {
        let row = code.entry();
        write!(
            page,
            "\n## {}: {}\n\n*{}.* {}\n\n**What to do:** {}\n",
            row.id,
            row.title,
            row.class.name(),
            row.meaning,
            row.remedy.replace('<', "\\<")
        )
        .expect("a string takes any text");
    }
    page
}

/// docs/configuration.md: its prose is written by hand, its table comes from the code.
fn configuration_page(written: &str) -> String {
    let prose = written.split(TABLE).next().unwrap_or_default().trim_end();
    let mut page = format!(
        "{prose}\n\n{TABLE}\n\n| variable | default | meaning | example |\n|---|---|---|---|\n"
    );
    for each in variables::ALL {
        let default = match each.default {
            None => "*required*".to_owned(),
            Some("") => "*not set*".to_owned(),
            Some(value) => format!("`{value}`"),
        };
        writeln!(page, "| `{}` | {default} | {} | `{}` |", each.name, each.meaning, each.example)
            .expect("a string takes any text");
    }
    page
}

/// Where the table of docs/configuration.md begins.
const TABLE: &str = "## Every variable";

#[expect(
    clippy::disallowed_methods,
    reason = "the one switch that lets these tests write their pages"
)]
fn writing() -> bool {
    std::env::var("LOCKSTEP_WRITE_DOCS").is_ok()
}

/// Fails where `name` differs from what the code says; writes it instead where that is asked for.
fn keep_true(name: &str, made: impl Fn(&str) -> String) {
    let path = root().join("docs").join(name);
    let written = if path.exists() { read(&path) } else { String::new() };
    let wanted = made(&written);
    if writing() {
        std::fs::write(&path, &wanted).expect("docs can be written");
    } else {
        assert!(
            written == wanted,
            "docs/{name} differs from the code: LOCKSTEP_WRITE_DOCS=1 cargo test -p lockstep-tests documents"
        );
    }
}

/// docs/mapping-dictionary.md: its prose is written by hand, its tables come from the conversions.
fn dictionary_page(written: &str) -> String {
    let prose = written.split(TYPES).next().unwrap_or_default().trim_end();
    let mut page = format!("{prose}\n\n{TYPES}\n");
    for (kind, name) in SalesforceType::ALL {
        section(&mut page, name, &salesforce_field(*kind));
    }
    let references = vec!["User".to_owned()];
    let user = SalesforceField { references, ..salesforce_field(SalesforceType::Reference) };
    section(&mut page, "reference to a user", &user);
    page
}

/// Where the tables of docs/mapping-dictionary.md begin.
const TYPES: &str = "## Every type";

fn section(page: &mut String, name: &str, field: &SalesforceField) {
    write!(page, "\n### Salesforce {name}\n\n| Jira | Salesforce to Jira | Jira to Salesforce |\n|---|---|---|\n")
        .expect("a string takes any text");
    for (kind, name) in JiraKind::ALL {
        let jira = JiraField { kind: *kind, on_create: true, ..JiraField::made_up() };
        let (there, back) = (fit_jira(field, &jira), fit_salesforce(&jira, field));
        if !matches!((&there, &back), (Fit::Never(_), Fit::Never(_))) {
            writeln!(page, "| {name} | {} | {} |", said(&there), said(&back))
                .expect("a string takes any text");
        }
    }
}

fn salesforce_field(kind: SalesforceType) -> SalesforceField {
    let length = if kind == SalesforceType::LongText { 32_000 } else { 255 };
    SalesforceField { kind, length, updateable: true, ..SalesforceField::made_up() }
}

fn said(fit: &Fit) -> String {
    match fit {
        Fit::Always => "yes".to_owned(),
        Fit::Sometimes(why) => why.clone(),
        Fit::Never(_) => "no".to_owned(),
    }
}

// F-190
#[test]
fn the_dictionary_of_mappings_is_what_the_conversions_do() {
    keep_true("mapping-dictionary.md", dictionary_page);
}

// F-208, F-333
#[test]
fn the_page_of_errors_is_the_catalogue() {
    keep_true("errors.md", |_| errors_page());
}

#[test]
fn the_page_of_configuration_lists_every_variable() {
    keep_true("configuration.md", configuration_page);
}

/// Every test of the tree with the comments and attributes that stand above it.
pub fn tests() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for path in files(&root(), &[".rs"]) {
        let mut above = String::new();
        for line in read(&path).lines().map(str::trim) {
            if line.starts_with("//") || line.starts_with("#[") {
                above.push_str(line);
                above.push('\n');
                continue;
            }
            let name = line.split_once("fn ").and_then(|(_, rest)| rest.split_once('('));
            if let Some((name, _)) = name.filter(|_| above.contains("test")) {
                found.insert(name.to_owned(), above.clone());
            }
            above.clear();
        }
    }
    found
}

/// Whether a comment carries the mark `F-<row>`.
fn marked(above: &str, row: u32) -> bool {
    let numbers = above.split("F-").skip(1);
    numbers
        .map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next())
        .any(|number| number == Some(row.to_string().as_str()))
}

#[test]
fn the_table_of_features_names_tests_that_exist_and_say_so() {
    let tests = tests();
    let (mut wrong, mut last) = (Vec::new(), 0);
    for line in read(&root().join("docs/features.md")).lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, row, _, state, named, _] = cells[..] else {
            continue;
        };
        let Ok(row) = row.parse::<u32>() else {
            continue;
        };
        if row <= last {
            wrong.push(format!("{row} stands after {last}"));
        }
        last = row;
        let done = state.starts_with("**done**");
        if !done && !state.starts_with("partly: ") && state != "not yet" {
            wrong.push(format!("{row}: `{state}` is neither done, partly nor not yet"));
        }
        if done && named.is_empty() {
            wrong.push(format!("{row} is done and names no test"));
        }
        for name in named.split(", ").filter(|name| !name.is_empty()) {
            match tests.get(name.trim_matches('`')) {
                None => wrong.push(format!("{row}: there is no test {name}")),
                Some(above) if !marked(above, row) => {
                    wrong.push(format!("{row}: {name} is not marked F-{row}"));
                }
                Some(_) => {}
            }
        }
    }
    assert!(last > 0, "docs/features.md has no rows");
    none(&wrong, "Correct the table, or mark the test.");
}
