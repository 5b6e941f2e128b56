use serde_json::{Value, json};

use super::*;
use crate::field::{JiraField, JiraKind, SalesforceField, SalesforceType};
use crate::laws::world::World;
use crate::parent::{ParentRule, ParentSight};
use crate::plan::{Step, plan};

/// A world whose record looks up another one, which has an issue or none.
fn world(record: Option<&str>, issue: Option<&str>) -> World {
    let mut world = World::quiet();
    let (salesforce, item) = ("ParentId".to_owned(), "epics".to_owned());
    world.item.parent = Some(ParentRule { salesforce, item });
    let lookup = SalesforceField {
        name: "ParentId".to_owned(),
        kind: SalesforceType::Reference,
        ..SalesforceField::made_up()
    };
    world.schema.salesforce.insert("ParentId".to_owned(), lookup);
    let field = JiraField {
        id: FIELD.to_owned(),
        kind: JiraKind::Other,
        on_create: true,
        on_edit: Some(true),
        ..JiraField::made_up()
    };
    world.schema.jira.insert(FIELD.to_owned(), field);
    look_up(&mut world, record, issue);
    world
}

fn look_up(world: &mut World, record: Option<&str>, issue: Option<&str>) {
    world.edit_record("ParentId", json!(record));
    world.extras.parent = record
        .map(|record| ParentSight { record: record.to_owned(), issue: issue.map(str::to_owned) });
}

fn parent_of(world: &World) -> Value {
    world.issue.fields.get(FIELD).cloned().unwrap_or_default()
}

// F-318
#[test]
fn an_issue_follows_the_parent_of_its_record() {
    let mut world = world(Some("500A"), Some("10001"));
    world.settle();
    assert_eq!(parent_of(&world), json!({ "id": "10001" }));
    look_up(&mut world, Some("500B"), Some("10002"));
    world.settle();
    assert_eq!(parent_of(&world), json!({ "id": "10002" }));
    look_up(&mut world, None, None);
    world.settle();
    assert_eq!(parent_of(&world), Value::Null, "its record has none any more");
}

// F-318
#[test]
fn a_parent_without_an_issue_is_waited_for() {
    let mut world = world(Some("500A"), None);
    world.settle();
    assert_eq!(parent_of(&world), Value::Null);
    assert_eq!(world.base.waits_for.as_deref(), Some("500A"));
    look_up(&mut world, Some("500A"), Some("10001"));
    world.settle();
    assert_eq!((parent_of(&world), world.base.waits_for), (json!({ "id": "10001" }), None));
}

// F-318
#[test]
fn a_record_that_never_had_a_parent_leaves_the_issues_alone() {
    let mut world = world(None, None);
    world.issue.fields.insert(FIELD.to_owned(), json!({ "id": "10009" }));
    world.settle();
    assert_eq!(parent_of(&world), json!({ "id": "10009" }));
}

// F-318
#[test]
fn a_parent_that_is_changed_in_jira_stands_and_is_told() {
    let mut world = world(Some("500A"), Some("10001"));
    world.settle();
    world.edit_issue(FIELD, json!({ "id": "10003" }));
    assert!(world.plan().findings.iter().any(|found| found.code == Code::OwnedByOtherSide));
    world.settle();
    assert_eq!(parent_of(&world), json!({ "id": "10003" }));
    assert!(world.base.drift.contains_key(PARENT), "and counted");
}

// F-318
#[test]
fn a_new_issue_is_created_under_its_parent_and_a_sub_task_waits_for_it() {
    let fields_of = |world: &World| {
        let plan = plan(&Situation { issue: None, ..world.situation() });
        let created = plan.steps.into_iter().find_map(|step| match step {
            Step::CreateIssue { changes } => Some(changes),
            _ => None,
        });
        (created, plan.findings)
    };
    let mut world = world(Some("500A"), Some("10001"));
    let (created, _) = fields_of(&world);
    let change = created.expect("a create").into_iter().find(|change| change.field == FIELD);
    assert_eq!(change.expect("with its parent").write, json!({ "id": "10001" }));
    look_up(&mut world, Some("500A"), None);
    let (created, _) = fields_of(&world);
    assert!(created.is_some_and(|changes| changes.iter().all(|change| change.field != FIELD)));
    world.schema.jira.get_mut(FIELD).expect("the field").required = true;
    let (created, findings) = fields_of(&world);
    assert_eq!(created, None);
    let told = findings.iter().find(|found| found.subject == FIELD).expect("told");
    assert!(told.detail.contains("has no issue under `epics` yet"), "{}", told.detail);
}
