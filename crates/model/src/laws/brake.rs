//! The laws of the item's brake on deletes: many links lose few comments each.

use proptest::prelude::*;

use super::cases;
use super::world::{World, at};
use crate::comments::{self, GONE, Tally, gone, missed};
use crate::item::Deletes;
use crate::plan::Step;
use crate::snapshot::{Comment, CommentBody, FeedSight};
use crate::{Code, Fault};

/// A case with two comments that have copies, of which the first is gone.
fn world(deletes: Deletes, percent: u8) -> World {
    let mut world = World::quiet();
    world.item.comments.enabled = true;
    world.item.comments.deletes = deletes;
    world.item.comments.brake_percent = percent;
    world.record.feed = FeedSight::Whole;
    for number in 1..=2 {
        world.record.comments.push(Comment {
            id: format!("00a9{number:011}AAA"),
            author: "Agent".to_owned(),
            created: at(number),
            body: CommentBody::Text(format!("Thought {number}.")),
            public: true,
            parent: None,
            work: None,
        });
    }
    world.settle();
    world.record.comments.remove(0);
    world
}

proptest! {
    #![proptest_config(cases())]

    // F-312
    #[test]
    fn no_item_loses_more_copies_than_its_brake_allows_unless_somebody_lets_them_through(
        gone in 0_usize..60, others in 0_usize..300, percent in 1_u8..=100, mark in any::<bool>(), let_through in any::<bool>(),
    ) {
        let mut world = world(if mark { Deletes::Mark } else { Deletes::Mirror }, percent);
        let of = gone + others;
        world.extras.deletes = Some(Tally { gone, of, let_through });
        let plan = world.plan();
        let braked = !let_through && gone + 1 >= 10 && (gone + 1) * 100 > usize::from(percent) * (of + 2);
        prop_assert_eq!(braked, plan.findings.iter().any(|found| found.code == Code::CommentItemBrake));
        prop_assert_eq!(plan.steps.len(), usize::from(!braked), "{:?}", plan);
    }
}

// F-312
#[test]
fn the_tally_is_asked_for_where_something_is_gone_and_nowhere_else() {
    use crate::plan::Want;
    let mut world = world(Deletes::Mirror, 20);
    world.extras.deletes = None;
    let plan = world.plan();
    assert!(plan.wants.contains(&Want::DeleteTally) && plan.steps.is_empty(), "{plan:?}");
    world.item.comments.deletes = Deletes::Ignore;
    assert!(world.plan().wants.is_empty());
    world.item.comments.deletes = Deletes::Mirror;
    world.pairs.clear();
    assert!(world.plan().wants.is_empty());
}

// F-312
#[test]
fn a_comment_is_missed_once_until_it_is_back_or_dealt_with() {
    let mut world = world(Deletes::Mirror, 20);
    let lost = gone(&world.situation());
    assert_eq!(lost.len(), 1);
    assert_eq!(missed(&mut world.pairs, &lost).len(), 1);
    assert!(missed(&mut world.pairs, &lost).is_empty(), "it is known");
    assert!(missed(&mut world.pairs, &[]).is_empty() && world.pairs.iter().all(|pair| !pair.gone));
    let plan = world.plan();
    assert!(matches!(plan.steps[..], [Step::RemoveComment(_)]), "{plan:?}");
    missed(&mut world.pairs, &lost);
    world.apply(&plan);
    let closed = world.pairs.iter().filter(|pair| pair.closed).collect::<Vec<_>>();
    assert!(closed.len() == 1 && closed[0].gone, "it counts for an hour");
    assert!(gone(&world.situation()).is_empty());
}

// F-312
#[test]
fn what_cannot_be_dealt_with_does_not_count_for_ever() {
    let mut world = world(Deletes::Mirror, 20);
    let lost = gone(&world.situation());
    let mut refused = world.clone();
    let fault = Fault::new(Code::CommentLocked, "no");
    comments::refused(&mut refused.base, &lost[0].1, GONE, &fault);
    assert!(gone(&refused.situation()).is_empty());
    let plan = refused.plan();
    assert!(plan.steps.is_empty() && plan.findings[0].code == Code::CommentLocked, "{plan:?}");
    world.issue.comments.remove(0);
    assert!(gone(&world.situation()).is_empty(), "its copy is gone too");
    assert!(world.plan().steps.is_empty());
}
