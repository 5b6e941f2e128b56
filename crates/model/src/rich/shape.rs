//! What Jira and Salesforce both can show of a rich text.

/// How a piece of text looks. A set of marks is sorted in this order, which is also the order in
/// which HTML nests them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Mark {
    /// To this address.
    Link(String),
    /// In this colour, `#rrggbb`.
    Colour(String),
    Strong,
    Em,
    Underline,
    Strike,
    Sub,
    Sup,
    Code,
}

impl Mark {
    /// Whether both say something about the same thing, so that only one of them counts.
    fn rivals(&self, other: &Self) -> bool {
        let script = |mark: &Self| matches!(mark, Self::Sub | Self::Sup);
        std::mem::discriminant(self) == std::mem::discriminant(other)
            || (script(self) && script(other))
    }
}

/// The marks that count of those applied, the outermost first: of rivals the innermost; code takes
/// no other mark but a link, and a link has its own colour (both are rules of Jira's).
pub(super) fn settled(applied: &[Mark]) -> Vec<Mark> {
    let code = applied.contains(&Mark::Code);
    let link = applied.iter().any(|mark| matches!(mark, Mark::Link(_)));
    let mut marks: Vec<Mark> = Vec::new();
    for mark in applied.iter().rev() {
        let drowned = (code && !matches!(mark, Mark::Code | Mark::Link(_)))
            || (link && matches!(mark, Mark::Colour(_)));
        if !drowned && !marks.iter().any(|kept| kept.rivals(mark)) {
            marks.push(mark.clone());
        }
    }
    marks.sort();
    marks
}

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Inline {
    /// Not empty, without line ends.
    Text(String, Vec<Mark>),
    /// A line end within the paragraph.
    Break,
}

/// A part of a document.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Block {
    /// An empty one is a blank line.
    Paragraph(Vec<Inline>),
    /// Of level 1 to 6.
    Heading(u8, Vec<Inline>),
    /// Lines of code, never empty.
    Code(String),
    Rule,
    Nest(Nest, Vec<Self>),
}

/// A block of blocks. A list holds items, a table rows, a row cells; quotes, items and cells hold
/// whatever Jira lets stand there (see [`super::builder`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Nest {
    Quote,
    List {
        ordered: bool,
    },
    Item {
        /// How much deeper than its list it stands; 0 once the list is done.
        indent: u8,
    },
    Table,
    Row,
    Cell {
        header: bool,
        columns: u16,
        rows: u16,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_of_rivals_counts_and_code_stands_alone() {
        let colour = |name: &str| Mark::Colour(name.to_owned());
        let link = Mark::Link("https://a.example".to_owned());
        let cases: [(&[Mark], &[Mark]); 5] = [
            (&[Mark::Em, Mark::Strong, Mark::Em], &[Mark::Strong, Mark::Em]),
            (&[colour("#111111"), colour("#222222")], &[colour("#222222")]),
            (&[Mark::Sub, Mark::Sup], &[Mark::Sup]),
            (&[Mark::Strong, Mark::Code, link.clone()], &[link.clone(), Mark::Code]),
            (&[link.clone(), colour("#111111"), Mark::Em], &[link.clone(), Mark::Em]),
        ];
        for (applied, kept) in cases {
            assert_eq!(settled(applied), kept);
        }
    }
}
