use serde_json::json;

use super::*;
use crate::field::{History, SalesforceField, SalesforceType};
use crate::laws::world::{World, at, mapping};
use crate::plan::{Step, Want};
use crate::settle;

const KEY: &str = "Subject:summary";

fn text(text: &str) -> FieldValue {
    FieldValue::text(text)
}

/// A world in which both sides were last seen to agree on `base` and now show something else.
fn merged(owner: Owner, policy: Policy, base: &str, now: (&str, &str)) -> World {
    let mut world = first(owner, now);
    world.item.mappings[0].policy = policy;
    let agreed =
        Agreement::Field { mapping: KEY.to_owned(), salesforce: text(base), jira: text(base) };
    settle::agreements(&mut world.base, &[agreed]);
    world
}

/// A world that was never synced.
fn first(owner: Owner, (record, issue): (&str, &str)) -> World {
    let mut world = World::quiet().with(owner, Policy::Newest);
    world.record.fields.insert("Subject".to_owned(), json!(record));
    world.issue.fields.insert("summary".to_owned(), json!(issue));
    world
}

fn only_change(plan: &Plan) -> (Side, &FieldChange) {
    match plan.steps.as_slice() {
        [Step::EditIssue { changes }] if changes.len() == 1 => (Side::Jira, &changes[0]),
        [Step::UpdateRecord { changes, status: None }] if changes.len() == 1 => {
            (Side::Salesforce, &changes[0])
        }
        _ => panic!("not one change: {plan:#?}"),
    }
}

fn codes(plan: &Plan) -> Vec<Code> {
    plan.findings.iter().map(|finding| finding.code).collect()
}

#[test]
fn a_change_on_one_side_flows_to_the_other() {
    let plan = merged(Owner::Both, Policy::Newest, "a", ("b", "a")).plan();
    let (side, change) = only_change(&plan);
    assert_eq!(side, Side::Jira);
    let expected = FieldChange {
        mapping: KEY.to_owned(),
        field: "summary".to_owned(),
        before: text("a"),
        after: text("b"),
        source: text("b"),
        write: json!("b"),
        reason: Reason::Changed { side: Side::Salesforce },
    };
    assert_eq!(*change, expected);
    let plan = merged(Owner::Both, Policy::Newest, "a", ("a", "b")).plan();
    assert_eq!(only_change(&plan).0, Side::Salesforce);
}

#[test]
fn the_same_change_on_both_sides_is_only_remembered() {
    let plan = merged(Owner::Both, Policy::Newest, "a", ("b", "b")).plan();
    assert_eq!(plan.steps, []);
    let agreed =
        Agreement::Field { mapping: KEY.to_owned(), salesforce: text("b"), jira: text("b") };
    assert_eq!(plan.agreements, [agreed]);
}

#[test]
fn the_later_change_wins_by_the_changelog() {
    for (minute, winner) in [(9, Side::Salesforce), (10, Side::Salesforce), (11, Side::Jira)] {
        let mut world = merged(Owner::Both, Policy::Newest, "a", ("b", "c"));
        let times = world.extras.issue_times.get_or_insert_default();
        times.insert("summary".to_owned(), at(minute));
        let plan = world.plan();
        let (side, change) = only_change(&plan);
        assert_eq!(side, winner.other(), "changed in Jira at minute {minute}, in Salesforce at 10");
        let lost = if winner == Side::Jira { text("b") } else { text("c") };
        assert_eq!(change.reason, Reason::Conflict { winner, rule: "newest".to_owned(), lost });
    }
}

