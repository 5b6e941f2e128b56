//! Deletes: what becomes of the copy of a comment that is gone, and the brake.

use super::attribution::{attribution_lines, deleted_line};
use super::body;
use super::steps::{CommentPair, GONE, Removal, Rewrite, Why};
use super::talk::Talk;
use crate::catalogue::Code;
use crate::item::Deletes;
use crate::plan::{Plan, Step};
use crate::snapshot::{Comment, Side};

/// Fewer than this many at once are never too many.
const BRAKE_FROM: usize = 3;

/// Plans what deletes ask for, unless there are too many at once.
pub(super) fn plan(talk: &Talk<'_>, plan: &mut Plan) {
    if talk.options.deletes == Deletes::Ignore {
        return;
    }
    let sources = talk.sources();
    let gone = |(origin, source): &&(Side, &str)| {
        talk.is_gone(*origin, source) && talk.copies_of(*origin, source).any(|pair| !pair.closed)
    };
    let gone: Vec<&(Side, &str)> = sources.iter().filter(gone).collect();
    let known = sources.iter().filter(|(origin, source)| talk.find(*origin, source).is_some());
    if brakes(talk.options.brake_percent, gone.len(), gone.len() + known.count(), plan) {
        return;
    }
    for (origin, source) in gone {
        let pairs = talk.copies_of(*origin, source).filter(|pair| !pair.closed);
        let steps: Vec<Step> = pairs.filter_map(|pair| step(talk, pair)).collect();
        if !steps.is_empty() && !talk.was_refused(source, GONE, plan) {
            plan.steps.extend(steps);
        }
    }
}

/// Whether so many comments are gone at once that it is rather a mistake.
fn brakes(percent: u8, gone: usize, of: usize, plan: &mut Plan) -> bool {
    let brakes = gone >= BRAKE_FROM && gone * 100 > usize::from(percent) * of;
    if brakes {
        let detail = format!("{gone} of {of} comments are gone at once, more than {percent} %");
        plan.find(Code::CommentBrake, "comments", detail);
    }
    brakes
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
        hide: false,
        why: Why::Deleted,
        lost: None,
        of: GONE.to_owned(),
    }
}
