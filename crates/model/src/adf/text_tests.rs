use serde_json::{Value, json};

use super::to_text;

#[expect(clippy::needless_pass_by_value, reason = "so that cases read as literals")]
fn shows(content: Value, text: &str) {
    assert_eq!(to_text(&json!({"type": "doc", "version": 1, "content": content})), text);
}

fn text(text: &str) -> Value {
    json!({"type": "text", "text": text})
}

fn paragraph(text: &str) -> Value {
    json!({"type": "paragraph", "content": [self::text(text)]})
}

fn item(content: &[Value]) -> Value {
    json!({"type": "listItem", "content": content})
}

#[test]
fn blocks_stand_apart() {
    shows(
        json!([{"type": "heading", "attrs": {"level": 2}, "content": [text("Title")]},
            paragraph("one"), {"type": "rule"}, paragraph("two")]),
        "Title\n\none\n\n----\n\ntwo",
    );
}

#[test]
fn lists_are_marked_and_nested_ones_indented() {
    let inner = json!({"type": "bulletList", "content": [item(&[paragraph("b")])]});
    shows(
        json!([{"type": "orderedList", "attrs": {"order": 3}, "content": [
            item(&[paragraph("a"), inner]), item(&[paragraph("c")])]}]),
        "3. a\n   - b\n4. c",
    );
    shows(
        json!([{"type": "taskList", "attrs": {"localId": "l"}, "content": [
            {"type": "taskItem", "attrs": {"localId": "1", "state": "DONE"}, "content": [text("done")]},
            {"type": "taskItem", "attrs": {"localId": "2", "state": "TODO"}, "content": [text("open")]}]}]),
        "[x] done\n[ ] open",
    );
}

#[test]
fn code_quotes_panels_and_tables() {
    shows(
        json!([{"type": "codeBlock", "content": [text("a\nb")]}, paragraph("x")]),
        "    a\n    b\n\nx",
    );
    shows(
        json!([{"type": "blockquote", "content": [paragraph("q"), paragraph("r")]}]),
        "> q\n>\n> r",
    );
    shows(
        json!([{"type": "panel", "attrs": {"panelType": "info"}, "content": [paragraph("p")]}]),
        "[info] p",
    );
    let cell = |text: &str| json!({"type": "tableCell", "attrs": {}, "content": [paragraph(text)]});
    shows(
        json!([{"type": "table", "content": [
            {"type": "tableRow", "content": [cell("a"), cell("b")]},
            {"type": "tableRow", "content": [cell("c"), cell("d")]}]}]),
        "a | b\nc | d",
    );
}

#[test]
fn links_show_where_they_lead_once() {
    let link = json!([{"type": "link", "attrs": {"href": "https://a.example"}}]);
    let bold =
        json!([{"type": "strong"}, {"type": "link", "attrs": {"href": "https://a.example"}}]);
    shows(
        json!([{"type": "paragraph", "content": [
            {"type": "text", "text": "see ", "marks": link}, {"type": "text", "text": "this", "marks": bold},
            text("!")]}]),
        "see this (https://a.example)!",
    );
    shows(
        json!([{"type": "paragraph", "content": [
            text("x "), {"type": "text", "text": "https://a.example", "marks": link}]}]),
        "x https://a.example",
    );
    shows(
        json!([{"type": "blockCard", "attrs": {"url": "https://b.example"}}]),
        "https://b.example",
    );
}

#[test]
fn inline_nodes_are_readable() {
    shows(
        json!([{"type": "paragraph", "content": [
            {"type": "mention", "attrs": {"id": "5b", "text": "@Agent"}}, text(" "),
            {"type": "mention", "attrs": {"id": "5c"}}, text(" "),
            {"type": "emoji", "attrs": {"shortName": ":smile:", "text": "😄"}}, text(" "),
            {"type": "emoji", "attrs": {"shortName": ":own:"}}, text(" "),
            {"type": "date", "attrs": {"timestamp": "1795305600000"}}, text(" "),
            {"type": "status", "attrs": {"text": "DONE", "color": "green"}}, text(" "),
            {"type": "inlineCard", "attrs": {"url": "https://c.example"}}]}]),
        "@Agent @5c 😄 :own: 2026-11-22 [DONE] https://c.example",
    );
}

#[test]
fn media_and_unknown_nodes_are_not_lost() {
    shows(
        json!([{"type": "mediaSingle", "content": [{"type": "media", "attrs": {"id": "u"}}]},
            {"type": "hologram", "content": [paragraph("inside")]},
            {"type": "extension", "attrs": {"text": "macro"}},
            {"type": "layoutSection", "content": [
                {"type": "layoutColumn", "content": [paragraph("left")]},
                {"type": "layoutColumn", "content": [paragraph("right")]}]},
            {"type": "expand", "attrs": {"title": "More"}, "content": [paragraph("body")]},
            {"type": "void"}]),
        "[attachment]\n\ninside\n\nmacro\n\nleft\n\nright\n\nMore\nbody",
    );
    assert_eq!(to_text(&json!("not a document")), "");
}
