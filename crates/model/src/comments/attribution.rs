//! The lines with which a copy of a comment begins.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::body;
use crate::snapshot::{Comment, Side};

/// What every line of ours begins with. A text that begins so is no person's and is never copied.
pub const MARK: &str = "[Lockstep] ";

const TIME: &str = "%Y-%m-%d %H:%M";
/// Longest author that is shown, in characters.
const AUTHOR: usize = 120;
/// How much of the answered comment a reply's copy quotes, in characters.
const QUOTE: usize = 80;

/// Which comment a text copies, and which part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribution {
    /// The side of the comment that was copied.
    pub side: Side,
    /// Its id there.
    pub id: String,
    /// Which part of it, counted from 0.
    pub part: u16,
}

/// The first line of a copy: `[Lockstep] Agent in Jira, 2026-11-22 10:15 UTC (10501)`, and where it
/// is one of several parts, `, part 2 of 3`. `side` is that of the comment that was copied.
pub fn attribution(side: Side, comment: &Comment, (part, parts): (u16, u16)) -> String {
    let who = who(side, &comment.author, comment.created);
    let line = format!("{MARK}{who} ({})", comment.id);
    if parts > 1 { format!("{line}, part {} of {parts}", part + 1) } else { line }
}

/// Which comment a text copies, if its first line is an attribution. A quotation further down is
/// somebody's own words and does not count.
pub fn read_attribution(text: &str) -> Option<Attribution> {
    let line = text.lines().next()?.trim().strip_prefix(MARK)?;
    let (line, part) = match line.rsplit_once("), part ") {
        None => (line.strip_suffix(')')?, 0),
        Some((line, part)) => {
            (line, part.split_once(" of ")?.0.parse::<u16>().ok()?.checked_sub(1)?)
        }
    };
    let (head, id) = line.rsplit_once(" UTC (")?;
    let (head, time) = head.rsplit_once(", ")?;
    NaiveDateTime::parse_from_str(time, TIME).ok()?;
    let side = [Side::Salesforce, Side::Jira]
        .into_iter()
        .find(|side| head.ends_with(&format!(" in {}", side.name())))?;
    let whole = !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    whole.then(|| Attribution { side, id: id.to_owned(), part })
}

/// Whether a text is one of ours: a copy or a note.
pub fn is_ours(text: &str) -> bool {
    text.trim_start().starts_with(MARK.trim_end())
}

/// The lines of ours that a text begins with, and the rest.
pub(super) fn attribution_lines(text: &str) -> (Vec<String>, &str) {
    let (mut head, mut rest) = (Vec::new(), text);
    while is_ours(rest) {
        let (line, after) = rest.trim_start().split_once('\n').unwrap_or((rest.trim_start(), ""));
        head.push(line.trim_end().to_owned());
        rest = after;
    }
    (head, rest.trim_start_matches('\n'))
}

/// The line that keeps the context of a reply: whom it answers, and the beginning of what they said.
/// `side` is that of both.
pub(super) fn reply_line(side: Side, parent: Option<&Comment>) -> String {
    let Some(parent) = parent else {
        return format!("{MARK}in reply to a comment that is not here any more");
    };
    let text = body::text(parent);
    // A reply to a copy answers whoever wrote the original.
    let who = match read_attribution(&text) {
        Some(_) => original(&text),
        None => who(side, &parent.author, parent.created),
    };
    let words = one_line(attribution_lines(&text).1);
    let mut quote: String = words.chars().take(QUOTE).collect();
    if quote.len() < words.len() {
        quote.push('…');
    }
    format!("{MARK}in reply to {who}: \"{quote}\"")
}

/// The line that says that the original is gone. `side` is where it was.
pub(super) fn deleted_line(side: Side) -> String {
    format!("{MARK}deleted in {}", side.name())
}

/// The line of a part that holds nothing since the comment needs fewer.
pub(super) fn empty_line() -> String {
    format!("{MARK}nothing is left for this part: the comment is shorter now")
}

fn who(side: Side, author: &str, created: DateTime<Utc>) -> String {
    let author: String = one_line(author).chars().take(AUTHOR).collect();
    let author = if author.is_empty() { "Somebody" } else { author.trim_end() };
    format!("{author} in {}, {} UTC", side.name(), created.format(TIME))
}

/// Author, side and time of an attribution line.
fn original(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default().trim();
    let head = line.trim_start_matches(MARK).rsplit_once(" (").map_or(line, |(head, _)| head);
    head.to_owned()
}

fn one_line(text: &str) -> String {
    let visible: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}
