//! A field's value, free of either vendor's wire format, yet as faithful as the side that shows it.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Most characters of a value in a sentence.
const BRIEF_MAX: usize = 60;

/// What a field holds, as one side shows it.
///
/// Two values are equal when nobody looking at that side could tell them apart: trailing zeros,
/// option ids and the order of a set do not count. The base keeps values in this form.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "type", content = "value", rename_all = "snake_case")]
pub enum FieldValue {
    /// Nothing: null, an empty text, an empty list.
    #[default]
    Empty,
    /// Plain text; lines end in `\n`.
    Text(String),
    /// An Atlassian Document Format document, as Jira shows it.
    Document(Value),
    /// A number, normalised (no trailing zeros). Percent 50 is 50 %.
    Number(Decimal),
    /// A checkbox.
    Bool(bool),
    /// A calendar day, of no time zone.
    Date(NaiveDate),
    /// An instant.
    DateTime(DateTime<Utc>),
    /// One option, by its value (not its id, not its translated label).
    Choice(String),
    /// Several options or labels, sorted, no duplicates.
    Choices(Vec<String>),
}

impl FieldValue {
    /// Plain text, with line ends unified; empty text is [`FieldValue::Empty`].
    pub fn text(text: &str) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text.replace("\r\n", "\n")) }
    }

    /// A normalised number.
    pub fn number(number: Decimal) -> Self {
        Self::Number(number.normalize())
    }

    /// A set of options; the empty set is [`FieldValue::Empty`].
    pub fn choices(values: impl IntoIterator<Item = String>) -> Self {
        let mut values: Vec<String> = values.into_iter().collect();
        values.sort();
        values.dedup();
        if values.is_empty() { Self::Empty } else { Self::Choices(values) }
    }

    /// Its text, where it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Its text where it can serve as a key: one line, a number or one option.
    pub fn as_key(&self) -> Option<String> {
        let key = match self {
            Self::Text(text) | Self::Choice(text) => text.trim().to_owned(),
            Self::Number(number) => number.to_string(),
            _ => return None,
        };
        Some(key).filter(|key| !key.is_empty())
    }

    /// The whole of it as people read it; nothing where it is empty.
    pub fn plain(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) | Self::Choice(text) => text.clone(),
            Self::Document(document) => crate::adf::to_text(document),
            Self::Number(number) => number.to_string(),
            Self::Bool(on) => on.to_string(),
            Self::Date(date) => date.to_string(),
            Self::DateTime(at) => at.to_rfc3339(),
            Self::Choices(choices) => choices.join(", "),
        }
    }

    /// The beginning of it as people read it, on one line.
    pub fn brief(&self) -> String {
        if self.is_empty() {
            return "nothing".to_owned();
        }
        let line = self.plain().replace('\n', " / ");
        match line.char_indices().nth(BRIEF_MAX) {
            Some((end, _)) => format!("`{}…`", &line[..end]),
            None => format!("`{line}`"),
        }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }
}
