use chrono::{DateTime, Utc};
use serde_json::json;

use super::*;
use crate::jira::model::catalog::INTEGRATION;
use crate::jira::model::{Actor, Site};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn site() -> Site {
    let mut site = Site::new();
    for (minute, project, kind, summary, label) in [
        (0, "SUP", "Bug", "Printer on fire", "hot"),
        (1, "SUP", "Task", "Order paper", "cold"),
        (2, "OPS", "Task", "Move the printer", "hot"),
    ] {
        let now = at("2026-11-22T10:00:30Z") + chrono::TimeDelta::minutes(minute);
        let body = json!({ "fields": {
            "project": { "key": project }, "issuetype": { "name": kind },
            "summary": summary, "labels": [label]
        } });
        site.create(Actor { account: INTEGRATION, now }, &body).unwrap();
    }
    site
}

fn ask(jql: &str) -> Result<Vec<String>, String> {
    let site = site();
    let reader = Reader {
        site: &site,
        now: at("2026-11-22T10:05:00Z"),
        zone: chrono_tz::America::New_York,
        account: INTEGRATION,
    };
    let query = parse(jql)?;
    let predicate = compile(query.condition.as_ref().unwrap(), &reader)?;
    let mut found: Vec<_> = site.issues().filter(|issue| predicate(issue)).collect();
    found
        .sort_by(|a, b| compare(&position(a, &query.sort), &position(b, &query.sort), &query.sort));
    Ok(found.iter().map(|issue| issue.key.clone()).collect())
}

#[test]
fn conditions_select() {
    for (jql, expected) in [
        ("project = SUP ORDER BY key", vec!["SUP-1", "SUP-2"]),
        (
            "project in (SUP, OPS) and issuetype = Task order by created desc",
            vec!["OPS-1", "SUP-2"],
        ),
        ("project != SUP", vec!["OPS-1"]),
        ("summary ~ printer ORDER BY updated ASC, key ASC", vec!["SUP-1", "OPS-1"]),
        ("labels = hot AND NOT project = OPS", vec!["SUP-1"]),
        ("labels not in (hot)", vec!["SUP-2"]),
        ("assignee is empty AND (key = SUP-1 OR id = 10003) ORDER BY id", vec!["OPS-1", "SUP-1"]),
        ("updated >= 1795341720000", vec!["OPS-1"]),
        ("updated >= \"2026-11-22 05:01\" ORDER BY key DESC", vec!["SUP-2", "OPS-1"]),
        ("updated >= -4m and status = \"To Do\" order by key", vec!["OPS-1", "SUP-2"]),
        ("creator = currentUser() AND statusCategory = new AND project = OPS", vec!["OPS-1"]),
    ] {
        assert_eq!(ask(jql).unwrap(), expected, "{jql}");
    }
}

#[test]
fn mistakes_are_told() {
    for (jql, part) in [
        ("project = NOPE", "The value 'NOPE' does not exist for the field 'project'."),
        ("colour = red", "Field 'colour' does not exist"),
        ("summary = printer", "The operator '=' is not supported"),
        ("project = SUP AND", "Unexpected end"),
        ("project = SUP project = OPS", "Expecting either 'OR' or 'AND'"),
        ("key = SUP-99", "An issue with key 'SUP-99' does not exist"),
        ("updated >= tomorrow", "Date value 'tomorrow' is invalid"),
        ("project = SUP order by a,b", "Field 'a' does not exist"),
        ("project = \"SUP", "quoted string"),
    ] {
        let error = ask(jql).unwrap_err();
        assert!(error.contains(part), "{jql}: {error}");
    }
    let eight = "project = SUP order by key,id,status,created,updated,priority,labels,summary";
    assert_eq!(parse(eight).unwrap_err(), "JQL can be ordered by at most 7 fields.");
}