// F-300
#[test]
fn the_later_change_wins_by_the_history_of_the_records_fields() {
    let mut world = merged(Owner::Both, Policy::Newest, "a", ("b", "c"));
    let (object, field) = ("CaseHistory".to_owned(), "CaseId".to_owned());
    world.schema.history = Some(History { object, field });
    let issue_times = world.extras.issue_times.get_or_insert_default();
    issue_times.insert("summary".to_owned(), at(5));
    assert!(world.record.modified > at(5), "the record changed later, in another field");
    assert_eq!(world.plan().wants, [Want::RecordTimes].into(), "it waits for the history");
    assert_eq!(world.plan().steps, []);
    for (minute, winner) in [(4, Side::Jira), (5, Side::Salesforce), (6, Side::Salesforce)] {
        world.extras.record_times = Some([("Subject".to_owned(), at(minute))].into());
        assert_eq!(only_change(&world.plan()).0, winner.other(), "in Salesforce at {minute}");
    }
    world.extras.record_times = Some([("Priority".to_owned(), at(1))].into());
    assert_eq!(only_change(&world.plan()).0, Side::Jira, "not tracked: as old as the record");
}

// F-300
#[test]
fn what_a_worker_wrote_before_it_died_is_no_rival_of_the_issue() {
    for policy in [Policy::Newest, Policy::Salesforce, Policy::Jira, Policy::Hold] {
        let mut world = merged(Owner::Both, policy, "a", ("b", "c"));
        world.base.writing.insert(KEY.to_owned(), text("b"));
        world.record.modified = at(50);
        let plan = world.plan();
        let (side, change) = only_change(&plan);
        assert_eq!((side, &change.after), (Side::Salesforce, &text("c")), "{policy:?}");
        assert_eq!(change.reason, Reason::Changed { side: Side::Jira });
        assert!(plan.wants.is_empty() && plan.findings.is_empty());
    }
    let mut world = first(Owner::Both, ("b", "c"));
    world.base.writing.insert(KEY.to_owned(), text("b"));
    assert_eq!(only_change(&world.plan()).0, Side::Salesforce, "the first value was ours too");
}

// F-300
#[test]
fn who_edits_a_record_after_our_write_is_a_rival_like_any_other() {
    let mut world = merged(Owner::Both, Policy::Newest, "a", ("edited", "c"));
    world.base.writing.insert(KEY.to_owned(), text("b"));
    world.record.modified = at(50);
    let plan = world.plan();
    let (side, change) = only_change(&plan);
    assert_eq!((side, &change.after), (Side::Jira, &text("edited")));
    assert!(matches!(change.reason, Reason::Conflict { .. }));
    world.edit_issue("summary", json!("edited"));
    assert!(world.plan().steps.is_empty(), "both say the same");
}

#[test]
fn a_conflict_waits_for_the_changelog_and_holds_nothing_else_up() {
    let mut world = merged(Owner::Both, Policy::Newest, "a", ("b", "c"));
    world.item.mappings.push(mapping("Amount__c", "customfield_1", Owner::Both, Policy::Newest));
    world.record.fields.insert("Amount__c".to_owned(), json!(5));
    world.extras.issue_times = None;
    let plan = world.plan();
    assert!(plan.wants.contains(&Want::IssueTimes));
    assert_eq!(only_change(&plan).1.field, "customfield_1");
}

#[test]
fn a_field_that_the_changelog_does_not_name_counts_as_old_as_the_issue() {
    let world = merged(Owner::Both, Policy::Newest, "a", ("b", "c"));
    assert!(world.issue.updated > world.record.modified);
    assert_eq!(only_change(&world.plan()).0, Side::Salesforce);
}

// F-194
#[test]
fn a_policy_or_an_owner_decides_without_looking_at_the_clock() {
    for (owner, policy, winner, rule) in [
        (Owner::Both, Policy::Salesforce, Side::Salesforce, "salesforce"),
        (Owner::Both, Policy::Jira, Side::Jira, "jira"),
        (Owner::Salesforce, Policy::Jira, Side::Salesforce, "owner"),
        (Owner::Jira, Policy::Salesforce, Side::Jira, "owner"),
    ] {
        let mut world = merged(owner, policy, "a", ("b", "c"));
        world.extras.issue_times = None;
        let plan = world.plan();
        let (side, change) = only_change(&plan);
        assert_eq!(side, winner.other());
        assert!(matches!(&change.reason, Reason::Conflict { rule: by, .. } if by == rule));
    }
}

