//! The laws of rich text.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::cases;
use super::text::{document, sound};
use crate::adf;
use crate::rich::{
    adf_to_html, alike, html_to_adf, html_to_text, over_html, rich_over_adf, shorten, text_over_adf,
};

const TAGS: [&str; 34] = [
    "p",
    "div",
    "h1",
    "h4",
    "ul",
    "ol",
    "li",
    "blockquote",
    "pre",
    "table",
    "tbody",
    "tr",
    "td",
    "th",
    "b",
    "strong",
    "i",
    "u",
    "s",
    "sub",
    "sup",
    "code",
    "span style='color:red'",
    "font color=#00f",
    "a href='https://a.example/?a=1&amp;b'",
    "a href='/x'",
    "td colspan=2 rowspan=x",
    "br",
    "hr",
    "img src='https://a.example/i' alt='i'",
    "img src=i",
    "li class='ql-indent-2'",
    "marquee",
    "section",
];

/// Tag soup: words between tags that open, close, or do neither.
fn soup() -> impl Strategy<Value = String> {
    let tag = prop::sample::select(TAGS.to_vec());
    let open = tag.clone().prop_map(|tag| format!("<{tag}>"));
    let close = tag.prop_map(|tag| format!("</{}>", tag.split(' ').next().unwrap_or_default()));
    let text = prop_oneof![
        "[a-z]{1,4}",
        Just(" ".to_owned()),
        Just("\n  ".to_owned()),
        Just("&nbsp;".to_owned()),
        Just("&lt;&amp;x".to_owned()),
        Just("< ".to_owned()),
        "[^<&\\pC]{1,3}",
    ];
    prop::collection::vec(prop_oneof![4 => open, 3 => close, 5 => text], 0..40)
        .prop_map(|parts| parts.concat())
}

/// Any JSON, with the words of documents in it.
fn json() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "doc",
        "paragraph",
        "text",
        "table",
        "tableRow",
        "tableCell",
        "listItem",
        "bulletList",
        "taskItem",
        "media",
        "heading",
        "hardBreak",
        "link",
        "code",
        "blockquote",
        "expand",
        "x y",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(|number| json!(number)),
        "\\PC{0,4}".prop_map(Value::String),
        word.clone().prop_map(|word| json!(word)),
    ];
    leaf.prop_recursive(6, 48, 6, move |inner| {
        let list = prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array);
        let node = (word.clone(), list.clone(), inner.clone(), list.clone()).prop_map(
            |(kind, content, attrs, marks)| {
                json!({"type": kind, "text": kind, "content": content, "attrs": attrs, "marks": marks})
            },
        );
        prop_oneof![1 => list, 4 => node]
    })
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphabetic()).collect()
}

/// The letters of a document's text nodes.
fn said(node: &Value) -> String {
    let inner = node["content"].as_array().into_iter().flatten();
    letters(node["text"].as_str().unwrap_or_default()) + &inner.map(said).collect::<String>()
}

