use serde_json::{Value, json};

use crate::salesforce::testing::Org;
use crate::salesforce::{CLIENT_ID, CLIENT_SECRET, CONNECTED_APP_ID, CONNECTED_APP_SECRET};

async fn refused(org: &Org, form: &str, headers: &[(&str, &str)]) -> (String, String) {
    let answer = org.form("token", form, headers).await;
    assert_eq!(answer.status, 400);
    let text = |name: &str| answer.json()[name].as_str().unwrap().to_owned();
    (text("error"), text("error_description"))
}

#[tokio::test]
async fn every_named_token_error() {
    let org = Org::start().await;
    let grant = "grant_type=client_credentials";
    let good = format!("{grant}&client_id={CLIENT_ID}&client_secret={CLIENT_SECRET}");
    let cases = [
        (format!("{good}&scope=api"), "invalid_request", "scope parameter not supported"),
        (
            format!("{grant}&client_id=x&client_secret=y"),
            "invalid_client_id",
            "client identifier invalid",
        ),
        (
            format!("{grant}&client_id={CLIENT_ID}&client_secret=y"),
            "invalid_client",
            "invalid client credentials",
        ),
        ("grant_type=magic".to_owned(), "unsupported_grant_type", "grant type not supported"),
    ];
    for (form, error, description) in cases {
        assert_eq!(refused(&org, &form, &[]).await, (error.into(), description.into()));
    }
    let wrong_host = refused(&org, &good, &[("host", "login.salesforce.com")]).await;
    assert_eq!(wrong_host.1, "request not supported on this domain");
    for (policy, description) in [
        ("approved", "user is not admin approved to access this app"),
        ("run_as", "no client credentials user enabled"),
        ("flow", "grant type not supported"),
    ] {
        org.control("POST", "/apps", json!({"key": CLIENT_ID, policy: false})).await;
        assert_eq!(refused(&org, &good, &[]).await.1, description);
    }
}

// F-3
#[tokio::test]
async fn each_app_has_its_own_secret_and_policy() {
    let org = Org::start().await;
    let form = |id: &str, secret: &str| {
        format!("grant_type=client_credentials&client_id={id}&client_secret={secret}")
    };
    let older = form(CONNECTED_APP_ID, CONNECTED_APP_SECRET);
    let crossed = refused(&org, &form(CONNECTED_APP_ID, CLIENT_SECRET), &[]).await;
    assert_eq!(crossed.0, "invalid_client");
    org.control("POST", "/apps", json!({"key": CLIENT_ID, "run_as": false})).await;
    let minted = org.form("token", &older, &[]).await.json();
    let token = minted["access_token"].as_str().unwrap().to_owned();
    let asked = |id, secret| format!("token={token}&client_id={id}&client_secret={secret}");
    let own = org.form("introspect", &asked(CONNECTED_APP_ID, CONNECTED_APP_SECRET), &[]).await;
    assert_eq!(own.json()["client_id"], json!(CONNECTED_APP_ID));
    let other = org.form("introspect", &asked(CLIENT_ID, CLIENT_SECRET), &[]).await;
    assert_eq!(other.json(), json!({"active": false}), "a token is its own app's affair");
    org.control("POST", "/apps", json!({"key": CONNECTED_APP_ID, "flow": false})).await;
    assert_eq!(refused(&org, &older, &[]).await.0, "unsupported_grant_type");
}

#[tokio::test]
async fn basic_authorization_mints_too() {
    use base64::Engine as _;
    let org = Org::start().await;
    let pair = format!("{CLIENT_ID}:{CLIENT_SECRET}");
    let basic = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair));
    let headers = [("authorization", basic.as_str())];
    let answer = org.form("token", "grant_type=client_credentials", &headers).await;
    let body = answer.json();
    assert_eq!(answer.status, 200);
    assert!(body["issued_at"].is_string());
    assert!(body.get("expires_in").is_none() && body.get("refresh_token").is_none());
    assert!(body["access_token"].as_str().unwrap().starts_with("00D"));
}

#[tokio::test]
async fn expired_sessions_get_401_until_minted_again() {
    let mut org = Org::start().await;
    assert_eq!(org.get("/limits").await.status, 200);
    org.control("POST", "/sessions/expire", Value::Null).await;
    let answer = org.get("/limits").await;
    assert_eq!(answer.status, 401);
    let expected =
        json!([{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]);
    assert_eq!(answer.json(), expected);
    org.sign_in().await;
    assert_eq!(org.get("/limits").await.status, 200);
    org.clock.advance_ms(3 * 3_600_000);
    assert_eq!(org.get("/limits").await.status, 401);
}

#[tokio::test]
async fn introspection_userinfo_and_revocation() {
    let org = Org::start().await;
    let form = format!("token={}&client_id={CLIENT_ID}&client_secret={CLIENT_SECRET}", org.token());
    assert_eq!(org.form("introspect", &form, &[]).await.json()["active"], json!(true));
    let bearer = format!("Bearer {}", org.token());
    let headers = [("authorization", bearer.as_str())];
    let info = org.send(("GET", "/services/oauth2/userinfo"), &headers, b"").await.json();
    assert!(info["organization_id"].as_str().unwrap().starts_with("00D"));
    assert_eq!(org.form("revoke", &form, &[]).await.status, 200);
    assert_eq!(org.form("introspect", &form, &[]).await.json(), json!({"active": false}));
}

#[tokio::test]
async fn the_budget_is_counted_and_enforced() {
    let org = Org::start().await;
    org.control("POST", "/limits", json!({"max": 100, "used": 97})).await;
    let answer = org.get("/sobjects").await;
    assert_eq!(answer.header("sforce-limit-info"), Some("api-usage=98/100"));
    let versions = org.send(("GET", "/services/data"), &[], b"").await;
    assert_eq!(versions.json().as_array().unwrap().last().unwrap()["version"], json!("67.0"));
    let batch = json!({"batchRequests": [
        {"method": "GET", "url": "v67.0/limits"}, {"method": "GET", "url": "v67.0/limits"}]});
    let answer = org.call("POST", "/composite/batch", batch).await;
    assert_eq!(answer.header("sforce-limit-info"), Some("api-usage=100/100"));
    let refused = org.get("/limits").await;
    assert_eq!((refused.status, refused.code().as_str()), (403, "REQUEST_LIMIT_EXCEEDED"));
    assert_eq!(refused.json()[0]["message"], json!("TotalRequests Limit exceeded."));
    org.control("POST", "/limits", json!({"used": 0, "concurrent": 1})).await;
    let refused = org.get("/limits").await.json();
    assert_eq!(refused[0]["message"], json!("ConcurrentPerOrgLongTxn Limit exceeded."));
    assert_eq!(org.get("/limits").await.status, 200);
}

#[tokio::test]
async fn unknown_versions_and_resources() {
    let org = Org::start().await;
    let bearer = format!("Bearer {}", org.token());
    let headers = [("authorization", bearer.as_str())];
    let of = async |path: &str| org.send(("GET", path), &headers, b"").await.status;
    assert_eq!(of("/services/data/v60.0/sobjects").await, 200);
    assert_eq!(of("/services/data/v25.0/sobjects").await, 410);
    assert_eq!(of("/services/data/v99.0/sobjects").await, 404);
    assert_eq!(org.get("/nonsense").await.code(), "NOT_FOUND");
    assert_eq!(org.call("PATCH", "/limits", json!({})).await.status, 405);
}
