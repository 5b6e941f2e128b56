//! Reads HTML, whatever editors, mail gateways and strangers made of it.
//!
//! A tokenizer by the standard, and no tree by the standard: that one opens formatting again in every
//! paragraph it was left open in, so that a hundred kilobytes become gigabytes. Here marks that are
//! open are a list beside the blocks, and work and memory grow with the text alone.

use html5gum::{DefaultEmitter, EndTag, Token, Tokenizer};

use super::address;
use super::builder::Builder;
use super::line::Line;
use super::reshape::trimmed;
use super::shape::{Block, Mark, Nest, settled};
use super::tags::{
    self, Tag, attribute, cell, is_block, is_cell, is_heading, is_item, is_list, is_row, is_table,
};

/// How many marks may be open at once.
const MARKS: usize = 64;

/// A part of the source with the blocks that it makes, whatever stands around it.
pub(super) type Part<'a> = (&'a str, Vec<Block>);

/// The document that a reader of the HTML sees.
pub(super) fn read(html: &str) -> Vec<Block> {
    let mut reader = Reader::default();
    for Ok(token) in tokens(html) {
        reader.token(token);
    }
    trimmed(reader.finish())
}

/// The HTML cut where nothing is open, between blocks.
pub(super) fn parts(html: &str) -> Vec<Part<'_>> {
    let mut reader = Reader::default();
    let (mut parts, mut from, mut known) = (Vec::new(), 0, 0);
    for Ok(token) in tokens(html) {
        let end = match &token {
            Token::StartTag(tag) => tag.span.end,
            Token::EndTag(tag) => tag.span.end,
            _ => from,
        };
        reader.token(token);
        let source = html.get(from..end).filter(|source| !source.is_empty());
        if let (Some(blocks), Some(source)) = (reader.at_rest(), source) {
            parts.push((source, blocks[known..].to_vec()));
            (from, known) = (end, blocks.len());
        }
    }
    let blocks = reader.finish().split_off(known);
    parts.push((html.get(from..).unwrap_or_default(), blocks));
    parts
}

fn tokens(html: &str) -> impl Iterator<Item = Result<Token<usize>, std::convert::Infallible>> + '_ {
    let mut emitter = DefaultEmitter::new_with_span();
    emitter.naively_switch_states(true);
    Tokenizer::new_with_emitter(html, emitter)
}

/// An inline tag that is open.
#[derive(Debug)]
struct Open {
    tag: String,
    marks: Vec<Mark>,
    /// What is to be read behind its text.
    after: Option<String>,
}

#[derive(Debug, Default)]
struct Reader {
    builder: Builder,
    open: Vec<Open>,
    /// The marks of `open` that count.
    marks: Vec<Mark>,
    /// The code of a `<pre>` that is open.
    code: Option<String>,
    /// Within what only machines read.
    unseen: bool,
}

impl Reader {
    fn token(&mut self, token: Token<usize>) {
        match token {
            Token::StartTag(tag) => self.start(&tag),
            Token::EndTag(tag) => self.end(&tag),
            Token::String(text) if !self.unseen => {
                self.text(&String::from_utf8_lossy(&text.value));
            }
            _ => {}
        }
    }

    /// The blocks so far, if nothing is open.
    fn at_rest(&self) -> Option<&[Block]> {
        let rest = self.open.is_empty() && self.code.is_none() && !self.unseen;
        self.builder.at_rest().filter(|_| rest)
    }

    fn finish(mut self) -> Vec<Block> {
        self.end_code();
        self.builder.finish()
    }

    fn text(&mut self, text: &str) {
        match &mut self.code {
            Some(code) => code.push_str(text),
            None if text.trim_ascii().is_empty() && self.builder.between_lines() => {}
            None => self.builder.line().html(text, &self.marks),
        }
    }

    fn start(&mut self, tag: &Tag) {
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        if let Some(code) = &mut self.code {
            if matches!(name.as_str(), "br" | "p" | "div" | "li") && !code.is_empty() {
                code.push('\n');
            }
            return;
        }
        match name.as_str() {
            "br" => self.builder.line().end(),
            "hr" => self.builder.rule(),
            "img" => self.image(tag),
            "pre" => self.code = Some(String::new()),
            "script" | "style" => self.unseen = true,
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.builder.begin(Line::new(name[1..].parse().ok()));
            }
            "ul" | "ol" => self.nest(Nest::List { ordered: name == "ol" }),
            "li" => {
                self.builder.close(is_item, |nest| is_list(nest) || is_cell(nest));
                self.nest(Nest::Item { indent: tags::indent(tag) });
            }
            "blockquote" => self.nest(Nest::Quote),
            "table" => self.nest(Nest::Table),
            "tr" => {
                self.builder.close(is_row, is_table);
                self.nest(Nest::Row);
            }
            "td" | "th" => {
                self.builder.close(is_cell, is_table);
                self.nest(cell(tag, name == "th"));
            }
            _ if is_block(&name) => self.builder.begin(Line::new(None)),
            _ => self.open(name, tag),
        }
    }

    fn end(&mut self, tag: &EndTag<usize>) {
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        if self.code.is_some() {
            if name == "pre" {
                self.end_code();
            }
            return;
        }
        match name.as_str() {
            "script" | "style" => self.unseen = false,
            "ul" | "ol" => self.builder.close(is_list, is_cell),
            "li" => self.builder.close(is_item, |nest| is_list(nest) || is_cell(nest)),
            "blockquote" => self.builder.close(|nest| nest == Nest::Quote, is_cell),
            "td" | "th" => self.builder.close(is_cell, is_table),
            "tr" => self.builder.close(is_row, is_table),
            "table" => self.builder.close(is_table, |_| false),
            _ if is_block(&name) || is_heading(&name) => self.builder.end_line(),
            _ => self.close(&name),
        }
    }

    /// Opens a block; its end tag, or that of a block around it, closes it.
    fn nest(&mut self, nest: Nest) {
        self.builder.open(nest);
    }

    fn end_code(&mut self) {
        if let Some(code) = self.code.take() {
            self.builder.code(&code);
        }
    }

    fn image(&mut self, tag: &Tag) {
        let alt = attribute(tag, "alt").unwrap_or_default();
        let name = if alt.trim().is_empty() { "image" } else { alt.trim() }.to_owned();
        let source = attribute(tag, "src").unwrap_or_default();
        let mut marks = self.marks.clone();
        match (address::target(&source), address::readable(&source)) {
            (Some(target), _) => {
                marks.push(Mark::Link(target));
                self.builder.line().html(&name, &settled(&marks));
            }
            (None, Some(address)) => {
                self.builder.line().html(&format!("[{name}] ({address})"), &marks);
            }
            (None, None) => self.builder.line().html(&format!("[{name}]"), &marks),
        }
    }

    fn open(&mut self, tag: String, start: &Tag) {
        if start.self_closing || self.open.len() >= MARKS || !tags::is_inline(&tag) {
            return;
        }
        let (marks, after) = tags::looks(&tag, start);
        self.open.push(Open { tag, marks, after });
        self.settle_marks();
    }

    fn close(&mut self, tag: &str) {
        let Some(at) = self.open.iter().rposition(|open| open.tag == tag) else {
            return;
        };
        let closed = self.open.remove(at);
        self.settle_marks();
        if let Some(address) = closed.after
            && !self.builder.line().ends_with(&address)
        {
            self.builder.line().html(&format!(" ({address})"), &self.marks);
        }
    }

    fn settle_marks(&mut self) {
        let applied: Vec<Mark> = self.open.iter().flat_map(|open| open.marks.clone()).collect();
        self.marks = settled(&applied);
    }
}
