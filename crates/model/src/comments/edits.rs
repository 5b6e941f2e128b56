//! Edits: a comment leads its copy.

use super::copies::Wording;
use super::steps::{CommentPair, Rewrite, Why};
use super::talk::Talk;
use super::{body, digest};
use crate::item::{EditedCopies, Edits};
use crate::plan::{Plan, Step};
use crate::snapshot::{Comment, Side};

/// Plans what edits ask for, comment by comment.
pub(super) fn plan(talk: &Talk<'_>, plan: &mut Plan) {
    for (origin, source) in talk.sources() {
        if let Some(comment) = talk.find(origin, source) {
            let pairs: Vec<&CommentPair> = talk.copies_of(origin, source).collect();
            revise(talk, (origin, comment), &pairs, plan);
        }
    }
}

fn revise(
    talk: &Talk<'_>,
    (origin, comment): (Side, &Comment),
    pairs: &[&CommentPair],
    plan: &mut Plan,
) {
    let says = digest(comment);
    let edited = |pair: &&CommentPair| {
        pair.closed || pair.showed(origin).is_some_and(|showed| showed != says)
    };
    let wording = Wording::of(talk, origin, comment);
    let edited = pairs.iter().any(edited);
    // A part that could not be written yet is due whatever becomes of edits.
    let missing = pairs.len() < wording.bodies.len();
    let anew = if edited { talk.options.edits == Edits::Mirror } else { missing };
    let mut revision =
        Revision { talk, origin, wording: &wording, says: &says, anew, restores: false };
    // Where the parts are cut now may differ from where they were: a part that is restored alone would
    // leave a gap, or say something twice.
    revision.restores = pairs.iter().any(|pair| revision.is_restored(pair));
    let mut steps: Vec<Step> = pairs.iter().filter_map(|pair| revision.step(pair)).collect();
    if anew && pairs.iter().any(|pair| talk.find(origin.other(), pair.copy()).is_some()) {
        steps.extend(revision.missing(pairs));
    }
    if !steps.is_empty() && !talk.was_refused(&comment.id, &says, plan) {
        wording.report(plan);
        plan.steps.extend(steps);
    }
}

/// A comment as it is now, against one of its copies.
struct Revision<'a> {
    talk: &'a Talk<'a>,
    origin: Side,
    wording: &'a Wording<'a>,
    says: &'a str,
    /// Whether its copies are to say what it says now.
    anew: bool,
    /// Whether one of its copies is to be restored, and the others with it.
    restores: bool,
}

impl Revision<'_> {
    /// What is to be done for the copy; nothing for one that somebody deleted.
    fn step(&self, pair: &CommentPair) -> Option<Step> {
        let on = self.origin.other();
        let copy = self.talk.find(on, pair.copy())?;
        let hide = pair.public && !self.wording.public && copy.public;
        let touched = self.is_touched(pair, copy);
        let wanted = self.wording.part(pair.part);
        let work = self.wording.work.clone().or_else(|| copy.work.clone());
        let worded = Comment { body: wanted.clone(), work: work.clone(), ..copy.clone() };
        let differs = digest(&worded) != digest(copy);
        let (why, body) = match (self.anew, self.restores, hide) {
            (true, ..) if differs => (Why::Edited, wanted),
            (_, true, _) if differs => (Why::Restored, wanted),
            (.., true) => (Why::Hidden, copy.body.clone()),
            (true, ..) => return self.remembered(pair, copy),
            _ => return None,
        };
        Some(Step::RewriteComment(Rewrite {
            on,
            id: copy.id.clone(),
            source: pair.source().to_owned(),
            body,
            work,
            hide,
            why,
            lost: (touched && why != Why::Hidden).then(|| body::text(copy)),
            of: self.says.to_owned(),
        }))
    }

    /// Whether somebody edited a copy.
    fn is_touched(&self, pair: &CommentPair, copy: &Comment) -> bool {
        pair.showed(self.origin.other()).is_some_and(|showed| showed != digest(copy))
    }

    /// Whether somebody edited the copy of this pair, and the item wants it back as it was.
    fn is_restored(&self, pair: &CommentPair) -> bool {
        let copy = self.talk.find(self.origin.other(), pair.copy());
        self.talk.options.edited_copies == EditedCopies::Restore
            && copy.is_some_and(|copy| self.is_touched(pair, copy))
    }

    /// The parts that have no copy.
    fn missing(&self, pairs: &[&CommentPair]) -> impl Iterator<Item = Step> {
        let missing = |part: &usize| pairs.iter().all(|pair| usize::from(pair.part) != *part);
        let parts = (0..self.wording.bodies.len()).filter(missing);
        parts.map(|part| Step::CopyComment(self.wording.step(part)))
    }

    /// The copy says already what it shall: only that is to be remembered.
    fn remembered(&self, pair: &CommentPair, copy: &Comment) -> Option<Step> {
        let mut now = pair.clone();
        now.closed = false;
        now.shows(self.origin, Some(self.says.to_owned()));
        now.shows(self.origin.other(), Some(digest(copy)));
        (now != *pair).then_some(Step::PairComments(now))
    }
}
