//! The laws of undo.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::cases;
use super::merge::{Edit, changes, edit, make, owner, policy};
use super::world::{World, pairs};
use crate::base::Base;
use crate::ids::CorrelationId;
use crate::item::{Owner, Policy};
use crate::plan::{Plan, Reason, Step};
use crate::snapshot::Side;
use crate::undo::{Asker, Net, Trace, UndoPlan, weigh};
use crate::value::FieldValue;

/// Adds what a plan writes to what the trail tells.
fn note(net: &mut Net, plan: &Plan) {
    for (side, change) in changes(plan) {
        let step = if side == Side::Jira { "edit_issue" } else { "update_record" };
        let (before, after) = (json!(change.before), json!(change.after));
        let (subject, reason) = (change.mapping.as_str(), &json!(change.reason));
        net.add(Trace { step, subject, side, before: &before, after: &after, reason });
    }
    for step in &plan.steps {
        let (step, side, from, to) = match step {
            Step::TransitionIssue(step) => ("transition_issue", Side::Jira, &step.from, &step.to),
            Step::UpdateRecord { status: Some(change), .. } => {
                ("update_record", Side::Salesforce, &change.from, &change.to)
            }
            _ => continue,
        };
        let (before, after) = (json!(from), json!(to));
        let reason = &Value::Null;
        net.add(Trace { step, subject: "status", side, before: &before, after: &after, reason });
    }
}

/// Brings a world in step, and tells what was written.
pub(crate) fn noted(world: &mut World) -> Net {
    let mut net = Net::default();
    for _ in 0..8 {
        let plan = world.look();
        if plan.is_empty() {
            return net;
        }
        note(&mut net, &plan);
        world.apply(&plan);
    }
    panic!("never settles: {:#?}", world.plan());
}

/// Takes an undo up, as a worker does before it writes anything.
pub(crate) fn take_up(world: &mut World, net: &Net) -> UndoPlan {
    let mut undo = weigh(net, &world.situation());
    let before = world.base.clone();
    let (actor, correlation) = ("ann".to_owned(), CorrelationId("u-1".to_owned()));
    let by = Asker { actor, correlation };
    world.base.take_back(&undo.back, &by);
    undo.confirm(&world.plan());
    world.base = Base { undoing: Vec::new(), ..before };
    world.base.take_back(&undo.back, &by);
    undo
}

/// A world that was synced, edited, and synced again; with what that last time wrote.
fn lived(owner: Owner, policy: Policy, edits: &[Edit], more: &[Edit]) -> (World, Net) {
    let mut world = World::mapped(owner, policy);
    make(&mut world, edits);
    world.settle();
    make(&mut world, more);
    let net = noted(&mut world);
    (world, net)
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    prop::collection::vec(edit(), 0..8)
}

/// What a side shows of a mapping.
fn shown(world: &World, side: Side, key: &str) -> crate::FieldValue {
    let issue = crate::plan::shown(&world.situation()).remove(key).expect("a mapping");
    let both = (issue.salesforce, issue.jira);
    if side == Side::Jira { both.1 } else { both.0 }.expect("it is shown")
}

/// An empty checkbox is an unticked one.
fn same(now: &FieldValue, back: &FieldValue) -> bool {
    now == back || (back.is_empty() && *now == FieldValue::Bool(false))
}

fn key(field: usize) -> String {
    let (salesforce, jira) = pairs()[field];
    format!("{salesforce}:{jira}")
}

