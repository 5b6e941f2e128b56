//! The pages of undo, over both vendors.

use axum::http::StatusCode;
use lockstep_model::undo::Span;
use lockstep_model::{Base, FieldBase, FieldValue, ItemDocument, JobKind, LinkId, RecordId};
use lockstep_store::{Origin, Role};
use serde_json::json;

use super::vendors::Stage;

const ITEM: &str = "name: bugs\nsalesforce: { connection: acme-org, object: Account }\n\
    jira: { connection: acme-site, project: SUP, issue_type: Bug }\nmode: two-way\n\
    mappings:\n  - { salesforce: Name, jira: summary }\n";

const MAPPING: &str = "Name:summary";

/// A link whose issue Lockstep named after its record; the trail tells it as run `c-1`.
async fn written(stage: &Stage) -> LinkId {
    let desk = &stage.desk;
    let spec = ItemDocument::read(ITEM).expect("an item").item;
    desk.app.engine.apply_item(&spec).await.expect("applied");
    let item = desk.store.items().by_name("bugs").await.expect("asked").expect("there").id;
    let account = stage.account("Wrong").await;
    let issue = stage.people.jira_create(json!({ "summary": "Wrong" })).await.expect("an issue");
    let text = |part: &str| issue[part].as_str().expect("text").to_owned();
    let record = RecordId::parse(&account).expect("an id");
    let pair = (text("id"), text("key"));
    let links = desk.store.links();
    let made = links.create(item, &record, Origin::Auto, Some((&pair.0, &pair.1))).await;
    let link = made.expect("a link").0.id;
    let wrong = FieldValue::text("Wrong");
    let base =
        FieldBase { salesforce: wrong.clone(), jira: wrong, unsettled: false, refused: None };
    let base = Base { fields: [(MAPPING.to_owned(), base)].into(), ..Base::default() };
    desk.committed(link, &base, &[]).await;
    desk.deed(Some(link), item, "c-1", "edit_issue").await;
    let values = format!(
        "UPDATE audit SET subject = '{MAPPING}', before = '{}', after = '{}' WHERE correlation = 'c-1'",
        json!(FieldValue::text("Right")),
        json!(FieldValue::text("Wrong")),
    );
    desk.sql(&values).await;
    link
}

// F-305, F-334
#[tokio::test]
async fn an_undo_is_shown_first_with_its_counts_and_asked_for_by_a_button() {
    let stage = Stage::set().await;
    let (desk, link) = (&stage.desk, written(&stage).await);
    let browser = desk.signed_in(Role::Operator).await;
    let page = desk.get(&browser, &format!("/links/{link}")).await.body;
    let href = format!("/links/{link}/undo?run=c-1");
    assert!(page.contains(&href) && page.contains("/undo?step="), "{page}");

    let asked = desk.get(&browser, &href).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.body);
    for part in [
        "1 to turn back, 0 kept: edited since",
        "<del>Wrong</del>",
        "<ins>Right</ins>",
        r#"name="run" value="c-1""#,
        "agree to differ",
    ] {
        assert!(asked.body.contains(part), "{part}: {}", asked.body);
    }
    let jobs = async || desk.store.promises().claim_due(10).await.expect("jobs");
    assert!(jobs().await.is_empty(), "a plan asks for nothing");
    let done = desk.post(&browser, &format!("/links/{link}/undo"), &[("run", "c-1")]).await;
    assert_eq!(done.location(), format!("/links/{link}?did=undoing"), "{}", done.body);
    let jobs = jobs().await;
    let JobKind::Undo { link: of, span: Span::Run { run }, actor } = &jobs[0].kind else {
        unreachable!("{:?}", jobs[0].kind)
    };
    assert_eq!((*of, run.0.as_str(), actor.as_str()), (link, "c-1", "operator@example.com"));
    let trail = desk.store.audit().of_link(link, 10).await.expect("a trail");
    assert_eq!((trail[0].step.as_str(), trail[0].cause.as_str()), ("undo", "undo"));
    assert_eq!(trail[0].actor.as_deref(), Some("operator@example.com"));
    stage.simulator.shutdown().await;
}

// F-305
#[tokio::test]
async fn what_somebody_edited_since_is_shown_as_kept_and_there_is_no_button() {
    let stage = Stage::set().await;
    let (desk, link) = (&stage.desk, written(&stage).await);
    let browser = desk.signed_in(Role::Operator).await;
    let row = desk.store.links().get(link).await.expect("asked").expect("there");
    let key = row.issue_key.expect("a key");
    stage.people.jira_edit(&key, json!({ "summary": "By <b>hand" })).await.expect("edited");
    let asked = desk.get(&browser, &format!("/links/{link}/undo?run=c-1")).await.body;
    for part in ["0 to turn back, 1 kept", "By &#60;b&#62;hand", "There is nothing to turn back"] {
        assert!(asked.contains(part), "{part}: {asked}");
    }
    assert!(!asked.contains(r#"class="danger""#), "{asked}");
    let wrong = desk.get(&browser, &format!("/links/{link}/undo?since=yesterday")).await.body;
    assert!(
        wrong.contains("Write a day as") && wrong.contains("Show what would be done"),
        "{wrong}"
    );
    let refused = desk.post(&browser, &format!("/links/{link}/undo"), &[]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
    stage.simulator.shutdown().await;
}

// F-305
#[tokio::test]
async fn a_time_span_of_an_item_is_shown_link_by_link_and_asked_for() {
    let stage = Stage::set().await;
    let (desk, link) = (&stage.desk, written(&stage).await);
    let browser = desk.signed_in(Role::Operator).await;
    let page = desk.get(&browser, "/items/bugs").await.body;
    assert!(page.contains("/items/bugs/undo"), "{page}");
    desk.sql("UPDATE audit SET at = '2026-11-20 10:00Z' WHERE correlation = 'c-1'").await;
    let day = "?since=2026-11-20&until=2026-11-20";
    let asked = desk.get(&browser, &format!("/items/bugs/undo{day}")).await.body;
    for part in ["1 link written then: 1 to turn back", "<ins>Right</ins>"] {
        assert!(asked.contains(part), "{part}: {asked}");
    }
    assert!(asked.contains(&format!("/links/{link}")), "{asked}");
    let none = desk.get(&browser, "/items/bugs/undo?since=2026-11-21").await.body;
    assert!(none.contains("No link of this item was written then"), "{none}");
    let time = [("since", "2026-11-20"), ("until", "2026-11-20")];
    let done = desk.post(&browser, "/items/bugs/undo", &time).await;
    assert_eq!(done.location(), "/items/bugs?did=undoing", "{}", done.body);
    let jobs = desk.store.promises().claim_due(10).await.expect("jobs");
    assert!(matches!(&jobs[0].kind, JobKind::UndoItem { .. }), "{:?}", jobs[0].kind);

    desk.sql("UPDATE item SET state = 'paused' WHERE name = 'bugs'").await;
    let refused = desk.get(&browser, &format!("/items/bugs/undo{day}")).await;
    assert!(refused.body.contains("LS-LS-021"), "{}", refused.body);
    stage.simulator.shutdown().await;
}
