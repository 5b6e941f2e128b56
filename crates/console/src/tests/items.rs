//! The pages of items, with nobody at the other end. What vendors answer is a story of its own.

use axum::http::StatusCode;
use lockstep_model::{Code, ConnectedItem, ItemDocument, ItemId, RecordId};
use lockstep_store::{ConnectionKind, ItemState, Origin, Role};
use serde_json::{Value, json};

use super::stage::{agreed, finding};
use super::{Browser, Desk};

const EXAMPLE: &str = include_str!("../../../../deploy/examples/support-bugs.yaml");

impl Desk {
    /// An item as if it had been applied, with connections to nobody.
    pub(crate) async fn item_named(&self, name: &str) -> ItemId {
        let mut document = ItemDocument::read(EXAMPLE).expect("an item").item;
        document.name = name.to_owned();
        self.applied(&document).await
    }

    pub(crate) async fn applied(&self, document: &ConnectedItem) -> ItemId {
        let org = self.connection("acme-org", ConnectionKind::Salesforce).await;
        let site = self.connection("acme-site", ConnectionKind::Jira).await;
        let extra = json!({ "issue_type_id": "1", "name_field": "CaseNumber", "schema": {
            "salesforce": {}, "jira": {}, "record_statuses": [], "issue_statuses": [],
        } });
        self.store.items().apply(document, org.id, site.id, &extra).await.expect("applied").id
    }

    /// The number of the draft that a page leads to.
    pub(crate) async fn draft(&self, browser: &Browser, of: &[(&str, &str)]) -> String {
        let seen = self.post(browser, "/drafts", of).await;
        assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.body);
        seen.location().to_owned()
    }
}

// F-42, F-43, F-44, F-45, F-46, F-47, F-48, F-117
#[tokio::test]
async fn the_table_says_of_each_item_what_it_is_and_how_it_stands() {
    let desk = Desk::set().await;
    let viewer = desk.signed_in(Role::Viewer).await;
    let empty = desk.get(&viewer, "/items").await.body;
    assert!(empty.contains("No item yet") && !empty.contains("<table"), "{empty}");

    let id = desk.item_named("support").await;
    let shown: Value = json!({
        "name": "seen", "mode": "display-only", "salesforce": { "connection": "acme-org", "object": "Lead" },
        "jira": { "connection": "acme-site", "projects": ["SUP", "OPS"] }, "show": ["Name"],
        "associated": { "enabled": true },
    });
    desk.applied(&serde_json::from_value(shown).expect("an item")).await;
    let custom: Value = json!({
        "name": "ruled", "mode": "custom", "salesforce": { "connection": "acme-org", "object": "Case" },
        "jira": { "connection": "acme-site", "project": "SUP", "issue_type": "Bug" },
        "mappings": [
            { "salesforce": "Subject", "jira": "summary", "owner": "salesforce" },
            { "salesforce": "Type", "jira": "customfield_1", "owner": "jira" },
        ],
        "rule": { "when": { "field": "Priority", "operator": "equals", "value": "High" }, "status_when_met": "To Do" },
    });
    desk.applied(&serde_json::from_value(custom).expect("an item")).await;

    let page = desk.get(&viewer, "/items").await.body;
    let row = |name: &str| {
        let row = page
            .split("<tr>")
            .find(|row| row.contains(&format!("/items/{name}\"")))
            .expect("a row");
        row.split("</tr>").next().unwrap_or_default().to_owned()
    };
    let (support, seen, ruled) = (row("support"), row("seen"), row("ruled"));
    let case = "Case<br><small>Service Cloud";
    for cell in ["two-way", "SUP", "Bug", case, "10 mapped: Subject", "enabled", "waiting"] {
        assert!(support.contains(cell), "{cell}: {support}");
    }
    let lead = "Lead<br><small>CRM";
    for cell in ["display-only", "SUP, OPS", "manual link only", lead, "shows Name", "shown"] {
        assert!(seen.contains(cell), "{cell}: {seen}");
    }
    assert!(!seen.contains("enabled"), "{seen}");
    assert!(ruled.contains("Salesforce owns 1, Jira owns 1"), "{ruled}");
    assert!(ruled.contains("a rule on Priority"), "{ruled}");

    let counts = json!({ "looked_at": 7, "created": 1, "published": 2, "faults": [] });
    desk.store.items().swept(id, &counts).await.expect("swept");
    let page = desk.get(&viewer, "/items").await.body;
    assert!(page.contains("7 looked at, 2 with news, 1 new"), "{page}");
    let counts = json!({ "looked_at": 7, "created": 1, "published": 2, "faults": ["LS-JR-030"] });
    desk.store.items().swept(id, &counts).await.expect("swept");
    let page = desk.get(&viewer, "/items").await.body;
    assert!(page.contains("attention required"), "{page}");
}

