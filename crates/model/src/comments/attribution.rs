//! The line with which a copy of a comment begins.

use chrono::{DateTime, NaiveDateTime, Utc};

use crate::snapshot::Side;

const MARK: &str = "[Lockstep] ";
const TIME: &str = "%Y-%m-%d %H:%M";
/// Longest author that is shown, in characters.
const AUTHOR: usize = 120;

/// The first line of a copy: `[Lockstep] Agent in Jira, 2026-11-22 10:15 UTC (10501)`. `side`, `created`
/// and `id` are those of the comment that was copied.
pub fn attribution(side: Side, author: &str, created: DateTime<Utc>, id: &str) -> String {
    let visible = author.chars().map(|c| if c.is_control() { ' ' } else { c });
    let author: String = visible.take(AUTHOR).collect();
    let author = author.split_whitespace().collect::<Vec<_>>().join(" ");
    let author = if author.is_empty() { "Somebody" } else { &author };
    format!("{MARK}{author} in {}, {} UTC ({id})", side.name(), created.format(TIME))
}

/// Which comment a text copies, if its first line is an attribution: the side and the id there. A
/// quotation further down is somebody's own words and does not count.
pub fn read_attribution(text: &str) -> Option<(Side, String)> {
    let line = text.lines().next()?.trim().strip_prefix(MARK)?;
    let (head, id) = line.strip_suffix(')')?.rsplit_once(" UTC (")?;
    let (head, time) = head.rsplit_once(", ")?;
    NaiveDateTime::parse_from_str(time, TIME).ok()?;
    let side = [Side::Salesforce, Side::Jira]
        .into_iter()
        .find(|side| head.ends_with(&format!(" in {}", side.name())))?;
    let whole = !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    whole.then(|| (side, id.to_owned()))
}
