//! What is said on both sides, and which of it belongs together.

use std::collections::BTreeMap;

use super::attribution::{is_ours, read_attribution};
use super::body;
use super::copies::Wording;
use super::steps::CommentPair;
use super::{digest, has_place, long};
use crate::activity::{self, ActivityOptions};
use crate::base::CommentRefusal;
use crate::item::{CommentOptions, ConnectedItem};
use crate::plan::{Plan, Situation, Step};
use crate::snapshot::{Comment, FeedSight, Issue, Side};

/// The comments of both sides with their pairs.
pub(super) struct Talk<'a> {
    pub(super) situation: &'a Situation<'a>,
    pub(super) options: &'a CommentOptions,
    /// Whether comments are copied.
    comments: bool,
    /// Which activities are copied, if any.
    pub(super) activities: Option<ActivityOptions>,
    /// Known pairs, and those that were adopted just now.
    pub(super) pairs: Vec<CommentPair>,
    record: Vec<&'a Comment>,
    issue: Vec<&'a Comment>,
}

impl<'a> Talk<'a> {
    pub(super) fn new(situation: &'a Situation<'a>, issue: &'a Issue) -> Self {
        let item = situation.item;
        let comments = item.syncs_comments() && has_place(item, situation);
        let activities = item.active_activities();
        let switched_on =
            |of_activity: bool| if of_activity { activities.is_some() } else { comments };
        let pairs = situation.pairs.iter().filter(|pair| switched_on(pair.is_of_activity()));
        let mut record = oldest_first(&situation.record.comments);
        record.retain(|comment| switched_on(activity::is_activity(&comment.id)));
        Self {
            situation,
            options: &item.comments,
            comments,
            activities,
            pairs: pairs.cloned().collect(),
            record,
            issue: oldest_first(&issue.comments),
        }
    }

    /// Whether nothing is copied.
    pub(super) fn is_off(&self) -> bool {
        !self.comments && self.activities.is_none()
    }

    /// Whether a comment of a side is one that gets a copy.
    pub(super) fn copies(&self, origin: Side, comment: &Comment) -> bool {
        match &comment.work {
            None => self.comments,
            Some(_) if origin == Side::Jira => false,
            Some(work) => self.activities.is_some_and(|options| options.takes(work)),
        }
    }

    /// What is said on a side, oldest first.
    pub(super) fn on(&self, side: Side) -> &[&'a Comment] {
        match side {
            Side::Salesforce => &self.record,
            Side::Jira => &self.issue,
        }
    }

