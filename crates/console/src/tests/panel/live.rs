//! The panel over both vendors: from Jira's invocation token to a linked record.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use lockstep_simulator::control::PanelHeaders;
use serde_json::{Value, json};

use super::{look, press};
use crate::tests::Seen;
use crate::tests::vendors::Stage;

impl Stage {
    async fn session(&self, headers: &PanelHeaders) -> Seen {
        let request = Request::post("/panel/session")
            .header("authorization", &headers.authorization)
            .header("x-forge-oauth-user", &headers.user)
            .body(Body::empty());
        self.desk.send(request.expect("a request")).await
    }

    /// The ticket of somebody who opens the panel of an issue.
    async fn ticket(&self, key: &str) -> String {
        let headers = self.people.jira_panel(key, &json!({})).await.expect("headers");
        let seen = self.session(&headers).await;
        assert_eq!(seen.status, StatusCode::OK, "{}", seen.body);
        let session: Value = serde_json::from_str(&seen.body).expect("json");
        let word = session["ticket"].as_str().expect("a ticket").to_owned();
        assert_eq!(session["url"], format!("http://127.0.0.1:8080/panel?ticket={word}"));
        word
    }
}

// F-86, F-87, F-88, F-92, F-93, F-94, F-95, F-96, F-97
#[tokio::test]
async fn a_record_is_looked_for_linked_and_shown() {
    let stage = Stage::set().await;
    let (key, account) = (stage.issue().await, stage.account("Shown <b>& Sons").await);
    let (desk, word) = (&stage.desk, stage.ticket(&key).await);

    let page = look(desk, "/panel/link?item=accounts", &word).await.body;
    assert!(page.contains(">Link a Salesforce record</h1>"), "{page}");
    let none = look(desk, "/panel/link?item=accounts&text=zzz", &word).await.body;
    assert!(none.contains("No matching records found") && none.contains("paste"), "{none}");
    for text in ["Shown", &account[..15]] {
        let found = look(desk, &format!("/panel/link?item=accounts&text={text}"), &word).await.body;
        assert!(
            found.contains("Shown &#60;b&#62;&#38; Sons") && found.contains(&account),
            "{found}"
        );
        assert!(found.contains(r#"id="results""#), "the script looks for it");
    }
    let fields = [("ticket", word.as_str()), ("item", "accounts"), ("record", &account[..15])];
    let seen = press(desk, "/panel/link", &fields).await;
    assert!(seen.location().ends_with("&did=linked"), "{} {}", seen.status, seen.body);

    let page = look(desk, "/panel", &word).await.body;
    for text in [
        account.as_str(),
        "> Linked",
        "Account Name",
        "Tier__c",
        "Gold",
        "Open in Salesforce",
        r#"rel="noopener noreferrer""#,
        "Unlink",
        "Display only",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert!(
        page.contains(&format!(r#"href="{}/{account}""#, stage.simulator.salesforce_url())),
        "{page}"
    );
    let again = press(desk, "/panel/link", &fields).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    stage.simulator.shutdown().await;
}

// F-91, F-94, F-96
#[tokio::test]
async fn what_cannot_be_linked_is_said_beside_what_was_typed() {
    let stage = Stage::set().await;
    let key = stage.issue().await;
    let (desk, word) = (&stage.desk, stage.ticket(&key).await);
    let case = stage.people.salesforce_create("Case", json!({ "Subject": "No account" })).await;
    let case = case.expect("a case")["Id"].as_str().expect("an id").to_owned();
    let fields = |record| [("ticket", word.as_str()), ("item", "accounts"), ("record", record)];
    let seen = press(desk, "/panel/link", &fields(&case)).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", seen.body);
    assert!(
        seen.body.contains("LS-LS-019") && seen.body.contains(&format!("value=\"{case}\"")),
        "{}",
        seen.body
    );
    let seen = press(desk, "/panel/link", &fields("not an id")).await;
    assert!(seen.body.contains("No matching records found"), "{}", seen.body);
    stage.simulator.shutdown().await;
}

// F-136, F-137, F-138, F-139, F-141
#[tokio::test]
async fn associated_records_are_shown_in_groups() {
    let stage = Stage::set().await;
    let (key, account) = (stage.issue().await, stage.account("Acme").await);
    for number in 0..3 {
        let contact = json!({ "LastName": format!("Contact {number}"), "AccountId": account });
        stage.people.salesforce_create("Contact", contact).await.expect("a contact");
    }
    let (desk, word) = (&stage.desk, stage.ticket(&key).await);
    let fields = [("ticket", word.as_str()), ("item", "accounts"), ("record", &account)];
    press(desk, "/panel/link", &fields).await;
    let page = look(desk, "/panel", &word).await.body;
    let link = page.split("/panel/associated?").nth(1).expect("a way to them");
    let link = link.split('"').next().expect("an address").replace("&#38;", "&");
    let request = Request::get(format!("/panel/associated?{link}")).body(Body::empty());
    let page = desk.send(request.expect("a request")).await.body;
    for text in [
        "Associated Salesforce Records",
        "<summary>Contact (2+)</summary>",
        "Contact 1",
        "shown only",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    stage.people.salesforce_rights("Contact", json!({ "read": false })).await.expect("rights");
    let request = Request::get(format!("/panel/associated?{link}")).body(Body::empty());
    let page = desk.send(request.expect("a request")).await.body;
    assert!(page.contains("Contact: the Run As user may not read it"), "{page}");
    assert_eq!(
        desk.store.links().list(&lockstep_store::Filter::default()).await.expect("links").len(),
        1
    );
    stage.simulator.shutdown().await;
}

// F-89, F-90, F-198
#[tokio::test]
async fn who_may_not_edit_the_issue_looks_on() {
    let stage = Stage::set().await;
    let (key, account) = (stage.issue().await, stage.account("Acme").await);
    let (desk, word) = (&stage.desk, stage.ticket(&key).await);
    let fields = [("ticket", word.as_str()), ("item", "accounts"), ("record", &account)];
    press(desk, "/panel/link", &fields).await;
    let link = desk.store.links().list(&lockstep_store::Filter::default()).await.expect("links");
    let link = link[0].id.to_string();
    stage
        .people
        .jira_settings(json!({ "lookers": ["557058:support-agent"] }))
        .await
        .expect("settings");
    let looks_on = stage.ticket(&key).await;
    let page = look(desk, "/panel", &looks_on).await.body;
    assert!(page.contains("but not edit it") && page.contains(&account), "{page}");
    for gone in ["/panel/refresh", "/panel/unlink", "/panel/link?", "Link a record"] {
        assert!(!page.contains(gone), "{gone}: {page}");
    }
    let seen = look(desk, "/panel/link?item=accounts&text=Acme", &looks_on).await;
    assert!(seen.status == StatusCode::FORBIDDEN && !seen.body.contains(&account), "{}", seen.body);
    for path in ["/panel/link", "/panel/refresh", "/panel/unlink"] {
        let fields = [("ticket", looks_on.as_str()), ("link", &link), ("item", "accounts")];
        let seen = press(desk, path, &fields).await;
        assert_eq!(seen.status, StatusCode::FORBIDDEN, "{path}: {}", seen.body);
        assert!(seen.body.contains("Edit Issues"), "{path}: {}", seen.body);
    }
    let link = desk.store.links().get(link.parse().expect("a number")).await;
    assert_eq!(link.expect("read").expect("the link").state, lockstep_store::LinkState::Active);
    // Whoever opened it before the right was taken away keeps it until the ticket ends.
    assert!(look(desk, "/panel", &word).await.body.contains("/panel/unlink"));
    stage.simulator.shutdown().await;
}

#[tokio::test]
async fn jira_must_say_that_the_person_sees_the_issue() {
    let stage = Stage::set().await;
    let key = stage.issue().await;
    let headers = stage.people.jira_panel(&key, &json!({})).await.expect("headers");
    stage.people.jira_settings(json!({ "restricted": [key] })).await.expect("restricted");
    let seen = stage.session(&headers).await;
    assert!(seen.status.is_client_error() && seen.body.contains("LS-JR-040"), "{}", seen.body);
    stage.people.jira_settings(json!({ "restricted": [] })).await.expect("open");
    for user in ["", "made-up"] {
        let forged = PanelHeaders { user: user.to_owned(), ..headers.clone() };
        let seen = stage.session(&forged).await;
        assert_eq!(seen.status, StatusCode::UNAUTHORIZED, "{user}: {}", seen.body);
    }
    let forged = PanelHeaders { authorization: format!("{}x", headers.authorization), ..headers };
    let seen = stage.session(&forged).await;
    assert_eq!(seen.status, StatusCode::UNAUTHORIZED, "{}", seen.body);
    let other = json!({ "claims": { "context": { "cloudId": "another-site" } } });
    let other = stage.people.jira_panel(&key, &other).await.expect("headers");
    let seen = stage.session(&other).await;
    assert!(seen.body.contains("LS-ID-004") && seen.body.contains("another-site"), "{}", seen.body);
    stage.simulator.shutdown().await;
}
