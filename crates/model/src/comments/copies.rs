//! The copies that are missing.

use std::collections::BTreeSet;

use super::attribution::{attribution, empty_line, is_ours, reply_line};
use super::long::{self, Room};
use super::steps::{CommentPair, Copy};
use super::talk::Talk;
use super::{body, digest};
use crate::activity;
use crate::catalogue::Code;
use crate::item::{Internal, LongComments};
use crate::plan::{Plan, Step};
use crate::snapshot::{Comment, CommentBody, FeedSight, Side, Work};

/// How far a thread is followed upwards.
const THREAD_MAX: usize = 20;

/// Plans the copies of comments that have none.
pub(super) fn plan(talk: &Talk<'_>, plan: &mut Plan) {
    for origin in [Side::Salesforce, Side::Jira] {
        let into_feed = origin == Side::Jira && talk.writes_posts();
        if into_feed && matches!(talk.situation.record.feed, FeedSight::Refused { .. }) {
            // Whether the copies are there already cannot be seen.
            continue;
        }
        let mut planned: BTreeSet<&str> = BTreeSet::new();
        for comment in talk.on(origin).iter().filter(|each| lacks_copy(talk, origin, each)) {
            // Its thread's post comes first; then this one can answer it.
            let waits = into_feed && thread(talk, comment).any(|id| planned.contains(id));
            if !(waits && paired(talk, comment).is_none()) && plan_one(talk, origin, comment, plan)
            {
                planned.insert(&comment.id);
            }
        }
    }
}

fn lacks_copy(talk: &Talk<'_>, origin: Side, comment: &Comment) -> bool {
    let paired = talk.pairs.iter().any(|pair| pair.id(origin) == comment.id);
    let internal = !comment.public && comment.work.is_none();
    let kept = internal && talk.options.internal == Internal::Skip;
    !paired && !kept && talk.copies(origin, comment) && !is_ours(&body::text(comment))
}

/// Plans the parts of a comment's copy; says whether there is anything to be written.
fn plan_one(talk: &Talk<'_>, origin: Side, comment: &Comment, plan: &mut Plan) -> bool {
    if talk.was_refused(&comment.id, &digest(comment), plan) {
        return false;
    }
    let copy = Wording::of(talk, origin, comment);
    copy.report(plan);
    plan.steps.extend((0..copy.bodies.len()).map(|part| Step::CopyComment(copy.step(part))));
    true
}

/// How the copy of a comment is worded, part by part.
pub(super) struct Wording<'a> {
    origin: Side,
    comment: &'a Comment,
    /// What each part says.
    pub(super) bodies: Vec<CommentBody>,
    /// Whether customers may see it.
    pub(super) public: bool,
    /// The time that the copy tells of: then it is a work log.
    pub(super) work: Option<Work>,
    answers: Option<String>,
    cut: bool,
}

impl<'a> Wording<'a> {
    pub(super) fn of(talk: &Talk<'_>, origin: Side, comment: &'a Comment) -> Self {
        let on = origin.other();
        let public = comment.public && (on == Side::Jira || talk.options.publish);
        let work = (on == Side::Jira).then(|| logged(talk, comment)).flatten();
        let answers = (on == Side::Salesforce).then(|| post(talk, comment, public)).flatten();
        let note = comment.parent.as_deref().filter(|_| answers.is_none());
        let note = note.map(|parent| reply_line(origin, talk.find(origin, parent)));
        let head = |part: u16, parts: u16| {
            let line = attribution(origin, comment, (part, parts));
            let note = note.clone().filter(|_| part == 0);
            std::iter::once(line).chain(note).collect::<Vec<String>>()
        };
        let text = body::text(comment);
        let room = Room::on(on, on == Side::Salesforce && talk.writes_posts());
        let fits = room.beside(&head(0, 1)).holds(&text);
        // Two work logs would count the time twice.
        let whole = work.is_some() || talk.options.long == LongComments::Cut;
        let (texts, cut) = if fits {
            (vec![text], false)
        } else if whole {
            (vec![long::cut(&text, room.beside(&head(0, 1)))], true)
        } else {
            parts(&text, room.beside(&head(0, u16::MAX)), room.beside(&head(1, u16::MAX)))
        };
        let count = u16::try_from(texts.len()).unwrap_or(u16::MAX);
        let bodies =
            (0..count).zip(&texts).map(|(part, text)| body::render(on, &head(part, count), text));
        Self { origin, comment, bodies: bodies.collect(), public, work, answers, cut }
    }

