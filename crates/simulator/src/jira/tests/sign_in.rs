use reqwest::Method;
use serde_json::json;

use super::{Rig, answer};

#[tokio::test]
async fn bad_credentials_make_the_caller_anonymous() {
    let rig = Rig::seeded().await;
    let bad = |path: &str| {
        rig.anonymous(Method::GET, path).header("Authorization", "Basic bG9ja3N0ZXA6d3Jvbmc=")
    };
    let response = bad("/issue/SUP-1").send().await.unwrap();
    assert_eq!(response.status(), 404);
    assert_eq!(response.headers()["x-seraph-loginreason"], "AUTHENTICATED_FAILED");
    assert_eq!(answer(bad("/myself")).await.0, 401);
    assert_eq!(answer(bad("/field")).await, (200, json!([])));
    let search = bad("/search/jql?jql=project=SUP");
    assert_eq!(answer(search).await.1["issues"], json!([]));
    let (status, body) = answer(rig.anonymous(Method::POST, "/issue").json(&json!({}))).await;
    assert_eq!((status, &body["errors"]), (401, &json!({})));
}

#[tokio::test]
async fn the_integration_knows_itself() {
    let rig = Rig::bare().await;
    let me = rig.get("/myself").await;
    assert_eq!(me["emailAddress"], "lockstep@example.com");
    assert_eq!(me["timeZone"], "America/New_York");
}

#[tokio::test]
async fn tokens_work_on_the_gateway_only_and_rotate() {
    let rig = Rig::bare().await;
    let token_url = format!("{}/oauth/token", rig.url());
    let grant = |body: serde_json::Value| rig.http.post(&token_url).json(&body);
    let app = |mut body: serde_json::Value| {
        body["client_id"] = json!("lockstep-client");
        body["client_secret"] = json!("jira-client-secret");
        body
    };
    let code =
        app(json!({ "grant_type": "authorization_code", "code": "jira-authorization-code" }));
    let (status, first) = answer(grant(code)).await;
    assert_eq!((status, &first["expires_in"]), (200, &json!(3_600)));
    let access = first["access_token"].as_str().unwrap();

    let gateway = format!("{}/ex/jira/any-cloud/rest/api/3/myself", rig.url());
    assert_eq!(answer(rig.http.get(&gateway).bearer_auth(access)).await.0, 200);
    let on_site = rig.anonymous(Method::GET, "/myself").bearer_auth(access);
    assert_eq!(answer(on_site).await.0, 403);
    assert_eq!(answer(rig.http.get(&gateway).bearer_auth("garbage")).await.0, 401);

    let refresh =
        app(json!({ "grant_type": "refresh_token", "refresh_token": first["refresh_token"] }));
    let (status, second) = answer(grant(refresh.clone())).await;
    assert_eq!(status, 200);
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    rig.control.advance_clock(601_000).await.unwrap();
    let (status, body) = answer(grant(refresh)).await;
    assert_eq!((status, &body["error"]), (403, &json!("invalid_grant")));
    rig.control.advance_clock(3_600_000).await.unwrap();
    assert_eq!(answer(rig.http.get(&gateway).bearer_auth(access)).await.0, 401);
}
