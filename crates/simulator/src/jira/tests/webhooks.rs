use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use super::Rig;
use super::receiver::Receiver;
use crate::control::AdminWebhook;
use crate::core::{FaultKind, FaultSpec};

async fn hooked(answers: &[u16], events: &[&str]) -> (Rig, Receiver) {
    let rig = Rig::bare().await;
    rig.control.jira_settings(json!({ "webhook_backoff_ms": 20 })).await.unwrap();
    let inbox = Receiver::start(answers).await;
    let hook =
        AdminWebhook { url: &inbox.url, secret: Some("s3cret"), events, jql: "project = SUP" };
    rig.control.jira_webhook(&hook).await.unwrap();
    (rig, inbox)
}

#[tokio::test]
async fn our_own_writes_come_back_signed() {
    let (rig, inbox) = hooked(&[], &[]).await;
    let key = rig.bug("Printer").await;
    let mut edit = json!({ "fields": { "summary": "Scanner" } });
    edit["fields"]["description"] = json!({ "type": "doc", "version": 1, "content": [
        { "type": "paragraph", "content": [{ "type": "text", "text": "wiki", "marks": [{ "type": "strong" }] }] }
    ] });
    assert_eq!(rig.put(&format!("/issue/{key}"), edit).await.0, 204);
    let received = inbox.wait(2).await;
    let (created, updated) = (received[0].json(), received[1].json());
    assert_eq!(created["webhookEvent"], "jira:issue_created");
    assert_eq!(created["changelog"], Value::Null);
    assert_eq!(updated["webhookEvent"], "jira:issue_updated");
    assert_eq!(updated["user"]["displayName"], "Lockstep Integration");
    // Version 2: documents are wiki markup, links say so, and what is empty is null.
    assert_eq!(updated["issue"]["fields"]["description"], "*wiki*");
    assert!(updated["issue"]["self"].as_str().unwrap().contains("/rest/api/2/"));
    let items = updated["changelog"]["items"].as_array().unwrap();
    assert!(items[0].as_object().unwrap().contains_key("from"));

    let mut mac = Hmac::<Sha256>::new_from_slice(b"s3cret").unwrap();
    mac.update(&received[0].raw);
    let signature = received[0].header("x-hub-signature").strip_prefix("sha256=").unwrap();
    let pair = |at: usize| u8::from_str_radix(&signature[at..at + 2], 16).unwrap();
    let bytes: Vec<u8> = (0..signature.len()).step_by(2).map(pair).collect();
    mac.verify_slice(&bytes).unwrap();
    assert_eq!(received[0].header("x-atlassian-webhook-flow"), "Primary");
    assert_ne!(
        received[0].header("x-atlassian-webhook-identifier"),
        received[1].header("x-atlassian-webhook-identifier")
    );
}

#[tokio::test]
async fn a_failed_delivery_is_sent_again_with_the_same_identifier() {
    let (rig, inbox) = hooked(&[503, 429], &["jira:issue_created"]).await;
    rig.bug("Printer").await;
    let received = inbox.wait(3).await;
    let identifier = received[0].header("x-atlassian-webhook-identifier");
    for (number, one) in received.iter().enumerate() {
        assert_eq!(one.header("x-atlassian-webhook-identifier"), identifier);
        let retry = if number == 0 { String::new() } else { number.to_string() };
        assert_eq!(one.header("x-atlassian-webhook-retry"), retry);
    }
    let deliveries = rig.control.jira_deliveries().await.unwrap();
    assert_eq!((deliveries.len(), &deliveries[0]["state"]), (1, &json!("delivered")));
    assert_eq!(deliveries[0]["attempts"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_refusal_is_final_and_six_failures_are_the_end() {
    let (rig, inbox) = hooked(&[404], &["jira:issue_created"]).await;
    rig.bug("Refused").await;
    inbox.wait(1).await;
    assert_eq!(rig.control.jira_deliveries().await.unwrap()[0]["state"], "failed");

    let (rig, inbox) = hooked(&[500; 6], &["jira:issue_created"]).await;
    rig.bug("Broken").await;
    inbox.wait(6).await;
    assert_eq!(rig.control.jira_deliveries().await.unwrap()[0]["state"], "failed");
}

#[tokio::test]
async fn comments_tell_twice_and_deletes_tell_all() {
    let (rig, inbox) = hooked(&[], &[]).await;
    let key =
        rig.control.jira_create(json!({ "summary": "Printer" })).await.unwrap()["key"].clone();
    let key = key.as_str().unwrap();
    let id = rig.control.jira_comment(key, "Hello").await.unwrap();
    rig.control.jira_edit_comment(key, &id, "Hello again").await.unwrap();
    rig.control.jira_delete(key).await.unwrap();
    let received = inbox.wait(6).await;
    let names: Vec<Value> = received.iter().map(|one| one.json()["webhookEvent"].clone()).collect();
    assert_eq!(
        names,
        [
            "jira:issue_created",
            "comment_created",
            "jira:issue_updated",
            "comment_updated",
            "jira:issue_deleted",
            "comment_deleted",
        ]
    );
    assert_eq!(received[2].json()["issue_event_type_name"], "issue_commented");
    assert_eq!(received[2].json()["comment"], received[1].json()["comment"]);
    assert_eq!(received[3].json()["comment"]["body"], "Hello again");
    assert_eq!(received[5].header("x-atlassian-webhook-flow"), "Secondary");
    assert_eq!(received[4].json()["issue"]["fields"]["summary"], "Printer");
}

#[tokio::test]
async fn filters_and_events_choose() {
    let (rig, inbox) = hooked(&[], &["jira:issue_created"]).await;
    rig.control
        .jira_create(json!({ "summary": "Elsewhere", "project": "OPS", "issuetype": "Task" }))
        .await
        .unwrap();
    let key = rig.bug("Here").await;
    rig.control.jira_edit(&key, json!({ "summary": "Changed" })).await.unwrap();
    assert_eq!(inbox.wait(1).await[0].json()["issue"]["key"], key);
}

#[tokio::test]
async fn webhook_faults_act() {
    let (rig, inbox) = hooked(&[], &["jira:issue_created"]).await;
    let once = |kind: FaultKind| FaultSpec::new(kind).times(1);
    rig.control.add_fault(&once(FaultKind::WebhookDuplicate { copies: 2 })).await.unwrap();
    rig.bug("Three times").await;
    let received = inbox.wait(3).await;
    let identifier = |number: usize| received[number].header("x-atlassian-webhook-identifier");
    assert_eq!(identifier(0), identifier(2));

    rig.control.add_fault(&once(FaultKind::WebhookLose)).await.unwrap();
    rig.bug("Never").await;
    rig.control.add_fault(&once(FaultKind::WebhookReorder { window_ms: 1_000 })).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    rig.bug("Late").await;
    rig.bug("Early").await;
    let summaries: Vec<Value> = inbox.wait(5).await[3..]
        .iter()
        .map(|one| one.json()["issue"]["fields"]["summary"].clone())
        .collect();
    assert_eq!(summaries, ["Early", "Late"]);
    let lost = rig.control.jira_deliveries().await.unwrap();
    assert_eq!(lost[1]["state"], "lost");
}