#[test]
fn a_change_on_the_side_that_does_not_own_it_is_said_once_and_stays() {
    let mut world = merged(Owner::Salesforce, Policy::Newest, "a", ("a", "stray"));
    let plan = world.plan();
    assert_eq!((plan.steps.len(), codes(&plan)), (0, vec![Code::OwnedByOtherSide]));
    world.apply(&plan);
    assert_eq!(world.plan(), Plan::default());
    world.edit_record("Subject", json!("b"));
    let plan = world.plan();
    assert_eq!(only_change(&plan).1.reason, Reason::Changed { side: Side::Salesforce });
}

#[test]
fn at_first_the_owner_leads_and_nothing_empty_wipes_anything() {
    for (owner, now, written) in [
        (Owner::Both, ("s", "j"), Some(Side::Jira)),
        (Owner::Both, ("", "j"), Some(Side::Salesforce)),
        (Owner::Salesforce, ("s", "j"), Some(Side::Jira)),
        (Owner::Salesforce, ("", "j"), None),
        (Owner::Jira, ("s", "j"), Some(Side::Salesforce)),
        (Owner::Jira, ("s", ""), None),
    ] {
        let plan = first(owner, now).plan();
        match written {
            Some(side) => {
                let (found, change) = only_change(&plan);
                assert_eq!((found, &change.reason), (side, &Reason::Initial), "{owner:?} {now:?}");
            }
            None => assert_eq!(plan, Plan::default(), "{owner:?} {now:?}"),
        }
    }
}

// F-195
#[test]
fn an_emptied_field_empties_the_other_side_but_never_the_summary() {
    let mut world = World::quiet();
    world.item.mappings.push(mapping("Description", "description", Owner::Both, Policy::Newest));
    world.record.fields.insert("Description".to_owned(), json!("x"));
    world.settle();
    world.edit_record("Description", json!(null));
    assert_eq!(only_change(&world.plan()).1.write, json!(null));
    let plan = merged(Owner::Both, Policy::Newest, "a", ("", "a")).plan();
    assert_eq!((plan.steps.len(), codes(&plan)), (0, vec![Code::JiraRequiredField]));
}

#[test]
fn a_refused_value_is_not_offered_again_until_it_changes() {
    let mut world = merged(Owner::Both, Policy::Newest, "a", ("b", "a"));
    let plan = world.plan();
    settle::refused(&mut world.base, only_change(&plan).1, Side::Jira, Code::JiraValue, "no");
    let plan = world.plan();
    assert!(plan.is_empty());
    assert_eq!((plan.findings[0].code, plan.findings[0].detail.as_str()), (Code::JiraValue, "no"));
    world.edit_record("Subject", json!("c"));
    assert_eq!(only_change(&world.plan()).1.write, json!("c"));
    world.settle();
    assert_eq!(world.base.fields[KEY].refused, None);
}

#[test]
fn a_first_value_that_was_refused_is_recalled_and_no_default_of_jira_comes_back() {
    let mut world = first(Owner::Both, ("s", ""));
    let plan = world.plan();
    settle::refused(&mut world.base, only_change(&plan).1, Side::Jira, Code::JiraValue, "no");
    let recalled = |world: &World| (world.plan().is_empty(), codes(&world.plan()));
    assert_eq!(recalled(&world), (true, vec![Code::JiraValue]));
    world.edit_issue("summary", json!("default"));
    assert_eq!(recalled(&world), (true, vec![Code::JiraValue]));
    world.edit_record("Subject", json!("t"));
    assert_eq!(only_change(&world.plan()).1.write, json!("t"));
}

