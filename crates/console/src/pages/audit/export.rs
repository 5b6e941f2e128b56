//! The trail as a file: read and sent a page at a time, so that memory does not grow with it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use chrono::SecondsFormat;
use futures::stream;
use lockstep_model::{ItemId, Side};
use lockstep_store::{AuditFilter, AuditRow, StoreError};
use serde_json::{Value, json};

use super::filter::{Asked, key};
use crate::App;
use crate::trouble::Trouble;
use crate::view::{Answer, Shell};

/// Rows that are read at a time.
const ROWS: u32 = 500;

/// The columns of the table.
const HEADER: [&str; 15] = [
    "at",
    "actor",
    "cause",
    "step",
    "subject",
    "item",
    "item_version",
    "link",
    "side",
    "outcome",
    "code",
    "before",
    "after",
    "reason",
    "correlation",
];

type Names = BTreeMap<ItemId, String>;

/// How a file is written.
#[derive(Clone, Copy)]
struct Form {
    kind: &'static str,
    name: &'static str,
    /// Before the first row.
    head: fn() -> String,
    row: fn(&AuditRow, &Names) -> String,
}

/// A table for spreadsheets.
pub(super) async fn csv(
    State(app): State<App>,
    shell: Shell,
    Query(asked): Query<Asked>,
) -> Answer {
    let form = Form {
        kind: "text/csv; charset=utf-8",
        name: "audit.csv",
        head: || line(&HEADER.map(str::to_owned)),
        row: |row, names| line(&cells(row, names)),
    };
    send(app, &shell, &asked, form).await
}

/// A JSON object a line, for programs.
pub(super) async fn json_lines(
    State(app): State<App>,
    shell: Shell,
    Query(asked): Query<Asked>,
) -> Answer {
    let form = Form {
        kind: "application/jsonl; charset=utf-8",
        name: "audit.jsonl",
        head: String::new,
        row: |row, names| format!("{}\n", object(row, names)),
    };
    send(app, &shell, &asked, form).await
}

/// What is still to be sent.
struct Rest {
    app: App,
    filter: AuditFilter,
    names: Names,
    form: Form,
    /// Before the first row, and then nothing.
    head: String,
    over: bool,
}

async fn send(app: App, shell: &Shell, asked: &Asked, form: Form) -> Answer {
    let names = app.store.items().names().await?;
    let filter = asked.read(&names, shell.clock().zone).map_err(|mistakes| {
        let told: Vec<String> =
            mistakes.iter().map(|(field, why)| format!("{field}: {why}")).collect();
        Trouble::Refused(told.join(" "))
    })?;
    let head = (form.head)();
    let filter = AuditFilter { limit: ROWS, ..filter };
    let rest = Rest { app, filter, names, form, head, over: false };
    let body = Body::from_stream(stream::try_unfold(rest, Rest::next));
    let disposition = format!("attachment; filename=\"{}\"", form.name);
    let headers = [(CONTENT_TYPE, form.kind.to_owned()), (CONTENT_DISPOSITION, disposition)];
    Ok((headers, body).into_response())
}

impl Rest {
    /// The next piece, and what is left after it. A fault cuts the file off, so that nobody takes a
    /// part for the whole.
    async fn next(mut self) -> Result<Option<(String, Self)>, StoreError> {
        if self.over {
            return Ok(None);
        }
        let rows = self.app.store.audit().page(&self.filter).await?;
        self.over = u32::try_from(rows.len()).is_ok_and(|read| read < ROWS);
        self.filter.after = rows.last().map(key).or(self.filter.after);
        let mut piece = std::mem::take(&mut self.head);
        for row in &rows {
            piece.push_str(&(self.form.row)(row, &self.names));
        }
        Ok(Some((piece, self)))
    }
}

fn item(row: &AuditRow, names: &Names) -> Option<String> {
    row.item.map(|id| names.get(&id).cloned().unwrap_or_else(|| id.to_string()))
}

fn cells(row: &AuditRow, names: &Names) -> [String; 15] {
    let json = |value: &Value| if value.is_null() { String::new() } else { value.to_string() };
    let number = |number: Option<String>| number.unwrap_or_default();
    [
        row.at.to_rfc3339_opts(SecondsFormat::Micros, true),
        row.actor.clone().unwrap_or_default(),
        row.cause.clone(),
        row.step.clone(),
        row.subject.clone(),
        item(row, names).unwrap_or_default(),
        number(row.item_version.map(|version| version.to_string())),
        number(row.link.map(|link| link.to_string())),
        row.side.map(Side::name).unwrap_or_default().to_owned(),
        row.outcome.name().to_owned(),
        row.code.clone().unwrap_or_default(),
        json(&row.before),
        json(&row.after),
        json(&row.reason),
        row.correlation.to_string(),
    ]
}

/// A line of a CSV file.
fn line(cells: &[String]) -> String {
    let mut line = String::new();
    for (at, cell) in cells.iter().enumerate() {
        let comma = if at == 0 { "" } else { "," };
        // A string takes any text.
        let _ = write!(line, "{comma}\"{}\"", defused(cell).replace('"', "\"\""));
    }
    line.push_str("\r\n");
    line
}

/// A cell that a spreadsheet takes for text: what begins like a formula gets an apostrophe before it.
fn defused(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

fn object(row: &AuditRow, names: &Names) -> Value {
    json!({
        "id": row.id, "at": row.at, "actor": row.actor, "cause": row.cause, "step": row.step,
        "subject": row.subject, "item": item(row, names), "item_version": row.item_version,
        "link": row.link, "side": row.side, "outcome": row.outcome, "code": row.code,
        "before": row.before, "after": row.after, "reason": row.reason,
        "correlation": row.correlation,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    // F-202
    #[test]
    fn a_cell_that_begins_like_a_formula_is_text() {
        let cells = ["=1+1", "+49", "-1", "@x", "\t=1", "a=1", "say \"no\"", "two\nlines"];
        let line = line(&cells.map(str::to_owned));
        assert_eq!(
            line,
            "\"'=1+1\",\"'+49\",\"'-1\",\"'@x\",\"'\t=1\",\"a=1\",\"say \"\"no\"\"\",\"two\nlines\"\r\n"
        );
    }
}
