use reqwest::Method;
use serde_json::{Value, json};

use super::{Rig, answer};

#[tokio::test]
async fn remote_links_upsert_and_forget_what_is_left_out() {
    let rig = Rig::bare().await;
    let path = format!("/issue/{}/remotelink", rig.bug("Printer").await);
    let link = |relationship: Value| {
        let mut body = json!({
            "globalId": "lockstep=00D&id=500",
            "object": { "url": "https://acme.example/500", "title": "00001026" },
        });
        if relationship.is_string() {
            body["relationship"] = relationship;
        }
        body
    };
    let (status, made) = rig.post(&path, link(json!("Salesforce case"))).await;
    assert_eq!((status, made["id"].is_u64()), (201, true));
    let (status, again) = rig.post(&path, link(Value::Null)).await;
    assert_eq!((status, &again["id"]), (200, &made["id"]));
    let one = rig.get(&format!("{path}?globalId=lockstep%3D00D%26id%3D500")).await;
    assert_eq!((&one["relationship"], &one["object"]["title"]), (&Value::Null, &json!("00001026")));
    assert_eq!(rig.get(&path).await.as_array().unwrap().len(), 1);
    let (status, body) = rig.post(&path, json!({ "object": { "url": "https://a.example" } })).await;
    assert_eq!((status, &body["errors"]["title"]), (400, &json!("'title' is required.")));
    let gone = format!("{path}?globalId=lockstep%3D00D%26id%3D500");
    assert_eq!(rig.call(Method::DELETE, &gone, Value::Null).await.0, 204);
    assert_eq!(rig.call(Method::DELETE, &gone, Value::Null).await.0, 404);
}

#[tokio::test]
async fn properties_are_kept() {
    let rig = Rig::bare().await;
    let path = format!("/issue/{}/properties", rig.bug("Printer").await);
    let one = format!("{path}/lockstep.link");
    assert_eq!(rig.put(&one, json!({ "a": 1 })).await.0, 201);
    assert_eq!(rig.put(&one, json!({ "a": 2 })).await.0, 200);
    assert_eq!(rig.get(&one).await["value"]["a"], 2);
    assert_eq!(rig.get(&path).await["keys"][0]["key"], "lockstep.link");
    assert_eq!(rig.put(&one, json!("x".repeat(32_769))).await.0, 400);
    assert_eq!(rig.call(Method::DELETE, &one, Value::Null).await.0, 204);
    assert_eq!(rig.call(Method::GET, &one, Value::Null).await.0, 404);
}

#[tokio::test]
async fn watchers_are_bare_strings() {
    let rig = Rig::bare().await;
    let path = format!("/issue/{}/watchers", rig.bug("Printer").await);
    assert_eq!(rig.post(&path, json!("557058:support-agent")).await.0, 204);
    let shown = rig.get(&path).await;
    assert_eq!((&shown["watchCount"], &shown["isWatching"]), (&json!(2), &json!(true)));
    let gone = format!("{path}?accountId=557058:support-agent");
    assert_eq!(rig.call(Method::DELETE, &gone, Value::Null).await.0, 204);
    assert_eq!(rig.get(&path).await["watchCount"], 1);
    assert_eq!(rig.post(&path, json!("nobody")).await.0, 400);
}

#[tokio::test]
async fn issues_are_linked_once() {
    let rig = Rig::bare().await;
    let (one, two) = (rig.bug("One").await, rig.bug("Two").await);
    let link = json!({ "type": { "name": "Blocks" }, "inwardIssue": { "key": one }, "outwardIssue": { "key": two } });
    assert_eq!(rig.post("/issueLink", link.clone()).await, (201, Value::Null));
    assert_eq!(rig.post("/issueLink", link).await.0, 201);
    let issue = rig.get(&format!("/issue/{one}?fields=issuelinks")).await;
    let links = issue["fields"]["issuelinks"].as_array().unwrap();
    assert_eq!((links.len(), &links[0]["outwardIssue"]["key"]), (1, &json!(two)));
    let path = format!("/issueLink/{}", links[0]["id"].as_str().unwrap());
    assert_eq!(rig.get(&path).await["type"]["name"], "Blocks");
    assert_eq!(rig.call(Method::DELETE, &path, Value::Null).await.0, 204);
}

#[tokio::test]
async fn files_go_up_and_come_down_from_another_host() {
    let rig = Rig::bare().await;
    let key = rig.bug("Printer").await;
    let path = format!("/issue/{key}/attachments");
    let body = "--xx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"log.txt\"\r\n\
                Content-Type: text/plain\r\n\r\nhello\r\n--xx--\r\n";
    let upload = || {
        let request = rig.request(Method::POST, &path).body(body);
        request.header("Content-Type", "multipart/form-data; boundary=xx")
    };
    assert_eq!(answer(upload()).await.0, 403);
    let (status, added) = answer(upload().header("X-Atlassian-Token", "no-check")).await;
    assert_eq!((status, &added[0]["size"], &added[0]["id"]), (200, &json!(5), &json!("10001")));
    assert_eq!(rig.get("/attachment/10001").await["id"], 10_001);
    let history = rig.get(&format!("/issue/{key}/changelog")).await;
    assert_eq!(history["values"][0]["items"][0]["toString"], "log.txt");
    let content = rig.request(Method::GET, "/attachment/content/10001").send().await.unwrap();
    assert_eq!(content.url().host_str(), Some("localhost"));
    assert_eq!(content.text().await.unwrap(), "hello");
    let whole =
        rig.request(Method::GET, "/attachment/content/10001?redirect=false").send().await.unwrap();
    assert_eq!(whole.text().await.unwrap(), "hello");
    rig.control.jira_settings(json!({ "upload_bytes_max": 4 })).await.unwrap();
    assert_eq!(answer(upload().header("X-Atlassian-Token", "no-check")).await.0, 413);
    assert_eq!(rig.call(Method::DELETE, "/attachment/10001", Value::Null).await.0, 204);
}
