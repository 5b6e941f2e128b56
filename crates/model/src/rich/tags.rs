//! What single tags of HTML mean.

use html5gum::StartTag;

use super::shape::{Mark, Nest};
use super::{address, style};

/// A start tag with its place in the source.
pub(super) type Tag = StartTag<usize>;

/// How an inline tag makes its text look, and what is to be read behind it.
pub(super) fn looks(name: &str, tag: &Tag) -> (Vec<Mark>, Option<String>) {
    let style = attribute(tag, "style").unwrap_or_default();
    let mut marks = style::marks(&style);
    let mut after = None;
    match name {
        "b" | "strong" if !style::is_thin(&style) => marks.push(Mark::Strong),
        "i" | "em" | "cite" | "dfn" | "var" => marks.push(Mark::Em),
        "u" | "ins" => marks.push(Mark::Underline),
        "s" | "strike" | "del" => marks.push(Mark::Strike),
        "sub" => marks.push(Mark::Sub),
        "sup" => marks.push(Mark::Sup),
        "code" | "tt" | "kbd" | "samp" => marks.push(Mark::Code),
        "font" => {
            let colour = attribute(tag, "color").and_then(|value| style::colour(&value));
            marks.extend(colour.map(Mark::Colour));
        }
        "a" => {
            let href = attribute(tag, "href").unwrap_or_default();
            let target = address::target(&href);
            after = if target.is_none() { address::readable(&href) } else { None };
            marks.extend(target.map(Mark::Link));
        }
        _ => {}
    }
    (marks, after)
}

pub(super) fn attribute(tag: &Tag, name: &str) -> Option<String> {
    let value = tag.attributes.get(name.as_bytes())?;
    Some(String::from_utf8_lossy(&value.value).into_owned())
}

/// The editor of Lightning nests no lists: it says how far an item is indented.
pub(super) fn indent(tag: &Tag) -> u8 {
    let class = attribute(tag, "class").unwrap_or_default();
    let levels = class.split_whitespace().filter_map(|name| name.strip_prefix("ql-indent-"));
    levels.filter_map(|level| level.parse().ok()).min().unwrap_or(0)
}

pub(super) fn cell(tag: &Tag, header: bool) -> Nest {
    let span = |name| {
        let span = attribute(tag, name).and_then(|span| span.trim().parse::<u16>().ok());
        span.map_or(1, |span| span.clamp(1, 1000))
    };
    Nest::Cell { header, columns: span("colspan"), rows: span("rowspan") }
}

pub(super) fn is_list(nest: Nest) -> bool {
    matches!(nest, Nest::List { .. })
}

pub(super) fn is_item(nest: Nest) -> bool {
    matches!(nest, Nest::Item { .. })
}

pub(super) fn is_cell(nest: Nest) -> bool {
    matches!(nest, Nest::Cell { .. })
}

pub(super) fn is_row(nest: Nest) -> bool {
    nest == Nest::Row
}

pub(super) fn is_table(nest: Nest) -> bool {
    nest == Nest::Table
}

pub(super) fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

/// Elements that begin a line and end it.
pub(super) fn is_block(name: &str) -> bool {
    const BLOCKS: [&str; 28] = [
        "address",
        "article",
        "aside",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "html",
        "legend",
        "main",
        "nav",
        "option",
        "p",
        "section",
        "summary",
        "tbody",
        "tfoot",
        "thead",
    ];
    BLOCKS.contains(&name)
}

/// Elements that say how text looks.
pub(super) fn is_inline(name: &str) -> bool {
    const INLINE: [&str; 22] = [
        "a", "b", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "s", "samp",
        "span", "strike", "strong", "sub", "sup", "tt", "u", "var", "mark",
    ];
    INLINE.contains(&name)
}
