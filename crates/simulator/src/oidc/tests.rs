//! The provider as a relying party and a browser see it, over HTTP.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::{RequestBuilder, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::{CLIENT_ID, CLIENT_SECRET, User};
use crate::control::ControlClient;
use crate::{Simulator, SimulatorConfig};

const REDIRECT: &str = "https://console.example/login/oidc/callback";
const VERIFIER: &str = "a-verifier-of-forty-three-characters-or-more";

struct Rig {
    simulator: Simulator,
    control: ControlClient,
    http: reqwest::Client,
}

impl Rig {
    async fn start() -> Self {
        let config =
            SimulatorConfig { oidc_redirects: vec![REDIRECT.to_owned()], ..Default::default() };
        let simulator = Simulator::start(config).await.expect("simulator");
        let control = ControlClient::new(simulator.control_url());
        Self { simulator, control, http: crate::control::browser() }
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.simulator.oidc_url())
    }

    /// `GET /authorize` with these parameters in place of good ones; an empty one is left out.
    fn ask(&self, changes: &[(&str, &str)]) -> RequestBuilder {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
        let mut params = vec![
            ("response_type", "code"),
            ("client_id", CLIENT_ID),
            ("redirect_uri", REDIRECT),
            ("scope", "openid profile email groups"),
            ("state", "st & te"),
            ("nonce", "n-1"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("login", "ann"),
        ];
        for (name, value) in changes {
            params.retain(|(known, _)| known != name);
            params.push((name, value));
        }
        params.retain(|(_, value)| !value.is_empty());
        self.http.get(self.at("/authorize")).query(&params)
    }

    /// The parameters with which the browser is sent back.
    async fn sent_back(&self, request: RequestBuilder) -> Vec<(String, String)> {
        let response = request.send().await.expect("answer");
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        let target = response.headers()["location"].to_str().expect("text");
        assert!(target.starts_with(REDIRECT), "{target}");
        Url::parse(target).expect("url").query_pairs().into_owned().collect()
    }

    async fn code(&self) -> String {
        value(&self.sent_back(self.ask(&[])).await, "code").expect("code")
    }

    /// Status and body of `POST /token` with these parameters in place of good ones.
    async fn exchange(&self, code: &str, changes: &[(&str, &str)]) -> (u16, Value) {
        let mut params = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ];
        for (name, value) in changes {
            params.retain(|(known, _)| known != name);
            params.push((name, value));
        }
        let request = self.http.post(self.at("/token")).form(&params);
        read(request.basic_auth(CLIENT_ID, Some(CLIENT_SECRET))).await
    }
}

fn value(pairs: &[(String, String)], name: &str) -> Option<String> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
}

async fn read(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.expect("answer");
    let status = response.status().as_u16();
    (status, response.json().await.unwrap_or_default())
}

fn claims(token: &Value) -> Value {
    let part = token.as_str().and_then(|token| token.split('.').nth(1)).expect("claims");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64")).expect("json")
}

#[tokio::test]
async fn a_person_signs_in_and_the_client_learns_who_it_is() {
    let rig = Rig::start().await;
    let (_, discovery) = read(rig.http.get(rig.at("/.well-known/openid-configuration"))).await;
    assert_eq!(discovery["issuer"], rig.simulator.oidc_url());
    let back = rig.sent_back(rig.ask(&[])).await;
    assert_eq!(value(&back, "state").as_deref(), Some("st & te"));
    assert_eq!(value(&back, "iss"), Some(rig.simulator.oidc_url()));
    let code = value(&back, "code").expect("code");
    let (status, tokens) = rig.exchange(&code, &[]).await;
    assert_eq!((status, &tokens["token_type"]), (200, &json!("Bearer")));
    let told = claims(&tokens["id_token"]);
    for (name, wanted) in [
        ("sub", json!("00u-ann")),
        ("aud", json!(CLIENT_ID)),
        ("nonce", json!("n-1")),
        ("email", json!("ann@example.com")),
        ("groups", json!(["everyone", "lockstep-admins"])),
    ] {
        assert_eq!(told[name], wanted, "{name}");
    }
    let access = tokens["access_token"].as_str().expect("token");
    let userinfo = || rig.http.get(rig.at("/userinfo")).bearer_auth(access);
    assert_eq!(read(userinfo()).await.1["name"], "Ann Admin");
    // A code that comes again is refused, and ends what it brought before.
    assert_eq!(rig.exchange(&code, &[]).await.1["error"], "invalid_grant");
    assert_eq!(read(userinfo()).await.0, 401);
}