proptest! {
    #![proptest_config(cases())]

    // F-305
    #[test]
    fn after_an_undo_nothing_is_left_to_do(
        owner in owner(), policy in policy(), first in edits(), more in edits(), later in edits(),
    ) {
        let (mut world, net) = lived(owner, policy, &first, &more);
        make(&mut world, &later);
        world.settle();
        let undo = take_up(&mut world, &net);
        let plan = world.plan();
        world.apply(&plan);
        let again = world.plan();
        prop_assert!(again.is_empty(), "{:#?}\nafter {:#?}", again, plan);
        prop_assert!(world.base.undoing.is_empty());
        for turn in &undo.back {
            let now = shown(&world, turn.side, &turn.subject);
            prop_assert!(same(&now, &turn.back), "{:?} for {:?}", now, turn);
        }
        prop_assert_eq!(undo.back.len(), changes(&plan).len(), "nothing else is written");
    }

    // F-305
    #[test]
    fn what_somebody_edited_since_is_kept(
        owner in owner(), policy in policy(), first in edits(), more in edits(), later in edits(),
        seen in any::<bool>(),
    ) {
        let (mut world, net) = lived(owner, policy, &first, &more);
        let before = world.clone();
        make(&mut world, &later);
        if seen {
            world.settle();
        }
        let undo = take_up(&mut world, &net);
        for turn in &undo.back {
            let (side, key) = (turn.side, turn.subject.as_str());
            prop_assert_eq!(shown(&before, side, key), shown(&world, side, key), "not edited");
            let other = shown(&world, side.other(), key);
            prop_assert!(seen || other == shown(&before, side.other(), key), "nothing is on its way");
        }
        let edited = |side: Side, key: &str| shown(&world, side, key);
        for kept in &undo.kept {
            prop_assert_eq!(&edited(kept.edited, &kept.turn.subject), &kept.now);
        }
        let undone = |reason: &Reason| matches!(reason, Reason::Undo { .. });
        for (side, change) in changes(&world.plan()).into_iter().filter(|(_, it)| undone(&it.reason)) {
            prop_assert!(undo.back.iter().any(|turn| turn.is_of(&change.mapping, side)));
        }
    }

    // F-305
    #[test]
    fn an_edit_after_an_undo_flows_as_any_other(
        policy in policy(), first in edits(), more in edits(), later in edit(),
    ) {
        let (mut world, net) = lived(Owner::Both, policy, &first, &more);
        world.settle();
        take_up(&mut world, &net);
        world.settle();
        let key = key(later.field);
        prop_assume!(world.base.fields.contains_key(&key));
        let before = shown(&world, later.side, &key);
        later.make(&mut world);
        let put = shown(&world, later.side, &key);
        prop_assume!(put != before);
        world.settle();
        prop_assert_eq!(&shown(&world, later.side, &key), &put, "the edit stands");
        if world.plan().findings.iter().all(|it| it.subject != key) {
            let merged = crate::plan::merges(&world.situation(), &world.issue, &mut Plan::default())
                .into_iter().any(|merge| merge.key() == key && merge.agrees());
            prop_assert!(merged, "it reached the other side");
            prop_assert!(!world.base.apart.contains(&key));
        }
    }

    // F-305
    #[test]
    fn an_undo_that_was_cut_off_and_is_done_again_comes_to_the_same(
        owner in owner(), policy in policy(), first in edits(), more in edits(), cut in 0_usize..6,
    ) {
        let (mut world, net) = lived(owner, policy, &first, &more);
        take_up(&mut world, &net);
        let mut whole = world.clone();
        let plan = whole.plan();
        whole.apply(&plan);
        whole.settle();
        let base = world.base.clone();
        let mut begun = plan.clone();
        begun.steps.iter_mut().for_each(|step| match step {
            Step::EditIssue { changes } | Step::UpdateRecord { changes, .. } => changes.truncate(cut),
            _ => {}
        });
        world.apply(&begun);
        world.base = base;
        world.settle();
        prop_assert_eq!(&world.record.fields, &whole.record.fields);
        prop_assert_eq!(&world.issue.fields, &whole.issue.fields);
        prop_assert_eq!(&world.base, &whole.base);
    }

    // F-305
    #[test]
    fn an_undo_can_itself_be_undone(
        owner in owner(), policy in policy(), first in edits(), more in edits(),
    ) {
        let (mut world, net) = lived(owner, policy, &first, &more);
        world.settle();
        let undo = take_up(&mut world, &net);
        let undone = noted(&mut world);
        let back = take_up(&mut world, &undone);
        prop_assert_eq!(back.back.len(), undo.back.len());
        world.settle();
        for turn in &undo.back {
            let sides = World { base: Base::default(), ..world.clone() };
            prop_assert_eq!(shown(&sides, turn.side, &turn.subject), turn.wrote.clone());
        }
    }
}
