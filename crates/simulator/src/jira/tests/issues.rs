use reqwest::Method;
use serde_json::{Value, json};

use super::{Rig, bug, doc};

#[tokio::test]
async fn an_issue_is_made_with_every_kind_of_field() {
    let rig = Rig::bare().await;
    let mut body = bug("Printer on fire");
    let fields = json!({
        "description": doc("From Salesforce case 00001026"),
        "priority": { "id": "2" },
        "labels": ["salesforce"],
        "components": [{ "name": "Portal" }],
        "duedate": "2026-12-01",
        "assignee": { "accountId": "557058:developer-one" },
        "customfield_10050": "500xx000000YkpFAAS",
        "customfield_10052": 12.5,
        "customfield_10054": "2026-11-22T10:15:00.000+0000",
        "customfield_10057": [{ "id": "10130" }, { "value": "Gateway" }],
        "customfield_10059": { "value": "Hardware", "child": { "value": "Printer" } },
        "customfield_10060": { "value": "Gold" },
        "customfield_10061": "https://wiki.example/runbook",
    });
    for (name, value) in fields.as_object().unwrap() {
        body["fields"][name] = value.clone();
    }
    body["properties"] = json!([{ "key": "lockstep.link", "value": { "id": "500xx" } }]);
    let (status, made) = rig.post("/issue", body).await;
    assert_eq!((status, &made["key"], &made["id"]), (201, &json!("SUP-1"), &json!("10001")));

    let issue = rig.get("/issue/10001?properties=*all&expand=names,schema").await;
    let shown = &issue["fields"];
    assert_eq!(shown["description"], doc("From Salesforce case 00001026"));
    assert_eq!(shown["priority"]["name"], "High");
    assert_eq!(shown["customfield_10059"]["child"]["value"], "Printer");
    assert_eq!(shown["customfield_10060"]["id"], "10100");
    assert_eq!(shown["customfield_10052"], 12.5);
    // Timestamps stand in the caller's zone, with an offset that has no colon.
    assert_eq!(shown["customfield_10054"], "2026-11-22T05:15:00.000-0500");
    assert_eq!(shown["status"]["statusCategory"]["key"], "new");
    assert_eq!(shown["assignee"]["emailAddress"], Value::Null);
    assert_eq!(issue["properties"]["lockstep.link"]["id"], "500xx");
    assert_eq!(issue["names"]["customfield_10060"], "Tier");
    assert_eq!(issue["schema"]["customfield_10060"]["customId"], 10_060);
}

#[tokio::test]
async fn wrong_fields_are_told_one_by_one() {
    let rig = Rig::bare().await;
    let body = json!({ "fields": {
        "project": { "key": "SUP" }, "issuetype": { "name": "Bug" },
        "summary": "x".repeat(256),
        "labels": ["needs review"],
        "customfield_10075": "x",
        "customfield_10067": 3,
        "customfield_10060": { "value": "Platinum" },
    } });
    let (status, answer) = rig.post("/issue", body).await;
    assert_eq!((status, &answer["errorMessages"]), (400, &json!([])));
    let errors = &answer["errors"];
    assert_eq!(errors["summary"], "Summary must be less than 255 characters.");
    assert_eq!(errors["labels"], "The label 'needs review' contains spaces which is invalid.");
    for id in ["customfield_10075", "customfield_10067"] {
        let expected =
            format!("Field '{id}' cannot be set. It is not on the appropriate screen, or unknown.");
        assert_eq!(errors[id], expected);
    }
    assert_eq!(errors["customfield_10060"], "Option value 'Platinum' is not valid");

    let missing =
        json!({ "fields": { "project": { "key": "SUP" }, "issuetype": { "name": "Sub-task" } } });
    let (_, answer) = rig.post("/issue", missing).await;
    assert_eq!(answer["errors"]["summary"], "You must specify a summary of the issue.");
    assert!(answer["errors"]["parent"].is_string());

    let mut malformed = bug("x");
    malformed["fields"]["description"] =
        json!({ "type": "doc", "version": 1, "content": [{ "type": "text", "text": "x" }] });
    let (_, answer) = rig.post("/issue", malformed).await;
    assert_eq!(answer, json!({ "errorMessages": ["INVALID_INPUT"], "errors": {} }));
    let (status, _) = rig.post("/issue", json!({ "fields": {} })).await;
    assert_eq!(status, 400);
    assert!(rig.control.jira_issues("SUP").await.unwrap().is_empty());
}

