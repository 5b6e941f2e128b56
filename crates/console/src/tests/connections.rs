//! The pages of connections. What a vendor answers is a story of its own.

use axum::http::StatusCode;
use lockstep_model::Code;
use lockstep_store::{ConnectionKind, NewConnection, Role};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::{Browser, Desk};

const SECRET: &str = "hunter2-hunter2";

impl Desk {
    /// A connection as if it had been tested.
    pub(crate) async fn connection(
        &self,
        name: &str,
        kind: ConnectionKind,
    ) -> lockstep_store::Connection {
        let settings = match kind {
            ConnectionKind::Salesforce => json!({
                "client_id": "3MVG9", "org_id": "00Dxx0000001gEREAY", "org_name": "Acme <b>Support</b>",
                "instance_url": "https://acme.my.salesforce.com/",
            }),
            ConnectionKind::Jira => {
                json!({ "email": "bot@acme.example", "account_id": "557058:1" })
            }
        };
        let new = NewConnection {
            name: name.to_owned(),
            kind,
            // Nobody listens there.
            base_url: "http://127.0.0.1:9/".to_owned(),
            settings,
            secret: SecretString::from(SECRET),
            webhook_secret: None,
        };
        self.store.connections().save(&new).await.expect("saved")
    }
}

// F-330
#[tokio::test]
async fn without_a_connection_the_list_says_what_comes_next() {
    let desk = Desk::set().await;
    let admin = desk.signed_in(Role::Admin).await;
    let page = desk.get(&admin, "/connections").await.body;
    assert!(page.contains(r#"href="/setup""#), "{page}");
    let viewer = desk.signed_in(Role::Viewer).await;
    let page = desk.get(&viewer, "/connections").await.body;
    assert!(!page.contains(r#"href="/setup""#) && page.contains("configurator"), "{page}");
}

// F-11, F-12, F-13, F-14, F-16
#[tokio::test]
async fn a_connection_shows_who_it_is_and_no_secret() {
    let desk = Desk::set().await;
    desk.connection("acme-org", ConnectionKind::Salesforce).await;
    let admin = desk.signed_in(Role::Admin).await;
    let page = desk.get(&admin, "/connections/acme-org").await.body;
    for shown in [
        r#"lozenge good"><span aria-hidden="true">✓</span> Connected"#,
        "http://127.0.0.1:9/",
        "3MVG9",
        "Acme &#60;b&#62;Support&#60;/b&#62;",
        "00Dxx0000001gEREAY",
        "https://acme.my.salesforce.com/",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert!(!page.contains(SECRET), "{page}");
    assert!(desk.get(&admin, "/connections").await.body.contains("acme-org"));
}

#[tokio::test]
async fn a_paused_connection_says_why_and_what_to_do() {
    let desk = Desk::set().await;
    let row = desk.connection("acme-site", ConnectionKind::Jira).await;
    let connections = desk.store.connections();
    let detail = "401 <script>alert(1)</script>";
    connections
        .pause(row.id, row.updated_at, Code::JiraUnauthorized, detail)
        .await
        .expect("paused");
    let viewer = desk.signed_in(Role::Viewer).await;
    let page = desk.get(&viewer, "/connections/acme-site").await.body;
    assert!(page.contains("needs you") && page.contains("LS-JR-001"), "{page}");
    assert!(
        page.contains(Code::JiraUnauthorized.title()) && !page.contains("<script>alert"),
        "{page}"
    );
    assert!(page.contains("/hooks/jira/acme-site"), "what a webhook needs is ready to copy");
    assert!(!page.contains("Replace the secret"), "a viewer is not asked to mend it");
}

// F-4, F-5
#[tokio::test]
async fn the_form_of_an_org_has_three_inputs_and_keeps_what_was_typed() {
    let desk = Desk::set().await;
    let admin = desk.signed_in(Role::Admin).await;
    let page = desk.get(&admin, "/connections/new/salesforce").await.body;
    let form = page.split(r#"action="/connections/new/salesforce""#).nth(1).expect("the form");
    let form = form.split("</form>").next().expect("its end");
    let asked: Vec<&str> =
        form.split(r#" name=""#).skip(1).filter_map(|it| it.split('"').next()).collect();
    assert_eq!(asked, ["csrf", "name", "login_url", "client_id", "client_secret"]);

    let typed = [
        ("name", "Not A Name"),
        ("login_url", "acme"),
        ("client_id", "\"><script>x</script>"),
        ("client_secret", SECRET),
    ];
    let seen = desk.post(&admin, "/connections/new/salesforce", &typed).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        seen.body.contains("Not A Name") && seen.body.contains("is not a name"),
        "{}",
        seen.body
    );
    assert!(seen.body.contains("This is not an address."), "{}", seen.body);
    assert!(!seen.body.contains(SECRET) && !seen.body.contains("<script>x"), "{}", seen.body);

    let elsewhere = [
        ("name", "acme"),
        ("login_url", "https://evil.example"),
        ("client_id", "id"),
        ("client_secret", SECRET),
    ];
    let seen = desk.post(&admin, "/connections/new/salesforce", &elsewhere).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(seen.body.contains("evil.example"), "{}", seen.body);
    assert!(
        seen.body.contains(r#"id="f-login_url-remarks""#)
            || seen.body.contains("f-login-url-remarks"),
        "{}",
        seen.body
    );
    assert_eq!(desk.store.connections().list().await.expect("read"), []);
}

// F-145
#[tokio::test]
async fn a_name_is_given_once() {
    let desk = Desk::set().await;
    desk.connection("acme-site", ConnectionKind::Jira).await;
    let admin = desk.signed_in(Role::Admin).await;
    let typed = [
        ("name", "acme-site"),
        ("site", "http://127.0.0.1:9"),
        ("email", "a@b.c"),
        ("token", "other"),
    ];
    let seen = desk.post(&admin, "/connections/new/jira", &typed).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(seen.body.contains("A connection has this name already."), "{}", seen.body);
    let id = desk.store.connections().by_name("acme-site").await.expect("read").expect("there").id;
    let kept = desk.store.connections().secret(id).await.expect("opened");
    assert_eq!(kept.expose_secret(), SECRET, "it is not replaced by the way");
}

// F-200
#[tokio::test]
async fn a_secret_that_does_not_work_does_not_replace_the_one_that_is_kept() {
    let desk = Desk::set().await;
    let row = desk.connection("acme-site", ConnectionKind::Jira).await;
    let admin = desk.signed_in(Role::Admin).await;
    let seen = desk.post(&admin, "/connections/acme-site/secret", &[("secret", "other")]).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", seen.body);
    assert!(seen.body.contains("was not taken") && !seen.body.contains("other"), "{}", seen.body);
    let kept = desk.store.connections().secret(row.id).await.expect("opened");
    assert_eq!(kept.expose_secret(), SECRET);
    let seen = desk.post(&admin, "/connections/acme-site/secret", &[("secret", " ")]).await;
    assert!(seen.body.contains("This is missing."), "{}", seen.body);

    let seen = desk.post(&admin, "/connections/acme-site/webhook", &[("webhook", "hook")]).await;
    assert_eq!(seen.location(), "/connections/acme-site?did=changed");
    let row = desk.store.connections().by_name("acme-site").await.expect("read").expect("there");
    assert!(row.has_webhook_secret);
    let kept =
        desk.store.connections().webhook_secret(row.id).await.expect("opened").expect("kept");
    assert_eq!(kept.expose_secret(), "hook");
}

// F-15
#[tokio::test]
async fn a_connection_is_revoked_unless_items_use_it() {
    let desk = Desk::set().await;
    desk.item_named("support").await;
    let admin = desk.signed_in(Role::Admin).await;
    let page = desk.get(&admin, "/connections/acme-org/revoke").await.body;
    assert!(
        page.contains("/items/support")
            && !page.contains("<form action=\"/connections/acme-org/revoke"),
        "{page}"
    );
    let seen = desk.post(&admin, "/connections/acme-org/revoke", &[]).await;
    assert_eq!(seen.status, StatusCode::CONFLICT);
    assert!(seen.body.contains("items use this connection"), "{}", seen.body);

    desk.connection("spare", ConnectionKind::Jira).await;
    let seen = desk.post(&admin, "/connections/spare/revoke", &[]).await;
    assert_eq!(seen.location(), "/connections?did=revoked");
    assert_eq!(desk.store.connections().by_name("spare").await.expect("read"), None);
    assert_eq!(
        desk.get(&Browser { ..admin }, "/connections/spare").await.status,
        StatusCode::NOT_FOUND
    );
}

// F-30
#[tokio::test]
async fn setup_help_stands_beside_the_form() {
    let desk = Desk::set().await;
    let admin = desk.signed_in(Role::Admin).await;
    let page = desk.get(&admin, "/connections/new/salesforce").await.body;
    for help in ["Page not found", "Manage user data via APIs (api)", "Run As", "API Enabled"] {
        assert!(page.contains(help), "{help}: {page}");
    }
}
