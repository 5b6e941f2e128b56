//! Every route as everybody.

use axum::http::{Method, StatusCode};
use lockstep_store::Role;

use super::{Browser, Desk, HERE, form};
use crate::access::Needs;
use crate::routes::{self, Route};

const ROLES: [Role; 4] = [Role::Viewer, Role::Operator, Role::Configurator, Role::Admin];

/// The routes that a browser asks for, whoever is signed in there. The panel and the HTTP API have
/// guards and matrices of their own.
fn pages(desk: &Desk) -> Vec<Route> {
    let all = routes::all(desk.app.clone()).list().to_vec();
    let is_page = |route: &Route| matches!(route.needs, Needs::Nothing | Needs::Right(_));
    all.into_iter().filter(is_page).collect()
}

/// A path with something in each of its places.
pub(super) fn filled(path: &str) -> String {
    let parts = path.split('/').map(|part| if part.starts_with('{') { "1" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

async fn ask(desk: &Desk, browser: &Browser, method: &Method, path: &str) -> StatusCode {
    let seen = match *method {
        Method::GET => desk.get(browser, path).await,
        _ => desk.post(browser, path, &[]).await,
    };
    seen.status
}

// F-198, F-336
#[tokio::test]
async fn every_route_asks_for_its_right() {
    let desk = Desk::set().await;
    let routes = pages(&desk);
    for role in ROLES {
        let account = desk.account(&format!("{}@example.com", role.name()), role).await;
        for route in &routes {
            // Signing out ends a session: each route has one of its own.
            let browser = desk.browser_of(&account).await;
            let status = ask(&desk, &browser, &route.method, &filled(route.path)).await;
            let allowed = match route.needs {
                Needs::Nothing => true,
                Needs::Right(right) => right.of(role),
                other => unreachable!("{other:?} is no page's"),
            };
            let refused = status == StatusCode::FORBIDDEN;
            assert_eq!(refused, !allowed, "{} {} as {role:?}: {status}", route.method, route.path);
        }
    }
}

// F-336
#[tokio::test]
async fn whoever_is_not_signed_in_is_led_to_the_door() {
    let desk = Desk::set().await;
    for route in pages(&desk) {
        let path = filled(route.path);
        let seen = match route.method {
            Method::GET => desk.get(&Browser::default(), &path).await,
            _ => desk.post(&Browser::default(), &path, &[]).await,
        };
        let led = seen.location().starts_with("/login");
        let open = route.needs == Needs::Nothing;
        assert!(led != open || route.path == "/logout", "{} {path}: {}", route.method, seen.status);
    }
    let asked = desk.get(&Browser::default(), "/?a=b&c").await;
    assert_eq!(asked.location(), "/login?next=%2F%3Fa%3Db%26c");
}

#[tokio::test]
async fn a_form_must_come_from_a_page_of_this_session() {
    let desk = Desk::set().await;
    let browser = desk.signed_in(Role::Admin).await;
    let stranger = desk.account("stranger@example.com", Role::Admin).await;
    let stranger = desk.browser_of(&stranger).await;
    for route in pages(&desk).iter().filter(|r| r.method == Method::POST) {
        let path = filled(route.path);
        let body = |csrf: &str| format!("csrf={csrf}");
        for (origin, csrf) in [
            (None, &browser.csrf),
            (Some("https://evil.example"), &browser.csrf),
            (Some("null"), &browser.csrf),
            (Some(HERE), &stranger.csrf),
            (Some(HERE), &String::new()),
        ] {
            let seen = desk.send(form(&browser, &path, origin, body(csrf))).await;
            assert_eq!(seen.status, StatusCode::FORBIDDEN, "{path} from {origin:?}");
        }
    }
    // None of that has ended the session.
    assert_eq!(desk.get(&browser, "/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn every_answer_has_its_headers() {
    let desk = Desk::set().await;
    let browser = desk.signed_in(Role::Admin).await;
    for path in ["/", "/login", "/nowhere"] {
        let headers = desk.get(&browser, path).await.headers;
        let is = |name: &str, part: &str| {
            let value = headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
            assert!(value.contains(part), "{path}: {name} is {value:?}");
        };
        is("content-security-policy", "default-src 'none'");
        is("content-security-policy", "frame-ancestors 'none'");
        is("x-frame-options", "DENY");
        is("x-content-type-options", "nosniff");
        is("referrer-policy", "same-origin");
        is("cache-control", "no-store");
        is("strict-transport-security", "max-age");
    }
    assert_eq!(desk.get(&browser, "/nowhere").await.status, StatusCode::NOT_FOUND);
    assert_eq!(desk.get(&Browser::default(), "/nowhere").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_page_loads_its_own_files_and_nothing_else() {
    let desk = Desk::set().await;
    let page = desk.get(&Browser::default(), "/login").await.body;
    let loaded: Vec<&str> = page
        .split(['"', '\''])
        .filter(|text| text.starts_with("/assets/") || text.contains("://"))
        .collect();
    assert!(loaded.len() >= 3, "{page}");
    for path in loaded {
        let seen = desk.get(&Browser::default(), path).await;
        assert_eq!(seen.status, StatusCode::OK, "{path}");
        assert!(seen.headers["cache-control"].to_str().expect("text").contains("immutable"));
    }
    assert!(!page.contains("style=") && !page.contains("<script>"), "the policy forbids both");
}
