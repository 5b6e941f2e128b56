use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use super::{Rig, answer, bug};
use crate::core::{CallFilter, FaultKind, FaultSpec, Side};

fn on_create(kind: FaultKind) -> FaultSpec {
    FaultSpec::new(kind).side(Side::Jira).operation("jira.issue.create").times(1)
}

async fn count(rig: &Rig) -> usize {
    rig.control.jira_issues("SUP").await.unwrap().len()
}

#[tokio::test]
async fn a_call_dropped_before_is_not_applied() {
    let rig = Rig::bare().await;
    rig.control.add_fault(&on_create(FaultKind::DropBefore)).await.unwrap();
    let sent = rig.request(Method::POST, "/issue").json(&bug("Lost")).send().await;
    let error = sent.expect_err("no answer");
    assert!(error.is_request() && error.status().is_none(), "{error:?}");
    assert_eq!(count(&rig).await, 0);
    rig.bug("Found").await;
}

#[tokio::test]
async fn a_call_dropped_after_is_applied() {
    let rig = Rig::bare().await;
    rig.control.add_fault(&on_create(FaultKind::DropAfter)).await.unwrap();
    let sent = rig.request(Method::POST, "/issue").json(&bug("Made")).send().await;
    assert!(sent.expect_err("no answer").status().is_none());
    assert_eq!(count(&rig).await, 1);
    let calls = rig.control.calls(&CallFilter::default()).await.unwrap();
    let call = calls.last().unwrap();
    assert_eq!((call.operation.as_str(), call.status), ("jira.issue.create", 0));
    assert!(call.response_body.contains("SUP-1"));
    assert_eq!(call.request_headers["authorization"], "Basic [redacted]");
}

#[tokio::test]
async fn a_held_call_waits_for_its_release() {
    let rig = Rig::bare().await;
    let id = rig.control.add_fault(&on_create(FaultKind::HoldBefore)).await.unwrap();
    let request = rig.request(Method::POST, "/issue").json(&bug("Held"));
    let call = tokio::spawn(answer(request));
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert_eq!(count(&rig).await, 0);
    rig.control.release_fault(id).await.unwrap();
    assert_eq!(call.await.unwrap().0, 201);
}

#[tokio::test]
async fn a_held_call_is_forgotten_when_the_client_leaves() {
    let rig = Rig::bare().await;
    let id = rig.control.add_fault(&on_create(FaultKind::HoldBefore)).await.unwrap();
    let request = rig.request(Method::POST, "/issue").json(&bug("Gone"));
    let sent = request.timeout(Duration::from_millis(150)).send().await;
    assert!(sent.expect_err("no answer").is_timeout());
    tokio::time::sleep(Duration::from_millis(100)).await;
    rig.control.release_fault(id).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(count(&rig).await, 0);
}

#[tokio::test]
async fn a_call_held_after_is_applied_at_once() {
    let rig = Rig::bare().await;
    rig.control.add_fault(&on_create(FaultKind::HoldAfter)).await.unwrap();
    let request = rig.request(Method::POST, "/issue").json(&bug("Made"));
    let sent = request.timeout(Duration::from_secs(1)).send().await;
    assert!(sent.expect_err("no answer").is_timeout());
    assert_eq!(count(&rig).await, 1);
}

#[tokio::test]
async fn statuses_and_latency_come_as_told() {
    let rig = Rig::bare().await;
    let unavailable = FaultKind::Status {
        code: 503,
        body: Some(json!("<html>")),
        headers: [("X-Failure".to_owned(), "yes".to_owned())].into(),
        retry_after: Some(7),
    };
    rig.control.add_fault(&on_create(unavailable)).await.unwrap();
    let response = rig.request(Method::POST, "/issue").json(&bug("x")).send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["retry-after"]),
        (503, &"7".parse().unwrap())
    );
    assert_eq!(response.headers()["x-failure"], "yes");
    rig.control.add_fault(&on_create(FaultKind::Latency { ms: 120 })).await.unwrap();
    let begin = tokio::time::Instant::now();
    rig.bug("Slow").await;
    assert!(begin.elapsed() >= Duration::from_millis(120));
    assert_eq!(count(&rig).await, 1);
}

#[tokio::test]
async fn calls_are_counted_and_forgotten() {
    let rig = Rig::bare().await;
    rig.bug("One").await;
    rig.get("/myself").await;
    assert_eq!(rig.control.counters().await.unwrap()["jira.issue.create"], 1);
    let filter = CallFilter { operation: Some("jira.my*".into()), ..CallFilter::default() };
    assert_eq!(rig.control.calls(&filter).await.unwrap().len(), 1);
    rig.control.reset_calls().await.unwrap();
    assert!(rig.control.counters().await.unwrap().is_empty());
    assert!(rig.control.state().await.unwrap()["jira"]["issues"][0]["key"] == "SUP-1");
}

#[tokio::test]
async fn exchanges_are_recorded() {
    let dir = std::env::temp_dir().join(format!("simulator-record-{}", std::process::id()));
    let config = crate::SimulatorConfig {
        record_dir: Some(dir.clone()),
        seed: false,
        ..crate::SimulatorConfig::default()
    };
    let simulator = crate::Simulator::start(config).await.unwrap();
    let url = format!("{}/rest/api/3/serverInfo", simulator.jira_url());
    crate::control::http_client().get(url).send().await.unwrap();
    simulator.shutdown().await;
    let files = std::fs::read_dir(&dir).unwrap().filter_map(Result::ok);
    let text: String = files.map(|file| std::fs::read_to_string(file.path()).unwrap()).collect();
    let line: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!((&line["operation"], &line["status"]), (&json!("jira.server_info"), &json!(200)));
    assert_eq!(line["response_body"]["deploymentType"], "Cloud");
    std::fs::remove_dir_all(&dir).unwrap();
}