#[tokio::test]
async fn an_item_has_its_pages_and_a_viewer_changes_none() {
    let desk = Desk::set().await;
    desk.item_named("support").await;
    let viewer = desk.signed_in(Role::Viewer).await;
    let page = desk.get(&viewer, "/items/support").await.body;
    assert!(page.contains("Severity__c") && page.contains("both ways"), "{page}");
    assert!(!page.contains("/items/support/pause"), "{page}");
    let yaml = desk.get(&viewer, "/items/support/yaml").await.body;
    assert!(yaml.contains("two-way") && !yaml.contains("<textarea"), "{yaml}");
    let versions = desk.get(&viewer, "/items/support/versions").await.body;
    assert!(versions.contains("Version 1") && versions.contains("the first"), "{versions}");
    for lost in [
        "/items/nobody",
        "/items/nobody/plan",
        "/items/support/versions/9",
        "/items/support/versions/x",
    ] {
        assert_eq!(desk.get(&viewer, lost).await.status, StatusCode::NOT_FOUND, "{lost}");
    }
}

#[tokio::test]
async fn an_item_is_paused_resumed_and_swept_by_a_promise() {
    let desk = Desk::set().await;
    let id = desk.item_named("support").await;
    let admin = desk.signed_in(Role::Admin).await;
    let seen = desk.post(&admin, "/items/support/sync", &[]).await;
    assert_eq!(seen.location(), "/items/support?did=asked");
    let promised = desk.store.promises().claim_due(10).await.expect("claimed");
    assert_eq!(json!(promised[0].kind), json!(lockstep_model::JobKind::Sweep { item: id }));
    desk.post(&admin, "/items/support/pause", &[]).await;
    let state = async || desk.store.items().get(id).await.expect("read").expect("there").state;
    assert_eq!(state().await, ItemState::Paused);
    assert_eq!(desk.post(&admin, "/items/support/sync", &[]).await.status, StatusCode::CONFLICT);
    let seen = desk.post(&admin, "/items/support/resume", &[]).await;
    assert_eq!(seen.location(), "/items/support/plan", "what never wrote begins with its plan");
    assert_eq!(state().await, ItemState::Paused);
    desk.store.items().swept(id, &json!({})).await.expect("swept");
    desk.post(&admin, "/items/support/resume", &[]).await;
    assert_eq!(state().await, ItemState::Active);
    let rows = desk.store.audit().recent(10).await.expect("read");
    let steps: Vec<&str> =
        rows.iter().filter(|row| row.item == Some(id)).map(|row| row.step.as_str()).collect();
    assert_eq!(steps, ["item_resumed", "item_paused", "sweep"]);
}

