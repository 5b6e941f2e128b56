use std::collections::BTreeMap;

use serde_json::json;

use super::*;
use crate::base::StatusBase;
use crate::field::IssueStatus;
use crate::item::StatusPair;
use crate::laws::world::{World, at, issue_statuses, transitions};
use crate::plan::{Plan, Step};
use crate::settle;
use crate::snapshot::TransitionField;

fn status(name: &str) -> IssueStatus {
    issue_statuses().into_iter().find(|status| status.name == name).expect("a status")
}

fn pair(salesforce: &str, jira: &str) -> StatusPair {
    StatusPair { salesforce: salesforce.to_owned(), jira: jira.to_owned() }
}

fn agreed(salesforce: &str, jira: &str) -> StatusBase {
    StatusBase { salesforce: salesforce.to_owned(), jira: status(jira).id, refused: None }
}

/// A world that syncs status, with the statuses as they are now and as they were last agreed.
fn world(now: (&str, &str), base: Option<(&str, &str)>) -> World {
    let mut world = World::quiet();
    world.item.status.enabled = true;
    world.record.status = Some(now.0.to_owned());
    world.issue.status = status(now.1);
    world.base.status = base.map(|(salesforce, jira)| agreed(salesforce, jira));
    world.extras.transitions = Some(transitions());
    world
}

fn moved_to(plan: &Plan) -> (Side, &str, &Reason) {
    match plan.steps.as_slice() {
        [Step::TransitionIssue(step)] => (Side::Jira, &step.to, &step.reason),
        [Step::UpdateRecord { status: Some(change), .. }] => {
            (Side::Salesforce, &change.to, &change.reason)
        }
        _ => panic!("no move: {plan:#?}"),
    }
}

fn only_finding(plan: &Plan) -> Code {
    assert!(plan.is_empty(), "{plan:#?}");
    let [finding] = plan.findings.as_slice() else { panic!("not one finding: {plan:#?}") };
    assert_eq!(finding.subject, "status");
    finding.code
}

// F-68
#[test]
fn statuses_belong_together_by_map_then_name_then_category() {
    let schema = World::quiet().schema;
    let together =
        |map: &[StatusPair], record, issue| belongs_together(map, &schema, record, &status(issue));
    assert!(together(&[], " working ", "Working"), "by name");
    assert!(together(&[], "New", "To Do"), "both open, neither has a partner");
    assert!(together(&[], "Closed", "Done"), "both closed");
    assert!(!together(&[], "Working", "To Do"), "Working has a partner");
    assert!(!together(&[], "New", "Working"), "the issue's has a partner");
    assert!(!together(&[], "New", "Done"));
    assert!(!together(&[], "Unheard", "To Do"), "not known to be open");
    let map = [pair("Escalated", "working"), pair("Working", "Waiting")];
    assert!(together(&map, "Escalated", "Working"), "by map");
    assert!(!together(&map, "Working", "Working"), "the map comes before the name");
}

// F-66
#[test]
fn at_the_first_link_the_record_leads() {
    let plan = world(("Closed", "To Do"), None).plan();
    assert_eq!(moved_to(&plan), (Side::Jira, "Done", &Reason::Initial));
    let plan = world(("Working", "Done"), None).plan();
    assert_eq!(moved_to(&plan), (Side::Jira, "Working", &Reason::Initial));
    let plan = world(("New", "To Do"), None).plan();
    assert_eq!(plan.agreements, [Agreement::Status(agreed("New", "To Do"))]);
}

#[test]
fn the_side_that_moved_leads() {
    let plan = world(("Working", "To Do"), Some(("New", "To Do"))).plan();
    assert_eq!(
        moved_to(&plan),
        (Side::Jira, "Working", &Reason::Changed { side: Side::Salesforce })
    );
    let plan = world(("New", "Done"), Some(("New", "To Do"))).plan();
    assert_eq!(
        moved_to(&plan),
        (Side::Salesforce, "Closed", &Reason::Changed { side: Side::Jira })
    );
    let plan = world(("Closed", "Waiting"), Some(("Closed", "Done"))).plan();
    assert_eq!(moved_to(&plan).1, "New", "the default of the open ones");
    assert_eq!(world(("Closed", "Working"), Some(("Closed", "Working"))).plan(), Plan::default());
}

#[test]
fn a_status_without_a_partner_moves_nothing_while_both_are_open() {
    let plan = world(("Escalated", "Working"), Some(("Working", "Working"))).plan();
    assert_eq!((plan.steps.len(), plan.agreements.len()), (0, 1));
    let plan = world(("Working", "Waiting"), Some(("Working", "Working"))).plan();
    assert_eq!((plan.steps.len(), plan.agreements.len()), (0, 1));
}

// F-67
#[test]
fn where_both_moved_the_newest_wins() {
    for (minute, side) in [(5, Side::Jira), (10, Side::Jira), (15, Side::Salesforce)] {
        let mut world = world(("Working", "Done"), Some(("New", "To Do")));
        world.extras.issue_times = Some(BTreeMap::from([("status".to_owned(), at(minute))]));
        let plan = world.plan();
        let (moved, _, reason) = moved_to(&plan);
        assert_eq!(moved, side, "the issue at minute {minute}, the record at 10");
        assert!(matches!(reason, Reason::Conflict { winner, .. } if *winner == side.other()));
    }
    let mut unread = world(("Working", "Done"), Some(("New", "To Do")));
    unread.extras.issue_times = None;
    assert_eq!(unread.plan().wants.into_iter().collect::<Vec<_>>(), [Want::IssueTimes]);
}

