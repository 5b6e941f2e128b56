use super::*;
use jsonwebtoken::{EncodingKey, Header};
use proptest::prelude::*;
use serde_json::json;

const SECRET: &[u8] = b"It's a Secret to Everybody";
const SIGNATURE: &str = "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9";

#[test]
fn the_published_vector() {
    assert_eq!(sign(SECRET, b"Hello World!"), SIGNATURE);
    assert_eq!(verify_signature(SECRET, b"Hello World!", Some(SIGNATURE)), Ok(()));
    assert_eq!(verify_signature(SECRET, b"Hello World!", Some(&SIGNATURE.to_uppercase())), Ok(()));
}

#[test]
fn a_signature_must_be_there_and_fit() {
    let verify = |header| verify_signature(SECRET, b"Hello World?", header);
    assert_eq!(verify(None), Err(Refused::Unsigned));
    assert_eq!(verify(Some("nonsense")), Err(Refused::Unsigned));
    assert_eq!(verify(Some("sha1=00")), Err(Refused::Method));
    for wrong in [SIGNATURE, "sha256=", "sha256=0", "sha256=zz", "sha256=a477"] {
        assert_eq!(verify(Some(wrong)), Err(Refused::Signature), "{wrong}");
    }
    assert_eq!(
        verify_signature(b"other", b"Hello World!", Some(SIGNATURE)),
        Err(Refused::Signature)
    );
}

fn bearer(claims: &Value, secret: &[u8], algorithm: Algorithm) -> String {
    let token =
        jsonwebtoken::encode(&Header::new(algorithm), claims, &EncodingKey::from_secret(secret));
    format!("Bearer {}", token.expect("token"))
}

#[test]
fn a_token_must_be_signed_and_in_time() {
    let now = DateTime::from_timestamp(1_795_342_530, 0).expect("time");
    let verify = |header: &str| verify_jwt(b"client-secret", Some(header), now);
    let at = |seconds: i64| json!({"exp": now.timestamp() + seconds, "iss": "x"});
    let good = |claims: &Value| bearer(claims, b"client-secret", Algorithm::HS256);
    assert_eq!(verify(&good(&at(10))), Ok(()));
    assert_eq!(verify(&good(&json!({}))), Ok(()));
    assert_eq!(verify(&good(&at(-59))), Ok(()));
    assert_eq!(verify(&good(&at(-61))), Err(Refused::Expired));
    assert_eq!(verify(&good(&json!({"exp": "soon"}))), Err(Refused::Expired));
    assert_eq!(verify(&bearer(&at(10), b"other", Algorithm::HS256)), Err(Refused::Signature));
    assert_eq!(
        verify(&bearer(&at(10), b"client-secret", Algorithm::HS512)),
        Err(Refused::Signature)
    );
    assert_eq!(verify("Bearer eyJhbGciOiJub25lIn0.e30."), Err(Refused::Signature));
    assert_eq!(verify("Basic abc"), Err(Refused::Unsigned));
    assert_eq!(verify_jwt(b"client-secret", None, now), Err(Refused::Unsigned));
}

// F-59
#[test]
fn hints_name_the_issue_by_id() {
    let table = [
        (
            json!({"webhookEvent": "jira:issue_updated", "issue": {"id": "10042", "key": "SUP-24"}}),
            Some("10042"),
        ),
        (json!({"webhookEvent": "jira:issue_deleted", "issue": {"id": 10042}}), Some("10042")),
        (
            json!({"webhookEvent": "comment_created", "comment": {"id": "1",
                "self": "https://acme.atlassian.net/rest/api/2/issue/10042/comment/10501"}}),
            Some("10042"),
        ),
        (
            json!({"webhookEvent": "comment_updated", "comment": {"id": "1"}, "issue": {"id": "10042", "key": "SUP-24"}}),
            Some("10042"),
        ),
        (
            json!({"webhookEvent": "comment_deleted", "eventType": "SECONDARY", "comment": {"id": "1",
                "self": "https://acme.atlassian.net/rest/api/2/issue/10042/comment/10501"}}),
            Some("10042"),
        ),
        (
            json!({"webhookEvent": "comment_created", "comment": {"self": "https://x/issue/SUP-24/comment/1"}}),
            None,
        ),
        (json!({"webhookEvent": "attachment_created", "attachment": {"id": "10001"}}), None),
        (json!({"webhookEvent": "sprint_started", "issue": null}), None),
    ];
    for (body, issue) in table {
        let hint = read_hint(body.to_string().as_bytes()).expect("hint");
        assert_eq!(hint.issue.as_deref(), issue, "{body}");
        assert_eq!(hint.event, body["webhookEvent"].as_str().expect("event"));
    }
    let body = br#"{"timestamp":1795342530123,"webhookEvent":"x"}"#;
    let at = read_hint(body).expect("hint").at.expect("time");
    assert_eq!(at.timestamp_millis(), 1_795_342_530_123);
}

proptest! {
    #[test]
    fn any_body_is_read_or_refused_and_never_panics(body: Vec<u8>) {
        let _ = read_hint(&body);
        prop_assert_eq!(verify_signature(b"s", &body, Some(&sign(b"s", &body))), Ok(()));
        prop_assert!(verify_signature(b"s", &body, Some(&String::from_utf8_lossy(&body))).is_err());
    }
}

/// JSON of any shape, a few levels deep.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec(("(id|key|issue|fields|updated|[a-z]{1,6})", inner), 0..4)
                .prop_map(|pairs| pairs.into_iter().collect::<Value>()),
        ]
    })
}

proptest! {
    #[test]
    fn no_delivery_is_too_strange(issue in any_json(), event in ".{0,40}", timestamp in any_json()) {
        let body = json!({ "webhookEvent": event, "issue": issue, "timestamp": timestamp });
        if let Ok(hint) = read_hint(body.to_string().as_bytes()) {
            prop_assert_eq!(hint.event, event);
        }
        let _refused_or_not = read_hint(issue.to_string().as_bytes());
    }

    #[test]
    fn no_signature_or_token_is_too_strange(header: String, body: Vec<u8>, seconds in 0_i64..4_000_000_000) {
        prop_assert!(verify_signature(SECRET, &body, Some(&header)).is_err());
        let now = DateTime::from_timestamp(seconds, 0).expect("a time");
        for header in [header.clone(), format!("Bearer {header}"), format!("JWT a.{header}.c")] {
            prop_assert!(verify_jwt(SECRET, Some(&header), now).is_err());
        }
    }
}
