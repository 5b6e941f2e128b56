//! Atlassian Document Format: the rich text of Jira's `description`, text areas and comments.
//!
//! Law: `to_text(&from_text(t)) == normalise(t)`. Plain text becomes paragraphs and line ends; marks,
//! lists and tables are read (as the table in [`to_text`] says) and come from [`crate::rich`].

mod canonical;
pub(crate) mod nodes;
mod shorten;
mod text;

use serde_json::{Value, json};

pub use canonical::canonical;
pub use shorten::{length, shorten};
pub(crate) use text::block_text;
pub use text::to_text;

/// The document that shows `text`: a paragraph for each block between blank lines, a `hardBreak` for
/// each line end within one. Never an empty text node (Jira refuses it), no control characters.
pub fn from_text(text: &str) -> Value {
    let text = normalise(text);
    let content: Vec<Value> = match text.as_str() {
        "" => Vec::new(),
        text => text.split("\n\n").map(paragraph).collect(),
    };
    json!({"type": "doc", "version": 1, "content": content})
}

/// What a text keeps on its way through a document: line ends become `\n`; control characters other
/// than the tab, blanks at the ends of lines, and blank lines at both ends of the text are lost.
pub fn normalise(text: &str) -> String {
    let unified = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept: String =
        unified.chars().filter(|c| matches!(c, '\n' | '\t') || !c.is_control()).collect();
    trimmed_lines(&kept).trim_matches('\n').to_owned()
}

fn trimmed_lines(text: &str) -> String {
    let lines = text.split('\n').map(|line| line.trim_end_matches([' ', '\t']));
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether a reader would see nothing in it (`null` included).
pub fn is_empty(doc: &Value) -> bool {
    to_text(doc).trim().is_empty()
}

/// A paragraph with a `hardBreak` for each line end.
pub(crate) fn paragraph(block: &str) -> Value {
    let mut nodes = Vec::new();
    for (index, line) in block.split('\n').enumerate() {
        if index > 0 {
            nodes.push(json!({"type": "hardBreak"}));
        }
        if !line.is_empty() {
            nodes.push(json!({"type": "text", "text": line}));
        }
    }
    if nodes.is_empty() {
        json!({"type": "paragraph"})
    } else {
        json!({"type": "paragraph", "content": nodes})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_become_paragraphs_and_line_ends_hard_breaks() {
        let doc = from_text("one\r\ntwo\n\nthree  \n");
        assert_eq!(
            doc,
            json!({"type": "doc", "version": 1, "content": [
                {"type": "paragraph", "content": [
                    {"type": "text", "text": "one"}, {"type": "hardBreak"}, {"type": "text", "text": "two"}]},
                {"type": "paragraph", "content": [{"type": "text", "text": "three"}]},
            ]})
        );
        assert_eq!(to_text(&doc), "one\ntwo\n\nthree");
    }

    #[test]
    fn nothing_becomes_a_document_without_content() {
        for nothing in ["", " \n\t\n", "\u{0}\u{7}"] {
            assert_eq!(from_text(nothing), json!({"type": "doc", "version": 1, "content": []}));
        }
        assert!(is_empty(&Value::Null));
        assert!(is_empty(
            &json!({"type": "doc", "version": 1, "content": [{"type": "paragraph"}]})
        ));
    }

    #[test]
    fn several_blank_lines_survive() {
        for text in ["a\n\n\nb", "a\n\n\n\nb", "a\n\n\n\n\nb", "  indented\n\n\n- x"] {
            assert_eq!(to_text(&from_text(text)), text);
        }
    }
}