// F-42
#[tokio::test]
async fn deleting_says_what_it_touches_and_asks_for_the_name() {
    let desk = Desk::set().await;
    let id = desk.item_named("support").await;
    let record = RecordId::parse("500xx000000bZbZAAU").expect("an id");
    desk.store
        .links()
        .create(id, &record, Origin::Auto, Some(("1", "SUP-1")))
        .await
        .expect("linked");
    let admin = desk.signed_in(Role::Admin).await;
    let page = desk.get(&admin, "/items/support/delete").await.body;
    assert!(
        page.contains("<strong>1 link</strong> is forgotten") && page.contains("Pause it first"),
        "{page}"
    );
    let refused = desk.post(&admin, "/items/support/delete", &[("typed", "support")]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "it is active");
    desk.store.items().pause(id).await.expect("paused");
    let slip = desk.post(&admin, "/items/support/delete", &[("typed", "suport\"><b>")]).await;
    assert_eq!(slip.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(slip.body.contains("suport&#34;&#62;&#60;b&#62;"), "{}", slip.body);
    let seen = desk.post(&admin, "/items/support/delete", &[("typed", "support")]).await;
    assert_eq!(seen.location(), "/items?did=deleted");
    assert_eq!(desk.store.items().get(id).await.expect("read"), None);
}

// F-335
#[tokio::test]
async fn yaml_is_checked_with_its_places_and_nothing_typed_is_lost() {
    let desk = Desk::set().await;
    desk.item_named("support").await;
    let admin = desk.signed_in(Role::Admin).await;
    let text = "name: x\nmode: sideways\n# <script>alert(1)</script>\n";
    for path in ["/import", "/items/support/yaml"] {
        let seen = desk.post(&admin, path, &[("text", text), ("do", "apply")]).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        assert!(seen.body.contains("line 2, column 7"), "{}", seen.body);
        assert!(
            seen.body.contains("&#60;script&#62;alert(1)") && !seen.body.contains("<script>alert"),
            "{}",
            seen.body
        );
    }
    let other = EXAMPLE.replace("name: support-bugs", "name: other");
    let seen = desk.post(&admin, "/items/support/yaml", &[("text", &other), ("do", "apply")]).await;
    assert!(
        seen.body.contains("This page is about <code>support</code>")
            && seen.body.contains("line 3"),
        "{}",
        seen.body
    );
}

// F-335
#[tokio::test]
async fn an_earlier_version_becomes_a_draft() {
    let desk = Desk::set().await;
    let id = desk.item_named("support").await;
    let mut changed = desk.store.items().get(id).await.expect("read").expect("there").document;
    changed.sweep_seconds = 60;
    desk.applied(&changed).await;
    let admin = desk.signed_in(Role::Admin).await;
    let list = desk.get(&admin, "/items/support/versions").await.body;
    assert!(list.contains("1 added, 1 removed"), "{list}");
    let page = desk.get(&admin, "/items/support/versions/2").await.body;
    assert!(
        page.contains("- sweep_seconds: 300") && page.contains("+ sweep_seconds: 60"),
        "{page}"
    );
    let seen = desk.post(&admin, "/items/support/versions/1/restore", &[]).await;
    let draft = desk.get(&admin, seen.location()).await.body;
    assert!(
        draft.contains("- sweep_seconds: 60") && draft.contains("+ sweep_seconds: 300"),
        "{draft}"
    );
    assert_eq!(
        desk.post(&admin, "/items/support/versions/7/restore", &[]).await.status,
        StatusCode::NOT_FOUND
    );
}

// F-312
#[tokio::test]
async fn deletes_that_a_brake_holds_are_let_through_after_a_question() {
    let desk = Desk::set().await;
    let id = desk.item().await;
    let operator = desk.signed_in(Role::Operator).await;
    let path = "/items/support/let-deletes";
    let page = desk.get(&operator, "/items/support").await.body;
    assert!(!page.contains("A brake holds"), "{page}");
    let none = desk.get(&operator, path).await.body;
    assert!(
        none.contains("No brake holds deletes") && !none.contains("<button class=\"danger"),
        "{none}"
    );
    assert_eq!(desk.post(&operator, path, &[]).await.status, StatusCode::CONFLICT);

    let link = desk.link(id, 1, Origin::Auto).await;
    desk.committed(link, &agreed("x"), &[finding(Code::CommentBrake)]).await;
    desk.sql(&format!(
        "INSERT INTO pair (link, salesforce, jira, origin, gone_at) SELECT {link}, 'sf-' || n, 'jr-' || n, \
         'jira', now() FROM generate_series(1, 12) AS n"
    ))
    .await;
    let page = desk.get(&operator, "/items/support").await.body;
    assert!(page.contains("A brake holds deletes on 1 link:") && page.contains(path), "{page}");
    let asked = desk.get(&operator, path).await.body;
    assert!(asked.contains("Let 12 comments go"), "{asked}");
    let done = desk.post(&operator, path, &[]).await;
    assert_eq!(done.location(), "/items/support?did=let_through", "{}", done.body);
    let page = desk.get(&operator, done.location()).await.body;
    assert!(page.contains("whatever the brake says") && !page.contains("A brake holds"), "{page}");
    let row = &desk.store.audit().recent(5).await.expect("a trail")[0];
    assert_eq!((row.step.as_str(), row.item), ("let_deletes", Some(id)));
    assert_eq!(row.after, json!({ "links": 1, "comments": 12 }));
    let viewer = desk.signed_in(Role::Viewer).await;
    assert_eq!(desk.get(&viewer, path).await.status, StatusCode::FORBIDDEN);
}
