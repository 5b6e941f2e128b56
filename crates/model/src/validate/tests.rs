use super::*;
use crate::field::{Feed, JiraField, JiraKind, SalesforceField, SalesforceType};
use crate::item::{ConnectedItem, Mode, Owner, Policy, StatusPair};
use crate::laws::world::{World, item, mapping, schema};

fn found(problems: &[Problem]) -> Vec<(&str, Severity)> {
    problems.iter().map(|problem| (problem.path.as_str(), problem.severity)).collect()
}

fn shape(change: impl FnOnce(&mut ConnectedItem)) -> Vec<(String, Severity)> {
    let mut item = item();
    change(&mut item);
    let problems = validate(&item);
    found(&problems).into_iter().map(|(path, severity)| (path.to_owned(), severity)).collect()
}

fn error(path: &str) -> Vec<(String, Severity)> {
    vec![(path.to_owned(), Severity::Error)]
}

fn warning(path: &str) -> Vec<(String, Severity)> {
    vec![(path.to_owned(), Severity::Warning)]
}

// F-53
#[test]
fn a_sound_item_has_no_problems() {
    let world = World::mapped(Owner::Both, Policy::Newest);
    assert_eq!(validate(&world.item), []);
}

#[test]
fn names_and_numbers_have_their_bounds() {
    for name in ["", "Support", "a b", "-a", "a-", &"a".repeat(64)] {
        assert_eq!(shape(|item| name.clone_into(&mut item.name)), error("name"), "{name}");
    }
    assert_eq!(shape(|item| item.jira.project.clear()), error("jira.project"));
    for (seconds, expected) in [
        (0, error("sweep_seconds")),
        (1, warning("sweep_seconds")),
        (10, vec![]),
        (86_400, vec![]),
        (86_401, error("sweep_seconds")),
    ] {
        assert_eq!(shape(|item| item.sweep_seconds = seconds), expected);
    }
}

// F-106
#[test]
fn mappings_are_unique_and_no_field_is_written_twice() {
    let both = |a: (&str, &str, Owner), b: (&str, &str, Owner)| {
        shape(|item| {
            item.mappings = [a, b].map(|(s, j, owner)| mapping(s, j, owner, Policy::Newest)).into();
        })
    };
    assert_eq!(both(("A", "x", Owner::Both), ("A", "x", Owner::Both)), error("mappings[1]"));
    assert_eq!(
        both(("A", "x", Owner::Salesforce), ("B", "x", Owner::Both)),
        error("mappings[1].jira")
    );
    assert_eq!(
        both(("A", "x", Owner::Both), ("A", "y", Owner::Jira)),
        error("mappings[1].salesforce")
    );
    assert_eq!(both(("A", "x", Owner::Salesforce), ("A", "y", Owner::Salesforce)), []);
    assert_eq!(both(("A", "x", Owner::Salesforce), ("B", "x", Owner::Jira)), []);
}

// F-102
#[test]
fn owners_count_in_custom_mode_only() {
    let owned = |mode| {
        shape(|item| {
            item.mode = mode;
            item.mappings = vec![mapping("A", "x", Owner::Jira, Policy::Newest)];
        })
    };
    assert_eq!(owned(Mode::TwoWay), error("mappings[0].owner"));
    assert_eq!(owned(Mode::Custom), []);
}

// F-107
#[test]
fn switches_must_have_something_to_switch() {
    let object = |name: &'static str, status, comments| {
        shape(move |item| {
            name.clone_into(&mut item.salesforce.object);
            item.status.enabled = status;
            item.comments.enabled = comments;
        })
    };
    assert_eq!(object("Account", true, false), error("status.enabled"));
    assert_eq!(object("Lead", true, true), []);
    assert_eq!(shape(|item| item.comments.brake_percent = 0), error("comments.brake_percent"));
    assert_eq!(object("Case", true, true), []);
    assert_eq!(shape(|item| item.comments.publish = true), warning("comments.publish"));
    let display = shape(|item| {
        item.mode = Mode::DisplayOnly;
        item.auto_create.enabled = true;
    });
    assert_eq!(display, warning("mode"));
    let mapped = shape(|item| {
        item.status.enabled = true;
        item.mappings = vec![mapping("Status", "x", Owner::Both, Policy::Newest)];
    });
    assert_eq!(mapped, error("mappings[0]"));
}

// F-75
#[test]
fn comments_must_have_a_place() {
    let place = |object: &str, feed: bool| {
        let mut world = World::quiet();
        world.item.comments.enabled = true;
        object.clone_into(&mut world.item.salesforce.object);
        let of = || Feed { object: format!("{object}Feed"), visibility: false };
        world.schema.feed = feed.then(of);
        let problems = validate_against(&world.item, &world.schema);
        let problems = problems.into_iter().filter(|each| each.path == "comments.enabled");
        problems.map(|each| each.severity).collect::<Vec<_>>()
    };
    assert_eq!(place("Lead", false), [Severity::Error]);
    assert_eq!(place("Case", false), [Severity::Warning]);
    assert_eq!((place("Lead", true), place("Case", true)), (vec![], vec![]));
}