proptest! {
    #![proptest_config(cases())]

    // F-302
    #[test]
    fn html_is_final_after_one_round(html in soup()) {
        let doc = html_to_adf(&html);
        let canonical = adf_to_html(&doc);
        prop_assert_eq!(html_to_adf(&canonical), doc.clone(), "{}", canonical);
        prop_assert_eq!(adf_to_html(&html_to_adf(&canonical)), canonical.clone());
        prop_assert!(alike(&html, &canonical));
        prop_assert_eq!(adf::canonical(&doc), doc);
    }

    // F-302
    #[test]
    fn a_document_is_final_after_one_round(doc in prop_oneof![document(), json()]) {
        let html = adf_to_html(&doc);
        let shown = html_to_adf(&html);
        prop_assert_eq!(adf_to_html(&shown), html.clone());
        prop_assert_eq!(html_to_adf(&html), shown);
    }

    #[test]
    fn no_text_of_a_document_is_lost(doc in document()) {
        prop_assert_eq!(letters(&html_to_text(&adf_to_html(&doc))), said(&doc));
    }

    #[test]
    fn no_text_of_html_is_lost(parts in prop::collection::vec(("[a-z]{1,4}", soup()), 0..6)) {
        let html: String = parts.iter().flat_map(|(word, tags)| [word.as_str(), tags]).collect();
        let plain: String = parts.iter().map(|(word, _)| word.as_str()).collect();
        let kept = letters(&html_to_text(&html));
        let mut rest = kept.chars();
        prop_assert!(plain.chars().all(|c| rest.any(|kept| kept == c)), "{} in {}", plain, kept);
    }

    #[test]
    fn documents_of_any_html_are_sound(html in prop_oneof![soup(), "(?s).{0,60}", "[<>/a-z\"'=&; ]{0,60}"]) {
        let doc = html_to_adf(&html);
        prop_assert!(sound(&doc), "{doc}");
        let read: Value = serde_json::from_str(&doc.to_string()).expect("JSON that can be read back");
        prop_assert_eq!(read, doc);
    }

    // F-302
    #[test]
    fn what_is_laid_over_reads_as_the_new_version(old in soup(), new in soup()) {
        let (now, next) = (html_to_adf(&old), html_to_adf(&new));
        prop_assert!(alike(&over_html(&old, &new), &new));
        prop_assert_eq!(html_to_adf(&adf_to_html(&rich_over_adf(&now, &next))), next.clone());
        prop_assert_eq!(adf::to_text(&text_over_adf(&now, &next)), adf::to_text(&next));
        prop_assert!(sound(&text_over_adf(&now, &next)));
    }

    // F-302
    #[test]
    fn a_document_over_which_its_own_reading_is_laid_stays(now in document()) {
        let now = adf::canonical(&now);
        let shown = html_to_adf(&adf_to_html(&now));
        prop_assert_eq!(adf_to_html(&rich_over_adf(&now, &shown)), adf_to_html(&now));
        let read = adf::from_text(&adf::to_text(&now));
        prop_assert_eq!(adf::to_text(&text_over_adf(&now, &read)), adf::to_text(&now));
    }

    // F-211
    #[test]
    fn what_is_shortened_fits_and_is_a_beginning(html in soup(), most in 0_usize..120) {
        let cut = shorten(&html, most);
        prop_assert!(cut.chars().count() <= most);
        if cut != html {
            prop_assert_eq!(&shorten(&cut, most), &cut);
            prop_assert!(said(&html_to_adf(&html)).starts_with(&said(&html_to_adf(&cut))));
        }
        let doc = html_to_adf(&html);
        let cut = adf::shorten(&doc, |doc| adf::length(doc) <= most);
        prop_assert!(adf::length(&cut) <= most && sound(&cut));
    }
}

/// Whatever a stranger sends: no tree that is deeper or far greater than what made it.
#[test]
fn hostile_html_is_read_and_nests_no_deeper_than_json_can() {
    let most = |part: &str| part.repeat(32_768 / part.len());
    for part in [
        "<b>",
        "<p>",
        "<div>",
        "<ul>",
        "<ul><li>",
        "<li>",
        "<table>",
        "<td>",
        "<blockquote>",
        "<font size=1>x<p>",
        "<a href=x>",
        "</p>",
        "<pre>",
        "&lt;",
        "<",
        "<table><tr><td><ul><li>",
        "<li class=ql-indent-8>x",
    ] {
        let html = most(part);
        let doc = html_to_adf(&html);
        let shown = adf_to_html(&doc);
        assert_eq!(html_to_adf(&shown), doc, "{part}");
        let json = doc.to_string();
        assert!(serde_json::from_str::<Value>(&json).is_ok(), "{part} nests too deep");
    }
}

/// As deep as JSON on the wire can nest.
#[test]
fn the_deepest_document_is_read() {
    let deep = |kind: &str| {
        let (open, close) = (format!("{{\"type\":\"{kind}\",\"content\":["), "]}");
        let json = format!("{}{}", open.repeat(63), close.repeat(63));
        serde_json::from_str::<Value>(&json).expect("JSON")
    };
    for kind in
        ["bulletList", "listItem", "blockquote", "table", "tableCell", "hologram", "paragraph"]
    {
        let doc = deep(kind);
        let html = adf_to_html(&doc);
        assert_eq!(adf_to_html(&html_to_adf(&html)), html, "{kind}");
        assert!(adf::length(&adf::shorten(&doc, |doc| adf::length(doc) < 9)) < 9, "{kind}");
    }
}
