//! Lays a new version over what a side shows now, and keeps whatever it leaves as it is.
//!
//! Each side has more than the other one can show: a panel is a quote in HTML, a list is lines of
//! plain text. When somebody edits one paragraph there, only that paragraph may change here. So the
//! new version is laid over the old one block by block, and a block that would read the same stays
//! the very block that it was. Whatever happens, the result reads as the new version does.

use serde_json::{Value, json};

use super::pieces::{Piece, pieces};
use super::shape::Block;
use super::{adf_in, adf_out, html_in, html_out};
use crate::adf;
use crate::adf::nodes::children;

/// The document `now`, changed to show what `new` shows, by the eyes of a reader of HTML.
pub fn rich_over_adf(now: &Value, new: &Value) -> Value {
    let blocks = adf_in::read(new);
    let parts: Vec<Vec<Block>> = children(now).iter().map(adf_in::read_block).collect();
    let laid = laid_over(now, pieces(&parts, &blocks), |at| adf_out::block(&blocks[at]));
    if adf_in::read(&laid) == blocks { laid } else { new.clone() }
}

/// The document `now`, changed to show what `new` shows, by the eyes of a reader of plain text.
pub fn text_over_adf(now: &Value, new: &Value) -> Value {
    let text = adf::to_text(new);
    let paragraphs: Vec<&str> = text.split("\n\n").collect();
    let shown: Vec<Option<String>> = children(now).iter().map(adf::block_text).collect();
    let parts = shown.iter().map(|part| part.iter().flat_map(|text| text.split("\n\n")));
    let parts: Vec<Vec<&str>> = parts.map(Iterator::collect).collect();
    let paragraph = |at: usize| adf::paragraph(paragraphs[at]);
    let laid = laid_over(now, pieces(&parts, &paragraphs), paragraph);
    if adf::to_text(&laid) == text { laid } else { new.clone() }
}

fn laid_over(now: &Value, pieces: Vec<Piece>, block: impl Fn(usize) -> Value) -> Value {
    let mut content = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Kept(part) => content.push(children(now)[part].clone()),
            Piece::New(range) => content.extend(range.map(&block)),
        }
    }
    adf::canonical(&json!({"type": "doc", "version": 1, "content": content}))
}

/// The HTML `now`, changed to show what `new` shows.
pub fn over_html(now: &str, new: &str) -> String {
    let blocks = html_in::read(new);
    let (sources, parts): (Vec<&str>, Vec<Vec<Block>>) = html_in::parts(now).into_iter().unzip();
    let mut laid = String::new();
    for piece in pieces(&parts, &blocks) {
        match piece {
            Piece::Kept(part) => laid.push_str(sources[part]),
            Piece::New(range) => laid.push_str(&html_out::write(&blocks[range])),
        }
    }
    if html_in::read(&laid) == blocks { laid } else { new.to_owned() }
}

#[cfg(test)]
#[path = "overlay_tests.rs"]
mod tests;