#[test]
fn transitions_are_asked_for_only_when_needed() {
    let mut unread = world(("Closed", "To Do"), None);
    unread.extras.transitions = None;
    assert_eq!(unread.plan().wants.into_iter().collect::<Vec<_>>(), [Want::Transitions]);
    let mut together = world(("New", "To Do"), None);
    together.extras.transitions = None;
    assert!(together.plan().wants.is_empty());
}

#[test]
fn no_transition_is_a_finding_and_no_detour_is_taken() {
    let mut world = world(("Working", "To Do"), Some(("New", "To Do")));
    let offered = |names: &[&str]| {
        Some(
            transitions()
                .into_iter()
                .filter(|each| names.contains(&each.to.name.as_str()))
                .collect(),
        )
    };
    world.extras.transitions = offered(&["To Do", "Waiting", "Done"]);
    assert_eq!(only_finding(&world.plan()), Code::StatusNoTransition);
    world.record.status = Some("Closed".to_owned());
    assert_eq!(moved_to(&world.plan()).1, "Done");
    world.extras.transitions = offered(&[]);
    assert_eq!(only_finding(&world.plan()), Code::StatusNoTransition);
    world.record.status = Some("Unheard".to_owned());
    assert_eq!(only_finding(&world.plan()), Code::StatusNoMatch);
}

#[test]
fn a_conflict_whose_winner_cannot_be_followed_stays_decided() {
    let mut world = world(("Escalated", "Done"), Some(("Working", "Working")));
    world.extras.issue_times = Some(BTreeMap::from([("status".to_owned(), at(15))]));
    world.schema.record_statuses.retain(|status| !status.closed);
    let plan = world.plan();
    assert_eq!((plan.steps.len(), plan.findings[0].code), (0, Code::StatusNoMatch));
    world.apply(&plan);
    world.record.modified = at(20);
    assert_eq!(only_finding(&world.plan()), Code::StatusNoMatch);
    world.issue.status = status("Working");
    assert_eq!(
        moved_to(&world.plan()),
        (Side::Salesforce, "Working", &Reason::Changed { side: Side::Jira })
    );
}

#[test]
fn an_issue_status_that_no_value_answers_is_a_finding() {
    let mut world = world(("New", "Done"), Some(("New", "To Do")));
    world.schema.record_statuses.retain(|status| !status.closed);
    assert_eq!(only_finding(&world.plan()), Code::StatusNoMatch);
}

fn with_screen(id: &str, allowed: &[&str]) -> World {
    let mut world = world(("Closed", "To Do"), None);
    let allowed = allowed.iter().map(|name| (*name).to_owned()).collect();
    let field = TransitionField { id: id.to_owned(), allowed };
    for transition in world.extras.transitions.iter_mut().flatten() {
        transition.required = vec![field.clone()];
    }
    world
}

#[test]
fn a_screen_gets_its_resolution() {
    let fields = |world: &World| match world.plan().steps.as_slice() {
        [Step::TransitionIssue(step)] => Some(json!(step.fields)),
        _ => None,
    };
    let mut world = with_screen("resolution", &["Fixed", "Done"]);
    assert_eq!(fields(&world), Some(json!({"resolution": {"name": "Done"}})));
    world.item.status.resolution = Some("fixed".to_owned());
    assert_eq!(fields(&world), Some(json!({"resolution": {"name": "Fixed"}})));
    world.item.status.resolution = Some("Declined".to_owned());
    assert_eq!(only_finding(&world.plan()), Code::StatusScreen);
    assert_eq!(only_finding(&with_screen("resolution", &["Fixed"]).plan()), Code::StatusScreen);
    assert_eq!(only_finding(&with_screen("customfield_9", &[]).plan()), Code::StatusScreen);
}

#[test]
fn a_refused_move_is_not_tried_again_until_a_side_moves() {
    let mut world = world(("Working", "To Do"), Some(("New", "To Do")));
    settle::move_refused(&mut world.base, "Working", "1", Code::JiraNoPermission, "no");
    assert_eq!(only_finding(&world.plan()), Code::JiraNoPermission);
    world.record.status = Some("Closed".to_owned());
    assert_eq!(moved_to(&world.plan()).1, "Done");
    let mut first = self::world(("Working", "To Do"), None);
    settle::move_refused(&mut first.base, "Working", "1", Code::JiraNoPermission, "no");
    assert_eq!(only_finding(&first.plan()), Code::JiraNoPermission);
}

// F-69, F-108
#[test]
fn nothing_moves_where_status_sync_is_off_or_the_object_has_none() {
    let mut off = world(("Closed", "To Do"), None);
    off.item.status.enabled = false;
    assert_eq!(off.plan(), Plan::default());
    let mut none = world(("Closed", "To Do"), None);
    none.item.salesforce.object = "Account".to_owned();
    assert_eq!(none.plan(), Plan::default());
}
