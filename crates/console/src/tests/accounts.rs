//! Accounts, one's own account, and API tokens.

use axum::http::StatusCode;
use lockstep_store::{Outcome, Role};

use super::{Browser, Desk};
use crate::access::digest;

const PASSWORD: &str = "correct horse battery";

async fn added(desk: &Desk, admin: &Browser, name: &str, role: &str) {
    let typed = [("name", name), ("display_name", "Bob"), ("role", role), ("password", PASSWORD)];
    let seen = desk.post(admin, "/accounts", &typed).await;
    assert_eq!(seen.location(), "/accounts?did=saved", "{}", seen.body);
}

async fn sign_in(desk: &Desk, name: &str, password: &str) -> super::Seen {
    desk.post(&Browser::default(), "/login", &[("name", name), ("password", password)]).await
}

// F-198, F-336
#[tokio::test]
async fn an_administrator_adds_changes_and_disables_accounts() {
    let desk = Desk::set().await;
    let admin = desk.signed_in(Role::Admin).await;
    added(&desk, &admin, "bob@example.com", "operator").await;
    let bob = desk.store.accounts().by_name("bob@example.com").await.expect("read").expect("made");
    assert_eq!(bob.role, Role::Operator);
    let page = format!("/accounts/{}", bob.id.0);
    assert!(desk.get(&admin, &page).await.body.contains("bob@example.com"));

    let seen = desk.post(&admin, &format!("{page}/role"), &[("role", "configurator")]).await;
    assert_eq!(seen.location(), format!("{page}?did=changed"));
    let signed_in = sign_in(&desk, "bob@example.com", PASSWORD).await;
    let browser = Browser { cookie: signed_in.cookie().expect("a session"), csrf: String::new() };
    assert_eq!(
        desk.get(&browser, "/drafts/1").await.status,
        StatusCode::NOT_FOUND,
        "a configurator now"
    );

    let other = "another good password";
    desk.post(&admin, &format!("{page}/password"), &[("password", other)]).await;
    assert_eq!(desk.get(&browser, "/").await.location(), "/login", "every session has ended");
    assert_eq!(sign_in(&desk, "bob@example.com", other).await.status, StatusCode::SEE_OTHER);
    desk.post(&admin, &format!("{page}/disabled"), &[("disabled", "true")]).await;
    assert_eq!(sign_in(&desk, "bob@example.com", other).await.status, StatusCode::UNAUTHORIZED);
    desk.post(&admin, &format!("{page}/disabled"), &[("disabled", "false")]).await;
    assert_eq!(sign_in(&desk, "bob@example.com", other).await.status, StatusCode::SEE_OTHER);

    let rows = desk.store.audit().recent(50).await.expect("read");
    let steps: Vec<&str> = rows.iter().map(|row| row.step.as_str()).collect();
    for step in
        ["account_added", "account_role", "account_password", "account_disabled", "account_enabled"]
    {
        let row =
            rows.iter().find(|row| row.step == step).unwrap_or_else(|| panic!("{step}: {steps:?}"));
        assert_eq!((row.outcome, row.actor.as_deref()), (Outcome::Done, Some("admin@example.com")));
        assert!(!row.after.to_string().contains(PASSWORD));
    }
}

