//! Conversions: the wire form of a side to a [`FieldValue`] and back, and from what one side shows
//! to what the other side would show.
//!
//! Nothing is cut or dropped silently: a value that does not fit is a [`ConvertError`] and harms only
//! its own mapping. A mapping may allow that a text is shortened or a number rounded; [`Crossing`] does
//! what its mapping says. A date-time's day is what a date means and no error.
//!
//! A Salesforce field that holds HTML and a Jira document are each other's rich text ([`crate::rich`]);
//! any other field takes what they show as plain text.

mod allowance;
mod crossing;
mod exchange;
mod fit;
mod jira;
mod options;
mod read;
mod rich_text;
mod salesforce;
mod shapes;
mod value_map;
mod write;

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod unwritable_tests;

use crate::catalogue::Code;

pub use allowance::{Carried, ELLIPSIS};
pub use crossing::Crossing;
pub use fit::{Fit, fit_jira, fit_salesforce};
pub(crate) use jira::summary;
pub use jira::to_jira;
pub use read::{CASCADE, read_jira, read_salesforce};
pub use salesforce::to_salesforce;
pub(crate) use shapes::readable;
pub use write::{write_jira, write_salesforce};

/// Why a value does not convert.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {detail}")]
pub struct ConvertError {
    /// Which row of the catalogue.
    pub code: Code,
    /// What exactly.
    pub detail: String,
}

impl ConvertError {
    fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }

    fn unfit(value: &str, target: &str) -> Self {
        Self::new(Code::ConvertType, format!("`{}` is not {target}", excerpt(value)))
    }
}

/// The beginning of a value, short enough for a message.
fn excerpt(text: &str) -> String {
    let mut short: String = text.chars().take(60).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
