//! Two texts, line by line.

use similar::{Algorithm, ChangeTag, capture_diff_slices};

/// Lines that are shown around a change.
const AROUND: usize = 3;

/// A line of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    /// `+`, `-`, a blank for what is on both sides, `…` for what is left out.
    pub(crate) sign: &'static str,
    pub(crate) text: String,
}

impl Change {
    fn new(sign: &'static str, text: &str) -> Self {
        Self { sign, text: text.to_owned() }
    }
}

/// What differs between two texts, with some lines around it. A text against nothing is shown whole.
pub(crate) fn compared(before: &str, after: &str) -> Vec<Change> {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let all = walked(&old, &new);
    if old.is_empty() {
        all.into_iter().map(|one| Change { sign: " ", ..one }).collect()
    } else {
        near(all)
    }
}

/// Every line of both, those that differ with their sign.
fn walked(old: &[&str], new: &[&str]) -> Vec<Change> {
    let ops = capture_diff_slices(Algorithm::Myers, old, new);
    let changes = ops.iter().flat_map(|op| op.iter_changes(old, new));
    let signed = changes.map(|change| {
        let sign = match change.tag() {
            ChangeTag::Equal => " ",
            ChangeTag::Delete => "-",
            ChangeTag::Insert => "+",
        };
        Change::new(sign, change.value())
    });
    signed.collect()
}

/// The lines near a change; a mark for those that are left out.
fn near(all: Vec<Change>) -> Vec<Change> {
    let changed: Vec<bool> = all.iter().map(|one| one.sign != " ").collect();
    let is_near = |at: usize| {
        let from = at.saturating_sub(AROUND);
        changed[from..(at + AROUND + 1).min(changed.len())].contains(&true)
    };
    let mut kept: Vec<Change> = Vec::new();
    for (at, one) in all.into_iter().enumerate() {
        if is_near(at) {
            kept.push(one);
        } else if kept.last().is_none_or(|last| last.sign != "…") {
            kept.push(Change::new("…", ""));
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(before: &str, after: &str) -> Vec<String> {
        compared(before, after).iter().map(|one| format!("{}{}", one.sign, one.text)).collect()
    }

    // F-335
    #[test]
    fn what_differs_is_shown_with_some_lines_around_it() {
        assert_eq!(told("a\nb\nc", "a\nx\nc"), [" a", "-b", "+x", " c"]);
        assert_eq!(told("a", "a"), ["…"]);
        assert_eq!(told("", "a\nb"), [" a", " b"], "a new text has no signs");
        let long: Vec<String> = (0..20).map(|n| n.to_string()).collect();
        let changed: Vec<String> = long.iter().map(|n| n.replace("10", "ten")).collect();
        let seen = told(&long.join("\n"), &changed.join("\n"));
        assert_eq!(seen, ["…", " 7", " 8", " 9", "-10", "+ten", " 11", " 12", " 13", "…"]);
    }
}
