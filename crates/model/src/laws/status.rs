//! The laws of status sync.

use proptest::prelude::*;

use super::cases;
use super::world::{World, issue_statuses, transitions};
use crate::item::StatusPair;
use crate::plan::Step;
use crate::status::Matching;

const RECORD: [&str; 5] = ["New", "Working", "Escalated", "Closed", "Unheard"];

#[derive(Debug, Clone)]
enum Turn {
    Record(usize),
    Issue(usize),
    Settle,
}

fn turn() -> impl Strategy<Value = Turn> {
    prop_oneof![
        (0..5_usize).prop_map(Turn::Record),
        (0..4_usize).prop_map(Turn::Issue),
        Just(Turn::Settle)
    ]
}

fn map() -> impl Strategy<Value = Vec<StatusPair>> {
    let pair = (0..5_usize, 0..4_usize).prop_map(|(record, issue)| StatusPair {
        salesforce: RECORD[record].to_owned(),
        jira: issue_statuses()[issue].name.clone(),
        resolution: None,
    });
    prop::collection::vec(pair, 0..4)
}

fn world(map: Vec<StatusPair>) -> World {
    let mut world = World::quiet();
    world.item.status.enabled = true;
    world.item.status.map = map;
    world.extras.transitions = Some(transitions());
    world
}

fn play(world: &mut World, turns: &[Turn]) {
    for turn in turns {
        match turn {
            Turn::Record(index) => world.move_record(RECORD[*index]),
            Turn::Issue(index) => world.move_issue(&issue_statuses()[*index]),
            Turn::Settle => {
                world.settle();
            }
        }
    }
}

proptest! {
    #![proptest_config(cases())]

    // F-65
    #[test]
    fn one_round_settles_the_statuses(map in map(), turns in prop::collection::vec(turn(), 0..8)) {
        let mut world = world(map);
        play(&mut world, &turns);
        prop_assert!(world.settle() <= 1);
        prop_assert!(world.plan().is_empty());
    }

    #[test]
    fn a_move_never_leads_to_where_the_side_is_already(
        map in map(), turns in prop::collection::vec(turn(), 0..8),
    ) {
        let mut world = world(map);
        play(&mut world, &turns);
        for step in world.plan().steps {
            match step {
                Step::TransitionIssue(step) => prop_assert_ne!(step.to_id, world.issue.status.id.as_str()),
                Step::UpdateRecord { status: Some(change), .. } => {
                    prop_assert_ne!(Some(&change.to), world.record.status.as_ref());
                }
                other => prop_assert!(false, "{:?}", other),
            }
        }
    }

    #[test]
    fn after_a_move_nobody_is_open_while_the_other_is_closed_but_by_the_map(
        turns in prop::collection::vec(turn(), 1..8),
    ) {
        let mut world = world(Vec::new());
        play(&mut world, &turns);
        world.settle();
        let record = world.record.status.clone().unwrap_or_default();
        let matching = Matching::new(&world.item.status.map, &world.schema);
        prop_assert!(matching.closed(&record).is_none() || matching.alike(&record, &world.issue.status));
    }
}
