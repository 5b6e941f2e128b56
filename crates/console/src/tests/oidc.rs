//! Signing in by an identity provider: the console and a browser, against the simulated one.

use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use lockstep_http::{HttpClient, HttpConfig};
use lockstep_model::Code;
use lockstep_simulator::core::{FaultKind, FaultSpec};
use lockstep_simulator::oidc::{CLIENT_ID, CLIENT_SECRET, User};
use lockstep_simulator::{ControlClient, Simulator, SimulatorConfig};
use lockstep_store::Role;
use secrecy::SecretString;
use serde_json::json;
use url::Url;

use super::{Browser, Desk, HERE, Seen};
use crate::oidc::{OidcSettings, Provider};

const ROLES: &str =
    "lockstep-admins=admin, crm-team=configurator, support-leads=operator, support=viewer";

/// A console whose people sign in by the simulated provider.
struct Door {
    desk: Desk,
    control: ControlClient,
    _simulator: Simulator,
}

/// How far a sign-in came: the cookie of the browser that began it, and where the provider sent it.
struct Underway {
    cookie: String,
    back: String,
}

impl Door {
    async fn open() -> Self {
        Self::with(|settings| settings).await
    }

    async fn with(change: impl FnOnce(OidcSettings) -> OidcSettings) -> Self {
        let redirects = vec![format!("{HERE}/login/oidc/callback")];
        let config = SimulatorConfig { oidc_redirects: redirects, ..SimulatorConfig::default() };
        let simulator = Simulator::start(config).await.expect("simulator");
        let control = ControlClient::new(simulator.control_url());
        let http = HttpConfig { allow_loopback: true, ..HttpConfig::default() };
        let secret = SecretString::from(CLIENT_SECRET);
        let roles = ROLES.parse().expect("roles");
        let settings = OidcSettings::new(&simulator.oidc_url(), CLIENT_ID, secret, roles);
        let scopes = "openid profile email groups".to_owned();
        let settings = change(OidcSettings { scopes, ..settings.expect("settings") });
        let provider = Provider::new(HttpClient::new(http).expect("a client"), settings);
        let desk = Desk::with(|console| console.with_provider(provider)).await;
        Self { desk, control, _simulator: simulator }
    }

    /// Begins in a new browser, and lets somebody sign in at the provider.
    async fn begin(&self, login: &str, next: &str) -> Underway {
        let path = format!("/login/oidc?next={next}");
        let begun = self.desk.get(&Browser::default(), &path).await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.body);
        let mut url = Url::parse(begun.location()).expect("the provider's address");
        url.query_pairs_mut().append_pair("login", login);
        let back = sent_back(&url).await;
        Underway { cookie: begun.cookie().expect("a cookie"), back }
    }

    /// Comes back from the provider.
    async fn finish(&self, underway: &Underway) -> Seen {
        let browser = Browser { cookie: underway.cookie.clone(), csrf: String::new() };
        self.desk.get(&browser, &underway.back).await
    }

    async fn sign_in(&self, login: &str) -> Seen {
        self.finish(&self.begin(login, "/").await).await
    }

    /// Somebody is refused, by a page that tells the code.
    async fn refused(&self, login: &str) -> Code {
        let seen = self.sign_in(login).await;
        told(&seen)
    }
}

/// Where the provider sends the browser, as a path of the console's.
async fn sent_back(url: &Url) -> String {
    let http = HttpClient::new(HttpConfig { allow_loopback: true, ..HttpConfig::default() });
    let call = lockstep_http::Call::new(
        lockstep_http::Peer::Identity,
        "browser",
        lockstep_http::Method::GET,
        url.clone(),
    );
    let answer = http.expect("a client").send(call).await.expect("an answer");
    let target = answer.header("location").expect("sent back").to_owned();
    target.strip_prefix(HERE).expect("to the console").to_owned()
}

/// The code that a page of trouble tells.
fn told(seen: &Seen) -> Code {
    let code = Code::ALL.iter().find(|code| seen.body.contains(code.id()));
    assert!(!seen.status.is_success() && seen.cookie().is_none(), "{}", seen.status);
    *code.unwrap_or_else(|| panic!("no code in {}", seen.body))
}

