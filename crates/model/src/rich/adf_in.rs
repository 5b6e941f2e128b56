//! Reads an ADF document as far as HTML can show it.
//!
//! What HTML has no form for becomes text or the nearest form: a mention `@Name`, a date its ISO day,
//! a status `[TEXT]`, a task `[ ] ` or `[x] `, a panel a quote, an expand its title and content, media
//! a link or `[name]`. An unknown node is its content, or else its text.

use serde_json::Value;

use super::builder::Builder;
use super::line::Line;
use super::reshape::trimmed;
use super::shape::{Block, Mark, Nest, settled};
use super::{address, style};
use crate::adf::nodes::{
    attribute, card, children, href, is_inline, kind, media_name, shown, task_box,
};

/// The document that a reader of the ADF sees.
pub(super) fn read(doc: &Value) -> Vec<Block> {
    trimmed(read_block(doc))
}

/// What one block shows, blank lines at its ends included.
pub(super) fn read_block(node: &Value) -> Vec<Block> {
    let mut reader = Reader::default();
    reader.blocks(std::slice::from_ref(node));
    reader.builder.finish()
}

#[derive(Default)]
struct Reader {
    builder: Builder,
}

impl Reader {
    fn blocks(&mut self, nodes: &[Value]) {
        for run in nodes.chunk_by(|a, b| is_inline(a) == is_inline(b)) {
            match run.first() {
                Some(first) if is_inline(first) => self.inlines(run),
                _ => run.iter().for_each(|node| self.block(node)),
            }
        }
    }

    fn block(&mut self, node: &Value) {
        let inner = children(node);
        match kind(node) {
            "paragraph" | "caption" => self.line(None, inner),
            "heading" => {
                let level = node["attrs"]["level"].as_u64().unwrap_or(1).clamp(1, 6);
                self.line(u8::try_from(level).ok(), inner);
            }
            "bulletList" | "taskList" | "decisionList" => {
                self.nest(Nest::List { ordered: false }, inner);
            }
            "orderedList" => self.nest(Nest::List { ordered: true }, inner),
            "listItem" => self.nest(Nest::Item { indent: 0 }, inner),
            "taskItem" | "blockTaskItem" => self.boxed(task_box(node), inner),
            "decisionItem" => self.boxed("<> ", inner),
            "blockquote" | "panel" => self.nest(Nest::Quote, inner),
            "codeBlock" => {
                self.builder.code(&inner.iter().map(shown).collect::<String>());
            }
            "rule" => self.builder.rule(),
            "table" => self.nest(Nest::Table, inner),
            "tableRow" => self.nest(Nest::Row, inner),
            "tableCell" | "tableHeader" => self.nest(cell(node), inner),
            "media" | "blockCard" | "embedCard" => self.line(None, std::slice::from_ref(node)),
            "expand" | "nestedExpand" => {
                self.builder.begin(Line::new(None));
                let title = attribute(node, "title").unwrap_or_default();
                self.builder.line().plain(title, &[Mark::Strong]);
                self.builder.end_line();
                self.blocks(inner);
            }
            _ if inner.is_empty() => {
                self.builder.begin(Line::new(None));
                self.builder.line().plain(attribute(node, "text").unwrap_or_default(), &[]);
                self.builder.end_line();
            }
            _ => self.blocks(inner),
        }
    }

    fn nest(&mut self, nest: Nest, inner: &[Value]) {
        let around = self.builder.open(nest);
        self.blocks(inner);
        self.builder.close_to(around);
    }

    /// An item that begins with a box.
    fn boxed(&mut self, sign: &str, inner: &[Value]) {
        let around = self.builder.open(Nest::Item { indent: 0 });
        self.builder.begin(Line::blank(None));
        self.builder.line().plain(sign, &[]);
        let (first, rest) = match inner {
            [first, rest @ ..] if kind(first) == "paragraph" => (children(first), rest),
            _ => (inner, [].as_slice()),
        };
        self.run(first);
        self.blocks(rest);
        self.builder.close_to(around);
    }

    fn line(&mut self, heading: Option<u8>, inner: &[Value]) {
        self.builder.begin(Line::blank(heading));
        self.run(inner);
        self.builder.end_line();
    }

    /// Inline nodes where blocks should be.
    fn inlines(&mut self, nodes: &[Value]) {
        self.builder.begin(Line::new(None));
        self.run(nodes);
        self.builder.end_line();
    }

    fn run(&mut self, nodes: &[Value]) {
        for (index, node) in nodes.iter().enumerate() {
            self.inline(node);
            let link = href(node);
            if link != nodes.get(index + 1).and_then(href)
                && let Some(address) = link.filter(|link| address::target(link).is_none())
                && let Some(address) = address::readable(address)
                && !self.builder.line().ends_with(&address)
            {
                self.builder.line().plain(&format!(" ({address})"), &[]);
            }
        }
    }

    fn inline(&mut self, node: &Value) {
        let marks = marks(node);
        match kind(node) {
            "hardBreak" => self.builder.line().end(),
            "media" | "mediaInline" => {
                self.linked(&media_name(node), attribute(node, "url"), &marks);
            }
            "inlineCard" | "blockCard" | "embedCard" => {
                let address = card(node).unwrap_or_default();
                self.linked(address, Some(address), &marks);
            }
            _ if is_inline(node) || children(node).is_empty() => {
                self.builder.line().plain(&shown(node), &marks);
            }
            _ => self.run(children(node)),
        }
    }

    fn linked(&mut self, text: &str, address: Option<&str>, marks: &[Mark]) {
        let mut marks = marks.to_vec();
        marks.extend(address.and_then(address::target).map(Mark::Link));
        self.builder.line().plain(text, &settled(&marks));
    }
}

fn cell(node: &Value) -> Nest {
    let span = |name: &str| {
        let span = node["attrs"][name].as_f64().unwrap_or(1.0);
        format!("{span:.0}").parse::<u16>().map_or(1, |span| span.clamp(1, 1000))
    };
    let header = kind(node) == "tableHeader";
    Nest::Cell { header, columns: span("colspan"), rows: span("rowspan") }
}

fn marks(node: &Value) -> Vec<Mark> {
    let marks = node["marks"].as_array().map(Vec::as_slice).unwrap_or_default();
    let marks: Vec<Mark> = marks.iter().filter_map(mark).collect();
    settled(&marks)
}

fn mark(mark: &Value) -> Option<Mark> {
    Some(match kind(mark) {
        "strong" => Mark::Strong,
        "em" => Mark::Em,
        "underline" => Mark::Underline,
        "strike" => Mark::Strike,
        "code" => Mark::Code,
        "subsup" if attribute(mark, "type") == Some("sup") => Mark::Sup,
        "subsup" => Mark::Sub,
        "textColor" => Mark::Colour(style::colour(attribute(mark, "color")?)?),
        "link" => Mark::Link(address::target(attribute(mark, "href")?)?),
        _ => return None,
    })
}
