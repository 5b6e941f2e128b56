//! Cards, and what can be done with them, while no vendor answers.

use axum::http::StatusCode;
use chrono::TimeDelta;
use lockstep_model::RecordId;
use lockstep_store::{Link, LinkState, Origin};

use super::{ISSUE, item, look, press, sealed, ticket};
use crate::tests::Desk;

const RECORD: &str = "500xx0000000001AAA";

async fn linked(desk: &Desk, item: lockstep_model::ItemId, record: &str, origin: Origin) -> Link {
    let record = RecordId::parse(record).expect("an id");
    let issue = Some((ISSUE, "SUP-24"));
    desk.store.links().create(item, &record, origin, issue).await.expect("a link").0
}

fn record(number: u8) -> String {
    RecordId::parse(&format!("500xx000000000{number}")).expect("an id").to_string()
}

// F-84
#[tokio::test]
async fn an_issue_without_an_item_says_what_to_do() {
    let desk = Desk::set().await;
    let page = look(&desk, "/panel", &ticket(&desk).await).await;
    assert!(page.body.contains("No Smart Connected Item covers this project"), "{}", page.body);
    item(&desk, "bugs", "").await;
    let elsewhere = sealed(&desk, "OPS-1", TimeDelta::minutes(5)).await;
    let page = look(&desk, "/panel", &elsewhere).await;
    assert!(!page.body.contains("bugs"), "another project's item: {}", page.body);
}

// F-84, F-85
#[tokio::test]
async fn each_item_of_the_project_has_a_card() {
    let desk = Desk::set().await;
    item(&desk, "bugs", ", status: { enabled: true }").await;
    let other = item(&desk, "wishes", "").await;
    desk.store.items().pause(other.id).await.expect("paused");
    let page = look(&desk, "/panel", &ticket(&desk).await).await.body;
    assert_eq!(page.matches("<article").count(), 2, "{page}");
    for text in ["bugs", "Service Cloud / Case · Two-way · status in step", "status apart · paused"]
    {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert_eq!(page.matches("> Not linked").count(), 2, "{page}");
    assert_eq!(page.matches("Link a record").count(), 2, "{page}");
}

// F-84, F-86, F-90
#[tokio::test]
async fn a_record_that_cannot_be_read_needs_attention_and_stays_in_hand() {
    let desk = Desk::set().await;
    let item = item(&desk, "bugs", "").await;
    let link = linked(&desk, item.id, RECORD, Origin::Manual).await;
    let word = ticket(&desk).await;
    let page = look(&desk, "/panel", &word).await.body;
    for text in
        [RECORD, "Needs attention", "LS-", "Refresh", "Unlink", &format!("127.0.0.1:1/{RECORD}")]
    {
        assert!(page.contains(text), "{text}: {page}");
    }
    let id = link.id.to_string();
    let seen = press(&desk, "/panel/unlink", &[("ticket", &word), ("link", &id)]).await;
    assert_eq!(
        (seen.status, seen.location()),
        (StatusCode::SEE_OTHER, &*format!("/panel?ticket={word}&did=unlinked"))
    );
    let link = desk.store.links().get(link.id).await.expect("read").expect("the link");
    assert_eq!(link.state, LinkState::Unlinked);
    let page = look(&desk, "/panel", &word).await.body;
    assert!(page.contains("> Not linked") && page.contains("Link a record"), "{page}");
    let audit = desk.store.audit().of_link(link.id, 10).await.expect("audit");
    assert_eq!(audit[0].actor.as_deref(), Some("jira:557058:bb"));
}

// F-89, F-91
#[tokio::test]
async fn an_auto_managed_link_is_refreshed_and_never_removed() {
    let desk = Desk::set().await;
    let item = item(&desk, "bugs", "").await;
    let link = linked(&desk, item.id, RECORD, Origin::Auto).await;
    let (word, id) = (ticket(&desk).await, link.id.to_string());
    let page = look(&desk, "/panel", &word).await.body;
    assert!(page.contains("managed by its item") && !page.contains("/panel/unlink"), "{page}");
    let fields = [("ticket", word.as_str()), ("link", &id)];
    let seen = press(&desk, "/panel/unlink", &fields).await;
    assert!(seen.status.is_client_error() && seen.body.contains("LS-LS-"), "{}", seen.body);
    let kept = desk.store.links().get(link.id).await.expect("read").expect("the link");
    assert_eq!(kept.state, LinkState::Active);
    let seen = press(&desk, "/panel/refresh", &fields).await;
    assert!(seen.location().ends_with("&did=asked"), "{}", seen.body);
    assert_eq!(desk.store.promises().waiting().await.expect("count"), 1);
    let audit = desk.store.audit().of_link(link.id, 10).await.expect("audit");
    assert_eq!(
        (audit[0].step.as_str(), audit[0].actor.as_deref()),
        ("refresh", Some("jira:557058:bb"))
    );
    let said = look(&desk, "/panel?did=asked", &word).await.body;
    assert!(said.contains(r#"role="status">Asked for."#), "{said}");
}

// F-89, F-90
#[tokio::test]
async fn a_ticket_is_good_for_the_links_of_its_issue_alone() {
    let desk = Desk::set().await;
    let item = item(&desk, "bugs", ", associated: { enabled: true }").await;
    let word = ticket(&desk).await;
    let other = RecordId::parse(&record(2)).expect("an id");
    let other =
        desk.store.links().create(item.id, &other, Origin::Manual, Some(("10043", "SUP-25")));
    let other = other.await.expect("a link").0.id.to_string();
    for id in [other.as_str(), "999", "-1", "x", ""] {
        for path in ["/panel/refresh", "/panel/unlink"] {
            let seen = press(&desk, path, &[("ticket", &word), ("link", id)]).await;
            assert_eq!(seen.status, StatusCode::NOT_FOUND, "{path} {id}");
        }
        let seen = look(&desk, &format!("/panel/associated?link={id}"), &word).await;
        assert_eq!(seen.status, StatusCode::NOT_FOUND, "{id}");
    }
    assert_eq!(desk.store.promises().waiting().await.expect("count"), 0);
}

#[tokio::test]
async fn what_vendors_and_people_write_is_text() {
    let desk = Desk::set().await;
    item(&desk, "bugs", "").await;
    let key = r#"SUP-1"><script>alert(1)</script>"#;
    let word = sealed(&desk, key, TimeDelta::minutes(5)).await;
    let page = look(&desk, "/panel", &word).await.body;
    assert!(!page.contains("<script>") && page.contains("&#60;script&#62;"), "{page}");
    let text = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E";
    let page = look(&desk, &format!("/panel/link?item=bugs&text={text}"), &word).await.body;
    assert!(!page.contains("<script>alert") && page.contains("alert(1)"), "{page}");
    let seen = look(&desk, "/panel/link?item=nothing", &word).await;
    assert_eq!(seen.status, StatusCode::NOT_FOUND);
}
