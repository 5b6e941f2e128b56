//! Puts a document together so that both sides can show it.
//!
//! Readers say what they meet (a list opens, a line begins, text, ...); whatever they say, the result
//! is a document that Jira takes: what stands where it cannot gets the wrappers that are missing, or
//! loses its own.
//!
//! | where | what cannot stand there |
//! |---|---|
//! | quote, list item | a heading is a bold paragraph, a rule `----`, a quote its content |
//! | quote, list item, cell | a table is a line a row, cells joined by ` \| ` |
//! | the ninth list within lists | its content alone |

use super::line::Line;
use super::place::Next;
use super::reshape::{in_a_line, indented, strong, trimmed, unwrapped, whole};
use super::shape::{Block, Inline, Nest};

/// How deep lists may nest.
const LISTS: usize = 8;
/// How deep blocks may nest while they are read; what opens deeper is its content alone.
const FRAMES: usize = 64;

/// A document in the making.
#[derive(Debug, Default)]
pub(super) struct Builder {
    root: Vec<Block>,
    frames: Vec<Frame>,
    line: Option<Line>,
    /// How many blocks opened too deep and are not closed yet.
    drowned: usize,
}

/// A block that is open.
#[derive(Debug)]
struct Frame {
    nest: Nest,
    children: Vec<Block>,
    /// Nobody opened it; it closes where something comes that cannot stand in it.
    implied: bool,
}

impl Builder {
    /// Opens a block; gives how many were open around it.
    pub(super) fn open(&mut self, nest: Nest) -> usize {
        self.end_line();
        if self.frames.len() >= FRAMES {
            self.drowned += 1;
            return self.frames.len();
        }
        self.make_room(Next::Nest(nest));
        self.push(nest, false);
        self.frames.len() - 1
    }

    /// Closes the nearest block that is wanted, with all that is open in it; none beyond a barrier.
    pub(super) fn close(&mut self, wanted: fn(Nest) -> bool, barrier: fn(Nest) -> bool) {
        self.end_line();
        if self.drowned > 0 {
            self.drowned -= 1;
            return;
        }
        let nests = || self.frames.iter().map(|frame| frame.nest).rev();
        let found = nests().position(wanted);
        let blocked = nests().position(|nest| barrier(nest) && !wanted(nest));
        if let Some(depth) = found.filter(|depth| blocked.is_none_or(|barrier| *depth < barrier)) {
            (0..=depth).for_each(|_| self.pop());
        }
    }

    /// Closes blocks until so many are open.
    pub(super) fn close_to(&mut self, open: usize) {
        self.end_line();
        while self.frames.len() > open {
            self.pop();
        }
    }

    /// Begins a line, and ends the one before.
    pub(super) fn begin(&mut self, line: Line) {
        self.end_line();
        self.line = Some(line);
    }

    /// The line that is open; a paragraph begins where none is.
    pub(super) fn line(&mut self) -> &mut Line {
        self.line.get_or_insert_with(|| Line::new(None))
    }

    /// Whether no line is open.
    pub(super) fn between_lines(&self) -> bool {
        self.line.is_none()
    }

    /// The blocks so far, if nothing is open.
    pub(super) fn at_rest(&self) -> Option<&[Block]> {
        let rest = self.line.is_none() && self.frames.is_empty() && self.drowned == 0;
        rest.then_some(self.root.as_slice())
    }

    /// Ends the open line.
    pub(super) fn end_line(&mut self) {
        let Some(line) = self.line.take() else {
            return;
        };
        let heading = line.heading;
        let Some(inlines) = line.finished() else {
            return;
        };
        self.make_room(Next::Leaf);
        let block = match heading {
            Some(level) if !inlines.is_empty() && !self.is_plain_here() => {
                Block::Heading(level, inlines)
            }
            Some(_) => Block::Paragraph(strong(inlines)),
            None => Block::Paragraph(inlines),
        };
        self.place(block);
    }

    /// Puts a block of code.
    pub(super) fn code(&mut self, code: &str) {
        self.end_line();
        let code = code.replace("\r\n", "\n").replace(['\r', '\u{a0}'], " ");
        let kept: String =
            code.chars().filter(|c| matches!(c, '\n' | '\t') || !c.is_control()).collect();
        let kept = kept.trim_matches('\n');
        if !kept.is_empty() {
            self.place(Block::Code(kept.to_owned()));
        }
    }

    /// Puts a rule.
    pub(super) fn rule(&mut self) {
        self.end_line();
        self.make_room(Next::Leaf);
        let plain = Block::Paragraph(vec![Inline::Text("----".to_owned(), Vec::new())]);
        self.place(if self.is_plain_here() { plain } else { Block::Rule });
    }

    /// The whole document, with the blank lines at its ends.
    pub(super) fn finish(mut self) -> Vec<Block> {
        self.end_line();
        while !self.frames.is_empty() {
            self.pop();
        }
        self.root
    }

    /// Whether only plain blocks may stand here: within a quote or a list item.
    fn is_plain_here(&self) -> bool {
        let within = self.frames.iter().rev().map(|frame| frame.nest);
        let mut within = within.take_while(|nest| !matches!(nest, Nest::Cell { .. }));
        within.any(|nest| matches!(nest, Nest::Quote | Nest::Item { .. }))
    }

    fn place(&mut self, block: Block) {
        let next = match &block {
            Block::Nest(nest, _) => Next::Nest(*nest),
            _ => Next::Leaf,
        };
        self.make_room(next);
        self.children().push(block);
    }

    fn children(&mut self) -> &mut Vec<Block> {
        self.frames.last_mut().map_or(&mut self.root, |frame| &mut frame.children)
    }

    fn push(&mut self, nest: Nest, implied: bool) {
        self.frames.push(Frame { nest, children: Vec::new(), implied });
    }

    /// Closes what was only implied and cannot hold what comes, then opens what it needs.
    fn make_room(&mut self, next: Next) {
        while self.frames.last().is_some_and(|top| top.implied && !next.can_come_in(top.nest)) {
            self.pop();
        }
        while let Some(missing) = next.missing_in(self.frames.last().map(|top| top.nest)) {
            self.push(missing, true);
            self.take_up_last_item();
        }
    }

    /// What stands in a list between its items belongs to the item before it.
    fn take_up_last_item(&mut self) {
        let [.., list, item] = self.frames.as_mut_slice() else {
            return;
        };
        if matches!((list.nest, item.nest), (Nest::List { .. }, Nest::Item { .. }))
            && let Some(Block::Nest(nest, children)) = list.children.pop()
        {
            (item.nest, item.children) = (nest, children);
        }
    }

    fn pop(&mut self) {
        let Some(Frame { nest, children, .. }) = self.frames.pop() else {
            return;
        };
        let is_list = |frame: &&Frame| matches!(frame.nest, Nest::List { .. });
        let within = self.frames.iter().filter(is_list).count();
        let blocks = match nest {
            Nest::Quote if self.is_plain_here() => trimmed(children),
            Nest::Quote => whole(nest, trimmed(children)),
            Nest::Item { .. } | Nest::Cell { .. } => vec![Block::Nest(nest, trimmed(children))],
            Nest::List { .. } if within >= LISTS => unwrapped(children),
            Nest::List { ordered } => whole(nest, indented(children, ordered, LISTS - within - 1)),
            Nest::Table if !self.frames.is_empty() => children.iter().map(in_a_line).collect(),
            Nest::Table | Nest::Row => whole(nest, children),
        };
        for block in blocks {
            self.place(block);
        }
    }
}
