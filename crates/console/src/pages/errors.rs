//! The catalogue of errors: every code with its meaning and what to do, and how often it came lately.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use chrono::Duration;
use lockstep_model::catalogue::Entry;
use lockstep_model::{Class, Code};
use lockstep_store::{AuditFilter, Series};
use serde::Deserialize;

use crate::access::Right;
use crate::routes::Routes;
use crate::trouble::Trouble;
use crate::view::{Answer, Lozenge, Shell, Tone, page as draw, words};
use crate::{App, Console};

/// How many days count as lately.
const DAYS: i64 = 7;

/// What the codes of a part of the system begin with, and what it is called.
const PARTS: &[(&str, &str)] = &[
    ("LS-SF-", "Salesforce"),
    ("LS-JR-", "Jira"),
    ("LS-MD-", "Fields and values"),
    ("LS-", "Lockstep"),
];

/// All codes, and each.
pub(super) fn routes(routes: Routes) -> Routes {
    routes.get(Right::See, "/errors", list).get(Right::See, "/errors/{code}", one)
}

#[derive(Template)]
#[template(path = "errors.html")]
struct List {
    shell: Shell,
    text: String,
    parts: Vec<Part>,
    found: usize,
}

/// The codes of a part of the system.
struct Part {
    name: &'static str,
    rows: Vec<Row>,
}

struct Row {
    code: Code,
    entry: &'static Entry,
    class: Lozenge,
    /// How often it came up in the last day, if it did.
    count: String,
}

#[derive(Template)]
#[template(path = "error.html")]
struct One {
    shell: Shell,
    code: Code,
    entry: &'static Entry,
    class: Lozenge,
    /// What the machine does about it.
    then: &'static str,
    /// Who gets to see it.
    seen_by: &'static str,
    count: String,
    days: i64,
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    text: String,
}

async fn list(State(app): State<App>, shell: Shell, Query(asked): Query<Asked>) -> Answer {
    let counts = today(&app).await?;
    let wanted = asked.text.trim().to_lowercase();
    let row = |code: &Code| Row {
        code: *code,
        entry: code.entry(),
        class: class(code.class()),
        count: counts.get(code.id()).map(|count| words::grouped(*count)).unwrap_or_default(),
    };
    let rows = Code::ALL.iter().filter(|code| fits(code.entry(), &wanted)).map(row);
    let mut parts: Vec<Part> =
        PARTS.iter().map(|(_, name)| Part { name, rows: Vec::new() }).collect();
    let mut found = 0;
    for row in rows {
        let place = PARTS.iter().position(|(start, _)| row.entry.id.starts_with(start));
        if let Some(part) = place.and_then(|place| parts.get_mut(place)) {
            part.rows.push(row);
            found += 1;
        }
    }
    parts.retain(|part| !part.rows.is_empty());
    draw(&List { shell, text: asked.text, parts, found })
}

async fn one(State(app): State<App>, shell: Shell, Path(id): Path<String>) -> Answer {
    let code = Code::from_id(&id.to_uppercase()).ok_or(Trouble::NotFound("error"))?;
    let count = count(&app, code).await?;
    draw(&One {
        shell,
        code,
        entry: code.entry(),
        class: class(code.class()),
        then: then(code.class()),
        seen_by: seen_by(code.class()),
        count,
        days: DAYS,
    })
}

/// How often each code came up in the last day, as workers counted.
async fn today(app: &Console) -> Result<BTreeMap<String, i64>, Trouble> {
    let since = app.ambient.now() - Duration::days(1);
    let counted = app.store.measures().totals(Series::Failures, since).await?;
    Ok(counted.into_iter().map(|point| (point.label, point.tally.count)).collect())
}

/// How often a code came up lately, as the audit has it.
async fn count(app: &Console, code: Code) -> Result<String, Trouble> {
    let since = Some(app.ambient.now() - Duration::days(DAYS));
    let filter = AuditFilter { code: Some(code.id().to_owned()), since, ..AuditFilter::default() };
    Ok(match app.store.audit().count(&filter).await? {
        0 => "It did not come up.".to_owned(),
        1 => "Once in the audit.".to_owned(),
        count => format!("{} times in the audit.", words::count(count)),
    })
}

/// Whether an entry says what is looked for.
fn fits(entry: &Entry, wanted: &str) -> bool {
    let texts = [entry.id, entry.title, entry.meaning, entry.remedy];
    texts.iter().any(|text| text.to_lowercase().contains(wanted))
}

/// A class in a word.
pub(super) fn class(class: Class) -> Lozenge {
    let tone = match class {
        Class::Transient | Class::Throttled => Tone::Busy,
        Class::Rejected => Tone::Late,
        Class::Unauthorized | Class::Broken => Tone::Bad,
    };
    Lozenge::new(tone, class.name())
}

fn then(class: Class) -> &'static str {
    match class {
        Class::Transient => {
            "Lockstep tries again by itself, at growing intervals. Only when twelve tries have failed does it become a dead letter."
        }
        Class::Throttled => {
            "Lockstep waits as long as the vendor asks, and holds the whole connection back until then."
        }
        Class::Unauthorized => {
            "Lockstep pauses the connection, so that the vendor locks nobody out, until the credential is mended."
        }
        Class::Rejected => {
            "Lockstep syncs everything else of the link, and does not offer this value again until something changes or somebody asks."
        }
        Class::Broken => "Lockstep gives the job up to the dead letters, with its reason.",
    }
}

fn seen_by(class: Class) -> &'static str {
    match class {
        Class::Transient | Class::Throttled => {
            "Operators, in the log and on the home page while it lasts. Nobody needs to act at once."
        }
        Class::Unauthorized => {
            "Whoever configures connections: under Needs you, and on the connection's page."
        }
        Class::Rejected => {
            "Operators, on the page of the link and under Needs you; a Jira user on the panel of the issue."
        }
        Class::Broken => "Operators, among the dead letters under Needs you.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // F-333
    #[test]
    fn every_code_belongs_to_a_part_and_is_found_by_its_words() {
        for code in Code::ALL {
            let entry = code.entry();
            assert!(PARTS.iter().any(|(start, _)| entry.id.starts_with(start)), "{}", entry.id);
            assert!(fits(entry, &entry.title.to_lowercase()) && fits(entry, ""));
            assert!(!fits(entry, "no such words at all"));
        }
    }
}
