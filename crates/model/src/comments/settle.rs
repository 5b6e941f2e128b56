//! What pairs and refusals become after a step.

use super::digest;
use super::steps::{CommentPair, Copy, Removal, Rewrite, Why};
use crate::base::{Base, CommentRefusal};
use crate::fault::Fault;
use crate::snapshot::{Comment, Issue, Record, Side};

/// Remembers what those copies and comments show that were not seen since they were paired or
/// written. Says whether any was.
pub fn seen(pairs: &mut [CommentPair], record: &Record, issue: Option<&Issue>) -> bool {
    let mut any = false;
    let issue = issue.map(|issue| issue.comments.as_slice()).unwrap_or_default();
    for (side, comments) in [(Side::Salesforce, record.comments.as_slice()), (Side::Jira, issue)] {
        for pair in pairs.iter_mut().filter(|pair| pair.showed(side).is_none()) {
            if let Some(comment) = comments.iter().find(|comment| comment.id == pair.id(side)) {
                pair.shows(side, Some(digest(comment)));
                any = true;
            }
        }
    }
    any
}

/// Remembers which comments are gone and which are back, as long as their copies are to be dealt with.
/// Gives the pairs of those that were not missed before.
pub fn missed(pairs: &mut [CommentPair], gone: &[(Side, String)]) -> Vec<CommentPair> {
    let mut new = Vec::new();
    for pair in pairs.iter_mut().filter(|pair| !pair.closed) {
        let is_gone = gone.iter().any(|(side, id)| pair.origin == *side && pair.source() == id);
        let was_gone = std::mem::replace(&mut pair.gone, is_gone);
        if is_gone && !was_gone {
            new.push(pair.clone());
        }
    }
    new
}

/// The pair of a copy that was written as `id`; `shown` is what the side shows of it, where it told.
pub fn copied(copy: &Copy, id: &str, shown: Option<&Comment>) -> CommentPair {
    let origin = copy.on.other();
    let mut pair = CommentPair::new(origin, &copy.source, id);
    pair.part = copy.part;
    pair.public = copy.public;
    pair.shows(origin, Some(copy.of.clone()));
    pair.shows(copy.on, shown.map(digest));
    pair
}

/// Remembers a copy that was written anew; `shown` is what the side shows of it, where it told.
pub fn rewritten(pairs: &mut [CommentPair], rewrite: &Rewrite, shown: Option<&Comment>) {
    for pair in pairs.iter_mut().filter(|pair| pair.id(rewrite.on) == rewrite.id) {
        pair.closed = rewrite.why == Why::Deleted;
        pair.public &= !rewrite.hide;
        if !pair.closed && rewrite.why != Why::Hidden {
            pair.shows(rewrite.on.other(), Some(rewrite.of.clone()));
        }
        pair.shows(rewrite.on, shown.map(digest));
    }
}

/// Remembers a copy that was deleted after its comment. Its pair stays, so that nothing comes back.
pub fn removed(pairs: &mut [CommentPair], removal: &Removal) {
    for pair in pairs.iter_mut().filter(|pair| pair.id(removal.on) == removal.id) {
        pair.closed = true;
    }
}

/// Remembers that a comment's copy could not be written, changed or taken away, so that it is not
/// tried with every look; `of` is the digest of what the comment says.
pub fn refused(base: &mut Base, source: &str, of: &str, fault: &Fault) {
    let refusal = CommentRefusal { of: of.to_owned(), code: fault.code, detail: fault.to_string() };
    base.refused_comments.insert(source.to_owned(), refusal);
}
