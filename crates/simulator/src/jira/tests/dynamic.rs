//! Webhooks of apps.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::receiver::Receiver;
use super::{Rig, answer};

struct App {
    rig: Rig,
    inbox: Receiver,
    token: String,
}

impl App {
    async fn start() -> Self {
        let rig = Rig::bare().await;
        let token = Self::sign_in(&rig).await;
        Self { rig, inbox: Receiver::start(&[]).await, token }
    }

    async fn sign_in(rig: &Rig) -> String {
        let grant = json!({
            "grant_type": "authorization_code", "code": "jira-authorization-code",
            "client_id": "lockstep-client", "client_secret": "jira-client-secret",
        });
        let url = format!("{}/oauth/token", rig.url());
        let (_, token) = answer(rig.http.post(url).json(&grant)).await;
        token["access_token"].as_str().unwrap().to_owned()
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}/ex/jira/cloud/rest/api/3/webhook{path}", self.rig.url());
        self.rig.http.request(method, url).bearer_auth(&self.token)
    }

    fn body(&self, filters: &[&str]) -> Value {
        let hook = |jql: &&str| json!({ "events": ["jira:issue_created"], "jqlFilter": jql });
        let hooks: Vec<Value> = filters.iter().map(hook).collect();
        json!({ "url": self.inbox.url, "webhooks": hooks })
    }

    async fn register(&self, filters: &[&str]) -> Value {
        let (status, body) = answer(self.request(Method::POST, "").json(&self.body(filters))).await;
        assert_eq!(status, 200, "{body}");
        body["webhookRegistrationResult"].clone()
    }
}

#[tokio::test]
async fn apps_register_and_get_signed_messages() {
    let app = App::start().await;
    assert_eq!(app.rig.post("/webhook", app.body(&["project = SUP"])).await.0, 403);
    let results = app.register(&["project = SUP", "summary ~ x"]).await;
    assert_eq!(results[0]["createdWebhookId"], 1_000);
    assert_eq!(results[1]["errors"][0], "The clause summary is unsupported");

    app.rig.bug("Printer").await;
    let received = app.inbox.wait(1).await;
    assert_eq!(received[0].json()["matchedWebhookIds"], json!([1_000]));
    let jwt = received[0].header("authorization").strip_prefix("Bearer ").unwrap();
    let key = jsonwebtoken::DecodingKey::from_secret(b"jira-client-secret");
    let mut rules = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::HS256);
    rules.validate_aud = false;
    let claims = jsonwebtoken::decode::<Value>(jwt, &key, &rules).unwrap().claims;
    assert_eq!(claims["iss"], "lockstep-client");
}

#[tokio::test]
async fn five_are_the_limit() {
    let app = App::start().await;
    let results = app.register(&["project = SUP"; 6]).await;
    assert_eq!(results[4]["createdWebhookId"], 1_004);
    assert!(results[5]["errors"][0].as_str().unwrap().contains('5'));
    let drop = app.request(Method::DELETE, "").json(&json!({ "webhookIds": [1_001] }));
    assert_eq!(answer(drop).await.0, 202);
    let (_, page) = answer(app.request(Method::GET, "")).await;
    assert_eq!((&page["total"], &page["isLast"]), (&json!(4), &json!(true)));
}

#[tokio::test]
async fn they_end_after_thirty_days_unless_refreshed() {
    const DAYS_20: i64 = 20 * 24 * 3_600_000;
    let app = App::start().await;
    app.register(&["project = SUP", "project = SUP"]).await;
    app.rig.control.advance_clock(DAYS_20).await.unwrap();
    // The access token has ended as well, so the owner signs in again.
    let app = App { token: App::sign_in(&app.rig).await, ..app };
    let refresh = app.request(Method::PUT, "/refresh").json(&json!({ "webhookIds": [1_000, 77] }));
    let (status, body) = answer(refresh).await;
    assert_eq!((status, body["expirationDate"].is_i64()), (200, true));
    app.rig.control.advance_clock(DAYS_20).await.unwrap();
    app.rig.control.jira_create(json!({ "summary": "One hears" })).await.unwrap();
    assert_eq!(app.inbox.wait(1).await[0].json()["matchedWebhookIds"], json!([1_000]));
    app.rig.control.advance_clock(DAYS_20).await.unwrap();
    app.rig.control.jira_create(json!({ "summary": "Nobody hears" })).await.unwrap();
    app.inbox.wait(1).await;
}
