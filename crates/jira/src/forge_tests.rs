use chrono::TimeDelta;
use lockstep_http::HttpConfig;
use lockstep_model::Class;
use lockstep_simulator::control::PanelHeaders;
use lockstep_simulator::core::SigningKey;
use lockstep_simulator::jira::FORGE_APP;
use lockstep_simulator::{ControlClient, Simulator, SimulatorConfig};
use serde_json::json;

use super::*;

struct Panel {
    _simulator: Simulator,
    control: ControlClient,
    http: HttpClient,
    keys: Url,
    verifier: InvocationVerifier,
    now: DateTime<Utc>,
}

impl Panel {
    async fn start() -> Self {
        let simulator = Simulator::start(SimulatorConfig::default()).await.expect("simulator");
        let control = ControlClient::new(simulator.control_url());
        let config = HttpConfig { allow_loopback: true, ..HttpConfig::default() };
        let http = HttpClient::new(config).expect("http");
        let keys = format!("{}/.well-known/jwks.json", simulator.jira_url());
        let keys = Url::parse(&keys).expect("url");
        let verifier =
            InvocationVerifier::new(http.clone(), FORGE_APP, keys.clone()).expect("verifier");
        let clock = control.get("/control/clock").await.expect("clock");
        let now = clock["now"].as_str().and_then(|now| now.parse().ok()).expect("now");
        Self { _simulator: simulator, control, http, keys, verifier, now }
    }

    async fn open(&self, extra: &Value) -> PanelHeaders {
        self.control.jira_panel("SUP-1", extra).await.expect("opened")
    }

    /// What becomes of a token that is made so, some seconds from now.
    async fn at(&self, extra: &Value, seconds: i64) -> Result<Invocation, Fault> {
        let headers = self.open(extra).await;
        let now = self.now + TimeDelta::seconds(seconds);
        self.verifier.verify(Some(&headers.authorization), now).await
    }

    async fn refused(&self, extra: &Value) -> Code {
        let fault = self.at(extra, 0).await.expect_err("refused");
        assert_eq!(fault.class(), Class::Rejected, "{fault}");
        fault.code
    }
}

#[tokio::test]
async fn a_token_tells_site_issue_and_person() {
    let panel = Panel::start().await;
    let issue = panel.control.jira_issue("SUP-1").await.expect("issue");
    let told = panel.at(&json!({ "as": "Developer One" }), 0).await.expect("verified");
    assert_eq!(told.cloud_id, "11223344-a1b2-4b33-8444-def123456789");
    assert_eq!(Some(told.issue_id.as_str()), issue["id"].as_str());
    assert_eq!(told.issue_key.as_deref(), Some("SUP-1"));
    assert_eq!(told.project_key.as_deref(), Some("SUP"));
    assert_eq!(told.account_id, "557058:developer-one");
    assert!(told.expires > panel.now && told.site.is_some());
    // `principal` comes as an object too, the audience in a list, and much may be missing.
    let other = json!({ "claims": {
        "principal": { "accountId": "557058:team-lead" }, "aud": ["x", FORGE_APP], "nbf": null,
        "app": null, "context": { "siteUrl": null, "extension": { "project": null, "issue": { "key": null } } },
    }});
    let told = panel.at(&other, 0).await.expect("verified");
    assert_eq!((told.account_id.as_str(), told.issue_key), ("557058:team-lead", None));
    // The id may be configured without its prefix.
    let bare = FORGE_APP.rsplit('/').next().expect("id");
    let verifier = InvocationVerifier::new(panel.http.clone(), bare, panel.keys.clone());
    let headers = panel.open(&json!({})).await;
    let told = verifier.expect("verifier").verify(Some(&headers.authorization), panel.now).await;
    assert!(told.is_ok(), "{told:?}");
}

#[tokio::test]
async fn a_token_is_believed_only_as_forge_signs_it() {
    let panel = Panel::start().await;
    assert_eq!(
        panel.refused(&json!({ "signed_by": "rsa-2", "kid": "rsa-1" })).await,
        Code::PanelToken
    );
    assert_eq!(panel.refused(&json!({ "signed_by": "rsa-2" })).await, Code::PanelToken);
    assert_eq!(panel.refused(&json!({ "signed_by": "ec-1" })).await, Code::PanelToken);
    assert_eq!(panel.refused(&json!({ "claims": { "iss": "somebody" } })).await, Code::PanelToken);
    assert_eq!(panel.refused(&json!({ "claims": { "exp": null } })).await, Code::PanelToken);
    let verify = async |header: Option<&str>| {
        panel.verifier.verify(header, panel.now).await.expect_err("refused").code
    };
    for header in [None, Some("Bearer"), Some("Basic abc"), Some("Bearer a.b.c")] {
        assert_eq!(verify(header).await, Code::PanelToken, "{header:?}");
    }
    // The same claims, unsigned, and under the public key taken for a secret.
    let headers = panel.open(&json!({})).await;
    let claims = headers.authorization.split('.').nth(1).expect("claims");
    let unsigned = format!("Bearer eyJhbGciOiJub25lIiwia2lkIjoicnNhLTEifQ.{claims}.");
    assert_eq!(verify(Some(&unsigned)).await, Code::PanelToken);
    let public = SigningKey::First.jwk().to_string();
    let header = jsonwebtoken::Header {
        kid: Some("rsa-1".to_owned()),
        ..jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256)
    };
    let secret = jsonwebtoken::EncodingKey::from_secret(public.as_bytes());
    let body = json!({ "iss": ISSUER, "aud": FORGE_APP, "exp": panel.now.timestamp() + 20 });
    let confused = jsonwebtoken::encode(&header, &body, &secret).expect("token");
    assert_eq!(verify(Some(&format!("Bearer {confused}"))).await, Code::PanelToken);
}

