use std::sync::Arc;
use std::sync::Mutex as Shared;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use lockstep_simulator::core::{SigningKey, key_set};
use serde_json::json;

use super::*;
use crate::HttpConfig;
use crate::tests::serve;

/// An issuer whose key set a test changes, or takes away.
struct Issuer {
    keys: IssuerKeys,
    shown: Arc<Shared<Option<Value>>>,
    asked: Arc<AtomicU32>,
}

impl Issuer {
    async fn showing(keys: &[SigningKey]) -> Self {
        let shown = Arc::new(Shared::new(Some(key_set(keys))));
        let asked = Arc::new(AtomicU32::new(0));
        let (set, counter) = (shown.clone(), asked.clone());
        let answer = move || {
            counter.fetch_add(1, Ordering::SeqCst);
            let answer = set.lock().expect("set").clone().map(Json).ok_or(StatusCode::NOT_FOUND);
            async move { answer }
        };
        let base = serve(Router::new().route("/", get(answer))).await;
        let config = HttpConfig { allow_loopback: true, ..HttpConfig::default() };
        let http = HttpClient::new(config).expect("client");
        Self { keys: IssuerKeys::new(http, Peer::Identity, base), shown, asked }
    }

    fn show(&self, set: Option<Value>) {
        *self.shown.lock().expect("set") = set;
    }

    fn asked(&self) -> u32 {
        self.asked.load(Ordering::SeqCst)
    }

    async fn verify(&self, token: &str, seconds: i64) -> Result<Value, TokenRefused> {
        let allowed = [Algorithm::Rs256, Algorithm::Es256];
        self.keys.verify(token, &allowed, at(seconds)).await
    }
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_342_500 + seconds, 0).expect("time")
}

fn claims() -> Value {
    json!({ "sub": "ann" })
}

#[tokio::test]
async fn a_token_of_a_published_key_is_believed_and_no_other() {
    let issuer = Issuer::showing(&[SigningKey::First, SigningKey::Curve]).await;
    for key in [SigningKey::First, SigningKey::Curve] {
        assert_eq!(issuer.verify(&key.sign(&claims()), 0).await, Ok(claims()));
    }
    let forged = SigningKey::Second.sign_as(Some("rsa-1"), &claims());
    assert_eq!(issuer.verify(&forged, 0).await, Err(TokenRefused::Signature));
    let stranger = SigningKey::Second.sign(&claims());
    assert_eq!(issuer.verify(&stranger, 0).await, Err(TokenRefused::UnknownKey));
    // The name of a key of another kind.
    let crossed = SigningKey::First.sign_as(Some("ec-1"), &claims());
    assert_eq!(issuer.verify(&crossed, 0).await, Err(TokenRefused::UnknownKey));
    for text in ["", "a.b.c", "nonsense", "e30.e30.e30"] {
        let refused = issuer.verify(text, 0).await.expect_err(text);
        assert!(matches!(refused, TokenRefused::Unreadable | TokenRefused::Algorithm), "{text}");
    }
    assert_eq!(issuer.asked(), 1, "one question answers them all");
}

#[tokio::test]
async fn a_token_does_not_choose_how_it_is_checked() {
    let issuer = Issuer::showing(&[SigningKey::First]).await;
    // Signed with the public key as if it were a shared secret.
    let public = SigningKey::First.jwk()["n"].as_str().expect("n").to_owned();
    for algorithm in [jsonwebtoken::Algorithm::HS256, jsonwebtoken::Algorithm::HS512] {
        let header = jsonwebtoken::Header {
            kid: Some("rsa-1".to_owned()),
            ..jsonwebtoken::Header::new(algorithm)
        };
        let key = jsonwebtoken::EncodingKey::from_secret(public.as_bytes());
        let token = jsonwebtoken::encode(&header, &claims(), &key).expect("token");
        assert_eq!(issuer.verify(&token, 0).await, Err(TokenRefused::Algorithm));
    }
    // {"alg":"none"} and {"sub":"ann"}, with nothing for a signature.
    let bare = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm4ifQ.";
    assert_eq!(issuer.verify(bare, 0).await, Err(TokenRefused::Algorithm));
    // An algorithm that this caller does not take.
    let curve = SigningKey::Curve.sign(&claims());
    let refused = issuer.keys.verify::<Value>(&curve, &[Algorithm::Rs256], at(0)).await;
    assert_eq!(refused, Err(TokenRefused::Algorithm));
    assert_eq!(issuer.asked(), 0, "none of them is worth a call");
}

#[tokio::test]
async fn an_unknown_key_is_asked_for_once_a_minute_at_most() {
    let issuer = Issuer::showing(&[SigningKey::First]).await;
    let (first, second) = (SigningKey::First.sign(&claims()), SigningKey::Second.sign(&claims()));
    assert!(issuer.verify(&first, 0).await.is_ok());
    issuer.show(Some(key_set(&[SigningKey::Second])));
    for seconds in [1, 30, 59] {
        assert_eq!(issuer.verify(&second, seconds).await, Err(TokenRefused::UnknownKey));
    }
    assert_eq!(issuer.asked(), 1);
    assert!(issuer.verify(&second, 60).await.is_ok(), "after a minute the new key is found");
    assert_eq!(issuer.verify(&first, 61).await, Err(TokenRefused::UnknownKey));
    assert_eq!(issuer.asked(), 2);
}

#[tokio::test]
async fn keys_are_asked_for_again_and_outlast_an_outage() {
    let issuer = Issuer::showing(&[SigningKey::First]).await;
    let token = SigningKey::First.sign(&claims());
    assert!(issuer.verify(&token, 0).await.is_ok());
    assert!(issuer.verify(&token, 3599).await.is_ok());
    assert_eq!(issuer.asked(), 1);
    issuer.show(None);
    assert!(issuer.verify(&token, 3600).await.is_ok(), "the issuer is away for a while");
    assert_eq!(issuer.asked(), 2);
    let day = 24 * 3600;
    let refused = issuer.verify(&token, day).await.expect_err("no longer");
    assert_eq!(refused, TokenRefused::Keys("HTTP 404".to_owned()));
    // A key that was taken back ends within the hour.
    issuer.show(Some(key_set(&[SigningKey::Second])));
    assert_eq!(issuer.verify(&token, day + 60).await, Err(TokenRefused::UnknownKey));
}

#[tokio::test]
async fn what_is_no_key_set_is_told() {
    let issuer = Issuer::showing(&[SigningKey::First]).await;
    let token = SigningKey::First.sign(&claims());
    issuer.show(Some(json!({ "error": "no" })));
    let refused = issuer.verify(&token, 0).await.expect_err("no set");
    assert!(matches!(&refused, TokenRefused::Keys(why) if why.contains("no set of keys")));
    // Beside a key of a kind that nobody knows, one without a name: the token need not name it.
    let mut key = SigningKey::First.jwk();
    key.as_object_mut().expect("key").remove("kid");
    issuer.show(Some(json!({ "keys": [{ "kty": "new", "kid": "x" }, key] })));
    assert_eq!(issuer.verify(&token, 60).await, Err(TokenRefused::UnknownKey));
    let nameless = SigningKey::First.sign_as(None, &claims());
    assert_eq!(issuer.verify(&nameless, 61).await, Ok(claims()));
}
