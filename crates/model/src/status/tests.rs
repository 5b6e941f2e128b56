use std::collections::BTreeMap;

use serde_json::json;

use super::*;
use crate::base::{FieldBase, Seen, StatusBase, StatusRefusal};
use crate::convert::samples::jira;
use crate::field::{IssueStatus, JiraField, JiraKind, Way};
use crate::item::{Owner, Policy, StatusPair};
use crate::laws::world::{World, at, issue_statuses, transitions};
use crate::plan::Want;
use crate::plan::{Move, Plan, Step};
use crate::settle;
use crate::snapshot::Transition;

fn status(name: &str) -> IssueStatus {
    issue_statuses().into_iter().find(|status| status.name == name).expect("a status")
}

fn pair(salesforce: &str, jira: &str) -> StatusPair {
    StatusPair { salesforce: salesforce.to_owned(), jira: jira.to_owned(), resolution: None }
}

fn agreed(salesforce: &str, jira: &str) -> StatusBase {
    StatusBase::of(salesforce, &status(jira).id)
}

fn refusal() -> StatusRefusal {
    StatusRefusal {
        salesforce: "Working".to_owned(),
        jira: "1".to_owned(),
        code: Code::JiraNoPermission,
        detail: "no".to_owned(),
        seen: None,
    }
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

// F-300
#[test]
fn a_status_that_a_worker_wrote_before_it_died_is_no_rival_of_the_issue() {
    for base in ["To Do", "Done"] {
        let mut world = world(("Working", "Done"), Some(("New", base)));
        world.base.writing.insert("status".to_owned(), FieldValue::text("Working"));
        let plan = world.plan();
        let changed = Reason::Changed { side: Side::Jira };
        assert_eq!(moved_to(&plan), (Side::Salesforce, "Closed", &changed), "{base}");
    }
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
    let field = JiraField { required: true, allowed, ..jira(id, JiraKind::Other) };
    for transition in world.extras.transitions.iter_mut().flatten() {
        transition.screen = vec![field.clone()];
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
    settle::move_refused(&mut world.base, refusal());
    assert_eq!(only_finding(&world.plan()), Code::JiraNoPermission);
    world.record.status = Some("Closed".to_owned());
    assert_eq!(moved_to(&world.plan()).1, "Done");
    let mut first = self::world(("Working", "To Do"), None);
    settle::move_refused(&mut first.base, refusal());
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

/// The workflow and what it offers in the first status, as `(from, to)` names.
fn workflow(world: &mut World, ways: &[(&str, &str)]) {
    world.schema.workflow = ways
        .iter()
        .map(|(from, to)| Way { from: Some(status(from).id), to: status(to).id })
        .collect();
    offer(world, ways);
}

fn offer(world: &mut World, ways: &[(&str, &str)]) {
    let here = world.issue.status.name.clone();
    let offered = ways.iter().filter(|(from, _)| *from == here);
    let transition = |(_, to): &(&str, &str)| Transition {
        id: format!("to-{to}"),
        name: format!("To {to}"),
        to: status(to),
        screen: Vec::new(),
    };
    world.extras.transitions = Some(offered.map(transition).collect());
}

fn the_move(plan: &Plan) -> &Move {
    let [Step::TransitionIssue(step)] = plan.steps.as_slice() else { panic!("{plan:#?}") };
    step
}

// F-316
#[test]
fn a_status_is_reached_over_several_transitions() {
    let ways = [("To Do", "Waiting"), ("To Do", "Working"), ("Working", "Done"), ("Done", "To Do")];
    let mut world = world(("Closed", "To Do"), Some(("New", "To Do")));
    workflow(&mut world, &ways);
    let plan = world.plan();
    let first = the_move(&plan);
    assert_eq!(
        (first.to.as_str(), first.ahead.clone()),
        ("Working", Some(vec!["Done".to_owned()]))
    );
    world.apply(&plan);
    offer(&mut world, &ways);
    let plan = world.plan();
    let last = the_move(&plan);
    assert_eq!((last.to.as_str(), &last.ahead), ("Done", &None));
    world.apply(&plan);
    offer(&mut world, &ways);
    assert_eq!(world.plan(), Plan::default());
    assert_eq!(world.base.status, Some(agreed("Closed", "Done")));
}

// F-316
#[test]
fn without_the_workflow_an_issue_goes_step_by_step_and_never_back() {
    let ways = [
        ("To Do", "Working"),
        ("Working", "To Do"),
        ("Working", "Waiting"),
        ("Waiting", "Working"),
    ];
    let mut world = world(("Closed", "To Do"), Some(("New", "To Do")));
    let mut visited = Vec::new();
    loop {
        offer(&mut world, &ways);
        let plan = world.plan();
        if plan.steps.is_empty() {
            assert_eq!(only_finding(&plan), Code::StatusNoTransition);
            assert!(plan.findings[0].detail.contains("after 2 transitions"), "{plan:?}");
            break;
        }
        visited.push(the_move(&plan).to.clone());
        world.apply(&plan);
    }
    assert_eq!(visited, ["Working", "Waiting"]);
    world.record.status = Some("New".to_owned());
    offer(&mut world, &ways);
    let back = world.plan();
    assert!(back.steps.is_empty(), "both are open and New has no partner: {back:?}");
}

// F-316
#[test]
fn a_transition_that_asks_how_the_issue_ended_is_no_step_on_the_way() {
    let ways = [("To Do", "Working"), ("Working", "Done")];
    let mut world = world(("Closed", "To Do"), Some(("New", "To Do")));
    workflow(&mut world, &ways);
    let asked = JiraField { required: true, ..jira("resolution", JiraKind::Other) };
    world
        .extras
        .transitions
        .iter_mut()
        .flatten()
        .for_each(|each| each.screen = vec![asked.clone()]);
    assert_eq!(only_finding(&world.plan()), Code::StatusNoTransition);
}

// F-68
#[test]
fn what_the_map_says_has_no_stand_in() {
    let mut world = world(("Closed", "To Do"), Some(("New", "To Do")));
    world.item.status.map = vec![pair("Closed", "Waiting")];
    workflow(&mut world, &[("To Do", "Done")]);
    assert_eq!(only_finding(&world.plan()), Code::StatusNoTransition);
    world.item.status.map.clear();
    assert_eq!(moved_to(&world.plan()).1, "Done");
}

// F-189
#[test]
fn a_resolution_goes_along_and_tells_statuses_apart_on_the_way_back() {
    let ended = |salesforce: &str, resolution: &str| StatusPair {
        resolution: Some(resolution.to_owned()),
        ..pair(salesforce, "Done")
    };
    let map = vec![ended("Closed", "Fixed"), ended("Escalated", "Declined")];
    for (record, resolution) in [("Closed", "Fixed"), ("Escalated", "Declined")] {
        let mut there = world((record, "To Do"), Some(("New", "To Do")));
        there.item.status.map.clone_from(&map);
        let offered = JiraField {
            allowed: ["Fixed", "Declined"].map(str::to_owned).into(),
            ..jira("resolution", JiraKind::Other)
        };
        there
            .extras
            .transitions
            .iter_mut()
            .flatten()
            .for_each(|t| t.screen = vec![offered.clone()]);
        let plan = there.plan();
        assert_eq!(json!(the_move(&plan).fields), json!({"resolution": {"name": resolution}}));
        let mut back = world(("New", "Done"), Some(("New", "To Do")));
        back.item.status.map.clone_from(&map);
        back.issue.fields.insert("resolution".to_owned(), json!({"name": resolution}));
        assert_eq!(moved_to(&back.plan()).1, record);
    }
}

// F-316: complaint 27, "resolution not on the screen"
#[test]
fn only_what_is_on_the_screen_is_sent() {
    let mut world = world(("Closed", "To Do"), Some(("New", "To Do")));
    world.item.status.resolution = Some("Fixed".to_owned());
    assert_eq!(json!(the_move(&world.plan()).fields), json!({}));
}

// F-316
#[test]
fn a_screen_is_filled_from_mappings_and_from_the_items_own_texts() {
    let required = |id: &str, kind| JiraField { required: true, ..jira(id, kind) };
    let mut world =
        world(("Closed", "To Do"), Some(("New", "To Do"))).with(Owner::Both, Policy::Newest);
    world.record.fields.insert("Subject".to_owned(), json!("It broke"));
    world.issue.fields.insert("summary".to_owned(), json!("It broke"));
    let text = FieldValue::text("It broke");
    let field = FieldBase { salesforce: text.clone(), jira: text, unsettled: false, refused: None };
    world.base.fields.insert("Subject:summary".to_owned(), field);
    let screen =
        vec![required("summary", JiraKind::Text), required("customfield_9", JiraKind::Option)];
    world.extras.transitions.iter_mut().flatten().for_each(|each| each.screen.clone_from(&screen));
    assert_eq!(only_finding(&world.plan()), Code::StatusScreen);
    world.item.status.fields.insert("customfield_9".to_owned(), "Support".to_owned());
    let filled = json!({"summary": "It broke", "customfield_9": {"value": "Support"}});
    assert_eq!(json!(the_move(&world.plan()).fields), filled);
}

// F-70
#[test]
fn a_refused_move_is_tried_again_once_the_refusing_side_changes() {
    let mut world = world(("Working", "To Do"), Some(("New", "To Do")));
    let seen = Some(Seen { side: Side::Jira, at: world.issue.updated });
    settle::move_refused(&mut world.base, StatusRefusal { seen, ..refusal() });
    assert_eq!(only_finding(&world.plan()), Code::JiraNoPermission);
    world.issue.updated = at(40);
    assert_eq!(moved_to(&world.plan()).1, "Working");
}

fn ruled(record: &str, vip: bool, issue: &str) -> World {
    let mut world = world((record, issue), Some((record, issue)));
    world.record.fields.insert("Vip__c".to_owned(), json!(vip));
    let when = json!({"field": "Vip__c", "operator": "equals", "value": true});
    let rule =
        json!({"when": when, "status_when_met": "Working", "status_when_not_met": "Waiting"});
    world.item.rule = Some(serde_json::from_value(rule).expect("a rule"));
    world
}

// F-125, F-126, F-130
#[test]
fn a_rule_says_where_the_issue_stands() {
    for (vip, to) in [(true, "Working"), (false, "Waiting")] {
        let mut world = ruled("New", vip, "To Do");
        assert_eq!(moved_to(&world.plan()), (Side::Jira, to, &Reason::Rule { met: vip }));
        assert_eq!(world.settle(), 1);
        world.edit_record("Vip__c", json!(!vip));
        assert_eq!(moved_to(&world.plan()).2, &Reason::Rule { met: !vip });
    }
}

// F-131
#[test]
fn while_a_rule_names_a_status_generic_sync_rests_in_both_directions() {
    let mut world = ruled("New", true, "Working");
    world.move_record("Closed");
    world.settle();
    assert_eq!(world.issue.status, status("Working"));
    world.move_issue(&status("Done"));
    assert_eq!(moved_to(&world.plan()), (Side::Jira, "Working", &Reason::Rule { met: true }));
    world.settle();
    assert_eq!(world.record.status.as_deref(), Some("Closed"));
    world.item.rule = None;
    assert!(world.plan().is_empty(), "what the rule left counts as agreed: {:?}", world.plan());
    world.move_issue(&status("Done"));
    world.move_record("Working");
    assert_eq!(moved_to(&world.plan()).1, "Working");
}

// F-131
#[test]
fn a_rule_without_a_status_for_the_case_leaves_it_to_generic_sync() {
    let mut world = ruled("New", false, "To Do");
    world.item.rule.as_mut().expect("a rule").status_when_not_met = None;
    world.move_record("Closed");
    assert_eq!(moved_to(&world.plan()).1, "Done");
}

// F-133, F-134
#[test]
fn a_rules_status_that_cannot_be_reached_is_not_forced_and_explained() {
    let mut world = ruled("New", true, "To Do");
    workflow(&mut world, &[("To Do", "Waiting"), ("Waiting", "To Do")]);
    let plan = world.plan();
    assert_eq!(only_finding(&plan), Code::StatusNoTransition);
    let detail = &plan.findings[0].detail;
    assert!(detail.contains("`Working`") && detail.contains("offers Waiting"), "{detail}");
    let mut hidden = ruled("New", true, "To Do");
    hidden.record.fields.clear();
    let plan = hidden.plan();
    assert_eq!((plan.steps.len(), plan.findings[0].code), (0, Code::RuleUnknown));
}