// F-336
#[tokio::test]
async fn somebody_signs_in_by_the_provider_and_groups_give_the_role() {
    let door = Door::open().await;
    let page = door.desk.get(&Browser::default(), "/login?next=/links%3Fa%3D1%26b").await;
    assert!(page.body.contains("/login/oidc?next=%2Flinks%3Fa%3D1%26b"), "{}", page.body);
    for (login, role) in [
        ("ann", Role::Admin),
        ("carl", Role::Configurator),
        ("olga", Role::Operator),
        ("vera", Role::Viewer),
    ] {
        let seen = door.finish(&door.begin(login, "/links").await).await;
        assert_eq!((seen.status, seen.location()), (StatusCode::SEE_OTHER, "/links"), "{login}");
        let set: Vec<&str> =
            seen.headers.get_all(SET_COOKIE).iter().flat_map(|v| v.to_str()).collect();
        assert_eq!(set.len(), 2, "a session begins, and the sign-in's own cookie ends: {set:?}");
        let browser = Browser { cookie: seen.cookie().expect("a session"), csrf: String::new() };
        assert_eq!(door.desk.get(&browser, "/").await.status, StatusCode::OK);
        let name = format!("{login}@example.com");
        let account =
            door.desk.store.accounts().by_name(&name).await.expect("asked").expect("made");
        assert_eq!((account.role, account.has_password), (role, false));
    }
}

// F-336
#[tokio::test]
async fn the_role_follows_the_groups_at_each_sign_in() {
    let door = Door::open().await;
    let mut user = User {
        login: "olga".to_owned(),
        sub: "00u-olga".to_owned(),
        name: "Olga Operator".to_owned(),
        email: "olga@example.com".to_owned(),
        groups: vec!["support-leads".to_owned()],
    };
    door.desk.account("root@example.com", Role::Admin).await;
    door.sign_in("olga").await;
    user.groups = vec!["support-leads".to_owned(), "lockstep-admins".to_owned()];
    user.email = "olga.new@example.com".to_owned();
    door.control.oidc_user(&user).await.expect("changed");
    door.sign_in("olga").await;
    let account = door.desk.store.accounts().by_name("olga@example.com").await.expect("asked");
    let account = account.expect("the same account, whatever address she has now");
    assert_eq!(account.role, Role::Admin);
    user.groups.clear();
    door.control.oidc_user(&user).await.expect("changed");
    assert_eq!(door.refused("olga").await, Code::OidcNoRole);
    assert_eq!(door.refused("nora").await, Code::OidcNoRole);
    door.desk.store.accounts().set_disabled(account.id, true).await.expect("disabled");
    user.groups = vec!["support-leads".to_owned()];
    door.control.oidc_user(&user).await.expect("changed");
    let seen = door.sign_in("olga").await;
    assert_eq!(seen.status, StatusCode::CONFLICT);
    assert!(seen.body.contains("disabled") && seen.cookie().is_none(), "{}", seen.body);
}

#[tokio::test]
async fn an_account_of_that_name_is_not_taken_over() {
    let door = Door::open().await;
    door.desk.account("ann@example.com", Role::Viewer).await;
    let seen = door.sign_in("ann").await;
    assert_eq!(seen.status, StatusCode::CONFLICT, "{}", seen.body);
    assert!(seen.cookie().is_none());
}

#[tokio::test]
async fn an_answer_counts_once_and_in_the_browser_that_asked() {
    let door = Door::open().await;
    let (ann, vera) = (door.begin("ann", "/").await, door.begin("vera", "/").await);
    // Somebody is lured into following a link to the end of another one's sign-in.
    let lured = Underway { cookie: vera.cookie.clone(), back: ann.back.clone() };
    assert_eq!(told(&door.finish(&lured).await), Code::OidcBegun);
    let bare = Underway { cookie: String::new(), back: ann.back.clone() };
    assert_eq!(told(&door.finish(&bare).await), Code::OidcBegun);
    assert_eq!(door.finish(&ann).await.status, StatusCode::SEE_OTHER);
    assert_eq!(told(&door.finish(&ann).await), Code::OidcBegun, "the second time");
    for path in ["/login/oidc/callback", "/login/oidc/callback?code=x&state="] {
        assert_eq!(told(&door.desk.get(&Browser::default(), path).await), Code::OidcBegun);
    }
    // Whoever is led here is not led elsewhere.
    let seen = door.finish(&door.begin("ann", "//evil.example").await).await;
    assert_eq!(seen.location(), "/");
}