#[tokio::test]
async fn an_edit_leaves_one_history_entry() {
    let rig = Rig::bare().await;
    let key = rig.bug("Old").await;
    let path = format!("/issue/{key}");
    let edit = json!({
        "fields": { "summary": "New", "customfield_10060": { "value": "Gold" } },
        "update": { "labels": [{ "add": "salesforce" }, { "add": "hot" }, { "remove": "hot" }] },
        "historyMetadata": { "type": "lockstep:sync" },
        "properties": [{ "key": "lockstep.sync", "value": { "v": 7 } }],
    });
    assert_eq!(rig.put(&path, edit).await, (204, Value::Null));
    let page = rig.get(&format!("{path}/changelog")).await;
    assert_eq!((&page["total"], &page["isLast"]), (&json!(1), &json!(true)));
    let entry = &page["values"][0];
    assert_eq!(entry["historyMetadata"]["type"], "lockstep:sync");
    assert_eq!(entry["items"].as_array().unwrap().len(), 3);
    let tier = entry["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|item| item["fieldId"] == "customfield_10060")
        .unwrap();
    assert_eq!((&tier["to"], &tier["toString"]), (&json!("10100"), &json!("Gold")));
    let named = |id: &str| {
        let items = entry["items"].as_array().unwrap();
        let item = items.iter().find(|item| item["fieldId"] == id).unwrap();
        item["field"].as_str().unwrap().to_owned()
    };
    assert_eq!((named("summary"), named("labels")), ("summary".into(), "labels".into()));
    assert_ne!(named("customfield_10060"), "customfield_10060");

    // The same values again change nothing.
    let same = json!({ "fields": { "summary": "New" } });
    let (status, issue) = rig.put(&format!("{path}?returnIssue=true&expand=changelog"), same).await;
    assert_eq!((status, &issue["changelog"]["total"]), (200, &json!(1)));
    let both = json!({ "fields": { "labels": ["a"] }, "update": { "labels": [{ "add": "b" }] } });
    assert_eq!(rig.put(&path, both).await.0, 400);
    let status = json!({ "fields": { "status": { "id": "10002" } } });
    assert_eq!(rig.put(&path, status).await.0, 400);

    let bulk = json!({ "issueIdsOrKeys": [key], "fieldIds": ["labels"] });
    let (_, logs) = rig.post("/changelog/bulkfetch", bulk).await;
    let items = &logs["issueChangeLogs"][0]["changeHistories"][0]["items"];
    assert_eq!((items.as_array().unwrap().len(), &items[0]["toString"]), (1, &json!("salesforce")));
}

#[tokio::test]
async fn a_moved_issue_answers_to_its_old_key() {
    let rig = Rig::bare().await;
    let key = rig.bug("Wanderer").await;
    let moved = rig.control.jira_move(&key, "OPS").await.unwrap();
    assert_eq!(moved["key"], "OPS-1");
    let issue = rig.get(&format!("/issue/{key}?fields=project")).await;
    assert_eq!((&issue["key"], &issue["id"]), (&json!("OPS-1"), &json!("10001")));
    let page = rig.get("/issue/10001/changelog").await;
    assert_eq!(page["values"][0]["items"][1]["toString"], "OPS-1");
}

#[tokio::test]
async fn issues_go_many_at_a_time() {
    let rig = Rig::bare().await;
    let (status, made) =
        rig.post("/issue/bulk", json!({ "issueUpdates": [bug("a"), bug(""), bug("c")] })).await;
    assert_eq!((status, made["issues"].as_array().unwrap().len()), (201, 2));
    assert_eq!(made["errors"][0]["failedElementNumber"], 1);
    let fetch = json!({ "issueIdsOrKeys": ["SUP-2", "SUP-99", "10001"], "fields": ["summary"] });
    let (_, found) = rig.post("/issue/bulkfetch", fetch).await;
    let keys: Vec<_> =
        found["issues"].as_array().unwrap().iter().map(|issue| &issue["key"]).collect();
    assert_eq!(keys, ["SUP-1", "SUP-2"]);
    assert_eq!(found["issues"][0]["fields"], json!({ "summary": "a" }));
    let many: Vec<String> = (0..101).map(|id| id.to_string()).collect();
    let (status, _) = rig.post("/issue/bulkfetch", json!({ "issueIdsOrKeys": many })).await;
    assert_eq!(status, 400);
    let (status, _) = rig.post("/issue/bulk", json!({ "issueUpdates": [bug("")] })).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn a_parent_is_deleted_only_with_its_subtasks() {
    let rig = Rig::bare().await;
    let parent = rig.bug("Parent").await;
    let subtask = json!({ "fields": {
        "project": { "key": "SUP" }, "issuetype": { "name": "Sub-task" },
        "summary": "Child", "parent": { "key": parent },
    } });
    assert_eq!(rig.post("/issue", subtask).await.0, 201);
    let path = format!("/issue/{parent}");
    assert_eq!(rig.get(&path).await["fields"]["subtasks"][0]["key"], "SUP-2");
    assert_eq!(rig.call(Method::DELETE, &path, Value::Null).await.0, 400);
    let all = format!("{path}?deleteSubtasks=true");
    assert_eq!(rig.call(Method::DELETE, &all, Value::Null).await.0, 204);
    assert_eq!(rig.call(Method::GET, "/issue/SUP-2", Value::Null).await.0, 404);
}

#[tokio::test]
async fn writes_to_one_issue_are_limited() {
    let rig = Rig::bare().await;
    let key = rig.bug("Busy").await;
    let path = format!("/issue/{key}");
    let mut refused = None;
    for number in 0..120 {
        let edit = json!({ "fields": { "summary": format!("Busy {number}") } });
        let response = rig.request(Method::PUT, &path).json(&edit).send().await.unwrap();
        if response.status() == 429 {
            refused = Some(response);
            break;
        }
    }
    let refused = refused.expect("a refusal within two or thirty seconds");
    assert_eq!(refused.headers()["ratelimit-reason"], "jira-per-issue-on-write");
    assert!(refused.headers()["retry-after"] == "2" || refused.headers()["retry-after"] == "30");
    rig.control.advance_clock(30_100).await.unwrap();
    assert_eq!(rig.put(&path, json!({ "fields": { "summary": "Calm" } })).await.0, 204);
}