    /// What a part says; one that is not needed any more says so.
    pub(super) fn part(&self, part: u16) -> CommentBody {
        if let Some(body) = self.bodies.get(usize::from(part)) {
            return body.clone();
        }
        let line = attribution(self.origin, self.comment, (part, part.saturating_add(1)));
        body::render(self.origin.other(), &[line, empty_line()], "")
    }

    /// The step that writes a part.
    pub(super) fn step(&self, part: usize) -> Copy {
        Copy {
            on: self.origin.other(),
            source: self.comment.id.clone(),
            part: u16::try_from(part).unwrap_or(u16::MAX),
            body: self.bodies[part].clone(),
            public: self.public,
            answers: self.answers.clone(),
            work: self.work.clone(),
            of: digest(self.comment),
        }
    }

    /// Says so where not all of it is copied.
    pub(super) fn report(&self, plan: &mut Plan) {
        if self.cut {
            let detail = "it is longer than the other side takes";
            plan.find(Code::CommentCut, &format!("comment {}", self.comment.id), detail);
        }
    }
}

/// The time that the copy of an activity tells of. What it became first it stays: a work log that
/// its activity tells no time for any more keeps the time that it shows.
fn logged(talk: &Talk<'_>, comment: &Comment) -> Option<Work> {
    let work = comment.work.as_ref()?;
    match talk.copies_of(Side::Salesforce, &comment.id).next() {
        Some(pair) if activity::read_work_log(&pair.jira).is_none() => None,
        Some(pair) if work.seconds == 0 => talk.find(Side::Jira, &pair.jira)?.work.clone(),
        Some(_) => Some(work.in_minutes()),
        None => talk.activities.filter(|options| options.logs(work)).map(|_| work.in_minutes()),
    }
}

/// The parts of a text; whether some of it is left out.
fn parts(text: &str, first: Room, others: Room) -> (Vec<String>, bool) {
    let parts = long::split(text, first, others);
    let mut texts: Vec<String> =
        parts.iter().take(long::PARTS_MAX).map(|&part| part.to_owned()).collect();
    let cut = parts.len() > long::PARTS_MAX;
    if let Some(last) = texts.last_mut().filter(|_| cut) {
        *last = long::cut(last, others);
    }
    (texts, cut)
}

/// The comments of the issue that a comment answers, directly or not, nearest first.
fn thread<'a>(talk: &'a Talk<'_>, comment: &'a Comment) -> impl Iterator<Item = &'a str> {
    let parent = |id: &&str| talk.find(Side::Jira, id)?.parent.as_deref();
    std::iter::successors(comment.parent.as_deref(), parent).take(THREAD_MAX)
}

/// The copy of the nearest of them that has one.
fn paired<'a>(talk: &'a Talk<'_>, comment: &'a Comment) -> Option<&'a CommentPair> {
    let pair = |id: &str| talk.pairs.iter().find(|pair| pair.jira == id && pair.part == 0);
    thread(talk, comment).find_map(pair)
}

/// The post that a copy of a reply can answer: the copy of what it answers, or the one that that
/// copy answers. An internal reply answers no post that customers see.
fn post(talk: &Talk<'_>, comment: &Comment, public: bool) -> Option<String> {
    let pair = paired(talk, comment).filter(|_| talk.writes_posts())?;
    let known = talk.find(Side::Salesforce, &pair.salesforce);
    let post = match known.and_then(|known| known.parent.clone()) {
        Some(post) => post,
        None => pair.salesforce.clone(),
    };
    let seen = talk.find(Side::Salesforce, &post).map_or(pair.public, |post| post.public);
    let safe = public || !seen;
    (long::is_post(&post) && safe && !talk.is_gone(Side::Salesforce, &post)).then_some(post)
}
