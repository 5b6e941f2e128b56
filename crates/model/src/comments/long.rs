//! Comments that are longer than the other side takes.

use crate::snapshot::Side;

/// How a copy ends that had to be shortened.
pub const SHORTENED: &str = "[shortened by Lockstep; there is more where it was written]";

/// Most parts that a comment is split into; what is left then is cut.
pub(super) const PARTS_MAX: usize = 40;

/// How much one comment holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    max: usize,
    unit: Unit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    /// Bytes of UTF-8.
    Bytes,
    /// UTF-16 code units, which both vendors call characters.
    Units,
}

impl Room {
    /// `CaseComment.CommentBody`.
    pub const CASE_COMMENT: Self = Self { max: 4_000, unit: Unit::Bytes };
    /// `FeedItem.Body` and `FeedComment.CommentBody`.
    pub const FEED: Self = Self { max: 10_000, unit: Unit::Units };
    /// A comment of an issue.
    pub const ISSUE: Self = Self { max: 32_767, unit: Unit::Units };

    /// What a comment of `side` holds; `feed` where a record's are posts of its feed.
    pub(super) fn on(side: Side, feed: bool) -> Self {
        match side {
            Side::Jira => Self::ISSUE,
            Side::Salesforce if feed => Self::FEED,
            Side::Salesforce => Self::CASE_COMMENT,
        }
    }

    /// Whether a text fits.
    pub fn holds(self, text: &str) -> bool {
        self.size(text) <= self.max
    }

    /// What is left beside lines of ours, each with a line end (or a blank line) after it.
    pub(super) fn beside(self, lines: &[String]) -> Self {
        let taken: usize = lines.iter().map(|line| self.size(line) + 2).sum();
        Self { max: self.max.saturating_sub(taken), ..self }
    }

    fn size(self, text: &str) -> usize {
        match self.unit {
            Unit::Bytes => text.len(),
            Unit::Units => text.encode_utf16().count(),
        }
    }

    /// Where the longest beginning that fits ends: at least one character of it.
    fn end(self, text: &str) -> usize {
        let mut used = 0;
        for (at, c) in text.char_indices() {
            used += match self.unit {
                Unit::Bytes => c.len_utf8(),
                Unit::Units => c.len_utf16(),
            };
            if used > self.max && at > 0 {
                return at;
            }
        }
        text.len()
    }
}

/// The parts of a text that fit, the first beside more lines than the others. Put together again they
/// are the text. It is split between paragraphs where that wastes less than half a part, or else
/// between lines, words, or characters.
pub(super) fn split(text: &str, first: Room, others: Room) -> Vec<&str> {
    let (mut parts, mut rest, mut room) = (Vec::new(), text, first);
    while !room.holds(rest) {
        let (part, after) = rest.split_at(seam(&rest[..room.end(rest)]));
        parts.push(part);
        (rest, room) = (after, others);
    }
    parts.push(rest);
    parts
}

/// Where the beginning of a text is best torn off.
fn seam(beginning: &str) -> usize {
    let after = |gap: &str| beginning.rfind(gap).map(|at| at + gap.len());
    let wide = |at: &usize| *at > beginning.len() / 2;
    let mut seams = ["\n\n", "\n", " "].into_iter().filter_map(after);
    seams.find(wide).unwrap_or(beginning.len())
}

/// The beginning of a text that fits, with a note that there is more.
pub(super) fn cut(text: &str, room: Room) -> String {
    let note = [SHORTENED.to_owned()];
    let end = room.beside(&note).end(text);
    format!("{}\n{SHORTENED}", text[..end].trim_end())
}

/// Whether a record's comment is a post or a reply of its feed, and no case comment.
pub(super) fn of_feed(id: &str) -> bool {
    id.starts_with("0D5") || id.starts_with("0D7")
}

/// Whether it is a post, which can be answered.
pub(super) fn is_post(id: &str) -> bool {
    id.starts_with("0D5")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bytes(max: usize) -> Room {
        Room { max, unit: Unit::Bytes }
    }

    #[test]
    fn the_limits_are_bytes_of_case_comments_and_characters_elsewhere() {
        assert!(Room::CASE_COMMENT.holds(&"é".repeat(2_000)));
        assert!(!Room::CASE_COMMENT.holds(&"é".repeat(2_001)));
        assert!(Room::FEED.holds(&"é".repeat(10_000)) && !Room::FEED.holds(&"é".repeat(10_001)));
        assert!(Room::ISSUE.holds(&"\u{1F600}".repeat(16_383)));
        assert!(!Room::ISSUE.holds(&"\u{1F600}".repeat(16_384)));
    }

    #[test]
    fn a_text_is_torn_where_it_is_thin() {
        let split = |text, max| split(text, bytes(max), bytes(max));
        assert_eq!(split("one two\n\nthree", 12), ["one two\n\n", "three"]);
        assert_eq!(split("one two three", 12), ["one two ", "three"]);
        assert_eq!(split("onetwothree", 5), ["onetw", "othre", "e"]);
        assert_eq!(split("", 5), [""]);
    }

    proptest! {
        // F-312
        #[test]
        fn what_is_split_and_joined_is_the_text(text in "[a-zé€\u{1F600} \n]{0,300}", first in 4_usize..40, other in 4_usize..40) {
            for unit in [Unit::Bytes, Unit::Units] {
                let (first, others) = (Room { max: first, unit }, Room { max: other, unit });
                let parts = split(&text, first, others);
                prop_assert_eq!(parts.concat(), text.clone());
                prop_assert!(first.holds(parts[0]));
                prop_assert!(parts[1..].iter().all(|part| others.holds(part)));
            }
        }
    }
}
