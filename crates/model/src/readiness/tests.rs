use super::*;
use crate::activity::{ActivityForm, ActivityOptions, Estimate};
use crate::field::{Activities, Feed, SalesforceField, SalesforceType, Way};
use crate::item::{Mode, Owner, Policy};
use crate::laws::world::{item, mapping, schema};

const EVERYTHING: [&str; 8] = [
    "Case",
    "CaseComment",
    "FeedItem",
    "FeedComment",
    "ContentVersion",
    "ContentDocumentLink",
    "Task",
    "Event",
];

/// An item with everything on, both sides' metadata, and every right.
fn all() -> (ConnectedItem, Schema, Granted) {
    let (mut item, mut schema) = (item(), schema());
    item.mode = Mode::Custom;
    item.mappings = vec![mapping("Subject", "summary", Owner::Both, Policy::Newest)];
    item.status.enabled = true;
    item.comments.enabled = true;
    item.files.enabled = true;
    item.auto_create.enabled = true;
    item.activities =
        Some(ActivityOptions { form: ActivityForm::Worklog, estimate: Estimate::Leave });
    let status = SalesforceField {
        name: "Status".to_owned(),
        kind: SalesforceType::Picklist,
        ..SalesforceField::made_up()
    };
    schema.salesforce.insert("Status".to_owned(), status);
    for field in schema.salesforce.values_mut() {
        field.updateable = true;
    }
    for field in schema.jira.values_mut() {
        (field.on_create, field.on_edit) = (true, Some(true));
    }
    schema.feed = Some(Feed { object: "CaseFeed".to_owned(), visibility: false });
    schema.activities = Some(Activities { field: "WhatId".to_owned() });
    let way = |to: &str| Way { from: None, to: to.to_owned() };
    schema.workflow = ["1", "2", "3", "4"].map(way).to_vec();
    let granted = Granted {
        objects: EVERYTHING.map(|name| (name.to_owned(), ObjectRights::default())).into(),
        permissions: PERMISSIONS.map(str::to_owned).into(),
        attachments: Some(10_000_000_000),
    };
    (item, schema, granted)
}

/// The checks that do not pass after a change, with their states.
fn after(
    change: impl FnOnce(&mut ConnectedItem, &mut Schema, &mut Granted),
) -> Vec<(String, State)> {
    let (mut item, mut schema, mut granted) = all();
    change(&mut item, &mut schema, &mut granted);
    let list = checklist(&item, &schema, &granted);
    let wrong = list.checks.iter().filter(|check| check.state != State::Pass);
    wrong
        .map(|check| {
            assert!(check.remedy.is_some(), "{check:?}");
            (check.name.clone(), check.state)
        })
        .collect()
}

fn forbid(granted: &mut Granted, permission: &str) {
    granted.permissions.remove(permission);
}

fn hide(granted: &mut Granted, object: &str) {
    granted.objects.remove(object);
}

fn fails(name: &str) -> Vec<(String, State)> {
    vec![(name.to_owned(), State::Fail)]
}

fn warns(name: &str) -> Vec<(String, State)> {
    vec![(name.to_owned(), State::Warn)]
}

// F-71, F-83, F-217
#[test]
fn an_item_that_has_all_it_needs_is_ready() {
    assert_eq!(after(|_, _, _| {}), []);
    let (item, schema, granted) = all();
    let list = checklist(&item, &schema, &granted);
    assert!(list.is_ready() && list.checks.len() > 20, "{}", list.summary());
    assert!(list.checks.iter().all(|check| check.remedy.is_none()));
}

