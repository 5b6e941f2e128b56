//! Comment sync: each comment is copied once, and a copy is never copied.
//!
//! A copy begins with an attribution line that names the side, the author, the time and the id of
//! what it copies. The store remembers pairs; a copy that is not paired yet (its writer crashed
//! before it could say so) is recognised by that line and adopted. Deleted comments are not mirrored:
//! a pair whose one side is gone stays a pair, so nothing is deleted and nothing comes back.

mod attribution;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::adf;
use crate::catalogue::Code;
use crate::files::is_note;
use crate::plan::{CommentPair, Plan, Situation, Step};
use crate::snapshot::{Comment, CommentBody, Issue, Side};

pub use attribution::{attribution, read_attribution};

/// Most bytes (UTF-8) of a `CaseComment.CommentBody`.
pub const MAX_BYTES: usize = 4_000;

/// How a copy ends that had to be shortened.
pub const SHORTENED: &str = "[shortened by Lockstep; the whole comment is in Jira]";

/// The objects whose comments are synced in this version (`CaseComment`).
pub fn has_comments(object: &str) -> bool {
    object == "Case"
}

/// Plans the copies that are missing on either side, oldest first, and the pairs to be adopted.
pub(crate) fn plan(situation: &Situation<'_>, issue: &Issue, plan: &mut Plan) {
    let item = situation.item;
    if !item.syncs_comments() || !has_comments(&item.salesforce.object) {
        return;
    }
    let record = oldest_first(&situation.record.comments);
    let issue = oldest_first(&issue.comments);
    let mut paired = Paired::new(situation.pairs);
    adopt(Side::Salesforce, &record, &issue, &mut paired, plan);
    adopt(Side::Jira, &issue, &record, &mut paired, plan);
    for comment in record.iter().filter(|each| paired.lacks(Side::Salesforce, each)) {
        if !refused(situation, comment, plan) {
            plan.steps.push(on_issue(comment));
        }
    }
    for comment in issue.iter().filter(|each| paired.lacks(Side::Jira, each)) {
        if refused(situation, comment, plan) {
            continue;
        }
        let publish = item.comments.publish && comment.public;
        let step = on_record(comment, publish, plan);
        plan.steps.push(step);
    }
}

/// Whether the other side refused this comment before: it is reported, not offered again.
fn refused(situation: &Situation<'_>, comment: &Comment, plan: &mut Plan) -> bool {
    let known = situation.base.refused_comments.get(&comment.id);
    if let Some(refusal) = known {
        plan.find(refusal.code, &format!("comment {}", comment.id), refusal.detail.as_str());
    }
    known.is_some()
}

fn oldest_first(comments: &[Comment]) -> Vec<&Comment> {
    let mut comments: Vec<&Comment> = comments.iter().collect();
    comments.sort_by_key(|comment| comment.created);
    comments
}

/// The ids that have a partner, known or just adopted.
struct Paired<'a> {
    salesforce: BTreeSet<&'a str>,
    jira: BTreeSet<&'a str>,
}

impl<'a> Paired<'a> {
    fn new(pairs: &'a [CommentPair]) -> Self {
        Self {
            salesforce: pairs.iter().map(|pair| pair.salesforce.as_str()).collect(),
            jira: pairs.iter().map(|pair| pair.jira.as_str()).collect(),
        }
    }

    fn of(&mut self, side: Side) -> &mut BTreeSet<&'a str> {
        match side {
            Side::Salesforce => &mut self.salesforce,
            Side::Jira => &mut self.jira,
        }
    }

    /// Whether a comment on `side` is to be copied: it has no partner, and is no copy
    /// and no note of ours itself.
    fn lacks(&self, side: Side, comment: &Comment) -> bool {
        let paired = match side {
            Side::Salesforce => &self.salesforce,
            Side::Jira => &self.jira,
        };
        !paired.contains(comment.id.as_str())
            && copied_from(comment, side.other()).is_none()
            && !is_note(&text(comment))
    }
}

/// Pairs the copies that stand among `copies` with the comments of `origin` that they name.
fn adopt<'a>(
    origin: Side,
    sources: &[&'a Comment],
    copies: &[&'a Comment],
    paired: &mut Paired<'a>,
    plan: &mut Plan,
) {
    for copy in copies {
        let Some(id) = copied_from(copy, origin) else {
            continue;
        };
        let Some(source) = sources.iter().find(|source| source.id == id) else {
            continue;
        };
        if paired.of(origin).contains(source.id.as_str())
            || paired.of(origin.other()).contains(copy.id.as_str())
        {
            continue;
        }
        paired.of(origin).insert(&source.id);
        paired.of(origin.other()).insert(&copy.id);
        let (salesforce, jira) = match origin {
            Side::Salesforce => (&source.id, &copy.id),
            Side::Jira => (&copy.id, &source.id),
        };
        let pair = CommentPair { salesforce: salesforce.clone(), jira: jira.clone(), origin };
        plan.steps.push(Step::PairComments(pair));
    }
}

/// The id of the comment on `side` that this one copies, if it is a copy.
fn copied_from(comment: &Comment, side: Side) -> Option<String> {
    let (of, id) = read_attribution(&text(comment))?;
    (of == side).then_some(id)
}

fn text(comment: &Comment) -> String {
    match &comment.body {
        CommentBody::Text(text) => text.clone(),
        CommentBody::Document(doc) => adf::to_text(doc),
    }
}

fn on_issue(comment: &Comment) -> Step {
    let line = attribution(Side::Salesforce, &comment.author, comment.created, &comment.id);
    let mut content = vec![json!({
        "type": "paragraph",
        "content": [{"type": "text", "text": line, "marks": [{"type": "em"}]}],
    })];
    let body = adf::from_text(&text(comment));
    content.extend(body["content"].as_array().into_iter().flatten().cloned());
    let body: Value = json!({"type": "doc", "version": 1, "content": content});
    Step::CommentOnIssue { source: comment.id.clone(), body, public: comment.public }
}

fn on_record(comment: &Comment, publish: bool, plan: &mut Plan) -> Step {
    let line = attribution(Side::Jira, &comment.author, comment.created, &comment.id);
    let whole = format!("{line}\n{}", text(comment));
    let body = shorten(&whole);
    if body.len() < whole.len() {
        let detail = format!("{} bytes where {MAX_BYTES} fit", whole.len());
        plan.find(Code::CommentCut, &format!("comment {}", comment.id), detail);
    }
    Step::CommentOnRecord { source: comment.id.clone(), body, publish }
}

/// The text itself where it fits into a `CaseComment`, or else its beginning, cut between two
/// characters, and a note that says so.
fn shorten(text: &str) -> String {
    if text.len() <= MAX_BYTES {
        return text.to_owned();
    }
    let room = MAX_BYTES - SHORTENED.len() - 1;
    let end = (0..=room).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    format!("{}\n{SHORTENED}", text[..end].trim_end())
}

#[cfg(test)]
mod tests;
