//! The laws of ways over several transitions, in workflows made up at random.

use proptest::prelude::*;

use super::cases;
use super::world::{World, issue_statuses};
use crate::field::{StatusCategory, Way};
use crate::item::StatusPair;
use crate::plan::{Plan, Step};
use crate::snapshot::Transition;
use crate::status::STEPS_MAX;

/// Which statuses a workflow joins, by their place in [`issue_statuses`].
type Ways = Vec<(usize, usize)>;

fn ways() -> impl Strategy<Value = Ways> {
    prop::collection::vec((0..4_usize, 0..4_usize), 0..8)
}

fn id(index: usize) -> String {
    issue_statuses()[index].id.clone()
}

/// A world whose issue stands at `from`, whose record wants `record`.
fn world(ways: &Ways, known: bool, from: usize, record: &str) -> World {
    let mut world = World::quiet();
    world.item.status.enabled = true;
    world.issue.status = issue_statuses()[from].clone();
    world.record.status = Some(record.to_owned());
    if known {
        world.schema.workflow =
            ways.iter().map(|(from, to)| Way { from: Some(id(*from)), to: id(*to) }).collect();
    }
    world
}

/// What Jira offers where the issue stands.
fn offer(world: &mut World, ways: &Ways) {
    let statuses = issue_statuses();
    let out = ways.iter().enumerate().filter(|(_, way)| statuses[way.0] == world.issue.status);
    let offered = out.map(|(index, way)| Transition {
        id: index.to_string(),
        name: index.to_string(),
        to: statuses[way.1].clone(),
        screen: Vec::new(),
    });
    world.extras.transitions = Some(offered.collect());
}

/// Follows the plan to its end; the names of the statuses on the way.
fn travel(world: &mut World, ways: &Ways) -> (Vec<String>, Plan) {
    let mut visited = Vec::new();
    for _ in 0..10 {
        offer(world, ways);
        let plan = world.plan();
        if plan.is_empty() {
            return (visited, plan);
        }
        for step in &plan.steps {
            if let Step::TransitionIssue(step) = step {
                visited.push(step.to.clone());
            }
        }
        world.apply(&plan);
    }
    panic!("never arrives: {visited:?}");
}

fn closed(name: &str) -> bool {
    let statuses = issue_statuses();
    statuses.iter().any(|each| each.name == name && each.category == StatusCategory::Done)
}

proptest! {
    #![proptest_config(cases())]

    // F-316
    #[test]
    fn a_way_ends_is_short_and_passes_no_closed_status(
        ways in ways(), known in any::<bool>(), from in 0..4_usize, record in 0..3_usize,
    ) {
        let record = ["New", "Working", "Closed"][record];
        let mut world = world(&ways, known, from, record);
        let (visited, _) = travel(&mut world, &ways);
        prop_assert!(visited.len() <= STEPS_MAX, "{:?}", visited);
        let passed = visited.split_last().map_or(&[] as &[String], |(_, passed)| passed);
        prop_assert!(passed.iter().all(|name| !closed(name)), "{:?}", visited);
        let mut once = visited.clone();
        once.sort();
        once.dedup();
        prop_assert_eq!(once.len(), visited.len(), "a status is entered twice");
    }

    // F-133, F-316
    #[test]
    fn by_a_known_workflow_an_issue_arrives_or_does_not_move(
        ways in ways(), from in 0..4_usize,
    ) {
        let mut world = world(&ways, true, from, "Working");
        let mapped = StatusPair {
            salesforce: "Working".to_owned(),
            jira: "Working".to_owned(),
            resolution: None,
        };
        world.item.status.map.push(mapped);
        let (visited, plan) = travel(&mut world, &ways);
        let arrived = world.issue.status.name == "Working";
        prop_assert!(arrived || visited.is_empty(), "{:?} {:?}", visited, plan.findings);
        prop_assert!(arrived || !plan.findings.is_empty());
    }
}