#[test]
fn a_conflict_whose_winner_cannot_be_written_stays_decided() {
    let mut world = World::quiet();
    world.item.mappings.push(mapping("Tier__c", "customfield_2", Owner::Both, Policy::Newest));
    world.edit_record("Tier__c", json!("Gold"));
    world.settle();
    world.edit_record("Tier__c", json!("Silver"));
    world.edit_issue("customfield_2", json!({"value": "Bronze"}));
    let plan = world.plan();
    assert_eq!((plan.steps.len(), codes(&plan)), (0, vec![Code::ConvertOption]));
    world.apply(&plan);
    world.record.modified = at(100);
    let plan = world.plan();
    assert_eq!((plan.is_empty(), codes(&plan)), (true, vec![Code::ConvertOption]));
    world.edit_issue("customfield_2", json!({"value": "Gold"}));
    assert_eq!(only_change(&world.plan()).1.write, json!("Gold"));
}

#[test]
fn what_cannot_be_written_or_is_gone_is_a_finding() {
    let mut world = merged(Owner::Both, Policy::Newest, "a", ("a", "b"));
    let subject = world.schema.salesforce["Subject"].clone();
    let read_only = SalesforceField { updateable: false, ..subject.clone() };
    world.schema.salesforce.insert("Subject".to_owned(), read_only);
    assert_eq!(codes(&world.plan()), [Code::FieldUnwritable]);
    let reference = SalesforceField { kind: SalesforceType::Reference, ..subject };
    world.schema.salesforce.insert("Subject".to_owned(), reference);
    assert_eq!(codes(&world.plan()), [Code::FieldUnwritable]);
    world.schema.salesforce.remove("Subject");
    assert_eq!((codes(&world.plan()), world.plan().is_empty()), (vec![Code::FieldMissing], true));
}

#[test]
fn a_field_that_is_not_shown_was_not_cleared() {
    let mut world = merged(Owner::Both, Policy::Newest, "a", ("a", "a"));
    world.issue.fields.remove("summary");
    let plan = world.plan();
    assert_eq!((plan.is_empty(), codes(&plan)), (true, vec![Code::FieldMissing]));
}

#[test]
fn a_mapped_status_is_left_to_status_sync() {
    let mut world = World::quiet();
    world.item.status.enabled = true;
    world.record.status = None;
    world.item.mappings.push(mapping("Status", "customfield_1", Owner::Both, Policy::Newest));
    assert_eq!(codes(&world.plan()), [Code::FieldUnwritable]);
}

#[test]
fn a_vendors_own_normalisation_is_accepted_silently_from_a_side_that_owns_nothing() {
    let mut world = merged(Owner::Salesforce, Policy::Newest, "a", ("b", "a"));
    world.habits.1 = |text| text.to_uppercase();
    let plan = world.plan();
    world.apply(&plan);
    let plan = world.plan();
    assert_eq!((plan.steps.len(), plan.findings.len()), (0, 0));
    world.apply(&plan);
    assert_eq!(world.plan(), Plan::default());
    assert_eq!(world.issue.fields["summary"], json!("B"));
}

// F-302
#[test]
fn an_edit_changes_only_the_blocks_that_it_touched() {
    let paragraph =
        |text: &str| json!({"type": "paragraph", "content": [{"type": "text", "text": text}]});
    let panel =
        json!({"type": "panel", "attrs": {"panelType": "info"}, "content": [paragraph("Careful")]});
    let doc =
        |last: &str| json!({"type": "doc", "version": 1, "content": [panel, paragraph(last)]});
    let key = "Description:description";
    let mut world = World::quiet().with(Owner::Both, Policy::Newest);
    world.item.mappings = vec![mapping("Description", "description", Owner::Both, Policy::Newest)];
    let agreed = Agreement::Field {
        mapping: key.to_owned(),
        salesforce: text("[info] Careful\n\nold"),
        jira: FieldValue::Document(doc("old")),
    };
    settle::agreements(&mut world.base, &[agreed]);
    world.record.fields.insert("Description".to_owned(), json!("[info] Careful\n\nnew"));
    world.issue.fields.insert("description".to_owned(), doc("old"));
    let plan = world.plan();
    let (side, change) = only_change(&plan);
    assert_eq!((side, &change.after), (Side::Jira, &FieldValue::Document(doc("new"))));
    assert_eq!(change.write, doc("new"));
}
