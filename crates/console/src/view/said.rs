//! Texts in their place on a page: a value that is never blank, and a remedy with its commands set apart.

use std::fmt;

use askama::filters::{Html, HtmlSafe, escape};

/// A value, escaped; where it is empty, the word for that.
pub(crate) struct Said(String);

/// For templates: a value that is never blank.
pub(crate) fn said(text: impl AsRef<str>) -> Said {
    Said(text.as_ref().to_owned())
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.trim().is_empty() {
            return f.write_str(r#"<span class="none">empty</span>"#);
        }
        let Ok(safe) = escape(&self.0, Html);
        write!(f, "{safe}")
    }
}

impl HtmlSafe for Said {}

/// A text in which words between backticks are what one types.
pub(crate) struct Prose(String);

/// For templates: a remedy, or another text of the catalogue.
pub(crate) fn prose(text: impl AsRef<str>) -> Prose {
    Prose(text.as_ref().to_owned())
}

/// For templates: what is wrong, as the model tells it in a clause, made a sentence.
pub(crate) fn sentence(text: impl AsRef<str>) -> Prose {
    let text = text.as_ref().trim();
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    let stop = if text.is_empty() || text.ends_with(['.', '!', '?', ':']) { "" } else { "." };
    Prose(first.into_iter().chain(letters).chain(stop.chars()).collect())
}

impl fmt::Display for Prose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<&str> = self.0.split('`').collect();
        let whole = parts.len() % 2 == 1;
        for (at, part) in parts.iter().enumerate() {
            let Ok(safe) = escape(part, Html);
            match (whole, at % 2) {
                (true, 1) => write!(f, "<code>{safe}</code>")?,
                (true, _) => write!(f, "{safe}")?,
                // A lonely backtick is one.
                (false, _) => write!(f, "{}{safe}", if at > 0 { "`" } else { "" })?,
            }
        }
        Ok(())
    }
}

impl HtmlSafe for Prose {}

#[cfg(test)]
mod tests {
    use super::{prose, said, sentence};

    #[test]
    fn a_clause_becomes_a_sentence() {
        assert_eq!(sentence("is empty").to_string(), "Is empty.");
        assert_eq!(sentence("no field `a`").to_string(), "No field <code>a</code>.");
        assert_eq!(
            (sentence("Done.").to_string(), sentence("").to_string()),
            ("Done.".to_owned(), String::new())
        );
    }

    #[test]
    fn what_one_types_is_set_apart_in_prose() {
        let told = prose("run `lockstep <x>`, or `b`").to_string();
        assert_eq!(told, "run <code>lockstep &#60;x&#62;</code>, or <code>b</code>");
        assert_eq!(prose("a ` b").to_string(), "a ` b");
    }

    #[test]
    fn nothing_is_blank_and_markup_is_text() {
        assert!(
            said("").to_string().contains(">empty<") && said(" \n").to_string().contains("empty")
        );
        assert_eq!(said("a <b>").to_string(), "a &#60;b&#62;");
    }
}
