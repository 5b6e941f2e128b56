//! Writes the HTML that Salesforce's rich text area keeps.

use super::shape::{Block, Inline, Mark, Nest};

/// The document as HTML; nothing for an empty one.
pub(super) fn write(blocks: &[Block]) -> String {
    let mut out = String::new();
    self::blocks(blocks, &mut out);
    out
}

fn blocks(blocks: &[Block], out: &mut String) {
    for each in blocks {
        block(each, out);
    }
}

fn block(block: &Block, out: &mut String) {
    match block {
        Block::Paragraph(inlines) => paragraph(inlines, out),
        Block::Heading(level, inlines) => {
            let level = level.to_string();
            out.extend(["<h", &level, ">"]);
            line(inlines, out);
            out.extend(["</h", &level, ">"]);
        }
        Block::Code(code) => {
            out.extend(["<pre>", &escaped(code), "</pre>"]);
        }
        Block::Rule => out.push_str("<hr>"),
        Block::Nest(nest, children) => {
            let (tag, attributes) = tag(*nest);
            out.extend(["<", tag, &attributes, ">"]);
            self::children(*nest, children, out);
            out.extend(["</", tag, ">"]);
        }
    }
}

fn tag(nest: Nest) -> (&'static str, String) {
    let tag = match nest {
        Nest::Quote => "blockquote",
        Nest::List { ordered: true } => "ol",
        Nest::List { ordered: false } => "ul",
        Nest::Item { .. } => "li",
        Nest::Table => "table",
        Nest::Row => "tr",
        Nest::Cell { header: true, .. } => "th",
        Nest::Cell { header: false, .. } => "td",
    };
    let mut attributes = String::new();
    if let Nest::Cell { columns, rows, .. } = nest {
        for (name, span) in [("colspan", columns), ("rowspan", rows)] {
            if span > 1 {
                attributes.extend([" ", name, "=\"", &span.to_string(), "\""]);
            }
        }
    }
    (tag, attributes)
}

/// An item or cell of one paragraph needs no tag for it.
fn children(nest: Nest, children: &[Block], out: &mut String) {
    let is_paragraph = |block: &&Block| matches!(block, Block::Paragraph(_));
    let single = children.iter().filter(is_paragraph).count() == 1;
    match (nest, children) {
        (Nest::Cell { .. }, []) => out.push_str("&nbsp;"),
        (Nest::Cell { .. } | Nest::Item { .. }, [Block::Paragraph(inlines), rest @ ..])
            if single =>
        {
            line(inlines, out);
            blocks(rest, out);
        }
        _ => blocks(children, out),
    }
}

fn paragraph(inlines: &[Inline], out: &mut String) {
    out.push_str("<p>");
    if inlines.is_empty() {
        out.push_str("&nbsp;");
    }
    line(inlines, out);
    out.push_str("</p>");
}

fn line(inlines: &[Inline], out: &mut String) {
    let mut open: Vec<&Mark> = Vec::new();
    // Whether a blank that is written now would not show.
    let mut blank = true;
    for inline in inlines {
        match inline {
            Inline::Break => {
                out.push_str("<br>");
                blank = true;
            }
            Inline::Text(text, marks) => {
                let same = open.iter().zip(marks).take_while(|(a, b)| **a == *b).count();
                close(&mut open, same, out);
                for mark in &marks[same..] {
                    out.push_str(&opening(mark));
                    open.push(mark);
                }
                for c in text.chars() {
                    match c {
                        ' ' if blank => out.push_str("&nbsp;"),
                        _ => escape(c, out),
                    }
                    blank = c == ' ';
                }
            }
        }
    }
    close(&mut open, 0, out);
}

fn close(open: &mut Vec<&Mark>, kept: usize, out: &mut String) {
    while open.len() > kept {
        if let Some(mark) = open.pop() {
            out.extend(["</", name(mark), ">"]);
        }
    }
}

fn name(mark: &Mark) -> &'static str {
    match mark {
        Mark::Link(_) => "a",
        Mark::Colour(_) => "span",
        Mark::Strong => "b",
        Mark::Em => "i",
        Mark::Underline => "u",
        Mark::Strike => "s",
        Mark::Sub => "sub",
        Mark::Sup => "sup",
        Mark::Code => "code",
    }
}

fn opening(mark: &Mark) -> String {
    match mark {
        Mark::Link(address) => format!("<a href=\"{}\" target=\"_blank\">", escaped(address)),
        Mark::Colour(colour) => {
            let part = |at: usize| u8::from_str_radix(&colour[at..at + 2], 16).unwrap_or(0);
            format!("<span style=\"color: rgb({}, {}, {});\">", part(1), part(3), part(5))
        }
        _ => format!("<{}>", name(mark)),
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    text.chars().for_each(|c| escape(c, &mut out));
    out
}

fn escape(c: char, out: &mut String) {
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        '\'' => out.push_str("&#39;"),
        _ => out.push(c),
    }
}
