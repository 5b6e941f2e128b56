//! Deletes: what becomes of the copy of a comment that is gone, and the two brakes: too many comments of
//! a link are gone at once, or too many of a whole item, link by link, within an hour. What an item's brake
//! holds counts as gone until somebody lets it through or the comments are back.

use serde::{Deserialize, Serialize};

use super::attribution::{attribution_lines, deleted_line};
use super::body;
use super::steps::{CommentPair, GONE, Removal, Rewrite, Why};
use super::talk::Talk;
use crate::catalogue::Code;
use crate::item::Deletes;
use crate::plan::{Plan, Situation, Step, Want};
use crate::snapshot::{Comment, Side};

/// Fewer than this many at once are never too many.
const BRAKE_FROM: usize = 3;

/// Fewer than this many of a whole item are never too many.
const ITEM_BRAKE_FROM: usize = 10;

/// The comments of an item's other links, as far as the brake counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tally {
    /// Those that are gone since an hour or less, and those whose copies still wait.
    pub gone: usize,
    /// All that have copies, those that are gone among them.
    pub of: usize,
    /// Somebody has looked, and lets all deletes of the item through for a while.
    pub let_through: bool,
}

/// The comments that are gone and whose copies are still to be dealt with, each with its side.
pub fn gone(situation: &Situation<'_>) -> Vec<(Side, String)> {
    let options = &situation.item.comments;
    let Some(issue) = situation.issue.filter(|_| options.deletes != Deletes::Ignore) else {
        return Vec::new();
    };
    let talk = Talk::new(situation, issue);
    lost(&talk).into_iter().map(|(origin, source)| (origin, source.to_owned())).collect()
}

/// Comments that are gone while a copy is there. One that may not be touched is not waited for: it would
/// count for ever.
fn lost<'a>(talk: &'a Talk<'_>) -> Vec<(Side, &'a str)> {
    let touchable = |(_, source): &(Side, &str)| talk.refusal(source, GONE).is_none();
    talk.sources().into_iter().filter(|it| left_behind(talk, *it) && touchable(it)).collect()
}

/// Whether a comment is gone while a copy of it is there that was not dealt with.
fn left_behind(talk: &Talk<'_>, (origin, source): (Side, &str)) -> bool {
    let there = |pair: &CommentPair| talk.find(origin.other(), pair.copy()).is_some();
    talk.is_gone(origin, source)
        && talk.copies_of(origin, source).any(|pair| !pair.closed && there(pair))
}

/// Says again of which comments that are gone the copies may not be touched.
fn recall_refusals(talk: &Talk<'_>, plan: &mut Plan) {
    for (_, source) in talk.sources().into_iter().filter(|it| left_behind(talk, *it)) {
        talk.was_refused(source, GONE, plan);
    }
}

/// Plans what deletes ask for, unless there are too many at once.
pub(super) fn plan(talk: &Talk<'_>, plan: &mut Plan) {
    if talk.options.deletes == Deletes::Ignore {
        return;
    }
    recall_refusals(talk, plan);
    let (sources, gone) = (talk.sources(), lost(talk));
    if gone.is_empty() {
        return;
    }
    let Some(tally) = talk.situation.extras.deletes else {
        plan.wants.insert(Want::DeleteTally);
        return;
    };
    let known = sources.iter().filter(|(origin, source)| talk.find(*origin, source).is_some());
    let (here, percent) = ((gone.len(), gone.len() + known.count()), talk.options.brake_percent);
    if !tally.let_through
        && (brakes(percent, here, plan) || brakes_item(percent, here, tally, plan))
    {
        return;
    }
    for (origin, source) in gone {
        let pairs = talk.copies_of(origin, source).filter(|pair| !pair.closed);
        plan.steps.extend(pairs.filter_map(|pair| step(talk, pair)));
    }
}

/// Whether so many comments are gone at once that it is rather a mistake.
fn brakes(percent: u8, (gone, of): (usize, usize), plan: &mut Plan) -> bool {
    let brakes = gone >= BRAKE_FROM && exceeds(percent, gone, of);
    if brakes {
        let detail = format!("{gone} of {of} comments are gone at once, more than {percent} %");
        plan.find(Code::CommentBrake, "comments", detail);
    }
    brakes
}

/// Whether so many comments of the whole item are gone, these among them.
fn brakes_item(percent: u8, here: (usize, usize), tally: Tally, plan: &mut Plan) -> bool {
    let (gone, of) = (tally.gone + here.0, tally.of + here.1);
    let brakes = gone >= ITEM_BRAKE_FROM && exceeds(percent, gone, of);
    if brakes {
        let detail =
            format!("{gone} of the item's {of} comments are gone at once, more than {percent} %");
        plan.find(Code::CommentItemBrake, "comments", detail);
    }
    brakes
}

fn exceeds(percent: u8, gone: usize, of: usize) -> bool {
    gone * 100 > usize::from(percent) * of
}

fn step(talk: &Talk<'_>, pair: &CommentPair) -> Option<Step> {
    let on = pair.origin.other();
    let copy = talk.find(on, pair.copy())?;
    if talk.options.deletes == Deletes::Mark {
        return Some(Step::RewriteComment(marked(pair, copy)));
    }
    Some(Step::RemoveComment(Removal { on, id: copy.id.clone(), source: pair.source().to_owned() }))
}

/// The copy as it is, with a line that says that its original is gone.
fn marked(pair: &CommentPair, copy: &Comment) -> Rewrite {
    let on = pair.origin.other();
    let text = body::text(copy);
    let (mut head, words) = attribution_lines(&text);
    let line = deleted_line(pair.origin);
    if !head.contains(&line) {
        head.push(line);
    }
    Rewrite {
        on,
        id: copy.id.clone(),
        source: pair.source().to_owned(),
        body: body::render(on, &head, words),
        work: copy.work.clone(),
        hide: false,
        why: Why::Deleted,
        lost: None,
        of: GONE.to_owned(),
    }
}
