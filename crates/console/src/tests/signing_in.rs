//! The first administrator, signing in, staying and leaving.

use axum::http::StatusCode;
use lockstep_store::{NewAccount, Role};
use secrecy::SecretString;

use super::{Browser, Desk};
use crate::first_run_link;

const PASSWORD: &str = "correct horse battery";

async fn with_password(desk: &Desk, name: &str) {
    let hash = desk.app.passwords.hash(SecretString::from(PASSWORD), [3; 16]).await;
    let account = NewAccount {
        name: name.to_owned(),
        display_name: name.to_owned(),
        role: Role::Operator,
        password_hash: Some(hash),
        subject: None,
    };
    desk.store.accounts().create(&account).await.expect("an account");
}

async fn sign_in(desk: &Desk, name: &str, password: &str, next: &str) -> super::Seen {
    let fields = [("name", name), ("password", password), ("next", next)];
    desk.post(&Browser::default(), "/login", &fields).await
}

// F-330
#[tokio::test]
async fn the_first_administrator_is_made_once_with_the_link_of_the_start() {
    let desk = Desk::set().await;
    let link = async || {
        let offered = first_run_link(&desk.store, &desk.app.ambient, &desk.app.settings).await;
        offered.expect("offered").map(|first| first.link)
    };
    let old = link().await.expect("nobody is there yet");
    let link_now = link().await.expect("and still nobody");
    let token = |link: &str| link.split("token=").nth(1).expect("a token").to_owned();
    let attempt = async |token: &str, password: &str| {
        let fields = [("token", token), ("name", "ann@example.com"), ("password", password)];
        desk.post(&Browser::default(), "/first-run", &fields).await
    };
    let weak = attempt(&token(&link_now), "short").await;
    assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(weak.body.contains("ann@example.com"), "what was typed is kept: {}", weak.body);
    assert!(!weak.body.contains("value=\"short\""), "but no password");
    let wrong = attempt(&token(&old), PASSWORD).await;
    assert!(wrong.body.contains("no longer good"), "{}", wrong.body);

    let made = attempt(&token(&link_now), PASSWORD).await;
    assert_eq!((made.status, made.location()), (StatusCode::SEE_OTHER, "/setup"));
    let browser = Browser { cookie: made.cookie().expect("a session"), csrf: String::new() };
    assert_eq!(desk.get(&browser, "/").await.status, StatusCode::OK);
    assert_eq!(attempt(&token(&link_now), PASSWORD).await.status, StatusCode::GONE);
    assert_eq!(link().await, None, "there is an administrator");
}

// F-336
#[tokio::test]
async fn a_session_begins_with_a_new_secret_and_ends_for_good() {
    let desk = Desk::set().await;
    with_password(&desk, "bob@example.com").await;
    // Whoever plants a session of their own making gains nothing.
    let planted = Browser { cookie: "lockstep=planted".to_owned(), csrf: String::new() };
    let fields = [("name", "BOB@example.com"), ("password", PASSWORD), ("next", "//evil.example")];
    let seen = desk.post(&planted, "/login", &fields).await;
    assert_eq!((seen.status, seen.location()), (StatusCode::SEE_OTHER, "/"));
    let set = seen.headers["set-cookie"].to_str().expect("text").to_owned();
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax"), "{set}");
    assert!(!set.contains("planted"));
    assert_eq!(desk.get(&planted, "/").await.location(), "/login");

    let mut browser = Browser { cookie: seen.cookie().expect("a session"), csrf: String::new() };
    let page = desk.get(&browser, "/").await.body;
    let csrf = page.split(r#"name="csrf" value=""#).nth(1).expect("a form");
    csrf.split('"').next().expect("a token").clone_into(&mut browser.csrf);
    let out = desk.post(&browser, "/logout", &[]).await;
    assert!(out.headers["set-cookie"].to_str().expect("text").contains("Max-Age=0"));
    assert_eq!(desk.get(&browser, "/").await.location(), "/login");
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_look_alike() {
    let desk = Desk::set().await;
    with_password(&desk, "bob@example.com").await;
    let wrong = sign_in(&desk, "bob@example.com", "not it at all", "/").await;
    let unknown = sign_in(&desk, "eve@example.com", "not it at all", "/").await;
    assert_eq!(
        (wrong.status, unknown.status),
        (StatusCode::UNAUTHORIZED, StatusCode::UNAUTHORIZED)
    );
    assert_eq!(wrong.body.replace("bob", "eve"), unknown.body);
    assert!(!wrong.body.contains("not it at all"));
}

#[tokio::test]
async fn guessing_is_slowed_down_by_name() {
    let desk = Desk::set().await;
    with_password(&desk, "bob@example.com").await;
    with_password(&desk, "ann@example.com").await;
    for _ in 0..5 {
        sign_in(&desk, "bob@example.com", "guess", "/").await;
    }
    let waits = sign_in(&desk, "Bob@Example.com", PASSWORD, "/").await;
    assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(waits.headers.contains_key("retry-after"));
    assert_eq!(
        sign_in(&desk, "ann@example.com", PASSWORD, "/").await.status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn a_disabled_account_is_out_at_once() {
    let desk = Desk::set().await;
    let account = desk.account("ann@example.com", Role::Operator).await;
    let browser = desk.browser_of(&account).await;
    desk.store.accounts().set_disabled(account.id, true).await.expect("disabled");
    assert_eq!(desk.get(&browser, "/").await.location(), "/login");
}
