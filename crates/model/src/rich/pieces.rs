//! Which parts of an old version a new one leaves as they are.

use std::hash::Hash;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// How many blocks both versions together may have; greater ones are written anew.
const MOST: usize = 4_000;

/// A piece of the version that is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// The part of that number stays.
    Kept(usize),
    /// These blocks are new.
    New(Range<usize>),
}

/// Lays a new version, as the blocks that a reader sees, over parts of an old one, each with what a
/// reader sees of it. A part of which nothing is seen stays beside the part before it.
pub(super) fn pieces<K: Clone + Eq + Hash>(old: &[Vec<K>], new: &[K]) -> Vec<Piece> {
    let flat: Vec<K> = old.iter().flatten().cloned().collect();
    let places = places(&flat, new);
    let mut pieces = Pieces::default();
    let mut from = 0;
    for (part, seen) in old.iter().enumerate() {
        let range = from..from + seen.len();
        from = range.end;
        match (range.is_empty(), whole(&places[range])) {
            (true, _) => pieces.unseen(part),
            (false, Some(at)) => pieces.keep(part, at..at + seen.len()),
            (false, None) => pieces.adrift = true,
        }
    }
    pieces.finish(new.len())
}

/// Where in the new version each block of the old one stands unchanged.
fn places<K: Clone + Eq + Hash>(old: &[K], new: &[K]) -> Vec<Option<usize>> {
    let mut places = vec![None; old.len()];
    if old.len() + new.len() > MOST {
        return places;
    }
    for op in capture_diff_slices(Algorithm::Myers, old, new) {
        if let DiffOp::Equal { old_index, new_index, len } = op {
            for step in 0..len {
                places[old_index + step] = Some(new_index + step);
            }
        }
    }
    places
}

/// Where a part stands, if all its blocks do, and together.
fn whole(places: &[Option<usize>]) -> Option<usize> {
    let first = (*places.first()?)?;
    let together = places.iter().enumerate().all(|(step, at)| *at == Some(first + step));
    together.then_some(first)
}

#[derive(Default)]
struct Pieces {
    done: Vec<Piece>,
    /// How much of the new version is in `done`.
    written: usize,
    /// Parts of which nothing is seen, that wait for the part behind them.
    waiting: Vec<usize>,
    /// Whether the part before did not stay.
    adrift: bool,
}

impl Pieces {
    fn unseen(&mut self, part: usize) {
        if self.adrift {
            self.waiting.push(part);
        } else {
            self.done.push(Piece::Kept(part));
        }
    }

    fn keep(&mut self, part: usize, at: Range<usize>) {
        self.write_up_to(at.start);
        self.done.push(Piece::Kept(part));
        self.written = at.end;
        self.adrift = false;
    }

    fn write_up_to(&mut self, end: usize) {
        if self.written < end {
            self.done.push(Piece::New(self.written..end));
        }
        self.done.extend(self.waiting.drain(..).map(Piece::Kept));
    }

    fn finish(mut self, end: usize) -> Vec<Piece> {
        self.write_up_to(end);
        self.done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laid(old: &[&str], new: &str) -> Vec<Piece> {
        let old: Vec<Vec<char>> = old.iter().map(|part| part.chars().collect()).collect();
        pieces(&old, &new.chars().collect::<Vec<_>>())
    }

    #[test]
    fn what_reads_the_same_stays() {
        use Piece::{Kept, New};
        assert_eq!(laid(&["a", "bc", "d"], "abcd"), [Kept(0), Kept(1), Kept(2)]);
        assert_eq!(laid(&["a", "bc", "d"], "axcd"), [Kept(0), New(1..3), Kept(2)]);
        assert_eq!(laid(&["a", "b"], "xay"), [New(0..1), Kept(0), New(2..3)]);
        assert_eq!(laid(&["a", "b"], ""), []);
        assert_eq!(laid(&[], "ab"), [New(0..2)]);
    }

    #[test]
    fn what_nobody_sees_stays_beside_its_neighbour() {
        use Piece::{Kept, New};
        assert_eq!(
            laid(&["", "a", "", "b", ""], "ab"),
            [Kept(0), Kept(1), Kept(2), Kept(3), Kept(4)]
        );
        assert_eq!(laid(&["a", "", "b"], "xb"), [New(0..1), Kept(1), Kept(2)]);
        assert_eq!(laid(&["a", "", "b"], "ax"), [Kept(0), Kept(1), New(1..2)]);
    }

    #[test]
    fn great_versions_are_written_anew() {
        let many: Vec<Vec<u32>> = (0..3_000).map(|each| vec![each]).collect();
        let new: Vec<u32> = (0..3_000).collect();
        assert_eq!(pieces(&many, &new), [Piece::New(0..3_000)]);
    }
}