// F-71
#[test]
fn what_stands_in_the_way_of_status_sync_is_named() {
    let field = "Status sync: status field";
    let no_field = |_: &mut ConnectedItem, schema: &mut Schema, _: &mut Granted| {
        schema.salesforce.remove("Status");
    };
    assert_eq!(after(no_field), fails(field));
    assert_eq!(
        after(|_, schema, _| {
            schema.salesforce.get_mut("Status").expect("known").updateable = false;
        }),
        fails(field)
    );
    assert_eq!(
        after(|item, _, _| {
            item.status.map = vec![
                serde_json::from_value(
                    serde_json::json!({ "salesforce": "Working", "jira": "Gone" }),
                )
                .expect("a pair"),
            ];
        }),
        fails("Status sync: mapped statuses")
    );
    let reach = "Status sync: statuses can be reached";
    assert_eq!(after(|_, schema, _| schema.workflow.clear()), warns(reach));
    assert_eq!(after(|_, schema, _| schema.workflow.retain(|way| way.to != "2")), warns(reach));
    let close = "Status sync: statuses that close";
    assert_eq!(
        after(|_, schema, _| schema.record_statuses.iter_mut().for_each(|s| s.closed = false)),
        warns(close)
    );
    assert_eq!(
        after(|_, _, granted| forbid(granted, "TRANSITION_ISSUES")),
        fails("Issues: Transition issues in Jira")
    );
    let off = after(|item, schema, granted| {
        item.status.enabled = false;
        schema.workflow.clear();
        granted.permissions.remove("TRANSITION_ISSUES");
    });
    assert_eq!(off, [], "nothing is needed of what is switched off");
}

// F-83
#[test]
fn what_stands_in_the_way_of_comments_and_files_is_named() {
    let read_only = ObjectRights { create: false, update: false };
    assert_eq!(
        after(|_, _, granted| {
            granted.objects.insert("CaseComment".to_owned(), read_only);
        }),
        fails("Comments: CaseComment in Salesforce")
    );
    assert_eq!(after(|_, schema, _| schema.feed = None), warns("Comments: feed in Salesforce"));
    let elsewhere = after(|item, schema, granted| {
        "Wish__c".clone_into(&mut item.salesforce.object);
        item.status.enabled = false;
        granted.objects.insert("Wish__c".to_owned(), ObjectRights::default());
        schema.feed = None;
    });
    assert_eq!(elsewhere, fails("Comments: feed in Salesforce"));
    for (key, expected) in [
        ("CREATE_ATTACHMENTS", fails("Files: Create attachments in Jira")),
        ("WORK_ON_ISSUES", fails("Activities: Work on issues in Jira")),
        ("EDIT_OWN_COMMENTS", warns("Comments: Edit own comments in Jira")),
    ] {
        assert_eq!(after(|_, _, granted| forbid(granted, key)), expected);
    }
    let attachments = "Files: attachments in Jira";
    assert_eq!(after(|_, _, granted| granted.attachments = None), fails(attachments));
    assert_eq!(after(|_, _, granted| granted.attachments = Some(1)), fails(attachments));
    assert_eq!(
        after(|_, _, granted| hide(granted, "ContentVersion")),
        fails("Files: ContentVersion in Salesforce")
    );
}

// F-24, F-198, F-217, F-318
#[test]
fn the_rights_on_records_fields_and_issues_are_named() {
    assert_eq!(after(|_, _, granted| hide(granted, "Case")), fails("Records: Case in Salesforce"));
    assert_eq!(after(|_, schema, _| schema.rights.update = false), fails("Records: change Case"));
    assert_eq!(
        after(|_, schema, _| {
            schema.salesforce.get_mut("Subject").expect("known").updateable = false;
        }),
        fails("Fields: changed in Salesforce")
    );
    assert_eq!(
        after(|item, schema, _| {
            item.mode = Mode::OneWay;
            item.status.enabled = false;
            schema.rights.update = false;
            schema.salesforce.get_mut("Subject").expect("known").updateable = false;
        }),
        [],
        "nothing flows to Salesforce"
    );
    let screen = "Fields: changed in Jira";
    let set = |on_create: bool| {
        after(|_, schema, _| {
            let field = schema.jira.get_mut("summary").expect("known");
            (field.on_create, field.on_edit) = (on_create, Some(false));
        })
    };
    assert_eq!((set(true), set(false)), (warns(screen), fails(screen)));
    for (key, title) in [rights::BROWSE, rights::CREATE, rights::EDIT] {
        let name = format!("Issues: {title} in Jira");
        assert_eq!(after(|_, _, granted| forbid(granted, key)), fails(&name));
    }
    assert_eq!(after(|_, schema, _| schema.activities = None), fails("Activities: of Case"));
}
