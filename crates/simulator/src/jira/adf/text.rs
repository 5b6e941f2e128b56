//! Documents as plain text and as wiki markup, and plain text as a document.

use std::fmt::Write as _;

use serde_json::{Value, json};

/// A document of one paragraph per line of `text`.
pub fn paragraphs(text: &str) -> Value {
    let paragraph = |line: &str| {
        if line.is_empty() {
            return json!({ "type": "paragraph", "content": [] });
        }
        json!({ "type": "paragraph", "content": [{ "type": "text", "text": line }] })
    };
    let content: Vec<Value> = text.lines().map(paragraph).collect();
    json!({ "type": "doc", "version": 1, "content": content })
}

/// The text of a document, without markup.
pub fn plain(document: &Value) -> String {
    let mut out = String::new();
    block(document, false, &mut out);
    out.trim_end().to_owned()
}

/// A document in the wiki markup that API version 2 and webhooks show.
pub fn wiki(document: &Value) -> String {
    let mut out = String::new();
    block(document, true, &mut out);
    out.trim_end().to_owned()
}

fn children(node: &Value) -> &[Value] {
    node.get("content").and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn attr<'a>(node: &'a Value, name: &str) -> &'a str {
    node.get("attrs").and_then(|attrs| attrs.get(name)).and_then(Value::as_str).unwrap_or_default()
}

fn block(node: &Value, markup: bool, out: &mut String) {
    match node["type"].as_str().unwrap_or_default() {
        "paragraph" | "caption" | "taskItem" | "decisionItem" => {
            line(node, markup, out);
            out.push_str("\n\n");
        }
        "heading" => {
            if markup {
                let _ = write!(out, "h{}. ", node["attrs"]["level"]);
            }
            line(node, markup, out);
            out.push_str("\n\n");
        }
        "bulletList" => items(node, "* ", markup, out),
        "orderedList" => items(node, "# ", markup, out),
        "codeBlock" => fenced(node, "{code}", markup, out),
        "blockquote" => quoted(node, "{quote}", markup, out),
        "panel" => quoted(node, "{panel}", markup, out),
        "rule" => out.push_str("----\n\n"),
        "text" | "hardBreak" | "mention" | "emoji" | "date" | "status" | "inlineCard" => {
            inline(node, markup, out);
        }
        _ => {
            for child in children(node) {
                block(child, markup, out);
            }
        }
    }
}

fn line(node: &Value, markup: bool, out: &mut String) {
    for child in children(node) {
        inline(child, markup, out);
    }
}

fn items(node: &Value, bullet: &str, markup: bool, out: &mut String) {
    for item in children(node) {
        let mut inner = String::new();
        for child in children(item) {
            block(child, markup, &mut inner);
        }
        out.push_str(bullet);
        out.push_str(inner.trim_end());
        out.push('\n');
    }
    out.push('\n');
}

fn fenced(node: &Value, fence: &str, markup: bool, out: &mut String) {
    let text: String = children(node).iter().filter_map(|child| child["text"].as_str()).collect();
    if markup {
        let _ = write!(out, "{fence}\n{text}\n{fence}\n\n");
    } else {
        let _ = write!(out, "{text}\n\n");
    }
}

fn quoted(node: &Value, fence: &str, markup: bool, out: &mut String) {
    let mut inner = String::new();
    for child in children(node) {
        block(child, markup, &mut inner);
    }
    let inner = inner.trim_end();
    if markup {
        let _ = write!(out, "{fence}\n{inner}\n{fence}\n\n");
    } else {
        let _ = write!(out, "{inner}\n\n");
    }
}

fn inline(node: &Value, markup: bool, out: &mut String) {
    match node["type"].as_str().unwrap_or_default() {
        "text" if markup => out.push_str(&marked(node)),
        "text" => out.push_str(node["text"].as_str().unwrap_or_default()),
        "hardBreak" => out.push('\n'),
        "mention" if markup => {
            let _ = write!(out, "[~accountid:{}]", attr(node, "id"));
        }
        "mention" | "status" => out.push_str(attr(node, "text")),
        "emoji" => out.push_str(attr(node, "shortName")),
        "date" => out.push_str(attr(node, "timestamp")),
        "inlineCard" => out.push_str(attr(node, "url")),
        _ => {}
    }
}

fn marked(node: &Value) -> String {
    let mut text = node["text"].as_str().unwrap_or_default().to_owned();
    for mark in node["marks"].as_array().into_iter().flatten() {
        text = match mark["type"].as_str().unwrap_or_default() {
            "strong" => format!("*{text}*"),
            "em" => format!("_{text}_"),
            "underline" => format!("+{text}+"),
            "strike" => format!("-{text}-"),
            "code" => format!("{{{{{text}}}}}"),
            "link" => format!("[{text}|{}]", attr(mark, "href")),
            _ => text,
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_goes_to_a_document_and_back() {
        let document = paragraphs("one\n\ntwo");
        assert!(crate::jira::adf::validate(&document).is_ok());
        assert_eq!(plain(&document), "one\n\n\n\ntwo");
    }

    #[test]
    fn marks_become_wiki_markup() {
        let document = json!({ "type": "doc", "version": 1, "content": [
            { "type": "paragraph", "content": [
                { "type": "text", "text": "Hello " },
                { "type": "text", "text": "world", "marks": [{ "type": "strong" }] }
            ] },
            { "type": "bulletList", "content": [
                { "type": "listItem", "content": [{ "type": "paragraph", "content": [{ "type": "text", "text": "x" }] }] }
            ] }
        ] });
        assert_eq!(wiki(&document), "Hello *world*\n\n* x");
        assert_eq!(plain(&document), "Hello world\n\n* x");
    }
}
