//! The laws of comment sync: whatever people say, edit and delete on both sides.

use proptest::prelude::*;

use super::cases;
use super::world::{World, at};
use crate::adf;
use crate::comments::{Room, attribution, digest, is_ours, read_attribution};
use crate::field::Feed;
use crate::item::{Deletes, EditedCopies, Edits, Internal, LongComments};
use crate::plan::Step;
use crate::snapshot::{Comment, CommentBody, FeedSight, Side};

/// People's comments: minute, text, whether customers see it, whether it answers the one before.
type Said = Vec<(i64, String, bool, bool)>;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zé \n>]{0,40}",
        1 => Just("He wrote: [Lockstep] is down again".to_owned()),
        1 => Just("€ ".repeat(1_100)),
    ]
}

fn said() -> impl Strategy<Value = Said> {
    prop::collection::vec((0_i64..30, text(), any::<bool>(), any::<bool>()), 0..6)
}

fn body(side: Side, text: &str) -> CommentBody {
    match side {
        Side::Salesforce => CommentBody::Text(text.to_owned()),
        Side::Jira => CommentBody::Document(adf::from_text(text)),
    }
}

/// A case, or where `feed` says so an object whose comments are posts of its feed.
fn world(record: &Said, issue: &Said, feed: bool) -> World {
    let mut world = World::quiet();
    world.item.comments.enabled = true;
    world.item.comments.publish = true;
    world.record.feed = FeedSight::Whole;
    if feed {
        world.item.salesforce.object = "Feature_Request__c".to_owned();
        world.schema.feed =
            Some(Feed { object: "Feature_Request__Feed".to_owned(), visibility: true });
    }
    for (side, said) in [(Side::Salesforce, record), (Side::Jira, issue)] {
        for (index, (minute, text, public, answers)) in said.iter().enumerate() {
            let parent = world.comments(side).last().map(|comment| comment.id.clone());
            let parent = parent.filter(|_| *answers && (side == Side::Jira || feed));
            let id = match (side, &parent) {
                (Side::Jira, _) => format!("{index}"),
                (Side::Salesforce, _) if !feed => format!("00a9{index:011}AAA"),
                (Side::Salesforce, None) => format!("0D59{index:011}AAA"),
                (Side::Salesforce, Some(_)) => format!("0D79{index:011}AAA"),
            };
            let parent = match side {
                Side::Jira => parent,
                Side::Salesforce => parent.map(|id| post_of(&world, id)),
            };
            let (public, created) = (*public, at(*minute));
            let author = "Agent".to_owned();
            let body = body(side, text);
            world.comments(side).push(Comment {
                id,
                author,
                created,
                body,
                public,
                parent,
                work: None,
            });
        }
    }
    world
}

/// A reply belongs to a post, not to another reply.
fn post_of(world: &World, id: String) -> String {
    let known = world.record.comments.iter().find(|comment| comment.id == id);
    known.and_then(|comment| comment.parent.clone()).unwrap_or(id)
}

/// Something that a person does to the n-th comment of a side.
#[derive(Debug, Clone)]
enum Act {
    Edit(Side, usize, String),
    Delete(Side, usize),
    Show(Side, usize, bool),
    Say(Side, String, bool),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let side = || prop_oneof![Just(Side::Salesforce), Just(Side::Jira)];
    let act = prop_oneof![
        3 => (side(), 0_usize..12, text()).prop_map(|(side, n, text)| Act::Edit(side, n, text)),
        1 => (side(), 0_usize..12).prop_map(|(side, n)| Act::Delete(side, n)),
        1 => (side(), 0_usize..12, any::<bool>()).prop_map(|(side, n, yes)| Act::Show(side, n, yes)),
        1 => (side(), text(), any::<bool>()).prop_map(|(side, text, yes)| Act::Say(side, text, yes)),
    ];
    prop::collection::vec(act, 0..8)
}

