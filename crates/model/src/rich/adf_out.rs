//! Writes a document as ADF that Jira takes.

use serde_json::{Value, json};

use super::shape::{Block, Inline, Mark, Nest};
use crate::adf;

/// The blocks as a document, in its canonical form.
pub(super) fn write(blocks: &[Block]) -> Value {
    let content: Vec<Value> = blocks.iter().map(block).collect();
    adf::canonical(&json!({"type": "doc", "version": 1, "content": content}))
}

/// One block.
pub(super) fn block(block: &Block) -> Value {
    match block {
        Block::Paragraph(inlines) => json!({"type": "paragraph", "content": line(inlines)}),
        Block::Heading(level, inlines) => {
            json!({"type": "heading", "attrs": {"level": level}, "content": line(inlines)})
        }
        Block::Code(code) => {
            json!({"type": "codeBlock", "content": [{"type": "text", "text": code}]})
        }
        Block::Rule => json!({"type": "rule"}),
        Block::Nest(nest, children) => self::nest(*nest, children),
    }
}

fn nest(nest: Nest, children: &[Block]) -> Value {
    let kind = match nest {
        Nest::Quote => "blockquote",
        Nest::List { ordered: true } => "orderedList",
        Nest::List { ordered: false } => "bulletList",
        Nest::Item { .. } => "listItem",
        Nest::Table => "table",
        Nest::Row => "tableRow",
        Nest::Cell { header: true, .. } => "tableHeader",
        Nest::Cell { header: false, .. } => "tableCell",
    };
    let mut content: Vec<Value> = children.iter().map(block).collect();
    if content.is_empty() {
        content.push(json!({"type": "paragraph"}));
    }
    let mut node = json!({"type": kind, "content": content});
    if let Nest::Cell { columns, rows, .. } = nest {
        for (name, span) in [("colspan", columns), ("rowspan", rows)] {
            if span > 1 {
                node["attrs"][name] = json!(span);
            }
        }
    }
    node
}

fn line(inlines: &[Inline]) -> Vec<Value> {
    let node = |inline: &Inline| match inline {
        Inline::Break => json!({"type": "hardBreak"}),
        Inline::Text(text, marks) => {
            let marks: Vec<Value> = marks.iter().map(mark).collect();
            json!({"type": "text", "text": text, "marks": marks})
        }
    };
    inlines.iter().map(node).collect()
}

fn mark(mark: &Mark) -> Value {
    match mark {
        Mark::Link(address) => json!({"type": "link", "attrs": {"href": address}}),
        Mark::Colour(colour) => json!({"type": "textColor", "attrs": {"color": colour}}),
        Mark::Strong => json!({"type": "strong"}),
        Mark::Em => json!({"type": "em"}),
        Mark::Underline => json!({"type": "underline"}),
        Mark::Strike => json!({"type": "strike"}),
        Mark::Sub => json!({"type": "subsup", "attrs": {"type": "sub"}}),
        Mark::Sup => json!({"type": "subsup", "attrs": {"type": "sup"}}),
        Mark::Code => json!({"type": "code"}),
    }
}
