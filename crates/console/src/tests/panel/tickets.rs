//! Without a ticket nothing of the panel is shown or done.

use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use lockstep_store::Role;

use super::{look, press, sealed, ticket};
use crate::access::Needs;
use crate::routes::{self, Route};
use crate::tests::{Browser, Desk};

// F-84
#[tokio::test]
async fn without_a_ticket_there_is_no_panel() {
    let desk = Desk::set().await;
    let ended = sealed(&desk, "SUP-24", TimeDelta::seconds(-1)).await;
    let admin = desk.signed_in(Role::Admin).await;
    let takes = |route: &&Route| matches!(route.needs, Needs::Ticket | Needs::EditingTicket);
    for route in routes::all(desk.app.clone()).list().iter().filter(takes) {
        for (word, says) in
            [("", "not opened by Jira"), ("test.abc", "not opened"), (&ended, "for a while")]
        {
            let seen = match route.method {
                Method::GET => look(&desk, route.path, word).await,
                _ => press(&desk, route.path, &[("ticket", word), ("link", "1")]).await,
            };
            let (path, body) = (route.path, &seen.body);
            assert_eq!(seen.status, StatusCode::UNAUTHORIZED, "{path}");
            assert!(body.contains(says), "{path}: {body}");
        }
        // A session of the console is no ticket: an address elsewhere cannot use it.
        let seen = match route.method {
            Method::GET => desk.get(&admin, route.path).await,
            _ => desk.post(&admin, route.path, &[("link", "1")]).await,
        };
        assert_eq!(seen.status, StatusCode::UNAUTHORIZED, "{}", route.path);
    }
}

// F-84
#[tokio::test]
async fn a_panel_is_framed_by_its_site_alone_and_keeps_its_address() {
    let desk = Desk::set().await;
    let seen = look(&desk, "/panel", &ticket(&desk).await).await;
    assert_eq!(seen.status, StatusCode::OK);
    let header = |name: &str| seen.headers[name].to_str().expect("text").to_owned();
    let policy = header("content-security-policy");
    assert!(
        policy.contains("frame-ancestors https://*.atlassian.net https://*.atl-paas.net"),
        "{policy}"
    );
    assert!(policy.ends_with(" http://127.0.0.1:1"), "{policy}");
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(header("referrer-policy"), "no-referrer");
    assert_eq!(header("cache-control"), "no-store");
    assert!(!seen.headers.contains_key("x-frame-options"), "it would forbid every frame");
    assert!(!seen.headers.contains_key("set-cookie"));
    let page = desk.get(&Browser::default(), "/login").await;
    assert_eq!(page.headers["x-frame-options"], "DENY", "pages of the console are framed nowhere");
}

// F-84
#[tokio::test]
async fn a_session_takes_an_invocation_token() {
    let desk = Desk::set().await;
    let seen = press(&desk, "/panel/session", &[]).await;
    assert_eq!(seen.status, StatusCode::UNAUTHORIZED);
    assert_eq!(seen.headers["content-type"], "application/problem+json");
    let problem: serde_json::Value = serde_json::from_str(&seen.body).expect("json");
    assert_eq!(problem["code"], "LS-ID-003", "no app is configured: {problem}");
    assert_eq!(problem["type"], "http://127.0.0.1:8080/errors/LS-ID-003");
}
