//! Blocks in another form: trimmed, unwrapped, indented, in a line.

use super::line::Line;
use super::shape::{Block, Inline, Mark, Nest, settled};

/// Without the blank lines at both ends.
pub(super) fn trimmed(mut blocks: Vec<Block>) -> Vec<Block> {
    let blank = |block: &Block| matches!(block, Block::Paragraph(inlines) if inlines.is_empty());
    while blocks.last().is_some_and(blank) {
        blocks.pop();
    }
    let first = blocks.iter().position(|block| !blank(block)).unwrap_or(0);
    blocks.split_off(first)
}

/// The block, if there is something in it.
pub(super) fn whole(nest: Nest, children: Vec<Block>) -> Vec<Block> {
    if children.is_empty() { Vec::new() } else { vec![Block::Nest(nest, children)] }
}

pub(super) fn unwrapped(items: Vec<Block>) -> Vec<Block> {
    let content = |item| match item {
        Block::Nest(_, children) => children,
        leaf => vec![leaf],
    };
    items.into_iter().flat_map(content).collect()
}

/// Items that stand deeper than their list become a list in the item before them, at most `most` lists
/// deep. An item that holds a list stays where it is.
pub(super) fn indented(items: Vec<Block>, ordered: bool, most: usize) -> Vec<Block> {
    let mut result = Vec::new();
    for item in items {
        if let Block::Nest(Nest::Item { indent }, children) = item {
            let holds = |block: &Block| matches!(block, Block::Nest(Nest::List { .. }, _));
            let indent = if children.iter().any(holds) { 0 } else { usize::from(indent).min(most) };
            put(&mut result, indent, children, ordered);
        }
    }
    result
}

fn put(items: &mut Vec<Block>, indent: usize, children: Vec<Block>, ordered: bool) {
    let Some(Block::Nest(_, before)) = items.last_mut().filter(|_| indent > 0) else {
        items.push(Block::Nest(Nest::Item { indent: 0 }, children));
        return;
    };
    if !matches!(before.last(), Some(Block::Nest(Nest::List { .. }, _))) {
        before.push(Block::Nest(Nest::List { ordered }, Vec::new()));
    }
    if let Some(Block::Nest(_, deeper)) = before.last_mut() {
        put(deeper, indent - 1, children, ordered);
    }
}

/// The same in bold.
pub(super) fn strong(inlines: Vec<Inline>) -> Vec<Inline> {
    let mut line = Line::blank(None);
    for inline in inlines {
        match inline {
            Inline::Text(text, mut marks) => {
                marks.push(Mark::Strong);
                line.plain(&text, &settled(&marks));
            }
            Inline::Break => line.end(),
        }
    }
    line.finished().unwrap_or_default()
}

/// A table's row as a paragraph.
pub(super) fn in_a_line(row: &Block) -> Block {
    let mut line = Line::blank(None);
    if let Block::Nest(_, cells) = row {
        for (index, cell) in cells.iter().enumerate() {
            if index > 0 {
                line.plain(" | ", &[]);
            }
            flatten(cell, &mut line);
        }
    }
    Block::Paragraph(line.finished().unwrap_or_default())
}

fn flatten(block: &Block, line: &mut Line) {
    match block {
        Block::Paragraph(inlines) | Block::Heading(_, inlines) => {
            for inline in inlines {
                match inline {
                    Inline::Text(text, marks) => line.plain(text, marks),
                    Inline::Break => line.plain(" ", &[]),
                }
            }
        }
        Block::Code(code) => line.plain(&code.replace('\n', " "), &[Mark::Code]),
        Block::Rule => line.plain("----", &[]),
        Block::Nest(_, children) => {
            for (index, child) in children.iter().enumerate() {
                if index > 0 {
                    line.plain(" ", &[]);
                }
                flatten(child, line);
            }
        }
    }
}