impl World {
    fn person(&mut self, act: &Act) {
        self.clock += 1;
        let (clock, now) = (self.clock, at(self.clock));
        let (Act::Edit(side, ..) | Act::Delete(side, _) | Act::Show(side, ..) | Act::Say(side, ..)) =
            *act;
        let comments = self.comments(side);
        let known = comments.len();
        match act {
            Act::Say(_, text, public) => comments.push(Comment {
                id: if side == Side::Jira {
                    format!("7{clock}")
                } else {
                    format!("00a7{clock:011}AAA")
                },
                author: "Agent".to_owned(),
                created: now,
                body: body(side, text),
                public: *public,
                parent: None,
                work: None,
            }),
            _ if known == 0 => {}
            Act::Edit(_, n, text) => comments[n % known].body = body(side, text),
            Act::Delete(_, n) => drop(comments.remove(n % known)),
            Act::Show(_, n, public) => comments[n % known].public = *public,
        }
    }
}

fn options() -> impl Strategy<Value = crate::item::CommentOptions> {
    let of = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), 0_u8..3, any::<bool>());
    of.prop_map(|(publish, skip, ignore, restore, deletes, cut)| crate::item::CommentOptions {
        enabled: true,
        publish,
        internal: if skip { Internal::Skip } else { Internal::Copy },
        edits: if ignore { Edits::Ignore } else { Edits::Mirror },
        edited_copies: if restore { EditedCopies::Restore } else { EditedCopies::Leave },
        deletes: [Deletes::Ignore, Deletes::Mark, Deletes::Mirror][usize::from(deletes)],
        brake_percent: 20,
        long: if cut { LongComments::Cut } else { LongComments::Split },
    })
}

/// What a comment says.
fn words(comment: &Comment) -> String {
    match &comment.body {
        CommentBody::Text(text) | CommentBody::Html(text) => text.clone(),
        CommentBody::Document(doc) => adf::to_text(doc),
    }
}

/// A text without the blanks and line ends that vendors treat as they like.
fn dense(text: &str) -> String {
    text.split_whitespace().collect()
}

/// What the copies of a comment say, put together without the lines of ours.
fn copied(world: &World, side: Side, id: &str) -> Option<String> {
    let mut pairs: Vec<_> =
        world.pairs.iter().filter(|pair| pair.origin == side && pair.source() == id).collect();
    pairs.sort_by_key(|pair| pair.part);
    let across = match side {
        Side::Salesforce => &world.issue.comments,
        Side::Jira => &world.record.comments,
    };
    let mut whole = String::new();
    for pair in pairs {
        let Some(copy) = across.iter().find(|comment| comment.id == pair.copy()) else {
            continue;
        };
        let text = words(copy);
        let lines = text.lines().filter(|line| !is_ours(line));
        whole.extend(lines.map(|line| format!("{line}\n")));
    }
    (!whole.is_empty()).then_some(whole)
}

// F-306, F-312
#[test]
fn a_comment_that_was_edited_before_its_copy_was_known_leads_it() {
    for side in [Side::Salesforce, Side::Jira] {
        let said = vec![(0, "First".to_owned(), true, false)];
        let none = Said::new();
        let (record, issue) =
            if side == Side::Salesforce { (&said, &none) } else { (&none, &said) };
        let mut world = world(record, issue, false);
        world.settle();
        world.pairs.clear();
        world.person(&Act::Edit(side, 0, "Second".to_owned()));
        world.settle();
        let source = world.comments(side)[0].id.clone();
        let copy = copied(&world, side, &source).expect("a copy");
        assert_eq!((dense(&copy).as_str(), world.comments(side.other()).len()), ("Second", 1));
    }
}

// F-312
#[test]
fn a_part_that_is_restored_brings_the_others_along() {
    let long = "€ ".repeat(1_100);
    let issue = vec![(0, "First".to_owned(), true, false), (1, long.clone(), true, true)];
    let mut world = world(&Said::new(), &issue, false);
    world.item.comments.edited_copies = EditedCopies::Restore;
    world.settle();
    // What it answers is gone, so its copies begin with less, and are cut elsewhere.
    world.person(&Act::Delete(Side::Jira, 0));
    world.settle();
    let last = world.record.comments.len() - 1;
    world.person(&Act::Edit(Side::Salesforce, last, String::new()));
    world.settle();
    assert!(world.look().is_empty());
    let copy = copied(&world, Side::Jira, "1").expect("a copy");
    assert_eq!(dense(&copy), dense(&long));
}

