//! What a comment says, whatever its side's form: the one place where comments meet conversion.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::snapshot::{Comment, CommentBody, Side, Work};
use crate::{adf, rich};

/// A comment's text as a person reads it.
pub fn text(comment: &Comment) -> String {
    match &comment.body {
        CommentBody::Text(text) => text.clone(),
        CommentBody::Html(html) => rich::html_to_text(html),
        CommentBody::Document(doc) => adf::to_text(doc),
    }
}

/// Stands for what a comment says: equal digests, equal texts and, where it tells of work, equal times.
pub fn digest(comment: &Comment) -> String {
    let text = text(comment);
    match &comment.work {
        None => digest_of(&text),
        Some(Work { started, seconds, .. }) => {
            digest_of(&format!("{text}\n{} {seconds}", started.timestamp()))
        }
    }
}

/// Stands for a text. What a vendor drops from every text (blanks at the ends of lines) does not count.
pub(super) fn digest_of(text: &str) -> String {
    let hash = Sha256::digest(adf::normalise(text));
    let half = hash.iter().take(16).fold(0, |number: u128, byte| number << 8 | u128::from(*byte));
    format!("{half:032x}")
}

/// A copy as the side `on` takes it: lines of ours, then a person's words.
pub(super) fn render(on: Side, head: &[String], text: &str) -> CommentBody {
    if on == Side::Salesforce {
        let lines: Vec<&str> = head.iter().map(String::as_str).chain([text]).collect();
        return CommentBody::Text(lines.join("\n"));
    }
    let line = |line: &String| {
        json!({
            "type": "paragraph",
            "content": [{"type": "text", "text": line, "marks": [{"type": "em"}]}],
        })
    };
    let mut content: Vec<Value> = head.iter().map(line).collect();
    let words = adf::from_text(text);
    content.extend(words["content"].as_array().into_iter().flatten().cloned());
    CommentBody::Document(json!({"type": "doc", "version": 1, "content": content}))
}
