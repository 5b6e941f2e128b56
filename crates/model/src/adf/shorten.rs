//! Cuts a document without breaking its structure.

use serde_json::{Value, json};

use super::nodes::{children, is_inline, kind, shown};

/// How many characters a reader of the document sees.
pub fn length(doc: &Value) -> usize {
    super::to_text(doc).chars().count()
}

/// The longest beginning of the document that `fits`, ended by `…`; the document itself where it fits
/// as it is, and an empty one where nothing does. What is kept is kept as it was: marks, lists and
/// tables stay what they are, and a document that Jira took it takes shortened.
pub fn shorten(doc: &Value, fits: impl Fn(&Value) -> bool) -> Value {
    if fits(doc) {
        return doc.clone();
    }
    let (mut fitting, mut too_long) = (None, characters(doc) + 1);
    let mut longest = 0;
    while longest < too_long {
        let middle = longest + (too_long - longest) / 2;
        let cut = beginning(doc, middle);
        if fits(&cut) {
            (fitting, longest) = (Some(cut), middle + 1);
        } else {
            too_long = middle;
        }
    }
    fitting.unwrap_or_else(|| json!({"type": "doc", "version": 1, "content": []}))
}

fn characters(node: &Value) -> usize {
    match children(node) {
        [] => shown(node).chars().count().max(1),
        inner => inner.iter().map(characters).sum(),
    }
}

fn beginning(doc: &Value, characters: usize) -> Value {
    let mut left = characters;
    let mut cut = cut(doc, &mut left).unwrap_or_else(|| with_content(doc, Vec::new()));
    if !end(&mut cut) {
        let mut content = children(&cut).to_vec();
        content.push(json!({"type": "paragraph", "content": [ellipsis()]}));
        cut = with_content(&cut, content);
    }
    cut
}

/// As much of a node as is left; `None` where that is nothing.
fn cut(node: &Value, left: &mut usize) -> Option<Value> {
    if *left == 0 {
        return None;
    }
    let inner = children(node);
    if inner.is_empty() {
        return leaf(node, left);
    }
    let kept: Vec<Value> = inner.iter().map_while(|child| cut(child, left)).collect();
    (!kept.is_empty()).then(|| with_content(node, kept))
}

fn leaf(node: &Value, left: &mut usize) -> Option<Value> {
    let most = std::mem::take(left);
    let length = shown(node).chars().count().max(1);
    if length <= most {
        *left = most - length;
        return Some(node.clone());
    }
    let text = node["text"].as_str().filter(|_| kind(node) == "text")?;
    let mut node = node.clone();
    node["text"] = Value::String(text.chars().take(most).collect());
    Some(node)
}

/// Ends the last line of a node with an ellipsis; `false` where it has none.
fn end(node: &mut Value) -> bool {
    let ends_in_line = children(node).last().is_some_and(is_inline);
    let Some(last) = node["content"].as_array_mut() else {
        return false;
    };
    match last.last_mut() {
        Some(text) if kind(text) == "text" => {
            let shown = text["text"].as_str().unwrap_or_default().trim_end();
            text["text"] = Value::String(format!("{shown}…"));
            true
        }
        Some(_) if ends_in_line => {
            last.push(ellipsis());
            true
        }
        Some(block) => end(block),
        None => false,
    }
}

fn ellipsis() -> Value {
    json!({"type": "text", "text": "…"})
}

fn with_content(node: &Value, content: Vec<Value>) -> Value {
    let mut node = node.clone();
    node["content"] = Value::Array(content);
    node
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adf::{from_text, to_text};

    fn at_most(doc: &Value, most: usize) -> Value {
        shorten(doc, |doc| length(doc) <= most)
    }

    // F-211
    #[test]
    fn a_text_is_cut_where_it_must_be_and_says_so() {
        let doc = from_text("one two\nthree\n\nfour");
        assert_eq!(at_most(&doc, 19), doc);
        assert_eq!(to_text(&at_most(&doc, 18)), "one two\nthree\n\nfo…");
        assert_eq!(to_text(&at_most(&doc, 14)), "one two\nthree…");
        assert_eq!(to_text(&at_most(&doc, 5)), "one…", "no blank before the ellipsis");
        assert_eq!(to_text(&at_most(&doc, 1)), "…");
        assert_eq!(at_most(&doc, 0), from_text(""));
    }

    #[test]
    fn what_is_kept_keeps_its_form() {
        let text =
            |text: &str| json!({"type": "text", "text": text, "marks": [{"type": "strong"}]});
        let item = |text: &Value| json!({"type": "listItem", "content": [{"type": "paragraph", "content": [text]}]});
        let list = |items: &[Value]| json!({"type": "doc", "version": 1, "content": [{"type": "bulletList", "content": items}]});
        let doc = list(&[item(&text("first")), item(&text("second"))]);
        assert_eq!(at_most(&doc, 13), list(&[item(&text("first")), item(&text("se…"))]));
        assert_eq!(at_most(&doc, 9), list(&[item(&text("first…"))]));
        let media =
            json!({"type": "mediaSingle", "content": [{"type": "media", "attrs": {"id": "u"}}]});
        let doc = json!({"type": "doc", "version": 1, "content": [media, {"type": "paragraph", "content": [text("x")]}]});
        let cut = shorten(&doc, |doc| !doc.to_string().contains("strong"));
        assert_eq!(to_text(&cut), "[attachment]\n\n…");
    }

    #[test]
    fn the_size_as_json_can_be_the_limit() {
        let doc = from_text(&"a\n".repeat(500));
        let cut = shorten(&doc, |doc| doc.to_string().chars().count() <= 2_000);
        let size = cut.to_string().chars().count();
        assert!((1_900..=2_000).contains(&size), "{size}");
    }
}
