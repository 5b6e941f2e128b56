//! The laws of text and documents.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::cases;
use crate::adf::{canonical, from_text, is_empty, normalise, to_text};

/// A document as people and mail gateways make them.
pub(super) fn document() -> impl Strategy<Value = Value> {
    let mark =
        prop_oneof![Just(json!({"type": "strong"})), Just(json!({"type": "em", "attrs": {}}))];
    let text = ("[a-z ]{1,5}", prop::collection::vec(mark, 0..3))
        .prop_map(|(text, marks)| json!({"type": "text", "text": text, "marks": marks}));
    let inline = prop_oneof![4 => text, 1 => Just(json!({"type": "hardBreak"}))];
    let paragraph = prop::collection::vec(inline, 0..5).prop_map(
        |content| json!({"type": "paragraph", "attrs": {"localId": "x"}, "content": content}),
    );
    let block = paragraph.prop_recursive(3, 24, 4, |inner| {
        let kinds = ["bulletList", "orderedList", "blockquote", "panel", "table", "hologram"];
        (prop::sample::select(kinds.to_vec()), prop::collection::vec(inner, 1..4)).prop_map(
            |(kind, content)| {
                let wrap = |kind: &str, all: &[Value]| -> Vec<Value> {
                    all.iter().map(|block| json!({"type": kind, "content": [block]})).collect()
                };
                let content = match kind {
                    "table" => wrap("tableRow", &wrap("tableCell", &content)),
                    _ if kind.ends_with("List") => wrap("listItem", &content),
                    _ => content,
                };
                json!({"type": kind, "content": content})
            },
        )
    });
    prop::collection::vec(block, 0..4)
        .prop_map(|content| json!({"type": "doc", "version": 1, "content": content}))
}

/// Whether no text node is empty or holds a line end (but in code) or control character.
pub(super) fn sound(node: &Value) -> bool {
    let code = node["type"] == "codeBlock";
    let children = node["content"].as_array().into_iter().flatten();
    let fine = |c: char| c == '\t' || (code && c == '\n') || !c.is_control();
    let mut texts = children.clone().filter_map(|child| child["text"].as_str());
    texts.all(|text| !text.is_empty() && text.chars().all(fine)) && children.clone().all(sound)
}

proptest! {
    #![proptest_config(cases())]

    // F-195
    #[test]
    fn a_text_survives_the_way_through_a_document(text in "(?s)([a-z•\t -]|\\PC|\r|\n|.){0,60}") {
        let doc = from_text(&text);
        prop_assert_eq!(to_text(&doc), normalise(&text));
        prop_assert_eq!(normalise(&normalise(&text)), normalise(&text));
        prop_assert!(sound(&doc));
        prop_assert_eq!(canonical(&doc), doc);
    }

    #[test]
    fn the_canonical_form_reads_the_same_and_is_final(doc in document()) {
        let once = canonical(&doc);
        prop_assert_eq!(to_text(&once), to_text(&doc));
        prop_assert_eq!(is_empty(&once), is_empty(&doc));
        prop_assert_eq!(canonical(&once), once);
    }

    #[test]
    fn the_text_of_any_document_survives_as_text(doc in document()) {
        let text = to_text(&doc);
        prop_assert_eq!(to_text(&from_text(&text)), text);
    }
}
