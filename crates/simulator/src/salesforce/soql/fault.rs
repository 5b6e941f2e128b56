//! What is wrong with a statement, and where.

use crate::salesforce::error::Refusal;

/// Characters of the statement shown before and after the place.
const EXCERPT: usize = 60;

/// An error at a place of the statement.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fault {
    /// `MALFORMED_QUERY`, `INVALID_FIELD` or `INVALID_TYPE`.
    pub(crate) code: &'static str,
    /// Text after the caret.
    pub(crate) message: String,
    /// Character of the statement, from 0.
    pub(crate) at: usize,
}

/// The statement is not SOQL.
pub(super) fn malformed(at: usize, message: String) -> Fault {
    Fault { code: "MALFORMED_QUERY", message, at }
}

impl Fault {
    /// The refusal with an excerpt, a caret and the position, as the API words it.
    pub(crate) fn refusal(&self, statement: &str) -> Refusal {
        let letters: Vec<char> =
            statement.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let start = self.at.saturating_sub(EXCERPT).min(letters.len());
        let end = (self.at + EXCERPT).min(letters.len());
        let excerpt: String = letters[start..end].iter().collect();
        let caret = " ".repeat(self.at.saturating_sub(start));
        let column = self.at + 1;
        let text =
            format!("\n{excerpt}\n{caret}^\nERROR at Row:1:Column:{column}\n{}", self.message);
        Refusal::new(400, self.code, text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_stands_under_the_place() {
        let fault = Fault { code: "INVALID_FIELD", message: "No such column".into(), at: 11 };
        let refusal = fault.refusal("SELECT Id, Foo FROM Case");
        let expected =
            "\nSELECT Id, Foo FROM Case\n           ^\nERROR at Row:1:Column:12\nNo such column";
        assert_eq!(refusal.complaints[0].message, expected);
    }
}