// F-98
#[test]
fn a_link_note_must_have_a_place() {
    let place = |object: &str, feed: bool| {
        let mut world = World::quiet();
        world.item.link_note = true;
        object.clone_into(&mut world.item.salesforce.object);
        let of = || Feed { object: format!("{object}Feed"), visibility: false };
        world.schema.feed = feed.then(of);
        let problems = validate_against(&world.item, &world.schema);
        problems.iter().filter(|each| each.path == "link_note").count()
    };
    assert_eq!((place("Lead", false), place("Lead", true), place("Case", false)), (1, 0, 0));
}

// F-24, F-38, F-192
#[test]
fn fields_must_exist_and_convert_in_the_directions_that_are_needed() {
    let mut schema = schema();
    let formula = SalesforceField { updateable: false, ..schema.salesforce["Subject"].clone() };
    schema.salesforce.insert("Formula__c".to_owned(), formula);
    let due =
        SalesforceField { kind: SalesforceType::Date, ..schema.salesforce["Subject"].clone() };
    schema.salesforce.insert("Due__c".to_owned(), due);
    let against = |salesforce: &str, jira: &str, owner| {
        let mut item = item();
        item.mappings = vec![mapping(salesforce, jira, owner, Policy::Newest)];
        let problems = validate_against(&item, &schema);
        found(&problems)
            .into_iter()
            .map(|(path, severity)| (path.to_owned(), severity))
            .collect::<Vec<_>>()
    };
    assert_eq!(against("Gone__c", "summary", Owner::Both), error("mappings[0].salesforce"));
    assert_eq!(against("Formula__c", "summary", Owner::Salesforce), []);
    assert_eq!(against("Formula__c", "summary", Owner::Both), error("mappings[0].salesforce"));
    assert_eq!(against("Due__c", "customfield_1", Owner::Salesforce), error("mappings[0].jira"));
    assert_eq!(against("Description", "summary", Owner::Salesforce), warning("mappings[0].jira"));
    assert_eq!(against("Tier__c", "customfield_2", Owner::Both), []);
}

// F-211
#[test]
fn what_is_on_no_screen_is_refused_and_what_is_only_on_one_is_said() {
    let screens = |on_create, on_edit, owner| {
        let (mut item, mut schema) = (item(), schema());
        item.mappings = vec![mapping("Subject", "summary", owner, Policy::Newest)];
        let summary = schema.jira.get_mut("summary").expect("summary");
        (summary.on_create, summary.on_edit) = (on_create, on_edit);
        let problems = validate_against(&item, &schema);
        found(&problems).into_iter().map(|(_, severity)| severity).collect::<Vec<_>>()
    };
    assert_eq!(screens(false, Some(false), Owner::Both), [Severity::Error]);
    assert_eq!(screens(false, Some(false), Owner::Jira), []);
    assert_eq!(screens(true, Some(false), Owner::Salesforce), [Severity::Warning]);
    assert_eq!(screens(false, None, Owner::Both), []);
}

// F-62, F-63, F-217
#[test]
fn what_jira_requires_must_be_filled_where_issues_are_created() {
    let mut item = item();
    let mut schema = schema();
    let severity = JiraField {
        id: "customfield_7".to_owned(),
        name: "Severity".to_owned(),
        required: true,
        ..schema.jira["summary"].clone()
    };
    schema.jira.insert(severity.id.clone(), JiraField { kind: JiraKind::Text, ..severity });
    assert_eq!(validate_against(&item, &schema), []);
    item.auto_create.enabled = true;
    let problems = validate_against(&item, &schema);
    assert_eq!(found(&problems), [("auto_create", Severity::Error)]);
    assert!(problems[0].message.contains("Severity"));
    item.mappings = vec![mapping("Vip__c", "customfield_7", Owner::Salesforce, Policy::Newest)];
    assert_eq!(validate_against(&item, &schema), []);
    item.mappings = vec![mapping("Subject", "customfield_7", Owner::Salesforce, Policy::Newest)];
    assert!(validate_against(&item, &schema)[0].message.contains("may be empty"));
}

#[test]
fn the_status_map_names_what_exists() {
    let mut item = item();
    item.status.enabled = true;
    let pair = |salesforce: &str, jira: &str| StatusPair {
        salesforce: salesforce.to_owned(),
        jira: jira.to_owned(),
        resolution: None,
    };
    item.status.map = vec![pair("new", "To Do"), pair("Lost", "Done"), pair("Closed", "Lost")];
    let problems = validate_against(&item, &schema());
    assert_eq!(
        found(&problems),
        [("status.map[1].salesforce", Severity::Error), ("status.map[2].jira", Severity::Error)]
    );
}