#[tokio::test]
async fn the_page_lets_somebody_choose_who_they_are() {
    let rig = Rig::start().await;
    let ann = User {
        login: "new\"><script>".to_owned(),
        sub: "1".to_owned(),
        name: "<b>New</b>".to_owned(),
        email: "new@example.com".to_owned(),
        groups: Vec::new(),
    };
    rig.control.oidc_user(&ann).await.expect("added");
    let page = rig.ask(&[("login", "")]).send().await.expect("page").text().await.expect("text");
    assert!(page.contains("value=\"olga\"") && page.contains("st &amp; te"), "{page}");
    assert!(!page.contains("<script>") && !page.contains("<b>"), "{page}");
    let request = rig.ask(&[("login", "olga")]).build().expect("request");
    let form = request.url().query().expect("query").to_owned();
    let posted = rig.http.post(rig.at("/authorize")).body(form);
    assert!(value(&rig.sent_back(posted).await, "code").is_some());
    let denied = rig.sent_back(rig.ask(&[("login", "-")])).await;
    assert_eq!(value(&denied, "error").as_deref(), Some("access_denied"));
    assert_eq!(value(&denied, "state").as_deref(), Some("st & te"));
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_told_where_it_is_safe() {
    let rig = Rig::start().await;
    for change in [
        ("client_id", "somebody"),
        ("redirect_uri", "https://console.example/login/oidc/callback/"),
        ("redirect_uri", "https://evil.example/"),
        ("redirect_uri", ""),
    ] {
        let response = rig.ask(&[change]).send().await.expect("answer");
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{change:?}");
        assert!(!response.headers().contains_key("location"));
    }
    for (change, error) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("scope", "profile"), "invalid_scope"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("code_challenge", ""), "invalid_request"),
        (("code_challenge", "short"), "invalid_request"),
    ] {
        let back = rig.sent_back(rig.ask(&[change])).await;
        assert_eq!(value(&back, "error").as_deref(), Some(error), "{change:?}");
    }
}

#[tokio::test]
async fn a_code_is_good_once_for_its_client_address_and_verifier() {
    let rig = Rig::start().await;
    let other = "another-verifier-of-forty-three-characters-or-more";
    for (change, error) in [
        (("grant_type", "password"), "unsupported_grant_type"),
        (("code_verifier", other), "invalid_grant"),
        (("code_verifier", "short"), "invalid_grant"),
        (("redirect_uri", "https://console.example/"), "invalid_grant"),
    ] {
        let code = rig.code().await;
        let (status, body) = rig.exchange(&code, &[change]).await;
        assert_eq!((status, &body["error"]), (400, &json!(error)), "{change:?}");
    }
    assert_eq!(rig.exchange("made-up", &[]).await.1["error"], "invalid_grant");
    let code = rig.code().await;
    let request = rig.http.post(rig.at("/token")).form(&[("code", code.as_str())]);
    let (status, body) = read(request.basic_auth(CLIENT_ID, Some("wrong"))).await;
    assert_eq!((status, &body["error"]), (401, &json!("invalid_client")));
    rig.control.advance_clock(61_000).await.expect("clock");
    assert_eq!(rig.exchange(&code, &[]).await.1["error"], "invalid_grant", "it ran out");
}

#[tokio::test]
async fn tokens_go_wrong_on_demand() {
    let rig = Rig::start().await;
    let settings = json!({
        "claims": { "nonce": "other", "email": null },
        "signing_key": "ec-1", "published": ["rsa-2"], "issuer": "https://other.example",
    });
    rig.control.oidc_settings(settings).await.expect("settings");
    let code = rig.code().await;
    let (_, tokens) = rig.exchange(&code, &[]).await;
    let told = claims(&tokens["id_token"]);
    assert_eq!((&told["nonce"], told.get("email")), (&json!("other"), None));
    let token = tokens["id_token"].as_str().expect("token");
    let header = jsonwebtoken::decode_header(token).expect("header");
    assert_eq!(header.kid.as_deref(), Some("ec-1"));
    let (_, set) = read(rig.http.get(rig.at("/jwks"))).await;
    assert_eq!(set["keys"][0]["kid"], "rsa-2");
    let (_, discovery) = read(rig.http.get(rig.at("/.well-known/openid-configuration"))).await;
    assert_eq!(discovery["issuer"], "https://other.example");
}
