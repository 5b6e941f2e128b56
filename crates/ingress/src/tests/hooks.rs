use lockstep_jira::webhook;
use lockstep_model::JobKind;
use lockstep_model::job::Cause;
use lockstep_testkit::http::{self, Answer};
use serde_json::Value;

use super::*;

const EVENT: &[u8] = br#"{"timestamp":1795342530123,"webhookEvent":"jira:issue_updated",
    "issue":{"id":"10042","key":"SUP-24","fields":{"summary":"Printer on fire"}}}"#;
const NO_ISSUE: &[u8] = br#"{"webhookEvent":"attachment_created","attachment":{"id":"10001"}}"#;
/// HS256 of `{"iss":"jira"}` under the secret, by another implementation.
const TOKEN: &str = include_str!("token.txt");

async fn post(address: &str, name: &str, body: &[u8], headers: &[(&str, &str)]) -> Answer {
    let line = format!("POST /hooks/jira/{name}");
    http::send(address, &line, headers, body).await.expect("an answer")
}

async fn signed(address: &str, name: &str, body: &[u8]) -> Answer {
    let signature = webhook::sign(SECRET.as_bytes(), body);
    post(address, name, body, &[("X-Hub-Signature", &signature)]).await
}

fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).expect("JSON")
}

#[tokio::test]
async fn complaint_15_a_signed_webhook_is_a_job_before_it_is_answered() {
    let house = house().await;
    let answer = signed(&house.serve().await, "jira", EVENT).await;
    let correlation = Uuid::from_u128(42).to_string();
    assert_eq!(answer.status, 202);
    assert_eq!(json(&answer), json!({ "accepted": true, "correlation": correlation }));
    assert_eq!(answer.header("x-correlation-id"), Some(correlation.as_str()));
    assert_eq!(house.broker.depth(&house.broker.names().lane(Lane::Live)).await.expect("depth"), 1);
    let job = house.jobs(Lane::Live).recv().await.expect("a job");
    let connection = house.jira.id;
    assert_eq!(job.kind, JobKind::Issue { connection, issue: "10042".into(), version: None });
    assert_eq!((job.cause, job.correlation.0), (Cause::Webhook, correlation));
    house.broker.close().await;
}

#[tokio::test]
async fn the_published_vector_is_verified_though_it_is_no_webhook() {
    let house = house().await;
    let signature = "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9";
    let address = house.serve().await;
    let vector = [("X-Hub-Signature", signature)];
    let answer = post(&address, "jira", b"Hello World!", &vector).await;
    assert_eq!(answer.status, 400, "verified, and then read");
    assert!(answer.body.contains("not a Jira webhook"), "{answer:?}");
    let without_event = signed(&address, "jira", b"{}").await;
    assert_eq!(without_event.status, 400);
    house.broker.close().await;
}

#[tokio::test]
async fn a_dynamic_webhook_is_verified_by_its_token() {
    let house = house().await;
    let bearer = format!("Bearer {}", TOKEN.trim());
    let address = house.serve().await;
    let dynamic = post(&address, "jira", EVENT, &[("Authorization", &bearer)]).await;
    assert_eq!(dynamic.status, 202);
    let cut = &bearer[..bearer.len() - 2];
    let forged = post(&address, "jira", EVENT, &[("Authorization", cut)]).await;
    assert_eq!(forged.status, 401);
    house.broker.close().await;
}

#[tokio::test]
async fn what_cannot_be_verified_is_refused_without_a_hint_why() {
    let house = house().await;
    let wrong = webhook::sign(b"another secret", EVENT);
    let other = webhook::sign(SECRET.as_bytes(), EVENT);
    let at = house.serve().await;
    let answers = [
        post(&at, "jira", EVENT, &[]).await,
        post(&at, "jira", EVENT, &[("X-Hub-Signature", &wrong)]).await,
        post(&at, "jira", NO_ISSUE, &[("X-Hub-Signature", &other)]).await,
        signed(&at, "nobody", EVENT).await,
        signed(&at, "salesforce", EVENT).await,
    ];
    for answer in &answers {
        assert_eq!((answer.status, &answer.body), (401, &answers[0].body));
        assert_eq!(answer.header("x-correlation-id"), None);
    }
    house.broker.close().await;
}

#[tokio::test]
async fn a_body_over_the_cap_is_refused_and_an_event_without_an_issue_is_ignored() {
    let house = house().await;
    let large = vec![b' '; MAX_BODY + 1];
    let address = house.serve().await;
    assert_eq!(signed(&address, "jira", &large).await.status, 413);
    let ignored = signed(&address, "jira", NO_ISSUE).await;
    assert_eq!((ignored.status, &json(&ignored)["accepted"]), (200, &json!(false)));
    assert_eq!(house.broker.depth(&house.broker.names().lane(Lane::Live)).await.expect("depth"), 0);
    house.broker.close().await;
}

#[tokio::test]
async fn without_the_broker_jira_is_asked_to_come_back() {
    let house = house().await;
    house.lose_the_broker().await;
    let address = house.serve().await;
    let refused = signed(&address, "jira", EVENT).await;
    assert_eq!((refused.status, refused.header("retry-after")), (503, Some("10")));
    house.proxy.resume();
    eventually(Duration::from_secs(10), "accepted again", async || {
        signed(&address, "jira", EVENT).await.status == 202
    })
    .await;
    house.broker.close().await;
}

#[tokio::test]
async fn the_secret_is_remembered_while_the_database_is_away() {
    let house = house().await;
    let address = house.serve().await;
    assert_eq!(signed(&address, "jira", EVENT).await.status, 202);
    let client = house.database.client().await.expect("client");
    client.batch_execute("ALTER TABLE connection RENAME TO gone").await.expect("renamed");
    let remembered = signed(&address, "jira", EVENT).await;
    assert_eq!(remembered.status, 202, "no query was made");
    let unknown = signed(&address, "another", EVENT).await;
    assert_eq!(unknown.status, 503, "who it is cannot be known now");
    assert!(unknown.header("retry-after").is_some());
    house.broker.close().await;
}