#[tokio::test]
async fn a_form_with_mistakes_keeps_what_was_typed_but_no_password() {
    let desk = Desk::set().await;
    let admin = desk.signed_in(Role::Admin).await;
    let typed = [
        ("name", "<b>eve</b>@example.com"),
        ("display_name", "Eve \"E\""),
        ("role", "operator"),
        ("password", "short"),
    ];
    let seen = desk.post(&admin, "/accounts", &typed).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(seen.body.contains("&#60;b&#62;eve&#60;/b&#62;@example.com"), "{}", seen.body);
    assert!(seen.body.contains(r#"<option value="operator" selected>"#), "{}", seen.body);
    assert!(
        !seen.body.contains("<b>eve") && !seen.body.contains("value=\"short\""),
        "{}",
        seen.body
    );
    let taken = [("name", "ADMIN@example.com"), ("role", "viewer"), ("password", PASSWORD)];
    let seen = desk.post(&admin, "/accounts", &taken).await;
    assert!(seen.body.contains("Another account has this name"), "{}", seen.body);
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let desk = Desk::set().await;
    let admin = desk.signed_in(Role::Admin).await;
    let id =
        desk.store.accounts().by_name("admin@example.com").await.expect("read").expect("there").id;
    for (path, field) in [("role", ("role", "viewer")), ("disabled", ("disabled", "true"))] {
        let seen = desk.post(&admin, &format!("/accounts/{}/{path}", id.0), &[field]).await;
        assert_eq!(seen.status, StatusCode::CONFLICT, "{path}");
        assert!(seen.body.contains("one active administrator must stay"), "{}", seen.body);
    }
}

// F-336
#[tokio::test]
async fn everybody_changes_their_own_password_and_ends_their_other_sessions() {
    let desk = Desk::set().await;
    let admin = desk.signed_in(Role::Admin).await;
    added(&desk, &admin, "bob@example.com", "viewer").await;
    let bob = desk.store.accounts().by_name("bob@example.com").await.expect("read").expect("made");
    let (here, elsewhere) = (desk.browser_of(&bob).await, desk.browser_of(&bob).await);
    let page = desk.get(&here, "/me").await.body;
    assert!(page.contains("(this one)"), "{page}");
    let seen = desk.post(&here, "/me/sessions", &[]).await;
    assert_eq!(seen.location(), "/me?did=signed_out");
    assert_eq!(desk.get(&elsewhere, "/").await.location(), "/login");
    assert_eq!(desk.get(&here, "/me").await.status, StatusCode::OK);

    let wrong = desk
        .post(&here, "/me/password", &[("old", "not it"), ("password", "a good new password")])
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("This is not your password."), "{}", wrong.body);
    let fields = [("old", PASSWORD), ("password", "a good new password")];
    let seen = desk.post(&here, "/me/password", &fields).await;
    assert!(seen.location().starts_with("/login"), "{}", seen.body);
    assert_eq!(
        sign_in(&desk, "bob@example.com", "a good new password").await.status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn the_theme_is_remembered_in_the_browser() {
    let desk = Desk::set().await;
    let viewer = desk.signed_in(Role::Viewer).await;
    let seen = desk.post(&viewer, "/theme", &[("theme", "dark"), ("next", "/me")]).await;
    assert_eq!((seen.location(), seen.cookie().as_deref()), ("/me", Some("theme=dark")));
    let dark = Browser { cookie: format!("{}; theme=dark", viewer.cookie), ..viewer.clone() };
    let page = desk.get(&dark, "/me").await.body;
    assert!(page.contains(r#"data-theme="dark""#), "{page}");
    assert!(page.contains(r#"<option value="dark" selected>"#), "{page}");
    let seen = desk.post(&dark, "/theme", &[("theme", "<x>"), ("next", "//evil.example")]).await;
    assert_eq!(seen.location(), "/");
    assert!(seen.headers["set-cookie"].to_str().expect("text").contains("Max-Age=0"));
}

// F-336
#[tokio::test]
async fn a_token_is_shown_once_and_never_may_more_than_its_owner() {
    let desk = Desk::set().await;
    let operator = desk.signed_in(Role::Operator).await;
    let page = desk.get(&operator, "/me").await.body;
    assert!(page.contains("You have no token"), "{page}");
    let fields =
        [("token_name", "<i>ci</i>"), ("scopes", "operate"), ("scopes", "admin"), ("days", "30")];
    let seen = desk.post(&operator, "/me/tokens", &fields).await;
    assert_eq!(seen.status, StatusCode::OK);
    let token =
        seen.body.split("lsk_").nth(1).expect("the token").split('<').next().expect("its end");
    let token = format!("lsk_{token}");
    let (kept, account) =
        desk.store.api_tokens().find(&digest(&token)).await.expect("read").expect("kept");
    assert_eq!(
        (kept.scopes.as_slice(), account.role),
        (["operate".to_owned()].as_slice(), Role::Operator)
    );
    assert!(kept.expires_at.is_some());
    let page = desk.get(&operator, "/me").await.body;
    assert!(!page.contains(&token) && page.contains("&#60;i&#62;ci"), "{page}");

    let other = desk.signed_in(Role::Viewer).await;
    let path = format!("/me/tokens/{}/revoke", kept.id);
    assert_eq!(
        desk.post(&other, &path, &[]).await.status,
        StatusCode::NOT_FOUND,
        "somebody else's"
    );
    assert_eq!(desk.post(&operator, &path, &[]).await.location(), "/me?did=revoked");
    assert_eq!(desk.store.api_tokens().find(&digest(&token)).await.expect("read"), None);
    let none =
        desk.post(&operator, "/me/tokens", &[("token_name", "x"), ("scopes", "admin")]).await;
    assert!(none.body.contains("Choose what it may do."), "{}", none.body);
}

/// The address of a link that a page shows.
fn shown_link(page: &str) -> String {
    let path = page.split("/welcome?token=").nth(1).expect("a link").split('<').next();
    format!("/welcome?token={}", path.expect("its end"))
}

// F-336
#[tokio::test]
async fn whoever_has_the_link_sets_the_password_once() {
    let desk = Desk::set().await;
    let admin = desk.signed_in(Role::Admin).await;
    let typed = [("name", "bob@example.com"), ("display_name", "<b>Bob"), ("role", "viewer")];
    let seen = desk.post(&admin, "/accounts", &typed).await;
    assert!(
        seen.body.contains("shown this once") && !seen.body.contains("<b>Bob"),
        "{}",
        seen.body
    );
    let first = shown_link(&seen.body);
    let bob = desk.store.accounts().by_name("bob@example.com").await.expect("read").expect("made");
    assert!(!bob.has_password);
    let again = desk.post(&admin, &format!("/accounts/{}/password-link", bob.id.0), &[]).await;
    let link = shown_link(&again.body);
    let nobody = Browser::default();
    let old = desk.get(&nobody, &first).await;
    assert!(old.status == StatusCode::GONE && old.body.contains("no longer good"), "{}", old.body);
    let page = desk.get(&nobody, &link).await.body;
    assert!(page.contains("bob@example.com") && page.contains(r#"type="password""#), "{page}");

    let token = link.rsplit('=').next().expect("a token");
    let set = async |password| {
        desk.post(&nobody, "/welcome", &[("token", token), ("password", password)]).await
    };
    let weak = set("short").await;
    assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(weak.body.contains("12 characters"), "{}", weak.body);
    let done = set(PASSWORD).await;
    assert!(done.location() == "/" && done.cookie().is_some(), "{}", done.body);
    assert_eq!(set("another good password").await.status, StatusCode::GONE, "it works once");
    assert_eq!(sign_in(&desk, "bob@example.com", PASSWORD).await.status, StatusCode::SEE_OTHER);
    let rows = desk.store.audit().recent(50).await.expect("read");
    for step in ["account_added", "account_password_link", "own_password"] {
        let row = rows.iter().find(|row| row.step == step).unwrap_or_else(|| panic!("{step}"));
        assert!(!row.after.to_string().contains(token), "{step} tells the link");
    }
    desk.post(&admin, &format!("/accounts/{}/disabled", bob.id.0), &[("disabled", "true")]).await;
    let none = desk.post(&admin, &format!("/accounts/{}/password-link", bob.id.0), &[]).await;
    assert!(none.body.contains("is disabled"), "{}", none.body);
}

#[tokio::test]
async fn times_are_told_in_the_zone_and_the_way_that_somebody_chose() {
    let desk = Desk::set().await;
    let viewer = desk.signed_in(Role::Viewer).await;
    let page = desk.get(&viewer, "/me").await.body;
    assert!(page.contains(r#" UTC">"#) && page.contains("just now</time>"), "{page}");
    let chosen = [("zone", "Asia/Tokyo"), ("shown", "exact")];
    assert_eq!(desk.post(&viewer, "/me/times", &chosen).await.location(), "/me?did=saved");
    let page = desk.get(&viewer, "/me").await.body;
    assert!(page.contains(" JST</time>") && page.contains(r#"title="just now""#), "{page}");
    assert!(page.contains(r#"<option value="Asia/Tokyo" selected>"#), "{page}");
    assert!(desk.get(&viewer, "/audit").await.body.contains("From (Asia/Tokyo)"));
    let none = desk.post(&viewer, "/me/times", &[("zone", "<b>"), ("shown", "exact")]).await;
    assert_eq!(none.status, StatusCode::CONFLICT);
    assert_eq!(
        desk.post(&viewer, "/me/times", &[("zone", "UTC")]).await.location(),
        "/me?did=saved"
    );
    assert!(desk.get(&viewer, "/me").await.body.contains("just now</time>"));
}