#[tokio::test]
async fn a_token_holds_for_its_time_and_its_app() {
    let panel = Panel::start().await;
    // It holds for 25 s, and clocks may stand a minute apart.
    assert!(panel.at(&json!({}), 80).await.is_ok());
    assert_eq!(panel.at(&json!({}), 90).await.expect_err("over").code, Code::PanelExpired);
    assert!(panel.at(&json!({}), -55).await.is_ok());
    assert_eq!(panel.at(&json!({}), -70).await.expect_err("not yet").code, Code::PanelExpired);
    let foreign = "ari:cloud:ecosystem::app/00000000-0000-0000-0000-000000000000";
    for claims in
        [json!({ "aud": foreign }), json!({ "aud": null }), json!({ "app": { "id": foreign } })]
    {
        assert_eq!(panel.refused(&json!({ "claims": claims })).await, Code::PanelOtherApp);
    }
}

#[tokio::test]
async fn a_token_that_does_not_say_what_it_is_about_is_refused() {
    let panel = Panel::start().await;
    for claims in [
        json!({ "principal": null }),
        json!({ "context": { "cloudId": null } }),
        json!({ "context": { "extension": { "issue": { "id": null } } } }),
        json!({ "context": { "extension": null } }),
        json!({ "context": { "moduleKey": "another-panel" } }),
        json!({ "context": { "moduleKey": null }, "app": { "module": null } }),
    ] {
        let code = panel.refused(&json!({ "claims": claims })).await;
        assert_eq!(code, Code::PanelContext, "{claims}");
    }
}

#[tokio::test]
async fn a_key_that_forge_brings_in_is_found_and_an_outage_is_told_apart() {
    let panel = Panel::start().await;
    let second = json!({ "signed_by": "rsa-2" });
    assert_eq!(panel.refused(&second).await, Code::PanelToken);
    let keys = json!({ "forge_keys": ["rsa-1", "rsa-2"] });
    panel.control.jira_settings(keys).await.expect("settings");
    assert_eq!(panel.refused(&second).await, Code::PanelToken, "asked a moment ago");
    assert!(panel.at(&second, 61).await.is_ok());

    let nobody = Url::parse("http://127.0.0.1:9/jwks.json").expect("url");
    let verifier =
        InvocationVerifier::new(panel.http.clone(), FORGE_APP, nobody).expect("verifier");
    let headers = panel.open(&json!({})).await;
    let fault = verifier.verify(Some(&headers.authorization), panel.now).await.expect_err("away");
    assert_eq!((fault.code, fault.class()), (Code::IssuerKeys, Class::Transient));
    let elsewhere = Url::parse("https://evil.example/jwks.json").expect("url");
    let refused = InvocationVerifier::new(panel.http.clone(), FORGE_APP, elsewhere);
    assert_eq!(refused.expect_err("refused").code, Code::HostRefused);
    assert!(panel.http.check(Peer::Jira, &Url::parse(KEYS).expect("url")).is_ok());
}

#[tokio::test]
async fn jira_is_asked_whether_the_person_may_see_and_edit_the_issue() {
    let panel = Panel::start().await;
    let headers = panel.open(&json!({})).await;
    let told = panel.verifier.verify(Some(&headers.authorization), panel.now).await.expect("told");
    let token = || SecretString::from(headers.user.clone());
    assert_eq!(told.may_edit(&panel.http, token()).await, Ok(true));
    panel.control.jira_settings(json!({ "lookers": [told.account_id] })).await.expect("settings");
    assert_eq!(told.may_edit(&panel.http, token()).await, Ok(false), "they look on");
    panel.control.jira_settings(json!({ "restricted": ["SUP-1"] })).await.expect("settings");
    let fault = told.may_edit(&panel.http, token()).await.expect_err("hidden");
    assert_eq!(fault.code, Code::JiraIssueGone);
    let fault = told.may_edit(&panel.http, SecretString::from("made-up")).await;
    assert_eq!(fault.expect_err("no token").code, Code::JiraUnauthorized);
    // An address that is none of Jira's gets no token.
    let elsewhere = Invocation { api: Url::parse("https://evil.example").ok(), ..told };
    let fault = elsewhere.may_edit(&panel.http, token()).await.expect_err("refused");
    assert_eq!(fault.code, Code::HostRefused);
}