#[tokio::test]
async fn an_identity_token_must_be_said_to_us_now_about_this_sign_in() {
    let door = Door::open().await;
    for claims in [
        json!({ "nonce": "another" }),
        json!({ "nonce": null }),
        json!({ "aud": "another" }),
        json!({ "aud": [CLIENT_ID, "another"] }),
        json!({ "azp": "another" }),
        json!({ "iss": "https://another.example" }),
        json!({ "exp": 1 }),
        json!({ "iat": 4_000_000_000_i64, "exp": 4_000_000_300_i64 }),
        json!({ "sub": null }),
    ] {
        door.control.oidc_settings(json!({ "claims": claims })).await.expect("settings");
        assert_eq!(door.refused("ann").await, Code::OidcToken, "{claims}");
    }
    door.control.oidc_settings(json!({ "claims": null })).await.expect("settings");
    assert_eq!(door.sign_in("ann").await.status, StatusCode::SEE_OTHER);
    // Signed by a key that is not published; and by a new one that is.
    door.control.oidc_settings(json!({ "signing_key": "rsa-2" })).await.expect("settings");
    assert_eq!(door.refused("ann").await, Code::OidcToken);
}

#[tokio::test]
async fn keys_of_both_kinds_are_taken_and_what_is_refused_says_why() {
    let door = Door::open().await;
    let curve = json!({ "signing_key": "ec-1", "published": ["rsa-2", "ec-1"] });
    door.control.oidc_settings(curve).await.expect("settings");
    assert_eq!(door.sign_in("ann").await.status, StatusCode::SEE_OTHER);

    assert_eq!(door.refused("-").await, Code::OidcDenied);
    let spent = door.begin("ann", "/").await;
    door.control.advance_clock(61_000).await.expect("clock");
    assert_eq!(told(&door.finish(&spent).await), Code::OidcCode, "the code ran out");
    door.control.advance_clock(-61_000).await.expect("clock");
    let down = FaultSpec::new(FaultKind::DropBefore).operation("oidc.token");
    door.control.add_fault(&down).await.expect("fault");
    assert_eq!(door.refused("ann").await, Code::OidcProvider);
    door.control.clear_faults().await.expect("mended");
    // An answer of another provider, mixed up with ours (RFC 9207).
    let mut mixed = door.begin("ann", "/").await;
    let issuer = mixed.back.find("&iss=").expect("the issuer is named");
    mixed.back.truncate(issuer);
    mixed.back.push_str("&iss=https%3A%2F%2Fanother.example");
    assert_eq!(told(&door.finish(&mixed).await), Code::OidcToken);
}

#[tokio::test]
async fn a_provider_that_is_away_or_another_one_is_told() {
    let door = Door::open().await;
    door.control
        .oidc_settings(json!({ "issuer": "https://other.example" }))
        .await
        .expect("settings");
    let seen = door.desk.get(&Browser::default(), "/login/oidc").await;
    assert_eq!((told(&seen), seen.status), (Code::OidcProvider, StatusCode::SERVICE_UNAVAILABLE));
    assert!(seen.body.contains("https://other.example"), "{}", seen.body);
    let wrong = Door::with(|settings| OidcSettings {
        client_secret: SecretString::from("not the secret"),
        ..settings
    });
    let wrong = wrong.await;
    let seen = wrong.sign_in("ann").await;
    assert_eq!(told(&seen), Code::OidcClient);
    assert!(!seen.body.contains("not the secret"), "{}", seen.body);
    // Without a provider there is no such way.
    let plain = Desk::set().await;
    let nowhere = plain.get(&Browser::default(), "/login/oidc").await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
    assert!(!plain.get(&Browser::default(), "/login").await.body.contains("/login/oidc"));
}
