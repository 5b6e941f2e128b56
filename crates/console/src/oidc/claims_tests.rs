use chrono::TimeDelta;
use secrecy::SecretString;
use serde_json::json;

use super::*;

const ISSUER: &str = "https://id.acme.example/";

fn settings(groups_claim: &str) -> OidcSettings {
    let roles = "*=viewer".parse().expect("roles");
    let settings = OidcSettings::new(ISSUER, "console", SecretString::from("s"), roles);
    OidcSettings { groups_claim: groups_claim.to_owned(), ..settings.expect("settings") }
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_342_500, 0).expect("time")
}

fn good() -> Value {
    let now = now().timestamp();
    json!({ "iss": ISSUER, "aud": "console", "sub": "1", "nonce": "n", "iat": now, "exp": now + 300 })
}

fn with(changes: &Value) -> Value {
    let mut claims = good();
    for (name, value) in changes.as_object().expect("changes") {
        claims[name.as_str()] = value.clone();
    }
    claims
}

fn is_taken(changes: &Value, seconds: i64) -> bool {
    let when = now() + TimeDelta::seconds(seconds);
    check(&with(changes), &settings("groups"), "n", when).is_ok()
}

#[test]
fn claims_are_believed_when_they_are_said_to_us_now() {
    for changes in [
        json!({}),
        json!({ "aud": ["console"] }),
        json!({ "aud": ["console", "x"], "azp": "console" }),
        json!({ "azp": "console" }),
        json!({ "exp": 1_795_342_530.5 }),
    ] {
        assert!(is_taken(&changes, 0), "{changes}");
    }
    for changes in [
        json!({ "iss": "https://id.acme.example" }),
        json!({ "iss": null }),
        json!({ "aud": "x" }),
        json!({ "aud": [] }),
        json!({ "aud": ["console", "x"] }),
        json!({ "azp": "x" }),
        json!({ "nonce": "m" }),
        json!({ "nonce": null }),
        json!({ "exp": null }),
        json!({ "iat": null }),
        json!({ "exp": "soon" }),
        json!({ "nbf": 1_795_342_600 }),
    ] {
        assert!(!is_taken(&changes, 0), "{changes}");
    }
}

#[test]
fn clocks_may_stand_a_minute_apart() {
    assert!(is_taken(&json!({}), 359) && !is_taken(&json!({}), 360));
    assert!(is_taken(&json!({}), -60) && !is_taken(&json!({}), -61));
}

#[test]
fn a_person_is_called_by_what_the_provider_vouches_for() {
    let read = |changes: Value| person(&with(&changes), &settings("groups")).expect("a person");
    let ann = read(json!({ "email": "ann@x.example", "name": " Ann ", "groups": ["a", 1, "b"] }));
    assert_eq!(ann.subject, "https://id.acme.example/|1");
    assert_eq!((ann.login.as_str(), ann.display_name.as_str()), ("ann@x.example", "Ann"));
    assert_eq!(ann.groups, ["a", "b"]);
    let unproven =
        json!({ "email": "boss@x.example", "email_verified": false, "preferred_username": "ann" });
    assert_eq!(read(unproven).login, "ann");
    assert_eq!(read(json!({ "email": "" })).login, "1");
    for sub in [json!(null), json!(""), json!("x".repeat(256))] {
        assert!(person(&with(&json!({ "sub": sub })), &settings("groups")).is_err());
    }
}

#[test]
fn groups_may_lie_deeper() {
    let claims = json!({ "realm_access": { "roles": ["a"] }, "https://x.example/groups": "b" });
    assert_eq!(groups(&claims, "realm_access.roles"), ["a"]);
    assert_eq!(groups(&claims, "https://x.example/groups"), ["b"]);
    assert_eq!(groups(&claims, "realm_access"), Vec::<String>::new());
    assert_eq!(groups(&claims, "none.such"), Vec::<String>::new());
}
