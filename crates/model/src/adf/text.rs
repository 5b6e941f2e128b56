//! Reads a document as plain text.

use chrono::DateTime;
use serde_json::Value;

use super::normalise;

/// A document as plain text.
///
/// | node | text |
/// |---|---|
/// | paragraph, heading, layout | text, a blank line between |
/// | hardBreak | line end |
/// | bulletList, orderedList, taskList, decisionList | `- `, `1. `, `[ ] ` or `[x] `, `<> `, indented |
/// | codeBlock, blockquote, panel, rule | indented, `> `, `[info] `, `----` |
/// | table | a line a row, cells joined by ` \| ` |
/// | link, inlineCard, blockCard | `text (url)`, `url` |
/// | mention, emoji, date, status | `@Name`, the emoji, the ISO date, `[TEXT]` |
/// | media | `[attachment]` |
///
/// A node that it does not know shows its content, or else its `text` attribute.
pub fn to_text(doc: &Value) -> String {
    normalise(&blocks(children(doc), "\n\n"))
}

fn kind(node: &Value) -> &str {
    node["type"].as_str().unwrap_or_default()
}

fn children(node: &Value) -> &[Value] {
    node["content"].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn attribute<'a>(node: &'a Value, name: &str) -> Option<&'a str> {
    node["attrs"][name].as_str().filter(|text| !text.is_empty())
}

fn blocks(nodes: &[Value], separator: &str) -> String {
    if nodes.first().is_some_and(is_inline) {
        return inlines(nodes);
    }
    nodes.iter().filter_map(block).collect::<Vec<_>>().join(separator)
}

fn is_inline(node: &Value) -> bool {
    const INLINE: [&str; 10] = [
        "text",
        "hardBreak",
        "mention",
        "emoji",
        "inlineCard",
        "date",
        "status",
        "placeholder",
        "mediaInline",
        "inlineExtension",
    ];
    INLINE.contains(&kind(node))
}

/// A block's text; `None` where it shows nothing at all (an empty paragraph shows an empty line).
fn block(node: &Value) -> Option<String> {
    let inner = children(node);
    Some(match kind(node) {
        "paragraph" | "heading" | "caption" => inlines(inner),
        "bulletList" => list(inner, |_, _| "- ".to_owned()),
        "orderedList" => {
            let first = node["attrs"]["order"].as_u64().unwrap_or(1);
            list(inner, |index, _| format!("{}. ", first.saturating_add(index)))
        }
        "taskList" => list(inner, |_, item| task_box(item).to_owned()),
        "decisionList" => list(inner, |_, _| "<> ".to_owned()),
        "codeBlock" => indent(&inlines(inner), "    ", "    "),
        "blockquote" => indent(&blocks(inner, "\n\n"), "> ", "> "),
        "panel" => {
            let label = attribute(node, "panelType").unwrap_or("panel");
            format!("[{label}] {}", blocks(inner, "\n\n"))
        }
        "rule" => "----".to_owned(),
        "table" => inner.iter().map(row).collect::<Vec<_>>().join("\n"),
        "media" => "[attachment]".to_owned(),
        "mediaSingle" | "mediaGroup" => blocks(inner, "\n"),
        "blockCard" | "embedCard" => card(node)?.to_owned(),
        "expand" | "nestedExpand" => titled(node, &blocks(inner, "\n\n")),
        _ if inner.is_empty() => attribute(node, "text")?.to_owned(),
        _ => blocks(inner, "\n\n"),
    })
}

fn list(items: &[Value], marker: impl Fn(u64, &Value) -> String) -> String {
    let mut lines = Vec::new();
    let mut number = 0;
    for item in items {
        if kind(item).ends_with("List") {
            lines.extend(block(item).map(|nested| indent(&nested, "  ", "  ")));
            continue;
        }
        let marker = marker(number, item);
        let rest = " ".repeat(marker.len());
        lines.push(indent(&blocks(children(item), "\n"), &marker, &rest));
        number += 1;
    }
    lines.join("\n")
}

fn task_box(item: &Value) -> &'static str {
    if attribute(item, "state") == Some("DONE") { "[x] " } else { "[ ] " }
}

fn indent(text: &str, first: &str, rest: &str) -> String {
    let lines = text.split('\n').enumerate();
    let lines =
        lines.map(|(index, line)| format!("{}{line}", if index == 0 { first } else { rest }));
    lines.collect::<Vec<_>>().join("\n")
}

fn row(row: &Value) -> String {
    let cells = children(row).iter().map(|cell| blocks(children(cell), " ").replace('\n', " "));
    cells.collect::<Vec<_>>().join(" | ")
}

fn titled(node: &Value, text: &str) -> String {
    match attribute(node, "title") {
        Some(title) => format!("{title}\n{text}"),
        None => text.to_owned(),
    }
}

fn card(node: &Value) -> Option<&str> {
    attribute(node, "url").or_else(|| node["attrs"]["data"]["url"].as_str())
}

fn inlines(nodes: &[Value]) -> String {
    let mut text = String::new();
    let mut shown = String::new();
    for (index, node) in nodes.iter().enumerate() {
        let piece = inline(node);
        shown.push_str(&piece);
        text.push_str(&piece);
        let link = href(node);
        let next = nodes.get(index + 1).and_then(href);
        if link != next {
            if let Some(url) = link.filter(|url| *url != shown) {
                text.extend([" (", url, ")"]);
            }
            shown.clear();
        } else if link.is_none() {
            shown.clear();
        }
    }
    text
}

fn href(node: &Value) -> Option<&str> {
    let link = node["marks"].as_array()?.iter().find(|mark| kind(mark) == "link")?;
    attribute(link, "href")
}

fn inline(node: &Value) -> String {
    match kind(node) {
        "text" => node["text"].as_str().unwrap_or_default().to_owned(),
        "hardBreak" => "\n".to_owned(),
        "mention" => mention(node),
        "emoji" => text_or(node, "shortName"),
        "inlineCard" => card(node).unwrap_or_default().to_owned(),
        "date" => date(node).unwrap_or_default(),
        "status" => format!("[{}]", attribute(node, "text").unwrap_or_default()),
        "mediaInline" => "[attachment]".to_owned(),
        _ if children(node).is_empty() => text_or(node, "title"),
        _ => blocks(children(node), "\n"),
    }
}

fn text_or(node: &Value, other: &str) -> String {
    attribute(node, "text").or_else(|| attribute(node, other)).unwrap_or_default().to_owned()
}

fn mention(node: &Value) -> String {
    let name = text_or(node, "id");
    format!("@{}", name.trim_start_matches('@'))
}

/// A `date` node holds milliseconds since 1970 (UTC), in a string.
fn date(node: &Value) -> Option<String> {
    let stamp = &node["attrs"]["timestamp"];
    let millis = stamp.as_i64().or_else(|| stamp.as_str()?.parse().ok())?;
    Some(DateTime::from_timestamp_millis(millis)?.date_naive().to_string())
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;
