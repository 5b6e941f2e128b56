//! One line of text in the making: a paragraph or a heading.

use super::shape::{Inline, Mark};

/// A line that is being read.
#[derive(Debug)]
pub(super) struct Line {
    /// The level of a heading.
    pub(super) heading: Option<u8>,
    inlines: Vec<Inline>,
    /// Whether a reader sees it, if only as a blank line.
    shows: bool,
    /// Whether a blank that comes now would not show.
    soft: bool,
}

impl Line {
    pub(super) fn new(heading: Option<u8>) -> Self {
        Self { heading, inlines: Vec::new(), shows: false, soft: true }
    }

    /// A line that shows even if nothing is in it.
    pub(super) fn blank(heading: Option<u8>) -> Self {
        Self { shows: true, ..Self::new(heading) }
    }

    /// Text of HTML: any number of blanks and line ends is one blank, and none at the line's start;
    /// a no-break space is a blank that shows.
    pub(super) fn html(&mut self, text: &str, marks: &[Mark]) {
        let mut kept = String::new();
        for c in text.chars() {
            if c.is_ascii_whitespace() {
                if !self.soft {
                    kept.push(' ');
                }
                self.soft = true;
            } else if c == '\u{a0}' || !c.is_control() {
                kept.push(if c == '\u{a0}' { ' ' } else { c });
                (self.soft, self.shows) = (false, true);
            }
        }
        self.push(&kept, marks);
    }

    /// Text in which every blank counts; a line end in it is one.
    pub(super) fn plain(&mut self, text: &str, marks: &[Mark]) {
        for (index, part) in text.split('\n').enumerate() {
            if index > 0 {
                self.end();
            }
            let blank = |c| if matches!(c, '\t' | '\u{a0}') { ' ' } else { c };
            let kept: String = part.chars().map(blank).filter(|c| !c.is_control()).collect();
            if !kept.is_empty() {
                (self.soft, self.shows) = (false, true);
            }
            self.push(&kept, marks);
        }
    }

    /// A line end within the paragraph.
    pub(super) fn end(&mut self) {
        self.inlines.push(Inline::Break);
        (self.soft, self.shows) = (true, true);
    }

    /// Whether the last text ends so.
    pub(super) fn ends_with(&self, end: &str) -> bool {
        matches!(self.inlines.last(), Some(Inline::Text(text, _)) if text.ends_with(end))
    }

    fn push(&mut self, text: &str, marks: &[Mark]) {
        match self.inlines.last_mut() {
            _ if text.is_empty() => {}
            Some(Inline::Text(last, known)) if known == marks => last.push_str(text),
            _ => self.inlines.push(Inline::Text(text.to_owned(), marks.to_vec())),
        }
    }

    /// What it shows: no blanks at the ends of lines, no line ends at its own end; `None` where a
    /// reader sees nothing, not even a blank line.
    pub(super) fn finished(self) -> Option<Vec<Inline>> {
        if !self.shows {
            return None;
        }
        let mut kept = Vec::new();
        for inline in self.inlines {
            if inline == Inline::Break {
                trim_end(&mut kept);
            }
            kept.push(inline);
        }
        trim_end(&mut kept);
        while kept.last() == Some(&Inline::Break) {
            kept.pop();
            trim_end(&mut kept);
        }
        Some(kept)
    }
}

fn trim_end(inlines: &mut Vec<Inline>) {
    while let Some(Inline::Text(text, _)) = inlines.last_mut() {
        text.truncate(text.trim_end_matches(' ').len());
        if !text.is_empty() {
            return;
        }
        inlines.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Inline {
        Inline::Text(text.to_owned(), Vec::new())
    }

    #[test]
    fn blanks_of_html_run_together_unless_they_do_not_break() {
        let mut line = Line::new(None);
        line.html("\n  a \r\n b", &[]);
        line.html(" ", &[]);
        line.html(" \u{a0}c\u{feff} ", &[Mark::Em]);
        let em = Inline::Text(" c\u{feff}".to_owned(), vec![Mark::Em]);
        assert_eq!(line.finished(), Some(vec![text("a b "), em]));
    }

    #[test]
    fn nothing_to_see_is_no_line_and_a_break_alone_a_blank_one() {
        let mut line = Line::new(None);
        line.html(" \n", &[]);
        assert_eq!(line.finished(), None);
        let mut line = Line::new(None);
        line.end();
        assert_eq!(line.finished(), Some(Vec::new()));
        assert_eq!(Line::blank(None).finished(), Some(Vec::new()));
    }

    #[test]
    fn line_ends_stay_within_and_go_at_the_end() {
        let mut line = Line::new(None);
        line.plain("  a \n\tb  \n \n", &[]);
        assert_eq!(line.finished(), Some(vec![text("  a"), Inline::Break, text(" b")]));
    }
}