proptest! {
    #![proptest_config(cases())]

    // F-101
    #[test]
    fn each_comment_is_copied_once_and_no_copy_comes_back(record in said(), issue in said(), feed in any::<bool>()) {
        let mut world = world(&record, &issue, feed);
        world.settle();
        prop_assert!(world.look().is_empty());
        for (side, said) in [(Side::Salesforce, &record), (Side::Jira, &issue)] {
            let persons = world.comments(side).iter().filter(|comment| !is_ours(&words(comment))).count();
            prop_assert_eq!(persons, said.len());
        }
        let copies = world.record.comments.len() + world.issue.comments.len() - record.len() - issue.len();
        prop_assert_eq!(world.pairs.len(), copies);
        let whole = world.pairs.iter().filter(|pair| pair.part == 0).count();
        prop_assert_eq!(whole, record.len() + issue.len());
    }

    #[test]
    fn a_writer_that_forgot_its_pairs_adopts_them(
        record in said(), issue in said(), forgotten in prop::collection::vec(any::<bool>(), 40),
    ) {
        let mut world = world(&record, &issue, false);
        world.settle();
        let known = world.pairs.len();
        let mut forgotten = forgotten.into_iter();
        world.pairs.retain(|_| !forgotten.next().unwrap_or(true));
        let plan = world.plan();
        prop_assert!(plan.steps.iter().all(|step| matches!(step, Step::PairComments(_))), "{:?}", plan);
        world.apply(&plan);
        prop_assert!(world.plan().is_empty());
        prop_assert_eq!(world.pairs.len(), known);
    }

    #[test]
    fn copies_fit_and_name_their_source_and_part(record in said(), issue in said(), feed in any::<bool>()) {
        let world = world(&record, &issue, feed);
        for step in world.plan().steps {
            let Step::CopyComment(copy) = step else { panic!("{step:?}") };
            let shown = Comment { body: copy.body, ..world.clone().comments(copy.on.other())[0].clone() };
            let text = words(&shown);
            let room = match copy.on {
                Side::Jira => Room::ISSUE,
                Side::Salesforce if feed => Room::FEED,
                Side::Salesforce => Room::CASE_COMMENT,
            };
            prop_assert!(room.holds(&text));
            let names = read_attribution(&text).expect("an attribution");
            prop_assert_eq!((names.side, names.id, names.part), (copy.on.other(), copy.source, copy.part));
        }
    }

    // F-312
    #[test]
    fn edits_converge_and_the_copies_say_what_the_comments_say(
        record in said(), issue in said(), acts in acts(), feed in any::<bool>(),
    ) {
        let mut world = world(&record, &issue, feed);
        world.item.comments.edited_copies = EditedCopies::Restore;
        for act in acts {
            world.settle();
            world.person(&act);
        }
        world.settle();
        prop_assert!(world.look().is_empty());
        for side in [Side::Salesforce, Side::Jira] {
            for comment in world.comments(side).clone().iter().filter(|comment| !is_ours(&words(comment))) {
                let paired = world.pairs.iter().any(|pair| pair.origin == side && pair.source() == comment.id);
                let Some(copy) = copied(&world, side, &comment.id).filter(|_| paired) else { continue };
                let deleted = world.pairs.iter().filter(|pair| pair.origin == side && pair.source() == comment.id);
                let all = deleted.clone().all(|pair| {
                    let across = if side == Side::Jira { &world.record.comments } else { &world.issue.comments };
                    across.iter().any(|known| known.id == pair.copy())
                });
                prop_assert!(!all || dense(&copy) == dense(&words(comment)), "{} / {}", copy, words(comment));
            }
        }
    }

    // F-101
    #[test]
    fn there_is_no_echo_whatever_people_do_and_the_item_says(
        record in said(), issue in said(), acts in acts(), options in options(), feed in any::<bool>(),
    ) {
        let mut world = world(&record, &issue, feed);
        world.item.comments = options;
        for act in acts {
            world.settle();
            world.person(&act);
        }
        prop_assert!(world.settle() <= 3);
        prop_assert!(world.look().is_empty());
        // Nothing is a copy of a copy.
        for pair in &world.pairs {
            prop_assert!(!world.pairs.iter().any(|other| other.source() == pair.copy() && other.origin != pair.origin));
        }
    }

    // F-319
    #[test]
    fn what_is_internal_is_never_shown_to_customers_by_a_copy(
        record in said(), issue in said(), acts in acts(), options in options(), feed in any::<bool>(),
    ) {
        let mut world = world(&record, &issue, feed);
        world.item.comments = options;
        let publish = world.item.comments.publish;
        for act in acts {
            // A person who shows a copy to customers knows what they do.
            let shows_a_copy = match act {
                Act::Show(side, n, _) => {
                    let known = world.comments(side).len().max(1);
                    let shown = world.comments(side).get(n % known).map(|it| it.id.clone());
                    shown.is_some_and(|id| {
                        world.pairs.iter().any(|it| it.origin != side && it.copy() == id)
                    })
                }
                _ => false,
            };
            if !shows_a_copy {
                world.person(&act);
            }
            world.settle();
            for pair in world.pairs.clone() {
                let source = world.comments(pair.origin).iter().find(|it| it.id == pair.source()).cloned();
                let on = pair.origin.other();
                let copy = world.comments(on).iter().find(|it| it.id == pair.copy()).cloned();
                let (Some(source), Some(copy)) = (source, copy) else { continue };
                prop_assert!(source.public || !copy.public);
                prop_assert!(on == Side::Jira || publish || !copy.public);
                let post = copy.parent.and_then(|post| {
                    world.record.comments.iter().find(|it| it.id == post).cloned()
                });
                prop_assert!(on == Side::Jira || source.public || post.is_none_or(|post| !post.public));
            }
        }
    }

    // F-312
    #[test]
    fn no_plan_deletes_or_marks_more_than_the_brake_allows(
        record in said(), gone in prop::collection::vec(any::<bool>(), 6), percent in 1_u8..=100, mark in any::<bool>(),
    ) {
        let mut world = world(&record, &Vec::new(), false);
        world.item.comments.deletes = if mark { Deletes::Mark } else { Deletes::Mirror };
        world.item.comments.brake_percent = percent;
        world.settle();
        let mut gone = gone.into_iter();
        world.record.comments.retain(|_| !gone.next().unwrap_or(false));
        let lost = record.len() - world.record.comments.len();
        let plan = world.plan();
        let braked = lost >= 3 && lost * 100 > usize::from(percent) * record.len();
        prop_assert_eq!(braked, plan.findings.iter().any(|found| found.code == crate::Code::CommentBrake));
        let sources: std::collections::BTreeSet<&str> = plan.steps.iter().map(|step| match step {
            Step::RewriteComment(rewrite) => rewrite.source.as_str(),
            Step::RemoveComment(removal) => removal.source.as_str(),
            other => panic!("{other:?}"),
        }).collect();
        prop_assert_eq!(sources.len(), if braked { 0 } else { lost });
    }

    // F-313
    #[test]
    fn an_attribution_reads_back_whatever_the_author_is_called(author in ".{0,40}", id in "[0-9A-Za-z]{1,18}", part in 0_u16..9) {
        for side in [Side::Salesforce, Side::Jira] {
            let body = CommentBody::Text(String::new());
            let comment = Comment { id: id.clone(), author: author.clone(), created: at(3), body, public: true, parent: None, work: None };
            let line = attribution(side, &comment, (part, 9));
            prop_assert_eq!(line.lines().count(), 1);
            for line in [line.clone(), adf::to_text(&adf::from_text(&line))] {
                let names = read_attribution(&line).expect("an attribution");
                prop_assert_eq!((names.side, &names.id, names.part), (side, &id, part));
            }
            let shown = Comment { body: CommentBody::Text(line), ..comment };
            prop_assert_eq!(digest(&shown).len(), 32);
        }
    }
}
