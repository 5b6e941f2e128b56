use reqwest::Method;
use serde_json::{Value, json};

use super::{Rig, answer, doc};

#[tokio::test]
async fn a_comment_lives_and_dies() {
    let rig = Rig::bare().await;
    let key = rig.bug("Printer").await;
    let path = format!("/issue/{key}/comment");
    let body = json!({
        "body": doc("Hello from Salesforce"),
        "properties": [{ "key": "lockstep.origin", "value": { "sfId": "00axx" } }],
    });
    let (status, made) = rig.post(&path, body).await;
    assert_eq!((status, &made["jsdPublic"]), (201, &json!(true)));
    let id = made["id"].as_str().unwrap();
    let origin = rig.get(&format!("/comment/{id}/properties/lockstep.origin")).await;
    assert_eq!(origin["value"]["sfId"], "00axx");
    let more = format!("/comment/{id}/properties/more");
    assert_eq!(rig.put(&more, json!(1)).await.0, 201);
    assert_eq!(rig.put(&more, json!(2)).await.0, 200);
    assert_eq!(
        rig.get(&format!("/comment/{id}/properties")).await["keys"].as_array().unwrap().len(),
        2
    );

    let (status, changed) =
        rig.put(&format!("{path}/{id}"), json!({ "body": doc("Hello again") })).await;
    assert_eq!((status, &changed["body"]), (200, &doc("Hello again")));
    let anonymous = rig.anonymous(Method::DELETE, &format!("{path}/{id}"));
    assert_eq!(answer(anonymous).await.0, 405);
    assert_eq!(rig.call(Method::DELETE, &format!("{path}/{id}"), Value::Null).await.0, 204);
    assert_eq!(rig.call(Method::GET, &format!("{path}/{id}"), Value::Null).await.0, 404);
}

#[tokio::test]
async fn bodies_must_be_documents() {
    let rig = Rig::bare().await;
    let path = format!("/issue/{}/comment", rig.bug("Printer").await);
    let (status, body) = rig.post(&path, json!({ "body": "text" })).await;
    let expected =
        json!({ "errorMessages": [], "errors": { "comment": "Comment body is not valid!" } });
    assert_eq!((status, body), (400, expected));
    let broken = json!({ "body": { "type": "doc", "version": 1, "content": [{ "type": "bulletList", "content": [] }] } });
    let (status, body) = rig.post(&path, broken).await;
    assert_eq!((status, &body["errorMessages"]), (400, &json!(["INVALID_INPUT"])));
}

#[tokio::test]
async fn comments_come_in_pages() {
    let rig = Rig::bare().await;
    rig.control.jira_settings(json!({ "per_issue_limits": false })).await.unwrap();
    let key = rig.bug("Printer").await;
    for number in 0..5 {
        rig.control.jira_comment(&key, &format!("Comment {number}")).await.unwrap();
    }
    let path = format!("/issue/{key}/comment");
    let page = rig.get(&format!("{path}?startAt=2&maxResults=2&orderBy=-created")).await;
    assert_eq!((&page["total"], &page["startAt"]), (&json!(5), &json!(2)));
    assert_eq!(page["comments"][0]["body"], doc("Comment 2"));
    assert_eq!(rig.get(&format!("{path}?maxResults=5000")).await["maxResults"], 100);
}

#[tokio::test]
async fn a_reply_belongs_to_a_comment_of_its_issue() {
    let rig = Rig::bare().await;
    let path = format!("/issue/{}/comment", rig.bug("Printer").await);
    let (_, first) = rig.post(&path, json!({ "body": doc("first") })).await;
    let reply = json!({ "body": doc("second"), "parentId": first["id"] });
    let (status, second) = rig.post(&path, reply).await;
    assert_eq!(
        (status, second["parentId"].to_string()),
        (201, first["id"].as_str().unwrap().to_owned())
    );
    let held = json!({ "type": "role", "value": "Administrators" });
    let change = json!({ "body": doc("x"), "visibility": held });
    let (status, _) = rig.put(&format!("{path}/{}", second["id"].as_str().unwrap()), change).await;
    assert_eq!(status, 400, "a child inherits the visibility");
    assert_eq!(rig.post(&path, json!({ "body": doc("x"), "parentId": "999" })).await.0, 400);
}

#[tokio::test]
async fn a_property_keeps_a_comment_from_customers_of_a_service_desk_only() {
    let rig = Rig::bare().await;
    let path = format!("/issue/{}/comment", rig.bug("Printer").await);
    let internal = json!([{ "key": "sd.public.comment", "value": { "internal": true } }]);
    let body = json!({ "body": doc("agents only"), "properties": internal });
    assert_eq!(rig.post(&path, body.clone()).await.1["jsdPublic"], true);
    rig.control.jira_settings(json!({ "service_desks": ["SUP"] })).await.unwrap();
    assert_eq!(rig.post(&path, body).await.1["jsdPublic"], false);
    assert_eq!(rig.get("/project/SUP").await["projectTypeKey"], "service_desk");
}

#[tokio::test]
async fn who_may_not_change_a_comment_is_answered_400() {
    let rig = Rig::bare().await;
    let path = format!("/issue/{}/comment", rig.bug("Printer").await);
    let (_, made) = rig.post(&path, json!({ "body": doc("mine") })).await;
    rig.control.jira_settings(json!({ "own_comments": false })).await.unwrap();
    let one = format!("{path}/{}", made["id"].as_str().unwrap());
    assert_eq!(rig.put(&one, json!({ "body": doc("x") })).await.0, 400);
    assert_eq!(rig.call(Method::DELETE, &one, Value::Null).await.0, 400);
}
