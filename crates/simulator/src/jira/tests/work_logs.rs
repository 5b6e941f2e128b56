use reqwest::Method;
use serde_json::{Value, json};

use super::{Rig, doc};

#[tokio::test]
async fn a_work_log_lives_and_dies() {
    let rig = Rig::bare().await;
    let key = rig.bug("Printer").await;
    let path = format!("/issue/{key}/worklog");
    let body = json!({
        "comment": doc("On the phone"),
        "started": "2026-11-22T10:15:30.123+0000",
        "timeSpentSeconds": 1_830,
        "properties": [{ "key": "lockstep.origin", "value": { "comment": "00Txx" } }],
    });
    let (status, made) = rig.post(&format!("{path}?adjustEstimate=leave"), body).await;
    assert_eq!((status, &made["timeSpentSeconds"]), (201, &json!(1_800)), "whole minutes");
    assert_eq!((&made["timeSpent"], &made["comment"]), (&json!("30m"), &doc("On the phone")));
    let one = format!("{path}/{}", made["id"].as_str().unwrap());
    let shown = rig.get(&format!("{one}?expand=properties")).await;
    assert_eq!(shown["properties"][0]["value"]["comment"], "00Txx");
    let (status, changed) = rig.put(&one, json!({ "timeSpent": "1h 30m" })).await;
    assert_eq!((status, &changed["timeSpentSeconds"]), (200, &json!(5_400)));
    assert_eq!(changed["started"], made["started"], "what is left out stays");

    let issue = rig.get(&format!("/issue/{key}?fields=worklog")).await;
    assert_eq!(issue["fields"]["worklog"]["total"], 1);
    assert_eq!(rig.get(&path).await["worklogs"][0]["id"], made["id"]);
    assert_eq!(rig.call(Method::DELETE, &one, Value::Null).await.0, 204);
    assert_eq!(rig.call(Method::DELETE, &one, Value::Null).await.0, 404);
}

#[tokio::test]
async fn a_work_log_needs_time_a_start_and_a_document() {
    let rig = Rig::bare().await;
    let path = format!("/issue/{}/worklog", rig.bug("Printer").await);
    let good = json!({ "started": "2026-11-22T10:15:30.123+0000", "timeSpent": "45" });
    assert_eq!(rig.post(&path, good.clone()).await.0, 201);
    for (field, value) in [
        ("timeSpent", json!("30s")),
        ("timeSpentSeconds", json!(60)),
        ("started", json!("2026-11-22T10:15:30Z")),
        ("started", Value::Null),
        ("comment", json!("text")),
    ] {
        let mut bad = good.clone();
        bad[field] = value;
        assert_eq!(rig.post(&path, bad).await.0, 400, "{field}");
    }
    assert_eq!(rig.post(&format!("{path}?adjustEstimate=new"), good.clone()).await.0, 400);
    assert_eq!(rig.post(&format!("{path}?adjustEstimate=never"), good).await.0, 400);
}

#[tokio::test]
async fn an_issue_shows_its_first_twenty() {
    let rig = Rig::bare().await;
    let key = rig.bug("Printer").await;
    for _ in 0..21 {
        let log = json!({ "started": "2026-11-22T10:15:30.123+0000", "timeSpent": "5" });
        rig.control.jira_settings(json!({ "per_issue_limits": false })).await.unwrap();
        assert_eq!(rig.post(&format!("/issue/{key}/worklog"), log).await.0, 201);
    }
    let page = &rig.get(&format!("/issue/{key}?fields=worklog")).await["fields"]["worklog"];
    assert_eq!(page["worklogs"].as_array().unwrap().len(), 20);
    assert_eq!((&page["maxResults"], &page["total"]), (&json!(20), &json!(21)));
}