    /// A comment of a side.
    pub(super) fn find(&self, side: Side, id: &str) -> Option<&'a Comment> {
        self.on(side).iter().find(|comment| comment.id == id).copied()
    }

    /// The pairs of a comment, one a part.
    pub(super) fn copies_of<'b>(
        &'b self,
        origin: Side,
        source: &'b str,
    ) -> impl Iterator<Item = &'b CommentPair> {
        self.pairs.iter().filter(move |pair| pair.origin == origin && pair.source() == source)
    }

    /// The comments that have copies, each with its side.
    pub(super) fn sources(&self) -> Vec<(Side, &str)> {
        let mut sources: Vec<(Side, &str)> = Vec::new();
        for pair in &self.pairs {
            let source = (pair.origin, pair.source());
            if !sources.contains(&source) {
                sources.push(source);
            }
        }
        sources
    }

    /// Whether a comment that is not in sight is not there any more.
    pub(super) fn is_gone(&self, side: Side, id: &str) -> bool {
        let record = self.situation.record;
        let whole = match side {
            Side::Jira => true,
            Side::Salesforce if activity::is_activity(id) => record.activities == FeedSight::Whole,
            Side::Salesforce => !long::of_feed(id) || record.feed == FeedSight::Whole,
        };
        whole && self.find(side, id).is_none()
    }

    /// Whether a record's comments are posts of its feed.
    pub(super) fn writes_posts(&self) -> bool {
        !super::has_case_comments(&self.situation.item.salesforce.object)
    }

    /// What the other side refused about this comment, if it says the same still.
    pub(super) fn refusal(&self, source: &str, digest: &str) -> Option<&'a CommentRefusal> {
        let known = self.situation.base.refused_comments.get(source);
        known.filter(|refusal| refusal.of.is_empty() || refusal.of == digest)
    }

    /// Whether the other side refused it before: that is reported, and it is not offered again.
    pub(super) fn was_refused(&self, source: &str, digest: &str, plan: &mut Plan) -> bool {
        let refusal = self.refusal(source, digest);
        if let Some(refusal) = refusal {
            plan.find(refusal.code, &format!("comment {source}"), refusal.detail.as_str());
        }
        refusal.is_some()
    }

    /// Reports a feed, or activities, that could not be read.
    pub(super) fn report(&self, plan: &mut Plan) {
        let record = self.situation.record;
        for (subject, sight) in [("feed", &record.feed), ("activities", &record.activities)] {
            if let FeedSight::Refused { code, detail } = sight {
                plan.find(*code, subject, detail.as_str());
            }
        }
    }

    /// Pairs the copies that stand there with the comments that they name.
    pub(super) fn adopt(&mut self, plan: &mut Plan) {
        for origin in [Side::Salesforce, Side::Jira] {
            for copy in self.on(origin.other()).to_vec() {
                if let Some(pair) = self.adopted(origin, copy) {
                    plan.steps.push(Step::PairComments(pair.clone()));
                    self.pairs.push(pair);
                }
            }
        }
    }

    fn adopted(&self, origin: Side, copy: &Comment) -> Option<CommentPair> {
        let names = read_attribution(&body::text(copy)).filter(|names| names.side == origin)?;
        let source = self.find(origin, &names.id)?;
        let known = |pair: &CommentPair| {
            pair.id(origin.other()) == copy.id
                || (pair.id(origin) == source.id && pair.part == names.part)
        };
        if self.pairs.iter().any(known) {
            return None;
        }
        let mut pair = CommentPair::new(origin, &source.id, &copy.id);
        pair.part = names.part;
        pair.public = copy.public;
        let body = Wording::of(self, origin, source).part(names.part);
        let worded = Comment { body, ..copy.clone() };
        // Only who wrote it knew what the comment said then: where it says something else now, it leads.
        let as_written = said(&worded) == said(copy);
        pair.shows(origin, Some(if as_written { digest(source) } else { String::new() }));
        pair.shows(origin.other(), Some(digest(if as_written { copy } else { &worded })));
        Some(pair)
    }
}

/// The words of a copy, without the lines of ours.
fn said(copy: &Comment) -> String {
    let text = body::text(copy);
    let lines = text.lines().filter(|line| !is_ours(line));
    lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

fn oldest_first(comments: &[Comment]) -> Vec<&Comment> {
    let mut comments: Vec<&Comment> = comments.iter().collect();
    comments.sort_by_key(|comment| comment.created);
    comments
}

/// What a comment that a sweep came upon means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// Nothing that is not known.
    Nothing,
    /// A copy of ours shows itself for the first time: this is what it says.
    Copy(String),
    /// The link is to be looked at.
    Look,
}

/// What it means that a record's comment was deleted.
pub fn lost(pairs: &[CommentPair], id: &str) -> News {
    let copied = |pair: &CommentPair| {
        pair.origin == Side::Salesforce && pair.salesforce == id && !pair.closed
    };
    if pairs.iter().any(copied) { News::Look } else { News::Nothing }
}

/// What a record's comment means, by the pairs of its link and what was refused before.
pub fn news(
    item: &ConnectedItem,
    pairs: &[CommentPair],
    refused: &BTreeMap<String, CommentRefusal>,
    comment: &Comment,
) -> News {
    let says = digest(comment);
    let Some(pair) = pairs.iter().find(|pair| pair.salesforce == comment.id) else {
        let known = refused.get(&comment.id);
        let known = known.is_some_and(|refusal| refusal.of.is_empty() || refusal.of == says);
        let options = item.active_activities();
        let takes = |work| options.is_some_and(|options| options.takes(work));
        let waits = comment.work.as_ref().is_some_and(|work| !takes(work));
        return if known || waits || is_ours(&body::text(comment)) {
            News::Nothing
        } else {
            News::Look
        };
    };
    if pair.origin == Side::Salesforce && pair.public && !comment.public {
        return News::Look;
    }
    match &pair.salesforce_shows {
        None => News::Copy(says),
        // One that was deleted and is back is news although it says the same.
        Some(showed) if *showed == says && !(pair.closed && pair.origin == Side::Salesforce) => {
            News::Nothing
        }
        Some(_) => News::Look,
    }
}
