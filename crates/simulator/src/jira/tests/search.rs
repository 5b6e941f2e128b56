use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use super::Rig;

#[tokio::test]
async fn only_ids_come_unless_fields_are_named() {
    let rig = Rig::seeded().await;
    let (_, page) = rig.post("/search/jql", json!({ "jql": "key = SUP-1" })).await;
    assert_eq!(page, json!({ "issues": [{ "id": "10001" }], "isLast": true }));
    let page =
        rig.get("/search/jql?jql=key%20%3D%20SUP-1&fields=summary,status&expand=names").await;
    assert_eq!(page["issues"][0]["key"], "SUP-1");
    assert_eq!(page["issues"][0]["fields"].as_object().unwrap().len(), 2);
    assert_eq!(page["names"]["status"], "Status");
}

#[tokio::test]
async fn pages_follow_a_token_and_lose_nothing() {
    let rig = Rig::seeded().await;
    let jql = "project in (SUP, OPS) ORDER BY updated ASC, key ASC";
    let (mut seen, mut token, mut pages) = (Vec::new(), Value::Null, 0);
    loop {
        let mut body = json!({ "jql": jql, "fields": ["updated"], "maxResults": 7 });
        if token.is_string() {
            body["nextPageToken"] = token;
        }
        let (status, page) = rig.post("/search/jql", body).await;
        assert_eq!(status, 200, "{page}");
        seen.extend(
            page["issues"].as_array().unwrap().iter().map(|issue| issue["key"].to_string()),
        );
        pages += 1;
        if pages == 1 {
            // An issue of the first page changes and comes again at the end.
            let key = page["issues"][0]["key"].as_str().unwrap();
            rig.control.jira_edit(key, json!({ "summary": "Changed meanwhile" })).await.unwrap();
        }
        token = page["nextPageToken"].clone();
        if token.is_null() {
            assert_eq!(page["isLast"], true);
            break;
        }
    }
    assert_eq!((pages, seen.len()), (4, 27));
    assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 26);
    assert_eq!(seen.first(), seen.last());
    let (status, _) =
        rig.post("/search/jql", json!({ "jql": jql, "nextPageToken": "CAEaAggD" })).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn pages_with_fields_hold_a_hundred_at_most() {
    let rig = Rig::bare().await;
    for number in 0..105 {
        rig.control.jira_create(json!({ "summary": format!("Issue {number}") })).await.unwrap();
    }
    let ask =
        |fields: Value| json!({ "jql": "project = SUP", "fields": fields, "maxResults": 5_000 });
    let (_, page) = rig.post("/search/jql", ask(json!(["summary"]))).await;
    assert_eq!((page["issues"].as_array().unwrap().len(), &page["isLast"]), (100, &json!(false)));
    let (_, page) = rig.post("/search/jql", ask(json!(["key"]))).await;
    assert_eq!((page["issues"].as_array().unwrap().len(), &page["isLast"]), (105, &json!(true)));
    let (_, count) = rig.post("/search/approximate-count", json!({ "jql": "project = SUP" })).await;
    assert_eq!(count["count"], 105);
}

#[tokio::test]
async fn the_index_lags_and_reconciles() {
    let rig = Rig::bare().await;
    rig.control.jira_settings(json!({ "index_lag_ms": 60_000 })).await.unwrap();
    let key = rig.bug("Fresh").await;
    let search = |extra: Value| {
        let mut body = json!({ "jql": "project = SUP", "fields": ["summary"] });
        if extra.is_array() {
            body["reconcileIssues"] = extra;
        }
        rig.post("/search/jql", body)
    };
    assert_eq!(search(Value::Null).await.1["issues"], json!([]));
    assert_eq!(search(json!([10_001])).await.1["issues"][0]["key"], key);
    rig.control.advance_clock(61_000).await.unwrap();
    assert_eq!(search(Value::Null).await.1["issues"][0]["key"], key);
    rig.control.jira_delete(&key).await.unwrap();
    assert_eq!(search(Value::Null).await.1["issues"][0]["key"], key);
    rig.control.advance_clock(61_000).await.unwrap();
    assert_eq!(search(Value::Null).await.1["issues"], json!([]));
}

#[tokio::test]
async fn refused_searches() {
    let rig = Rig::bare().await;
    for body in [
        json!({ "jql": "order by key" }),
        json!({ "jql": "" }),
        json!({ "jql": "project = NOPE" }),
        json!({ "jql": "project = SUP", "expand": ["names"] }),
    ] {
        let (status, answer) = rig.post("/search/jql", body.clone()).await;
        assert_eq!(status, 400, "{body} {answer}");
    }
    let (status, answer) = rig.call(Method::GET, "/search?jql=project=SUP", Value::Null).await;
    assert_eq!(status, 410);
    assert!(answer["errorMessages"][0].as_str().unwrap().contains("/rest/api/3/search/jql"));
}
