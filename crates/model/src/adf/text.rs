//! Reads a document as plain text.

use serde_json::Value;

use super::nodes::{attribute, card, children, href, is_inline, kind, media_name, shown, task_box};
use super::{normalise, trimmed_lines};

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
/// | media | `[name]`, `name (url)` or `[attachment]` |
///
/// A node that it does not know shows its content, or else its `text` attribute.
pub fn to_text(doc: &Value) -> String {
    normalise(&blocks(children(doc), "\n\n"))
}

/// What one block at the top shows; `None` where it shows nothing at all.
pub(crate) fn block_text(node: &Value) -> Option<String> {
    Some(trimmed_lines(&block(node)?))
}

fn blocks(nodes: &[Value], separator: &str) -> String {
    if nodes.first().is_some_and(is_inline) {
        return inlines(nodes);
    }
    nodes.iter().filter_map(block).collect::<Vec<_>>().join(separator)
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
        "media" => media(node),
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

fn media(node: &Value) -> String {
    let (name, address) = (media_name(node), attribute(node, "url").unwrap_or_default());
    if address.is_empty() || name == address { name } else { format!("{name} ({address})") }
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

fn inline(node: &Value) -> String {
    match kind(node) {
        "mediaInline" => media(node),
        _ if is_inline(node) || children(node).is_empty() => shown(node),
        _ => blocks(children(node), "\n"),
    }
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;
