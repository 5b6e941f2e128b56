//! Every route of the API as every kind of token.

use std::num::NonZeroU32;

use axum::http::{Method, StatusCode};
use lockstep_store::Role;
use serde_json::{Value, json};

use super::{call, master, token};
use crate::access::Needs;
use crate::api::Scope;
use crate::routes::{self, Route};
use crate::tests::guard::filled;
use crate::tests::{Browser, Desk};

const ROLES: [Role; 4] = [Role::Viewer, Role::Operator, Role::Configurator, Role::Admin];

fn all(desk: &Desk) -> Vec<Route> {
    let all = routes::all(desk.app.clone()).list().to_vec();
    all.into_iter().filter(|route| matches!(route.needs, Needs::Token(_))).collect()
}

// F-198, F-336
#[tokio::test]
async fn a_token_has_the_lesser_of_its_scopes_and_its_owners_role() {
    let desk = Desk::set().await;
    let routes = all(&desk);
    assert!(routes.len() > 30, "{}", routes.len());
    for role in ROLES {
        let account = desk.account(&format!("{}@example.com", role.name()), role).await;
        for scope in Scope::ALL {
            let token = token(&desk, &account, &[scope.name()]).await;
            for route in &routes {
                let Needs::Token(right) = route.needs else { unreachable!("filtered") };
                let path = filled(route.path);
                let status = call(&desk, &token, &route.method, &path, &Value::Null).await.status;
                let allowed = right.of(role) && Scope::give(&[scope.name().to_owned()], right);
                let refused = status == StatusCode::FORBIDDEN;
                let Route { method, path, .. } = route;
                assert_eq!(
                    refused, !allowed,
                    "{method} {path} as {role:?} with {scope:?}: {status}"
                );
                assert!(!status.is_server_error(), "{method} {path}: {status}");
            }
        }
    }
}

// F-336
#[tokio::test]
async fn without_a_token_that_is_good_there_is_a_problem_and_nothing_else() {
    let desk = Desk::set().await;
    let admin = desk.account("ann@example.com", Role::Admin).await;
    let revoked = token(&desk, &admin, &["admin"]).await;
    let id = desk.store.api_tokens().list(None).await.expect("tokens")[0].id;
    desk.store.api_tokens().revoke(id, None).await.expect("revoked");
    let browser = desk.browser_of(&admin).await;
    for route in all(&desk) {
        let path = filled(route.path);
        for token in ["", "lsk_unknown", &revoked] {
            let seen = call(&desk, token, &route.method, &path, &Value::Null).await;
            assert_eq!(seen.status, StatusCode::UNAUTHORIZED, "{} {path}", route.method);
            assert_eq!(seen.headers["content-type"], "application/problem+json");
            assert_eq!(seen.headers["www-authenticate"], "Bearer");
        }
        // A session is no token: a page elsewhere cannot use it.
        let seen = match route.method {
            Method::GET => desk.get(&browser, &path).await,
            _ => desk.post(&browser, &path, &[]).await,
        };
        assert!(seen.status.is_client_error(), "{} {path}: {}", route.method, seen.status);
    }
    let seen = desk.get(&Browser::default(), "/api/v1/items").await;
    assert_eq!(seen.json()["title"], "This takes a token");
}

// F-336
#[tokio::test]
async fn a_token_that_calls_too_often_waits() {
    let desk = Desk::configured(|settings| {
        settings.api_a_minute = NonZeroU32::new(2).expect("not zero");
    });
    let desk = desk.await;
    let busy = master(&desk).await;
    let items =
        async |token: &str| call(&desk, token, &Method::GET, "/api/v1/items", &Value::Null).await;
    for left in ["r=1", "r=0"] {
        let seen = items(&busy).await;
        assert_eq!(seen.status, StatusCode::OK);
        let told = seen.headers["ratelimit"].to_str().expect("text");
        assert!(told.contains(left), "{told}");
        assert_eq!(seen.headers["ratelimit-policy"], "\"token\";q=2;w=60");
    }
    let seen = items(&busy).await;
    assert_eq!(seen.status, StatusCode::TOO_MANY_REQUESTS);
    let wait: u64 = seen.headers["retry-after"].to_str().expect("text").parse().expect("seconds");
    assert!((1..=30).contains(&wait), "{wait}");
    assert_eq!(seen.json()["title"], "The token calls too often");
    let other = desk.account("bob@example.com", Role::Viewer).await;
    let other = token(&desk, &other, &["read"]).await;
    assert_eq!(items(&other).await.status, StatusCode::OK, "another token has calls of its own");
}

// F-204, F-336
#[tokio::test]
async fn whatever_is_wrong_comes_out_as_a_problem() {
    let desk = Desk::set().await;
    let token = master(&desk).await;
    let get = Method::GET;
    for (method, path, body, status, says) in [
        (&get, "/api/v1/items/none", Value::Null, 404, "There is no such item"),
        (&get, "/api/v1/links/SUP-1", Value::Null, 404, "There is no such link"),
        (&get, "/api/v1/links?after=x", Value::Null, 400, "after"),
        (&get, "/api/v1/dead-letters/x", Value::Null, 400, "Cannot parse"),
        (&Method::PUT, "/api/v1/items", json!("name: [oops"), 422, "This is not an item"),
        (&Method::PUT, "/api/v1/items", json!("name: a\nmoed: x"), 422, "This is not an item"),
        (&Method::POST, "/api/v1/links", json!({ "item": "a" }), 422, "record"),
        (&Method::POST, "/api/v1/links", json!("yaml: 1"), 415, "application/json"),
        (&Method::DELETE, "/api/v1/errors", Value::Null, 405, ""),
        (
            &Method::PUT,
            "/api/v1/items",
            json!("x".repeat(1024 * 1024 + 1)),
            413,
            "more than is taken",
        ),
        (&get, "/api/v1/nowhere", Value::Null, 404, "There is no such"),
    ] {
        let seen = call(&desk, &token, method, path, &body).await;
        assert_eq!(seen.status.as_u16(), status, "{method} {path}: {}", seen.body);
        assert_eq!(seen.headers["content-type"], "application/problem+json", "{path}");
        assert_eq!(seen.json()["status"], status, "{path}");
        assert!(seen.body.contains(says), "{path}: {}", seen.body);
    }
    let seen = call(&desk, &token, &Method::PUT, "/api/v1/items", &json!("name: a\nmoed: x")).await;
    let problem = &seen.json()["problems"][0];
    assert_eq!(problem["place"], json!({ "line": 2, "column": 1 }), "{problem}");
}
