//! How results and failures are shown: readable by default, JSON for scripts.

use std::fmt;
use std::process::ExitCode;

use comfy_table::{ContentArrangement, Table, presets};
use lockstep_model::Fault;
use lockstep_model::validate::{Problem, Severity};
use serde::Serialize;
use serde_json::{Value, json};

/// Why a command did not do what was asked.
#[derive(Debug)]
pub enum Failure {
    /// Something failed, with its code and remedy.
    Fault(Fault),
    /// The input has problems, or a check did not hold.
    Problems {
        /// What they are problems of.
        of: String,
        /// The problems.
        problems: Vec<Problem>,
    },
    /// What was asked for does not exist.
    Missing(String),
    /// What was asked for is not done.
    Refused {
        /// Why.
        why: String,
        /// What to do.
        remedy: String,
    },
    /// Anything else, in a sentence that says what to do.
    Plain(String),
}

impl Failure {
    /// What was asked for cannot be done as things stand, and this is why.
    pub fn refused(why: String) -> Self {
        Self::Refused { why, remedy: "Try again once that is mended.".to_owned() }
    }

    /// The same failure, saying what its problems are problems of.
    pub fn about(self, of: String) -> Self {
        match self {
            Self::Problems { problems, .. } => Self::Problems { of, problems },
            other => other,
        }
    }

    /// The exit code that tells scripts which kind it is.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Fault(_) | Self::Plain(_) | Self::Refused { .. } => ExitCode::from(1),
            Self::Problems { .. } => ExitCode::from(3),
            Self::Missing(_) => ExitCode::from(4),
        }
    }

    /// The failure as JSON.
    pub fn as_json(&self) -> Value {
        match self {
            Self::Fault(fault) => json!({ "error": {
                "code": fault.code, "title": fault.code.title(), "detail": fault.detail,
                "fields": fault.fields, "remedy": fault.code.remedy(),
            }}),
            Self::Problems { of, problems } => {
                let rows: Vec<Value> = problems.iter().map(problem_json).collect();
                json!({ "error": { "of": of, "problems": rows } })
            }
            Self::Missing(what) => json!({ "error": { "missing": what } }),
            Self::Refused { why, remedy } => {
                json!({ "error": { "message": why, "remedy": remedy } })
            }
            Self::Plain(message) => json!({ "error": { "message": message } }),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fault(fault) => {
                writeln!(f, "error {fault}")?;
                write!(f, "  remedy: {}", fault.code.remedy())
            }
            Self::Problems { of, problems } => {
                write!(f, "error: {of}")?;
                problems.iter().try_for_each(|problem| write!(f, "\n{}", problem_line(problem)))
            }
            Self::Missing(what) => write!(f, "error: there is no {what}"),
            Self::Refused { why, remedy } => write!(f, "error: {why}\n  remedy: {remedy}"),
            Self::Plain(message) => write!(f, "error: {message}"),
        }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Plain(format!("{error:#}"))
    }
}

/// `error` or `warning`.
pub fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn problem_json(problem: &Problem) -> Value {
    let Problem { path, place, severity: of, message, hint } = problem;
    json!({
        "path": path, "severity": severity(*of), "message": message, "hint": hint,
        "line": place.map(|at| at.line), "column": place.map(|at| at.column),
    })
}

/// A problem of an item, on two lines: what is wrong, and what would be right.
pub fn problem_line(problem: &Problem) -> String {
    let kind = severity(problem.severity);
    let at = match (problem.place, problem.path.as_str()) {
        (Some(place), "") => place.to_string(),
        (Some(place), path) => format!("{place} ({path})"),
        (None, path) => path.to_owned(),
    };
    format!("  {kind} at {at}: {}\n    {}", problem.message, problem.hint)
}

/// Where results go: a table or text for people, JSON for scripts.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    /// Whether to print JSON.
    pub json: bool,
}

impl Output {
    /// Prints `value` as JSON, or what `human` makes of it.
    pub fn show<T: Serialize>(self, value: &T, human: impl FnOnce(&T) -> String) {
        if self.json {
            // Our own plain data: it has no maps with keys that are not text.
            println!("{}", serde_json::to_string_pretty(value).unwrap_or_default());
        } else {
            println!("{}", human(value).trim_end());
        }
    }
}

/// A table without lines, as wide as the terminal; `empty` where there are no rows.
pub fn table(header: &[&str], rows: Vec<Vec<String>>, empty: &str) -> String {
    if rows.is_empty() {
        return empty.to_owned();
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(header.to_vec());
    for row in rows {
        table.add_row(row);
    }
    table.to_string()
}

/// An optional value, a dash where there is none.
pub fn or_dash(value: Option<impl fmt::Display>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}
