//! Checks that a literal fits its field, and readies it for comparison.

use chrono::{DateTime, Utc};

use super::ast::{Literal, Path};
use super::fault::{Fault, malformed};
use super::literal::days;
use crate::salesforce::ids;
use crate::salesforce::schema::{Field, Kind};

/// Refuses a literal of the wrong type; reads the clock for date words; widens ids to 18 characters.
pub(super) fn check(
    field: Option<&Field>,
    path: &Path,
    value: &mut Literal,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    if let Literal::Relative(word, count) = value {
        let span = days(word, *count, now.date_naive());
        let (from, to) =
            span.ok_or_else(|| malformed(path.at, format!("unexpected token: '{word}'")))?;
        *value = Literal::Days(from, to);
    }
    let kind = field.map_or(Kind::Text, |field| field.kind);
    let fits = match kind {
        Kind::Bool => matches!(value, Literal::Boolean(_)),
        Kind::Date => matches!(value, Literal::Date(_) | Literal::Days(..)),
        Kind::DateTime => matches!(value, Literal::Moment(_) | Literal::Days(..)),
        Kind::Int | Kind::Double | Kind::Currency | Kind::Percent => {
            matches!(value, Literal::Number(_))
        }
        _ => matches!(value, Literal::Text(_)),
    };
    if !fits && *value != Literal::Null {
        return Err(wrong_type(kind, path));
    }
    match value {
        Literal::Text(text) if matches!(kind, Kind::Id | Kind::Reference) => {
            *text = ids::to18(text).ok_or_else(|| wrong_id(text, path))?;
        }
        _ => {}
    }
    Ok(())
}

fn wrong_type(kind: Kind, path: &Path) -> Fault {
    let (name, quotes) = match kind {
        Kind::Bool => ("boolean", "should not"),
        Kind::Date => ("date", "should not"),
        Kind::DateTime => ("dateTime", "should not"),
        Kind::Int => ("int", "should not"),
        Kind::Double | Kind::Currency | Kind::Percent => ("double", "should not"),
        Kind::Id | Kind::Reference => ("ID", "should"),
        _ => ("string", "should"),
    };
    let field = path.names.join(".");
    let text = format!(
        "value of filter criterion for field '{field}' must be of type {name} and {quotes} be enclosed in quotes"
    );
    Fault { code: "INVALID_FIELD", message: text, at: path.at }
}

fn wrong_id(text: &str, path: &Path) -> Fault {
    let message = format!("invalid ID field: {text}");
    Fault { code: "INVALID_QUERY_FILTER_OPERATOR", message, at: path.at }
}
